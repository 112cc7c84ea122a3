"""Values as JSON, or in words that are never the same for two that differ."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from stack_magic.capture import Digester
from stack_magic.secrets import SECRETS, tells_secret

if TYPE_CHECKING:
    from stack_magic.capture import Visit

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_DIGITS = 12
_SCALARS = {type(None), bool, int, float, str, bytes, complex}
_TELLING = {*_SCALARS, Decimal, Fraction, UUID, date, datetime, time, timedelta, range}
"""Types whose repr tells all of a value."""


class Description(NamedTuple):
    """A value that is no JSON, in words.

    Attributes:
        text: Its repr, whole and without addresses, which differ each time.
        digest: The beginning of the SHA-256 of what it holds; empty where the repr tells
            all, and where the digest would be one of a secret.
        is_certain: Whether two that differ have two descriptions.
        secret: Whether it reaches a secret.
    """

    text: str
    digest: str = ""
    is_certain: bool = True
    secret: bool = False

    def __str__(self) -> str:
        return f"{self.text} #{self.digest}" if self.digest else self.text


def as_json(value: Any) -> Any:
    """Return *value* as JSON keeps it: numbers of NumPy as numbers, tuples as lists.

    Raises:
        TypeError: It is no JSON: a key is no text, or a number is none that a float holds.
        RecursionError: It holds itself.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and float(value) == value:
        return float(value)
    raise TypeError


def described(value: Any) -> Description:
    """Return *value* in words: its repr, with a digest where that does not tell all.

    Of a value that reaches a secret there is no digest.
    """
    exact = _exact(value)
    if exact is not None:
        return Description(exact)
    try:
        text = _ADDRESS.sub("", repr(value))
    except Exception:  # noqa: BLE001 - `__repr__` of the user's may raise anything
        text = f"<{type(value).__name__}>"
    try:
        walk = Digester().walk(value)
    except Exception:  # noqa: BLE001 - neither is the user's object known to be readable
        return Description(text, is_certain=False)
    if any(_is_secret(visit) for visit in walk.visits):
        return Description(text, is_certain=False, secret=True)
    return Description(text, walk.digest[:_DIGITS], is_certain=not walk.is_opaque)


def _is_secret(visit: Visit) -> bool:
    texts = (text for text in visit.texts if text)
    return isinstance(visit.thing, SECRETS) or any(map(tells_secret, texts))


def _exact(value: Any) -> str | None:
    """Return the repr of a value that it tells all of, None for another."""
    kind = type(value)
    is_path = issubclass(kind, PurePath) and kind.__module__.startswith("pathlib")
    if kind in _TELLING or is_path:
        return _repr(value)
    if kind in {set, frozenset}:
        members = [_exact(member) for member in value]
        if value and None not in members:  # Python has them in another order each time
            inner = f"{{{', '.join(sorted(filter(None, members)))}}}"
            return inner if kind is set else f"frozenset({inner})"
    return None


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except ValueError:  # Python writes no int of more than 4300 digits in decimal
        return hex(value) if isinstance(value, int) else f"<{type(value).__name__}>"
