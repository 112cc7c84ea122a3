"""A form for one component, made from its flavor's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Document
from stack_magic.enums import StackComponentType
from stack_magic.session import session as this_session

from ._component_part import ComponentPart
from ._parts import column, html, row, span
from ._view import View

if TYPE_CHECKING:
    from stack_magic.session import Session


class ComponentForm(View):
    """Configures a component: every field with what it means and what is wrong with it.

    Args:
        type: The component's type: `"artifact_store"`.
        flavor: The flavor of a new component; the first one by default.
        name: A registered component, to be changed, or the name of a new one.
        session: What it is registered in; this kernel's session by default.

    Raises:
        ValueError: There is no such type.
        UnknownNameError: There is no such flavor.
    """

    def __init__(
        self,
        type: str,
        *,
        flavor: str | None = None,
        name: str | None = None,
        session: Session | None = None,
    ) -> None:
        super().__init__(session or this_session())
        kind = StackComponentType(type.replace("-", "_"))
        if flavor is not None:
            self.session.registry.snapshot.flavor(kind, flavor)
        self.part = ComponentPart(self, kind, flavor, name)
        head = row((html(span(kind.title, "sm-title")),), "sm-head")
        self.fill((head, column((self.part.widget, self.message), "sm-pad")))
        self.follow_registry(self.part.follow)

    def document(self) -> Document:
        """Return the fields, what is given in them, what is wrong, and the line."""
        with self.lock:
            return Document(tuple(self.part.blocks()))

    def close(self) -> None:
        """Close the widgets, and forget the secrets."""
        self.part.close()
        super().close()
