"""Everything that is registered, as one immutable value.

The registry swaps whole snapshots, so a reader never sees half a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from stack_magic.enums import StackComponentType
from stack_magic.errors import UnknownNameError, did_you_mean

from ._names import refuse_no_text, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._component import StackComponent
    from ._flavor import Flavor, Key

V = TypeVar("V")


@dataclass(frozen=True)
class Registered:
    """A component as it is registered.

    Attributes:
        component: The configured instance.
        configuration: The values as the user gave them, references unresolved.
        stale: Why the flavor's present class refuses the configuration; empty if it
            does not. The component then still is an instance of the former class.
    """

    component: StackComponent
    configuration: Mapping[str, Any]
    stale: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Type and name."""
        return (self.component.TYPE, self.component.name)

    @property
    def flavor_key(self) -> Key:
        """Type and flavor."""
        return (self.component.TYPE, self.component.FLAVOR)


Slots = Mapping[StackComponentType, str]


@dataclass(frozen=True, eq=False)  # compared by identity: a swap is another snapshot
class Snapshot:
    """Flavors, components and stacks; never changed, only replaced.

    Attributes:
        flavors: By type and flavor name.
        components: By type and component name.
        stacks: For each stack, the name of the component in each filled slot.
        active: The stack that runs use when none is named.
        odd_looks: For each type and skeleton, the components whose name differs from
            its skeleton; plain lower-case names are their own and need no entry.
    """

    flavors: Mapping[Key, Flavor] = field(default_factory=dict)
    components: Mapping[Key, Registered] = field(default_factory=dict)
    stacks: Mapping[str, Slots] = field(default_factory=dict)
    active: str | None = None
    odd_looks: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)

    # Looking things up: what is missing is an error with the nearest name.

    def flavor(self, kind: StackComponentType, name: str) -> Flavor:
        """Return the flavor, or raise UnknownNameError."""
        refuse_no_text(name)
        if (kind, name) in self.flavors:
            return self.flavors[kind, name]
        known = self.flavor_names(kind)
        what, register = f"{kind} flavor", f"%{kind} flavor register CLASS"
        raise _unknown(what, name, known, register)

    def component(self, kind: StackComponentType, name: str) -> Registered:
        """Return the component, or raise UnknownNameError."""
        refuse_no_text(name)
        if (kind, name) in self.components:
            return self.components[kind, name]
        known = self.component_names(kind)
        elsewhere = [str(t) for t in StackComponentType if (t, name) in self.components]
        if elsewhere:
            message = f"no {kind} is called {name!r}: that is the name of an {elsewhere[0]}"
            raise UnknownNameError(message, hint=_listed(known, f"%{kind} list"))
        what, register = str(kind), f"%{kind} register {name} --flavor=FLAVOR"
        raise _unknown(what, name, known, register)

    def slots(self, name: str) -> Slots:
        """Return the filled slots of a stack, or raise UnknownNameError."""
        refuse_no_text(name)
        if name in self.stacks:
            return self.stacks[name]
        what, register = "stack", f"%stack register {name} -o … -a … -m …"
        raise _unknown(what, name, self.stacks, register)

    def chosen(self, name: str | None = None) -> str:
        """Return the registered stack that *name* means, None the active one.

        Raises:
            UnknownNameError: No stack has that name, or none is named and none is active.
        """
        wanted = name or self.active
        if wanted is None:
            message = "no stack is active: give a NAME"
            raise UnknownNameError(message, hint="%stack set NAME makes one active")
        self.slots(wanted)
        return wanted

    # Asking for several.

    def flavor_names(self, kind: StackComponentType) -> list[str]:
        """Return the names of the flavors of a type, sorted."""
        return sorted(name for t, name in self.flavors if t is kind)

    def component_names(self, kind: StackComponentType) -> list[str]:
        """Return the names of the components of a type, sorted."""
        return sorted(name for t, name in self.components if t is kind)

    def flavor_of(self, registered: Registered) -> Flavor:
        """Return a component's flavor: the built-in one if its place was taken afterwards.

        Raises:
            UnknownNameError: It is not registered.
        """
        flavor = self.flavor(*registered.flavor_key)
        builtin = flavor.replaces
        is_builtin = builtin is not None and type(registered.component) is builtin.cls
        return builtin if builtin is not None and is_builtin else flavor

    def components_of(self, flavor: Key) -> Iterator[Registered]:
        """Yield the components of a flavor."""
        for registered in self.components.values():
            if registered.flavor_key == flavor and (
                self.flavor_of(registered) is self.flavors[flavor]
            ):
                yield registered

    def stacks_with(self, component: Key) -> list[str]:
        """Return the names of the stacks that hold a component, sorted."""
        kind, name = component
        return sorted(s for s, slots in self.stacks.items() if slots.get(kind) == name)

    def look_alike(self, kind: StackComponentType, name: str) -> str | None:
        """Return another component of the type that a reader could take for *name*."""
        look = skeleton(name)
        odd = [other for other in self.odd_looks.get((kind, look), ()) if other != name]
        if look != name and (kind, look) in self.components:
            return look
        return odd[0] if odd else None

    # Making the next snapshot.

    def with_flavor(self, flavor: Flavor) -> Snapshot:
        """Return a snapshot in which *flavor* has its place."""
        return replace(self, flavors={**self.flavors, flavor.key: flavor})

    def with_component(self, registered: Registered) -> Snapshot:
        """Return a snapshot in which *registered* has its place."""
        kind, name = registered.key
        looks, look = self.odd_looks, skeleton(name)
        if look != name and registered.key not in self.components:
            looks = {**looks, (kind, look): (*looks.get((kind, look), ()), name)}
        components = {**self.components, registered.key: registered}
        return replace(self, components=components, odd_looks=looks)

    def with_components(self, several: Iterable[Registered]) -> Snapshot:
        """Return a snapshot in which those already there are replaced by *several*."""
        components = {**self.components, **{r.key: r for r in several}}
        return replace(self, components=components)

    def without_component(self, key: Key) -> Snapshot:
        """Return a snapshot without a component."""
        components = {k: v for k, v in self.components.items() if k != key}
        return replace(self, components=components, odd_looks=odd_looks_of(components))

    def with_stack(self, name: str, slots: Slots) -> Snapshot:
        """Return a snapshot in which a stack has these slots, in the types' order."""
        ordered = {t: slots[t] for t in StackComponentType if t in slots}
        return replace(self, stacks={**self.stacks, name: ordered})

    def without_stack(self, name: str) -> Snapshot:
        """Return a snapshot without a stack."""
        stacks = {k: v for k, v in self.stacks.items() if k != name}
        return replace(self, stacks=stacks)


def odd_looks_of(keys: Iterable[Key]) -> dict[Key, tuple[str, ...]]:
    """Return the names that differ from their skeleton, by type and skeleton."""
    looks: dict[Key, tuple[str, ...]] = {}
    for kind, name in keys:
        look = skeleton(name)
        if look != name:
            looks[kind, look] = (*looks.get((kind, look), ()), name)
    return looks


def _unknown(what: str, name: str, known: Iterable[str], register: str) -> UnknownNameError:
    names = sorted(known)
    near = did_you_mean(name, names)
    if near:
        hint = f"did you mean {near!r}?"
    elif names:
        hint = f"{_listed(names, '')}; or {register}"
    else:
        hint = f"none is registered; {register}"
    return UnknownNameError(f"no {what} is called {name!r}", hint=hint)


def _listed(names: list[str], more: str, most: int = 6) -> str:
    shown = ", ".join(names[:most])
    rest = f", … ({len(names)} in all)" if len(names) > most else ""
    known = f"known: {shown}{rest}" if names else "none is registered"
    return f"{known}; {more}" if more else known
