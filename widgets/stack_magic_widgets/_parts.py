"""Widgets as this package makes them: layouts and styles shared, text escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
from ipywidgets import HTML, Button, HBox, VBox

from stack_magic.display import prose_html, safe_html

from ._style import KEYS, SHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class _Shared:
    """Models that all views have in common: each would cost a message for each widget."""

    models: dict[type, Any] = {}  # noqa: RUF012 - it is the place itself

    @classmethod
    def model(cls, kind: type) -> Any:
        """Return the one model of *kind*, made anew if somebody has closed it."""
        known = cls.models.get(kind)
        if known is None or known.comm is None:
            has_label = "description_width" in kind.class_traits()  # type: ignore[attr-defined]
            # Where our style sheet is lost, labels are still readable.
            known = cls.models[kind] = kind(**{"description_width": "140px"} if has_label else {})
        return known


_STYLE_OF_HTML: Any = HTML.class_traits()["style"]


class _Sheet(HTML):  # type: ignore[misc]
    """The style sheet as a widget."""

    def __init__(self) -> None:
        layout, style = map(_Shared.model, (ipywidgets.Layout, _STYLE_OF_HTML.klass))
        super().__init__(SHEET + KEYS, layout=layout, style=style)
        self.add_class("sm-hidden")


def made(kind: type, *classes: str, **traits: Any) -> Any:
    """Return a widget of *kind* with style classes."""
    traits.setdefault("layout", _Shared.model(ipywidgets.Layout))
    style = kind.class_traits().get("style")  # type: ignore[attr-defined]
    if style is not None and "style" not in traits:
        traits["style"] = _Shared.model(style.klass)
    return kind(_dom_classes=classes, **traits)


def html(value: str = "", *classes: str) -> Any:
    """Return a widget of HTML that is escaped already."""
    return made(HTML, *classes, value=value)


def button(text: str, clicked: Callable[..., object], *classes: str, **traits: Any) -> Any:
    """Return a button."""
    made_button = made(Button, *classes, description=text, **traits)
    made_button.on_click(clicked)
    return made_button


def column(children: Iterable[Any] = (), *classes: str) -> Any:
    """Return widgets from top to bottom."""
    return made(VBox, *classes, children=tuple(children))


def row(children: Iterable[Any] = (), *classes: str) -> Any:
    """Return widgets from left to right."""
    return made(HBox, *classes, children=tuple(children))


def root(children: Iterable[Any]) -> Any:
    """Return the outermost box of a view, with its style in the same output."""
    return column((_Shared.model(_Sheet), *children), "sm", "sm-root")


def set_value(widget: Any, value: Any) -> None:
    """Give *widget* a value; nothing is sent when it has it already."""
    if widget.value != value:
        widget.value = value


def set_class(widget: Any, name: str, *, on: bool) -> None:
    """Give *widget* a style class, or take it away."""
    if (name in widget._dom_classes) is not on:  # noqa: SLF001 - ipywidgets has no other way to ask
        (widget.add_class if on else widget.remove_class)(name)


def span(text: str, *classes: str, role: str = "") -> str:
    """Return *text* as HTML of one style, with code between backticks."""
    attribute = f' role="{role}"' if role else ""
    return f'<span class="{" ".join(classes)}"{attribute}>{prose_html(text)}</span>'


def section(head: str, inner: str) -> str:
    """Return escaped HTML below a heading; it is named, and can be scrolled by keys."""
    name = safe_html(head)
    title = span(head, "sm-section")
    return f'<div tabindex="0" role="group" aria-label="{name}">{title}{inner}</div>'


def copied_line(line: str) -> str:
    """Return a line in a box, with a button that copies it."""
    code = f"<code>{safe_html(line)}</code>"
    # A clipboard needs a secure page; the old way works on any.
    script = (
        "const c=this.previousElementSibling,s=getSelection();s.selectAllChildren(c);"
        "document.execCommand('copy');s.removeAllRanges();this.textContent='Copied';"
        "setTimeout(function(b){b.textContent='Copy'},1500,this)"
    )
    copy = f'<button type="button" aria-label="Copy the line" onclick="{script}">Copy</button>'
    return f'<div class="sm-line">{code}{copy}</div>'


def close_all(widget: Any) -> None:
    """Close *widget* and all that is in it, but for what is shared."""
    shared = set(map(id, _Shared.models.values()))
    for part in list(parts_of(widget)):
        if id(part) not in shared:
            part.close()


def parts_of(widget: Any) -> Iterator[Any]:
    """Yield every widget in *widget*, and itself last."""
    for child in getattr(widget, "children", ()):
        yield from parts_of(child)
    for name in ("layout", "style"):
        part = getattr(widget, name, None)
        if part is not None:
            yield part
    yield widget
