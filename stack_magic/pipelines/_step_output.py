"""What steps print, by step: a tap on the streams of this process."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from copy import copy
from typing import TYPE_CHECKING, Any

from stack_magic.machine import context_value
from stack_magic.secrets import masked, tells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def say(text: str) -> None:
    """Print where the step's own prints go, masked, whatever characters the stream can write."""
    try:
        print(masked(text))  # noqa: T201 - a step says so
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(masked(text).encode(encoding, "backslashreplace").decode(encoding))  # noqa: T201


@contextmanager
def heard_by(listener: Callable[[str], None] | None) -> Iterator[None]:
    """Tell *listener* what the block prints while the streams are tapped; None nobody."""
    with context_value(_LISTENER, listener):
        yield


@contextmanager
def tapped_streams() -> Iterator[None]:
    """Let listeners hear what is written to this process's streams and loggers.

    All of it still goes where it went before, secrets that this process knows masked.
    """
    with ExitStack() as taps:
        for name in ("stdout", "stderr"):
            taps.enter_context(_tapped(name))
        taps.enter_context(_tapped_loggers())
        yield


@contextmanager
def _tapped_loggers() -> Iterator[None]:
    """Hear what is logged, without a handler: with one, `logging.basicConfig` does nothing."""
    former = logging.Logger.callHandlers

    def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
        record = _masked_record(record)
        former(logger, record)
        handlers = [h for h in _handlers_of(logger) if record.levelno >= h.level]
        # Those that write to a tapped stream are heard there.
        if handlers and not any(_writes_to_tap(h) for h in handlers):
            _tell(f"{handlers[0].format(record)}\n")

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        logging.Logger.callHandlers = former  # type: ignore[method-assign]


def _masked_record(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record that says no known secret; the record itself if it says none."""
    try:
        said = record.getMessage()
    except Exception:  # noqa: BLE001 - its handlers tell of a record that cannot be formatted
        return record
    shown, error = masked(said), record.exc_info[1] if record.exc_info else None
    tells_more = error is not None and tells(error)
    if shown == said and not tells_more:
        return record
    copied = copy(record)
    copied.msg, copied.args = shown, ()
    if tells_more:
        formatted = logging.Formatter().formatException(record.exc_info)  # type: ignore[arg-type]
        copied.exc_info, copied.exc_text = None, masked(formatted)
    return copied


def _handlers_of(logger: logging.Logger | None) -> Iterator[logging.Handler]:
    while logger is not None:
        yield from logger.handlers
        logger = logger.parent if logger.propagate else None


@contextmanager
def _tapped(name: str) -> Iterator[None]:
    former = getattr(sys, name)
    tap = _Tap(former)
    setattr(sys, name, tap)
    try:
        yield
    finally:
        if getattr(sys, name) is tap:  # else a step has put something in its place
            setattr(sys, name, former)


class _Tap:
    """A stream that passes everything on, masked."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: Any) -> int:
        shown = masked(text) if isinstance(text, str) else text  # which the stream refuses
        _tell(shown)
        self._stream.write(shown)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _tell(text: str) -> None:
    """Tell the listener, who does not hear what is said while listening."""
    listener = _LISTENER.get()
    if listener is not None:
        with heard_by(None):
            listener(text)


def _writes_to_tap(handler: logging.Handler) -> bool:
    return isinstance(getattr(handler, "stream", None), _Tap)
