"""Ctrl-C at a chosen opcode of stack_magic, to see what it leaves behind."""

from __future__ import annotations

import dis
import signal
import sqlite3
import sys
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import CodeType, FrameType
    from typing import Any

SNAPSHOT_ROOMS = ("stack_magic.session.", "stack_magic.stack.")
"""Where snapshots are made and swapped; what they ask of other rooms is pure."""


class Opcode(NamedTuple):
    """One opcode that a call executes.

    Attributes:
        module: The module of its frame.
        follows_a_call: Whether the interpreter looks for signals just before it. It does
            so after calls, and when a loop begins anew, never on the way out of a `with`
            block: there, Ctrl-C comes before or after the lock is let go, not between.
    """

    module: str
    follows_a_call: bool


@cache
def _names(code: CodeType) -> dict[int, str]:
    return {step.offset: step.opname for step in dis.get_instructions(code)}


@contextmanager
def _each_opcode(seen: Callable[[FrameType, bool], None], rooms: tuple[str, ...]) -> Iterator[None]:
    """Call *seen* before every opcode in the modules of *rooms*, with `follows_a_call`."""
    last: dict[int, str] = {}  # by id: a frame that is kept would keep what is in it

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "opcode":
            before = last.get(id(frame), "RESUME")
            last[id(frame)] = _names(frame.f_code)[frame.f_lasti]
            seen(frame, before.startswith(("CALL", "RESUME", "JUMP_BACKWARD")))
        elif event == "return":
            last.pop(id(frame), None)
        return inside

    def entered(frame: FrameType, _: str, __: Any) -> Any:
        if not frame.f_globals.get("__name__", "").startswith(rooms):
            return None
        frame.f_trace_opcodes = True
        return inside

    former = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(former)


def opcodes_of(call: Callable[[], object], rooms: tuple[str, ...] = SNAPSHOT_ROOMS) -> list[Opcode]:
    """Return every opcode of *call* in *rooms*, in the order in which they are executed."""
    opcodes: list[Opcode] = []

    def note(frame: FrameType, follows_a_call: bool) -> None:
        opcodes.append(Opcode(frame.f_globals["__name__"], follows_a_call))

    with _each_opcode(note, rooms):
        call()
    return opcodes


def is_interrupted(
    call: Callable[[], object], at: int, rooms: tuple[str, ...] = SNAPSHOT_ROOMS
) -> bool:
    """Press Ctrl-C in *call*; return whether KeyboardInterrupt comes out.

    It is pressed before opcode *at*, or the next before which the interpreter looks for
    signals: two executions need not be of the same opcodes.
    """
    count = 0

    def strike(_: FrameType, follows_a_call: bool) -> None:
        nonlocal count
        count += 1
        if count > at and follows_a_call:
            count = -sys.maxsize  # once
            signal.raise_signal(signal.SIGINT)

    # A shell that runs the tests in the background has it ignored.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with _each_opcode(strike, rooms):
            call()
    except KeyboardInterrupt:
        return True
    finally:
        signal.signal(signal.SIGINT, former)
    return False


def write_at_once(file: Path) -> None:
    """Write to the file of a metadata store as another process would that does not wait."""
    with closing(sqlite3.connect(file, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE runs SET stack = stack")
        other.commit()
