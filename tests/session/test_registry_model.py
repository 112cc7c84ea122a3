"""Any sequence of commands: the registry does what a model of three dicts does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from stack_magic.enums import StackComponentType
from stack_magic.errors import InUseError, StackMagicError
from stack_magic.session import (
    ActivateStack,
    CopyComponent,
    CopyStack,
    DeleteComponent,
    DeleteFlavor,
    DeleteStack,
    DescribeComponent,
    DescribeFlavor,
    DescribeStack,
    ListComponents,
    ListFlavors,
    ListStacks,
    RegisterComponent,
    RegisterFlavor,
    RegisterStack,
    RemoveAttributes,
    RemoveSlots,
    RenameComponent,
    RenameStack,
    Session,
    UpdateComponent,
    UpdateStack,
)
from stack_magic.stack import StackComponent, skeleton
from tests.interruption import is_interrupted
from tests.sample_flavors import DeeperLake, Lake, LouderPager, Pager, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stack_magic.display import Shown
    from stack_magic.session import Command

CANARY = "canary-8f2c-in-clear"
STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER
ORCHESTRATOR = StackComponentType.ORCHESTRATOR
METADATA_STORE = StackComponentType.METADATA_STORE


class Unfinished(Pager):
    FLAVOR: ClassVar[str] = "an unusable name"


class Impostor(Lake):
    FLAVOR: ClassVar[str] = "local"  # that of a built-in flavor


class DeeperImpostor(DeeperLake):
    FLAVOR: ClassVar[str] = "local"


FLAVORS = (Lake, DeeperLake, Pager, LouderPager, Impostor, DeeperImpostor)
CLASSES: list[Any] = [*FLAVORS, *FLAVORS, Unfinished, dict, "Lake"]
# The first three look alike.
GOOD_NAMES = ("lake", "1ake", "läke", "prod", "default")
BAD_NAMES = ("", "_a", "list", "a b", "x" * 65, "a\u202eb")

NFD = normalize("NFD", "läke")

good_names = st.sampled_from(GOOD_NAMES)
wanted = st.one_of(good_names, good_names, good_names, st.sampled_from([NFD, *BAD_NAMES]))
kinds = st.sampled_from([STORE, ALERTER])


def _present(names: Callable[[Any], Iterable[Any]], absent: list[Any]) -> st.SearchStrategy[Any]:
    """Return what is registered at the time, and now and then something that is not."""

    def among(machine: Any) -> st.SearchStrategy[Any]:
        there = sorted(names(machine))
        missing = st.sampled_from(absent)
        if not there:
            return missing
        return st.integers(0, 7).flatmap(lambda n: st.sampled_from(there) if n else missing)

    return st.runner().flatmap(among)


components = _present(
    lambda machine: [key for key in machine.components if key[0] in {STORE, ALERTER}],
    [(STORE, "nobody"), (STORE, NFD), (ALERTER, "lake")],
)
stacks = _present(lambda machine: machine.stacks, ["nobody", NFD])
chosen_stacks = st.one_of(st.none(), stacks)
flavors = _present(
    lambda machine: {(STORE, "lake"), (ALERTER, "pager"), (STORE, "local")} & set(machine.flavors),
    [(ALERTER, "local"), (STORE, "pager")],
)

REFERENCE = "@env:STACK_MAGIC_CANARY"
SPOILT = [("retries", "many"), ("token", CANARY), ("token", "@env:STACK_MAGIC_NONE"), ("tag", "x")]
values = st.fixed_dictionaries(
    {}, optional={"retries": st.sampled_from(["1", "5"]), "token": st.just(REFERENCE)}
)
fine = st.one_of(values, values.map(lambda given: {**given, "path": "/data"}))
configurations = st.one_of(
    fine,
    fine,
    fine,
    st.tuples(fine, st.sampled_from(SPOILT)).map(lambda both: {**both[0], both[1][0]: both[1][1]}),
)

slots = st.lists(components, max_size=2).map(dict)
whole = slots.map(
    lambda some: {ORCHESTRATOR: "default", STORE: "default", METADATA_STORE: "default", **some}
)
spoilt = st.sampled_from([{}, {STORE: "default"}, {ORCHESTRATOR: "default", STORE: "nobody"}])
choices = st.one_of(whole, whole, whole, spoilt)


class Component(NamedTuple):
    """A component as the model has it, field by field like `plain`."""

    flavor: str
    configuration: Mapping[str, str]
    cls: type[StackComponent]
    stale: bool = False


def fits(cls: Any, configuration: Mapping[str, str]) -> bool:
    """Whether *cls* accepts *configuration*: the sample flavors' rules, said again."""
    if cls.__module__.startswith("stack_magic"):
        return set(configuration) <= {"path"}
    path = configuration.get("path", "/" if cls.TYPE is ALERTER else "")
    retries = configuration.get("retries", "3")
    return (
        set(configuration) <= set(cls.model_fields)
        and path.startswith("/")
        and retries.isdigit()
        and int(retries) >= cls.LEAST
        and configuration.get("token", REFERENCE) == REFERENCE
    )


def is_name(name: str) -> bool:
    return name not in BAD_NAMES


class RegistryMachine(RuleBasedStateMachine):
    """Commands with arguments that fit and that do not, Ctrl-C, and undo."""

    @initialize()
    def start(self) -> None:
        self.session = Session()
        self.session.namespace = {}
        first = plain(self.session.registry.snapshot)
        self.flavors: dict[Any, Any] = first["flavors"]
        self.builtin = dict(self.flavors)
        self.components: dict[Any, Component] = {
            key: Component(*values) for key, values in first["components"].items()
        }
        self.stacks: dict[str, dict[Any, str]] = first["stacks"]
        self.active: str = first["active"]
        self.undos: list[tuple[Callable[[], None], dict[str, Any]]] = []
        self.strike: int | None = None
        self.register_flavor(None, Lake)
        self.register_flavor(None, Pager)
        self.register_component((STORE, "lake"), "blue", {"path": "/blue", "retries": "1"})
        self.register_component((ALERTER, "pager"), "ops", {"retries": "1", "token": REFERENCE})

    # The model's side.

    def model(self) -> dict[str, Any]:
        return {
            "flavors": dict(self.flavors),
            "components": {key: tuple(c) for key, c in self.components.items()},
            "stacks": {name: dict(slots) for name, slots in self.stacks.items()},
            "active": self.active,
        }

    def become(self, model: Mapping[str, Any]) -> None:
        self.flavors = dict(model["flavors"])
        self.components = {key: Component(*c) for key, c in model["components"].items()}
        self.stacks = {name: dict(slots) for name, slots in model["stacks"].items()}
        self.active = model["active"]

    def is_valid(self, slots: Mapping[Any, str]) -> bool:
        required = {kind for kind in StackComponentType if kind.is_required}
        return required <= set(slots) and all(key in self.components for key in slots.items())

    def present(self, kind: Any, component: Component) -> Any:
        """Return the class that a component follows: it stays with a built-in one."""
        key = (kind, component.flavor)
        builtin = self.builtin.get(key)
        return builtin if component.cls is builtin else self.flavors[key]

    def use(self, key: Any) -> list[str]:
        kind, name = key
        return [stack for stack, slots in self.stacks.items() if slots.get(kind) == name]

    def expect(self, command: Command, change: Callable[[], None] | None) -> None:
        """Apply *command*; *change* is what it does to the model, None that it is refused."""
        before, snapshot = self.model(), self.session.registry.snapshot
        strike, self.strike = self.strike, None
        if strike is not None and self._struck(command, strike):
            now = self.session.registry.snapshot
            if now is not snapshot:
                assert change is not None
                change()
                self.undos.clear()
            return
        if change is None:
            with pytest.raises(StackMagicError, match=r"\w") as refused:
                self.session.apply(command)
            self.look(str(refused.value), repr(refused.value))
            assert self.session.registry.snapshot is snapshot
            return
        answer = self.session.apply(command)
        self.show(answer)
        change()
        undo = getattr(answer, "undo", None)
        if undo is not None:
            self.undos.append((undo, before))

    def _struck(self, command: Command, at: int) -> bool:
        with_refusal: list[StackMagicError] = []

        def call() -> None:
            try:
                self.session.apply(command)
            except StackMagicError as error:
                with_refusal.append(error)

        before = self.session.registry.snapshot
        struck = is_interrupted(call, at)
        if not struck:
            # The command came to its end: take it back, and let the caller go on.
            self.session.registry.snapshot = before
        return struck

    def show(self, answer: Shown) -> None:
        bundle = answer._repr_mimebundle_()
        self.look(repr(answer), *bundle.values())

    def look(self, *texts: str) -> None:
        for text in texts:
            assert CANARY not in text

    # Flavors.

    @rule(kind=st.one_of(st.none(), st.none(), kinds), cls=st.sampled_from(CLASSES))
    def register_flavor(self, kind: Any, cls: Any) -> None:
        def change() -> None:
            is_new = self.flavors.get(key) is not cls
            self.flavors[key] = cls
            for name, old in list(self.components.items()):
                is_of_it = (name[0], old.flavor) == key and self.present(name[0], old) is cls
                if is_new and is_of_it:
                    fine = fits(cls, old.configuration)
                    self.components[name] = old._replace(
                        cls=cls if fine else old.cls, stale=not fine
                    )

        usable = cls in FLAVORS and kind in {None, cls.TYPE}
        key = (cls.TYPE, cls.FLAVOR) if usable else None
        self.expect(RegisterFlavor(kind, str(cls), cls), change if usable else None)

    @rule(key=flavors)
    def delete_flavor(self, key: Any) -> None:
        kind, name = key
        cls = self.flavors.get(key)
        of_it = [c for (t, _), c in self.components.items() if (t, c.flavor) == key]
        users = [c for c in of_it if self.present(kind, c) is cls]
        allowed = cls is not None and cls is not self.builtin.get(key) and not users

        def change() -> None:
            del self.flavors[key]
            if key in self.builtin:
                self.flavors[key] = self.builtin[key]

        self.expect(DeleteFlavor(kind, name), change if allowed else None)

    # Components.

    @rule(flavor_key=flavors, name=wanted, configuration=configurations)
    def register_component(self, flavor_key: Any, name: str, configuration: Any) -> None:
        kind, flavor = flavor_key
        cls: Any = self.flavors.get((kind, flavor))
        key = (kind, normalize("NFC", name))

        def change() -> None:
            self.components.setdefault(key, Component(flavor, configuration, cls))

        there = self.components.get(key)
        again = there is not None and there == Component(flavor, configuration, there.cls)
        new = there is None and cls and fits(cls, configuration)
        allowed = is_name(name) and (again or new)
        command = RegisterComponent(kind, name, flavor, configuration)
        self.expect(command, change if allowed else None)

    @rule(key=components, configuration=configurations)
    def update_component(self, key: Any, configuration: Any) -> None:
        old = self.components.get(key)
        given = {**old.configuration, **configuration} if old else {}
        command = UpdateComponent(key[0], key[1], configuration)
        self.expect(command, self._reconfigure(key, given) if configuration else None)

    @rule(key=components, fields=st.sets(st.sampled_from(["retries", "token", "path"])))
    def remove_attributes(self, key: Any, fields: set[str]) -> None:
        old = self.components.get(key)
        known = old.cls.model_fields if old else {}
        removable = fields and all(f in known and not known[f].is_required() for f in fields)
        given = {k: v for k, v in old.configuration.items() if k not in fields} if old else {}
        command = RemoveAttributes(key[0], key[1], tuple(sorted(fields)))
        self.expect(command, self._reconfigure(key, given) if removable else None)

    def _reconfigure(self, key: Any, given: Mapping[str, str]) -> Callable[[], None] | None:
        old = self.components.get(key)
        cls: Any = self.present(key[0], old) if old else None
        if old is None or not fits(cls, given):
            return None

        def change() -> None:
            self.components[key] = Component(old.flavor, given, cls)

        return change

    @rule(was=components, new=wanted)
    def rename_component(self, was: Any, new: str) -> None:
        kind, old = was
        becomes = (kind, normalize("NFC", new))

        def change() -> None:
            self.components[becomes] = self.components.pop(was)
            for slots in self.stacks.values():
                if slots.get(kind) == old:
                    slots[kind] = becomes[1]

        allowed = was in self.components and is_name(new)
        allowed = allowed and (becomes == was or becomes not in self.components)
        self.expect(RenameComponent(kind, old, new), change if allowed else None)

    @rule(copied=components, other=wanted)
    def copy_component(self, copied: Any, other: str) -> None:
        kind, source = copied
        key = (kind, normalize("NFC", other))

        def change() -> None:
            self.components[key] = self.components[kind, source]

        allowed = (kind, source) in self.components and is_name(other)
        allowed = allowed and key not in self.components
        self.expect(CopyComponent(kind, source, other), change if allowed else None)

    @rule(key=components)
    def delete_component(self, key: Any) -> None:
        def change() -> None:
            del self.components[key]

        allowed = key in self.components and not self.use(key)
        self.expect(DeleteComponent(*key), change if allowed else None)

    # Stacks.

    @rule(name=wanted, slots=choices, activate=st.booleans())
    def register_stack(self, name: str, slots: Any, *, activate: bool) -> None:
        normal = normalize("NFC", name)

        def change() -> None:
            self.stacks[normal] = dict(slots)
            self.active = normal if activate else self.active

        again = self.stacks.get(normal) == dict(slots)
        allowed = is_name(name) and (again or (normal not in self.stacks and self.is_valid(slots)))
        self.expect(RegisterStack(name, slots, activate), change if allowed else None)

    @rule(name=chosen_stacks, slots=slots)
    def update_stack(self, name: str | None, slots: Any) -> None:
        chosen = name or self.active
        merged = {**self.stacks.get(chosen, {}), **slots}
        allowed = chosen in self.stacks and slots and self.is_valid(merged)
        self.expect(
            UpdateStack(name, slots),
            (lambda: self.stacks.update({chosen: merged})) if allowed else None,
        )

    @rule(name=chosen_stacks, types=st.sampled_from([(ALERTER,), (ALERTER,), (STORE, ALERTER), ()]))
    def remove_slots(self, name: str | None, types: tuple[StackComponentType, ...]) -> None:
        chosen = name or self.active
        slots = self.stacks.get(chosen, {})
        kept = {kind: component for kind, component in slots.items() if kind not in types}
        allowed = types and set(types) <= set(slots) and self.is_valid(kept)
        self.expect(
            RemoveSlots(name, types),
            (lambda: self.stacks.update({chosen: kept})) if allowed else None,
        )

    @rule(old=stacks, new=wanted)
    def rename_stack(self, old: str, new: str) -> None:
        normal = normalize("NFC", new)

        def change() -> None:
            self.stacks[normal] = self.stacks.pop(old)
            self.active = normal if self.active == old else self.active

        allowed = old in self.stacks and is_name(new)
        allowed = allowed and (normal == old or normal not in self.stacks)
        self.expect(RenameStack(old, new), change if allowed else None)

    @rule(source=stacks, other=wanted)
    def copy_stack(self, source: str, other: str) -> None:
        normal = normalize("NFC", other)

        def change() -> None:
            self.stacks[normal] = dict(self.stacks[source])

        allowed = source in self.stacks and is_name(other) and normal not in self.stacks
        self.expect(CopyStack(source, other), change if allowed else None)

    @rule(name=stacks)
    def delete_stack(self, name: str) -> None:
        allowed = name in self.stacks and name != self.active

        def change() -> None:
            del self.stacks[name]

        self.expect(DeleteStack(name), change if allowed else None)

    @rule(name=stacks)
    def set_stack(self, name: str) -> None:
        def change() -> None:
            self.active = name

        self.expect(ActivateStack(name), change if name in self.stacks else None)

    # What may come between.

    @rule(at=st.integers(0, 600))
    def interrupt(self, at: int) -> None:
        self.strike = at

    @rule()
    def undo(self) -> None:
        if self.undos:
            take_back, former = self.undos.pop()
            take_back()
            self.become(former)

    @rule(at=st.integers(0, 20))
    def undo_an_older_change(self, at: int) -> None:
        if at >= len(self.undos):
            return
        snapshot = self.session.registry.snapshot
        try:
            self.undos.pop(at)[0]()
        except InUseError as error:
            self.look(str(error))
            assert self.session.registry.snapshot is snapshot
        else:
            self.become(plain(self.session.registry.snapshot))
        self.undos.clear()

    @rule(key=components, stack=stacks)
    def look_around(self, key: Any, stack: str) -> None:
        kind, name = key
        snapshot = self.session.registry.snapshot
        for command in (ListStacks(), ListComponents(kind), ListFlavors(kind)):
            self.show(self.session.apply(command))
        if (kind, name) in self.components:
            self.show(self.session.apply(DescribeComponent(kind, name)))
            flavor = self.components[kind, name].flavor
            self.show(self.session.apply(DescribeFlavor(kind, flavor)))
        if stack in self.stacks:
            self.show(self.session.apply(DescribeStack(stack)))
        assert self.session.registry.snapshot is snapshot

    # What holds after every step.

    @invariant()
    def the_snapshot_is_the_model(self) -> None:
        assert plain(self.session.registry.snapshot) == self.model()

    @invariant()
    def every_name_is_there_once(self) -> None:
        snapshot = self.session.registry.snapshot
        for names in (snapshot.components, snapshot.flavors):
            normal = {(kind, normalize("NFC", name)) for kind, name in names}
            assert normal == set(names)
        assert {normalize("NFC", name) for name in snapshot.stacks} == set(snapshot.stacks)
        for (kind, name), registered in snapshot.components.items():
            assert (kind, name) == (registered.component.TYPE, registered.component.name)

    @invariant()
    def every_reference_resolves(self) -> None:
        snapshot = self.session.registry.snapshot
        assert snapshot.active in snapshot.stacks
        for slots in snapshot.stacks.values():
            assert set(slots.items()) <= set(snapshot.components)
        for registered in snapshot.components.values():
            flavor = snapshot.flavor_of(registered)
            assert registered.stale or type(registered.component) is flavor.cls

    @invariant()
    def look_alikes_are_those_of_the_components(self) -> None:
        snapshot = self.session.registry.snapshot
        odd = {key for key in snapshot.components if skeleton(key[1]) != key[1]}
        found = {(kind, name) for (kind, _), names in snapshot.odd_looks.items() for name in names}
        assert found == odd
        for (_, look), names in snapshot.odd_looks.items():
            assert {skeleton(name) for name in names} == {look}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK_MAGIC_CANARY", CANARY)
    assert "STACK_MAGIC_NONE" not in os.environ


TestRegistryModel = RegistryMachine.TestCase
TestRegistryModel.settings = settings(
    max_examples=250,
    stateful_step_count=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
