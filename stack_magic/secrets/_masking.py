"""The errors of user code, without what they say of secrets."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ._known import masked, tells_secret

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def masking() -> Iterator[None]:
    """Let what the block raises say no known secret, and nothing that led to it either."""
    try:
        yield
    except Exception as error:
        if not tells(error):
            raise
        _mask(error)
        error.__context__ = None
        raise error from None


def tells(error: BaseException) -> bool:
    """Whether a traceback of *error*, or of what led to it, would say a known secret."""
    return any(tells_secret(text) for text in _said(error))


def _said(error: BaseException | None) -> Iterator[str]:
    """Yield all that a traceback of *error* would say of it and of what led to it."""
    seen: set[int] = set()
    led = [error]
    for one in led:  # grows while it is walked
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        led += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            led += one.exceptions
        with suppress(Exception):  # `__str__` of the user's may raise anything
            yield str(one)
        with suppress(Exception):
            yield f"{one.args!r} {getattr(one, 'hint', '')}"
        yield from (str(note) for note in getattr(one, "__notes__", ()))


def _mask(error: Exception) -> None:
    error.args = tuple(_without(argument) for argument in error.args)
    for name, value in vars(error).items():
        setattr(error, name, _without(value))


def _without(value: Any) -> Any:
    """Return what an error keeps, masked: texts, lists of texts, reports."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list | tuple):
        return type(value)(map(_without, value))
    return value.masked() if hasattr(value, "masked") else value
