"""Commands by which a user agrees to read what others wrote to a component's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.enums import StackComponentType
from stack_magic.errors import LineError
from stack_magic.secrets import masked, masking
from stack_magic.stack import secret_references
from stack_magic.trust import Place, distrust, is_trusted, trust

from ._answers import Change, done, told, undone_by
from ._command import line
from ._ready import ready_component

if TYPE_CHECKING:
    from stack_magic.stack import Snapshot, StackComponent

    from ._answers import Answer
    from ._world import World

CAN_BE_TRUSTED = (StackComponentType.ARTIFACT_STORE, StackComponentType.MODEL_DEPLOYER)
"""The types that keep what may become code: pickles, and models that are served."""


class TrustComponent(NamedTuple):
    """Agree to read pickles that others write where a component keeps them."""

    type: StackComponentType
    name: str

    def __str__(self) -> str:
        return line(self.type, "trust", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Note the component's place in the user's own folder."""
        component, place = _place(snapshot, self.type, self.name)
        subject = f"{self.type} {component.name}"
        if world.is_preview:
            return Change(snapshot, told(f"{subject} can be trusted"))
        is_new = trust(place)
        root = masked(place.root)
        verb = "is trusted" if is_new else "is trusted already"
        sentence = f"{subject} {verb}: pickles in {root} are read, whoever wrote them"
        undo = undone_by(DistrustComponent(self.type, component.name))
        return Change(snapshot, done(sentence, undo, value=component.name))


class DistrustComponent(NamedTuple):
    """Read only one's own pickles where a component keeps them, as before `trust`."""

    type: StackComponentType
    name: str

    def __str__(self) -> str:
        return line(self.type, "distrust", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Take the component's place off the list."""
        component, place = _place(snapshot, self.type, self.name)
        subject = f"{self.type} {component.name}"
        if world.is_preview:
            return Change(snapshot, told(f"{subject} can be distrusted"))
        return Change(
            snapshot, _distrusted(subject, place, TrustComponent(self.type, component.name))
        )


def _distrusted(subject: str, place: Place, again: TrustComponent) -> Answer:
    was_trusted = distrust(place)
    root = masked(place.root)
    if not was_trusted:
        return told(f"{subject} was not trusted: of {root} only your own pickles are read")
    sentence = f"{subject} is not trusted: of {root} only your own pickles are read from now on"
    return done(sentence, undone_by(again), value=again.name)


def whose_pickles(component: StackComponent) -> dict[str, str]:
    """Return, for a component's card, whose pickles are read; nothing for other types."""
    if component.TYPE not in CAN_BE_TRUSTED:
        return {}
    try:
        place = _place_of(component)
    except Exception:  # noqa: BLE001 - a flavor's paths are the user's code
        return {}
    if place is None or "path" in secret_references(component):  # it is not the whole path
        return {}
    if is_trusted(place):
        return {"trusted": f"yes; %{component.TYPE} distrust {component.name} takes it back"}
    return {"trusted": "no: only your own pickles are read"}


def _place(snapshot: Snapshot, kind: StackComponentType, name: str) -> tuple[StackComponent, Place]:
    if kind not in CAN_BE_TRUSTED:
        message = f"what a component of type {kind} keeps never becomes code: nothing to trust"
        raise LineError(message, hint=f"types that can be trusted: {', '.join(CAN_BE_TRUSTED)}")
    component = ready_component(snapshot, kind, name)
    with masking():
        place = _place_of(component)
    if place is None:
        message = f"{kind} {name!r} has no folder: what it keeps is its own affair"
        raise LineError(message, hint=f"%{kind} describe {name}")
    return component, place


def _place_of(component: StackComponent) -> Place | None:
    if component.TYPE is StackComponentType.ARTIFACT_STORE:
        store: Any = component
        return Place(store.FLAVOR, store.path_of(""))
    folder = component.local_path
    return None if folder is None else Place(component.FLAVOR, folder)
