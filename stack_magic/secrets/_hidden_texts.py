"""Secrets that are plain texts: used as any other text, and not shown where values are listed."""

from __future__ import annotations

from typing import Any

from ._finder import MASK
from ._values import secret_reference


class HiddenText(str):
    """A text whose `repr` is a mask: `vars`, `dict` and tracebacks list values by theirs."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)

    def __reduce__(self) -> Any:
        return str, (str(self),)


class HiddenBytes(bytes):
    """Bytes whose `repr` is a mask."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK.encode())

    def __reduce__(self) -> Any:
        return bytes, (bytes(self),)


def hidden(value: Any) -> Any:
    """Return *value* with the texts in it hidden; references are shown as they are."""
    if type(value) is str and value and secret_reference(value) is None:
        return HiddenText(value)
    if type(value) is bytes and value:
        return HiddenBytes(value)
    if type(value) is dict:
        return {key: hidden(item) for key, item in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(map(hidden, value))
    return value
