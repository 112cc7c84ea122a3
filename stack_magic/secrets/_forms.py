"""The texts as which a secret can turn up: its lines, quoted, in JSON, in base64."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_ENOUGH = 4
"""Characters from which on a text is masked wherever it is: a shorter one is in many by chance."""


def forms_of(secret: str) -> set[str]:
    """Return each text that gives *secret* away, of four characters or more."""
    return {form for form in _all_forms(secret) if len(form.strip()) >= LONG_ENOUGH}


def _all_forms(secret: str) -> Iterator[str]:
    for text in (secret, *(line.strip() for line in secret.splitlines())):
        yield from _spelled(text)
        if len(text) >= LONG_ENOUGH:
            yield from _in_base64(text)
    with suppress(ValueError):  # brackets that hold no address
        password = urlsplit(secret).password or ""
        yield from _spelled(password)
        yield from _spelled(unquote(password))


def _spelled(text: str) -> Iterator[str]:
    yield text
    yield repr(text)[1:-1]
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    with suppress(UnicodeEncodeError):  # half of a pair
        for spelled in (quote(text), quote(text, safe=""), quote_plus(text)):
            yield spelled
            yield spelled.replace("%2B", "%2b").lower() if "%" in spelled else spelled


def _in_base64(text: str) -> Iterator[str]:
    """Yield what stands in base64 wherever *text* begins in the encoded bytes."""
    content = text.encode(errors="surrogatepass")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content).rstrip(b"=").decode()
        # What is at the edges depends on the neighbours.
        begin = (0, 2, 3)[before]
        end = len(encoded) - (1 if (before + len(content)) % 3 else 0)
        yield encoded[begin:end]
        yield encoded[begin:end].replace("+", "-").replace("/", "_")
