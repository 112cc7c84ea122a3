"""Why a step failed, in a few lines: the error, and the user's own frames."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from stack_magic.capture import is_installed_file
from stack_magic.display import printable
from stack_magic.secrets import masked

if TYPE_CHECKING:
    from types import FrameType

_MESSAGE = 1000
_LINE = 160
_FRAMES = 8


def describe_failure(error: BaseException) -> str:
    """Return `Type: message` and a line pair for each frame of the user's code, masked."""
    summary = _shortened(masked(f"{type(error).__name__}: {_message_of(error)}"), _MESSAGE)
    frames = [
        _frame_text(frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not is_installed_file(frame.f_code.co_filename)
    ]
    if len(frames) > _FRAMES:
        left_out = f"  … {len(frames) - _FRAMES} frames"
        frames = [*frames[: _FRAMES // 2], left_out, *frames[-_FRAMES // 2 :]]
    return printable("\n".join([summary, *frames]))


def _message_of(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - `__str__` of the user's may raise anything
        return "(its message cannot be shown)"


def _frame_text(frame: FrameType, line: int) -> str:
    filename = frame.f_code.co_filename
    # The name of a cell's file is made up by the kernel and differs in every session.
    path = Path(filename)
    place = path.name if path.is_file() else "cell"
    text = masked(linecache.getline(filename, line, frame.f_globals).strip())
    source = f"\n    {_shortened(text, _LINE)}" if text else ""
    return f"  {place}, line {line}, in {frame.f_code.co_name}{source}"


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
