"""An answer that is typed: in a terminal, or in a notebook's input box."""

from __future__ import annotations

import _thread
import os
import sys
import threading
from typing import TYPE_CHECKING

from ._question import ALONE
from ._waiting import SLICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._question import Answer, Question
    from ._waiting import Waiting

# Questions of steps that run side by side are asked one after the other.
_TERMINAL = threading.Lock()


def ask_in_terminal(question: Question, time_left: Waiting) -> Answer:
    """Ask by text, where somebody is there to type."""
    if not is_listened_to():
        return ALONE
    if not _acquired(_TERMINAL, time_left):
        return time_left.outcome
    try:
        _forget_what_was_typed()
        return _ask(question, time_left, _line_of_terminal)
    finally:
        _TERMINAL.release()


def ask_in_input_box(question: Question, time_left: Waiting) -> Answer:
    """Ask by `input` in a kernel's main thread, where the front end has a box for it."""
    try:
        return _ask(question, time_left, _line_of_input_box)
    except NotImplementedError:  # IPython's StdinNotImplementedError
        return ALONE


def _ask(
    question: Question, time_left: Waiting, read: Callable[[str, Waiting], str | None]
) -> Answer:
    prompt = question.prompt
    while True:
        try:
            typed = read(prompt, time_left)
        except EOFError:
            return ALONE
        if typed is None:
            return time_left.outcome
        meant = question.understood(typed)
        if meant is not None:
            return question.answered(yes=meant)
        prompt = f"type {question.yes} or {question.no}: "


def is_listened_to() -> bool:
    """Whether stdin is the terminal of this job, and the job is in the foreground."""
    try:
        return sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (AttributeError, OSError, ValueError):
        return False


def _forget_what_was_typed() -> None:
    """Drop lines typed before the question was seen: they do not answer it."""
    import termios

    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _acquired(lock: threading.Lock, time_left: Waiting) -> bool:
    while left := time_left.left:
        if lock.acquire(timeout=min(left, SLICE)):
            return True
    return False


def _line_of_terminal(prompt: str, time_left: Waiting) -> str | None:
    import select

    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(prompt.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
    while left := time_left.left:
        if select.select([sys.stdin], [], [], min(left, SLICE))[0]:
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line
    sys.stdout.write("\n")
    return None


def _line_of_input_box(prompt: str, time_left: Waiting) -> str | None:
    """Return what `input` gives, or None at the time limit, which interrupts it.

    JupyterLab then leaves the box in the cell's output, and takes Enter in it before it
    runs another cell.
    """
    state = threading.Lock()
    ended = rang = False

    def ring() -> None:
        nonlocal rang
        with state:
            if not ended:
                rang = True
                _thread.interrupt_main()

    alarm = threading.Timer(time_left.left, ring)
    alarm.daemon = True
    try:
        try:
            alarm.start()
            return input(prompt)
        finally:
            with state:
                ended = True
            alarm.cancel()
    except KeyboardInterrupt:
        if rang:
            return None
        raise
