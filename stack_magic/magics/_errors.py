"""Our errors in a notebook: the message, and where in the cell; no frames of ours."""

from __future__ import annotations

import linecache
import traceback
from typing import TYPE_CHECKING

from stack_magic.capture import is_installed_file
from stack_magic.display import printable
from stack_magic.errors import RunEndedError, StackMagicError

if TYPE_CHECKING:
    from collections.abc import Callable


def show_errors_briefly() -> Callable[[], object]:
    """Make IPython render our family of errors briefly; return the undo.

    IPython asks an exception for `_render_traceback_`. The way stays what it is for every
    other error: a bug of ours keeps its whole traceback.
    """
    StackMagicError._render_traceback_ = _brief  # type: ignore[attr-defined]
    return _show_them_whole


def _show_them_whole() -> None:
    if "_render_traceback_" in vars(StackMagicError):  # another shell may have undone it
        del StackMagicError._render_traceback_  # type: ignore[attr-defined]


def _brief(error: StackMagicError, *_: object) -> list[str]:
    lines = printable(f"{type(error).__name__}: {error}").split("\n")
    if isinstance(error, RunEndedError):
        lines = [lines[0], *lines[-1:]]  # the run's card above has every failure
    return [*lines, *_place(error)]


def _place(error: StackMagicError) -> list[str]:
    """Return the innermost line of the user's code, unless it is all there is."""
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not is_installed_file(frame.f_code.co_filename)
    ]
    if not places:
        return []
    filename, number = places[-1]
    if len(linecache.getlines(filename)) <= 1:
        return []
    text = linecache.getline(filename, number).strip()
    # IPython's spelling of a magic's line would only puzzle; the message has its words.
    said = "" if "run_line_magic(" in text else f": {text}"
    return [printable(f"at line {number}{said}")]
