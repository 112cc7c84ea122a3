"""A value that shows itself: HTML in a notebook, text in a terminal, the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._html import render_html
from ._text import render_text

if TYPE_CHECKING:
    from ._blocks import Document


class Shown:
    """Mixin: a subclass says what it looks like once, in `document`."""

    __slots__ = ()

    def document(self) -> Document:
        """Return what is shown, as neutral blocks."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return render_text(self.document())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        document = self.document()
        return {"text/plain": render_text(document), "text/html": render_html(document)}
