"""What a stack's components hold in secret, taken out of texts that others wrote."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from stack_magic.errors import StackMagicError

from ._diagnostics import Report
from ._secret_references import members, secret_reference
from ._secrets import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._component import StackComponent

MASK = "******"
_LONG_ENOUGH = 4  # a shorter text is in many a sentence by chance
_LONG_LINE = 8  # from here on, a line of a secret says something of it


def secrets_held(components: Iterable[StackComponent]) -> tuple[str, ...]:
    """Return the secret texts in the fields of *components*, the longest first.

    Each also as it is spelled in a repr, in JSON and in a URL; the long lines of one that
    has several; and the password of one that is a URL.
    """
    found = {text for component in components for text in _of_component(component)}
    forms = {form for text in found for form in _forms(text)}
    return tuple(sorted((t for t in forms if len(t) >= _LONG_ENOUGH), key=len, reverse=True))


def _forms(text: str) -> Iterator[str]:
    yield from _spelled(text)
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LONG_LINE)
    with suppress(ValueError):  # brackets that hold no address
        password = urlsplit(text).password or ""
        yield from _spelled(password)
        yield unquote(password)


def _spelled(text: str) -> Iterator[str]:
    yield text
    yield repr(text)[1:-1]
    yield json.dumps(text)[1:-1]
    with suppress(UnicodeEncodeError):  # half of a pair
        yield quote(text)
        yield quote(text, safe="")
        yield quote_plus(text)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with each of *secrets* masked."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


@contextmanager
def masking(components: Iterable[StackComponent]) -> Iterator[None]:
    """Let the errors of the block say nothing that *components* hold in secret."""
    held = list(components)
    try:
        yield
    except StackMagicError as error:
        secrets = secrets_held(held)
        if not tells(error, secrets):
            raise
        _mask(error, secrets)
        error.__context__ = None
        raise error from None


def tells(error: BaseException, secrets: Sequence[str]) -> bool:
    """Whether a traceback of *error*, or of what led to it, would say one of *secrets*."""
    return any(secret in text for text in _said(error) for secret in secrets)


def _said(error: BaseException | None) -> Iterator[str]:
    """Yield all that a traceback of *error* would say of it and of what led to it."""
    seen: set[int] = set()
    led = [error]
    for one in led:  # grows while it is walked
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        led += [one.__cause__, one.__context__]
        with suppress(Exception):  # `__str__` of the user's may raise anything
            yield f"{one} {one.args!r} {getattr(one, 'hint', '')}"
        yield from (str(note) for note in getattr(one, "__notes__", ()))


def _mask(error: StackMagicError, secrets: Sequence[str]) -> None:
    error.message = redacted(error.message, secrets)
    error.hint = None if error.hint is None else redacted(error.hint, secrets)
    error.args = tuple(redacted(str(text), secrets) for text in error.args)
    error.__notes__ = [redacted(str(note), secrets) for note in getattr(error, "__notes__", ())]
    if error.report is not None:
        found = (
            replace(d, message=redacted(d.message, secrets), fix=redacted(d.fix, secrets))
            for d in error.report.diagnostics
        )
        error.report = Report.of(error.report.subject, found)


def _of_component(component: StackComponent) -> Iterator[str]:
    for name, value in component:
        yield from _of_value(value, plain=name in component.shown_as)


def _of_value(value: Any, *, plain: bool) -> Iterator[str]:
    """Yield the secrets in a value; with *plain*, its ordinary texts are secrets too."""
    if secret_reference(value) is not None:
        return  # as written: it says where the secret is
    if isinstance(value, SECRETS):
        inner = value.get_secret_value()
        yield inner.decode(errors="replace") if isinstance(inner, bytes) else str(inner)
    elif plain and isinstance(value, str | bytes):
        yield value.decode(errors="replace") if isinstance(value, bytes) else value
    elif plain and (isinstance(value, os.PathLike) or hasattr(value, "unicode_string")):
        yield str(value)  # a path, or one of pydantic's URLs
    for item in members(value):
        yield from _of_value(item, plain=plain)
