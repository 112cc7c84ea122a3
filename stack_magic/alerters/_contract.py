"""What every alerter promises.

To try it posts a few messages, which say that they are a trial; nobody has to answer.
"""

from __future__ import annotations

import threading
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from stack_magic.stack import Contract, Promise, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseAlerter

LIMIT = 10.0
"""Seconds that a call may take which waits for nobody."""

_PLAIN = "This is a trial of the alerter."
# What formatting, HTML, a terminal or an encoding may stumble over.
_ODD = (
    "This is a trial of the alerter: <b>&amp; %s {0} \\ 'zwölf' 🎉 \x1b[31m \u202e \ud800\nline 2"
)
_AT_ONCE = {"timeout": 0}


def _within_the_limit(call: Callable[[], Any]) -> Any:
    """Return what *call* returns, or raise what it raises; it may hang."""
    ended: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def work() -> None:
        try:
            ended.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            ended.put((None, error))

    _thread(work).start()
    try:
        result, error = ended.get(timeout=LIMIT)
    except Empty:
        message = f"it did not return within {LIMIT:g} s"
        raise AssertionError(message) from None
    if error is not None:
        raise error
    return result


def _thread(work: Callable[[], None]) -> threading.Thread:
    """Return a thread whose outputs are the caller's; nobody waits for one that hangs."""
    context = copy_context()
    return threading.Thread(target=context.run, args=(work,), name="contract", daemon=True)


def _says_whether_sent(alerter: BaseAlerter) -> None:
    sent = _within_the_limit(lambda: alerter.post(_PLAIN, None))
    expect(isinstance(sent, bool), f"post returned {sent!r}")


def _posts_any_text(alerter: BaseAlerter) -> None:
    _within_the_limit(lambda: alerter.post(_ODD, None))
    _within_the_limit(lambda: alerter.post("", None))


def _posts_from_threads(alerter: BaseAlerter) -> None:
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def post() -> None:
        try:
            start.wait(LIMIT)
            alerter.post(_PLAIN, None)
        except BaseException as error:  # noqa: BLE001 - told by the one who waits
            failures.append(error)

    threads = [_thread(post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    expect(not failures, f"one of two threads got {failures[:1]!r}")
    expect(not any(t.is_alive() for t in threads), "two threads got in each other's way")


def _takes_silence_for_no(alerter: BaseAlerter) -> None:
    answer = _within_the_limit(lambda: alerter.ask(_PLAIN, _AT_ONCE))
    expect(answer is False, f"nobody answered, and ask returned {answer!r}")


def _asks_anything(alerter: BaseAlerter) -> None:
    _within_the_limit(lambda: alerter.ask(_ODD, _AT_ONCE))


CONTRACT = Contract(
    (
        Promise("says whether a message was sent", _says_whether_sent),
        Promise("posts any text without raising", _posts_any_text),
        Promise("posts from two threads at the same time", _posts_from_threads),
        Promise("takes no answer in time for a no", _takes_silence_for_no),
        Promise("asks any question without raising", _asks_anything),
    )
)
