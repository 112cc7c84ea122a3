"""The one thing that changes: which snapshot is the present one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Event, RLock
from typing import Any
from weakref import ref

from traitlets import HasTraits, Instance, default

from stack_magic.catalog import first_snapshot
from stack_magic.enums import Origin
from stack_magic.errors import InUseError
from stack_magic.stack import Snapshot, odd_looks_of

_GIVEN = {Origin.BUILTIN, Origin.ENTRY_POINT}
Undo = Callable[[], None]

_TABLES = {"flavors": "flavor", "components": "component", "stacks": "stack"}

_UNDOABLE = 3
"""Redefinitions of flavors that can be undone: their undo keeps the former classes."""


@dataclass(frozen=True, eq=False)
class _Change:
    before: Snapshot
    after: Snapshot

    @property
    def redefines(self) -> bool:
        """Whether a flavor of the user's has another class of theirs after it than before."""
        former, now = self.before.flavors, self.after.flavors
        return former is not now and any(
            key in now and now[key] is not flavor
            for key, flavor in former.items()
            if not _GIVEN & {flavor.origin, now.get(key, flavor).origin}
        )


class Registry(HasTraits):
    """Flavors, components and stacks of one session.

    A change replaces the whole snapshot in one assignment, so an interrupt leaves the
    one before or the one after. Observers of the trait `snapshot` get both::

        registry.observe(lambda change: change.new, "snapshot")
    """

    snapshot: Instance[Snapshot] = Instance(Snapshot)

    def __init__(self) -> None:
        self._lock = RLock()
        self._redefinitions: deque[_Change] = deque(maxlen=_UNDOABLE)
        super().__init__()

    @default("snapshot")
    def _at_the_start(self) -> Snapshot:
        """Return the built-in flavors and the stack `default`, made when first asked for."""
        with self._lock:
            return self._trait_values.get("snapshot") or first_snapshot()

    def swap(self, before: Snapshot, after: Snapshot) -> Undo | None:
        """Make *after* the present snapshot if *before* still is.

        Returns:
            The function that takes this change back, or None when another thread was
            faster and nothing was done.
        """
        with self._lock:
            if self.snapshot is not before:
                return None
            self.snapshot = after
            change = _Change(before, after)
            if change.redefines:
                self._redefinitions.append(change)
        done = Event()
        kept: Callable[[], _Change | None] = ref(change) if change.redefines else lambda: change

        def undo() -> None:
            if done.is_set():
                message = "this change is undone already"
                raise InUseError(message)
            found = kept()
            if found is None:
                message = "the class that was there before is let go: it was defined anew since"
                raise InUseError(message, hint="run the former cell again")
            self._take_back(found.before, found.after)
            done.set()

        return undo

    def _take_back(self, before: Snapshot, after: Snapshot) -> None:
        with self._lock:
            now = self.snapshot
            tables: dict[str, Any] = {
                name: _restored(noun, *(getattr(each, name) for each in (before, after, now)))
                for name, noun in _TABLES.items()
            }
            active = before.active if now.active == after.active else now.active
            looks = odd_looks_of(tables["components"])
            restored = replace(now, **tables, active=active, odd_looks=looks)
            _refuse_dangling(restored)
            self.snapshot = restored

    def __repr__(self) -> str:
        """Counts of what is registered."""
        now = self.snapshot
        return (
            f"<Registry: {len(now.flavors)} flavors, {len(now.components)} components, "
            f"{len(now.stacks)} stacks>"
        )


def _restored(
    noun: str, before: Mapping[Any, Any], after: Mapping[Any, Any], now: Mapping[Any, Any]
) -> Mapping[Any, Any]:
    """Return *now* with the difference from *before* to *after* taken back."""
    if before is after:
        return now
    result = dict(now)
    missing = object()
    for key in {*before, *after}:
        old, new = before.get(key, missing), after.get(key, missing)
        if old is new:
            continue
        if now.get(key, missing) is not new:
            name = key if isinstance(key, str) else key[-1]
            message = f"{noun} {name!r} was changed since"
            raise InUseError(message, hint="undo the later change first")
        if old is missing:
            result.pop(key, None)
        else:
            result[key] = old
    return result


def _refuse_dangling(snapshot: Snapshot) -> None:
    for registered in snapshot.components.values():
        if registered.flavor_key not in snapshot.flavors:
            kind, flavor = registered.flavor_key
            message = f"{kind} flavor {flavor!r} is used by {registered.component.name!r}"
            raise InUseError(message, hint=f"%{kind} delete {registered.component.name}")
        flavor_class = snapshot.flavor_of(registered).cls
        if type(registered.component) is not flavor_class and not registered.stale:
            name = registered.component.name
            message = f"{name!r} was made of the present class of flavor {flavor_class.FLAVOR!r}"
            hint = f"%{registered.component.TYPE} delete {name}, or run the former cell again"
            raise InUseError(message, hint=hint)
    for stack, slots in snapshot.stacks.items():
        for key in slots.items():
            if key not in snapshot.components:
                message = f"{key[0]} {key[1]!r} is used by stack {stack!r}"
                raise InUseError(message, hint=f"%stack delete {stack}")
    if snapshot.active is not None and snapshot.active not in snapshot.stacks:
        message = f"stack {snapshot.active!r} would be active without being registered"
        raise InUseError(message, hint="%stack set NAME")
