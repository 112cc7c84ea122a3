"""What all code of this process shares: a run leaves it as it was."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_STREAMS = ("stdin", "stdout", "stderr")


@contextmanager
def kept_process_state() -> Iterator[None]:
    """Put back after the block: streams, logging, warnings, environment, working folder.

    Steps that run side by side undo each other's changes in another order than they made
    them: `redirect_stdout` of two threads leaves the stream of one for good.
    """
    streams = {name: getattr(sys, name) for name in _STREAMS}
    environment = dict(os.environ)
    folder = _working_folder()
    loggers = {logger: _settings_of(logger) for logger in _loggers()}
    disabled = logging.root.manager.disable
    filters, shown, known = warnings.filters, warnings.showwarning, list(warnings.filters)
    try:
        yield
    finally:
        for name, stream in streams.items():
            setattr(sys, name, stream)
        _restore_environment(environment)
        _restore_folder(folder)
        for logger, settings in loggers.items():
            _restore_logger(logger, *settings)
        logging.disable(disabled)
        filters[:] = known  # type: ignore[index]
        warnings.filters, warnings.showwarning = filters, shown
        warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001 - as `warnings` itself does


def _loggers() -> Iterator[logging.Logger]:
    """Yield the loggers that there are; those that an import makes later stay as it made them."""
    yield logging.root
    known = list(logging.root.manager.loggerDict.values())
    yield from (logger for logger in known if isinstance(logger, logging.Logger))


def _settings_of(logger: logging.Logger) -> tuple[Any, ...]:
    return list(logger.handlers), logger.level, logger.propagate, logger.disabled


def _restore_logger(logger: logging.Logger, handlers: list[logging.Handler], *more: Any) -> None:
    if logger.handlers != handlers:
        for handler in logger.handlers:
            with suppress(Exception):  # a stream of the step's may be closed
                handler.flush()
        logger.handlers[:] = handlers
    level, propagate, disabled = more
    if logger.level != level:
        logger.setLevel(level)
    logger.propagate, logger.disabled = propagate, disabled


def _restore_environment(known: dict[str, str]) -> None:
    for name in [name for name in os.environ if name not in known]:
        del os.environ[name]
    for name, value in known.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _working_folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - the text that `chdir` takes
    except OSError:  # it was deleted
        return None


def _restore_folder(folder: str | None) -> None:
    if folder is not None and _working_folder() != folder:
        with suppress(OSError):  # a step has deleted it
            os.chdir(folder)
