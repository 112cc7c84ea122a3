"""After a cell: a flavor whose class was defined or loaded anew takes over, without a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeGuard

from stack_magic.display import Document, Line, Shown
from stack_magic.enums import Origin
from stack_magic.errors import StackMagicError
from stack_magic.session import RegisterFlavor
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from stack_magic.session import Session
    from stack_magic.stack import Flavor


class _Notice(Shown):
    def __init__(self, line: str) -> None:
        self._line = line

    def document(self) -> Document:
        return Document((Line(self._line, mark="▲"),))


class Redefinition:
    """Compares the registered classes with the notebook's after each cell."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._refused: dict[tuple[Any, str], type] = {}

    def after_cell(self, *_: object) -> None:
        """Called by IPython when a cell has ended."""
        self.look_around()

    def look_around(self) -> None:
        """Register again each flavor whose class the notebook, or its module, defines anew."""
        if not self._session.registry.trait_has_value("snapshot"):
            return  # nothing was asked for yet, so nothing is registered
        for flavor in list(self._session.registry.snapshot.flavors.values()):
            if flavor.origin in {Origin.CELL, Origin.MODULE}:
                self._take_over(flavor)

    def _present(self, flavor: Flavor) -> Any:
        """Return what the flavor's name stands for now, where its class was defined."""
        if flavor.origin is Origin.CELL:
            return self._session.namespace.get(flavor.cls.__name__)
        module = sys.modules.get(flavor.cls.__module__)
        return getattr(module, flavor.cls.__name__, None)

    def _take_over(self, flavor: Flavor) -> None:
        now = self._present(flavor)
        if now is flavor.cls or not _is_the_same_flavor(now, flavor):
            return
        if self._refused.get(flavor.key) is now:
            return
        from IPython.display import display

        try:
            command = RegisterFlavor(flavor.type, _target_of(flavor), now)
            display(self._session.apply(command))
        except StackMagicError as error:
            self._refused[flavor.key] = now
            text = f"flavor {flavor.name} keeps its former class: {error}"
            display(_Notice(text))


def _target_of(flavor: Flavor) -> str:
    """Return how a line names the flavor's class."""
    name = flavor.cls.__name__
    return name if flavor.origin is Origin.CELL else f"{flavor.cls.__module__}.{name}"


def _is_the_same_flavor(thing: Any, flavor: Flavor) -> TypeGuard[type]:
    return (
        isinstance(thing, type)
        and issubclass(thing, StackComponent)
        and (getattr(thing, "TYPE", None), getattr(thing, "FLAVOR", None)) == flavor.key
    )
