"""Ctrl-C at a chosen opcode of stack_magic, to see what it leaves behind."""

from __future__ import annotations

import dis
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType
    from typing import Any

# Where snapshots are made and swapped; what they ask of other rooms is pure.
_ROOMS = ("stack_magic.session.", "stack_magic.stack.")


class Opcode(NamedTuple):
    """One opcode that a call executes.

    Attributes:
        module: The module of its frame.
        follows_a_call: Whether the interpreter looks for signals just before it. It does
            so after calls only, never on the way out of a `with` block: there, Ctrl-C
            comes before or after the lock is let go, not between.
    """

    module: str
    follows_a_call: bool


@cache
def _names(code: CodeType) -> dict[int, str]:
    return {step.offset: step.opname for step in dis.get_instructions(code)}


@contextmanager
def _each_opcode(seen: Callable[[FrameType], None]) -> Iterator[None]:
    """Call *seen* before every opcode where snapshots are made."""

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "opcode":
            seen(frame)
        return inside

    def entered(frame: FrameType, _: str, __: Any) -> Any:
        if not frame.f_globals.get("__name__", "").startswith(_ROOMS):
            return None
        frame.f_trace_opcodes = True
        return inside

    former = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(former)


def opcodes_of(call: Callable[[], object]) -> list[Opcode]:
    """Return every opcode of *call*, in the order in which they are executed."""
    opcodes: list[Opcode] = []
    last: dict[FrameType, str] = {}

    def note(frame: FrameType) -> None:
        before = last.get(frame, "RESUME")
        module: str = frame.f_globals["__name__"]
        opcodes.append(Opcode(module, before.startswith(("CALL", "RESUME"))))
        last[frame] = _names(frame.f_code)[frame.f_lasti]

    with _each_opcode(note):
        call()
    return opcodes


def is_interrupted(call: Callable[[], object], at: int) -> bool:
    """Raise KeyboardInterrupt before opcode *at* of *call*; return whether it came so far."""
    count = -1

    def strike(_: FrameType) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise KeyboardInterrupt

    try:
        with _each_opcode(strike):
            call()
    except KeyboardInterrupt:
        return True
    return False
