"""The secrets that this process has met, and texts without them."""

from __future__ import annotations

import re
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from pydantic_core import SchemaError, SchemaValidator, core_schema

from ._forms import LONG_ENOUGH, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MASK = "******"
_PREFIX = 64
_LEAF = 400
_PIECE = 1 << 15
_WIDE = ("utf-32-le", "utf-16-le")
_IN_BYTES = 8  # shorter ones are in large files by chance
_CHUNK = 1 << 22
_BATCH = 1 << 10


class Finder:
    """Finds some texts in others.

    pydantic-core's engine for patterns looks for all of them at once and says only whether
    there is one; the places are then looked for in the small part that has it.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = sorted(texts, key=len, reverse=True)
        self._of_lines = [text for text in self._texts if "\n" not in text]
        self._of_several = [text for text in self._texts if "\n" in text]
        self._any = _any_of(self._of_lines)

    def is_in(self, text: str) -> bool:
        """Whether one of the texts is in *text*."""
        if any(several in text for several in self._of_several):
            return True
        if not self._may_be_in(text):
            return False
        return any(one in text for one in self._of_lines)

    def masked(self, text: str) -> str:
        """Return *text* with MASK in the place of each of the texts."""
        if any(several in text for several in self._of_several):
            text = _without(text, self._of_several)
        return "".join(self._parts(text))

    def _parts(self, text: str) -> Iterator[str]:
        """Yield *text* in parts, masked: halved at line ends down to the lines that have one."""
        waiting = list(_pieces(text))[::-1]
        while waiting:
            part = waiting.pop()
            if not self._may_be_in(part):
                yield part
                continue
            middle = part.find("\n", len(part) // 2) + 1 if len(part) > _LEAF else 0
            if 0 < middle < len(part):
                waiting += [part[middle:], part[:middle]]
            else:
                yield _without(part, self._of_lines)

    def _may_be_in(self, text: str) -> bool:
        if not self._of_lines:
            return False
        if self._any is None or self._any.isinstance_python(text):
            return True
        return not text.isascii() and _has_surrogates(text)  # which are no text to pydantic-core


def _pieces(text: str) -> Iterator[str]:
    """Yield *text* in pieces of whole lines, each so small that the search for one is short."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _PIECE) + 1 or len(text)
        yield text[begin:end]
        begin = end


def _any_of(texts: Sequence[str]) -> SchemaValidator | None:
    """Return what is valid if it has one of *texts*; None when that cannot be compiled."""
    starts = {text[:_PREFIX] for text in texts}
    pattern = "|".join(re.escape(start) for start in sorted(starts))
    with suppress(SchemaError, UnicodeEncodeError):
        return SchemaValidator(core_schema.str_schema(pattern=pattern))
    return None


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _without(text: str, secrets: Sequence[str]) -> str:
    """Return *text* with MASK in the place of *secrets*, overlapping ones as one."""
    shown: list[str] = []
    at = 0
    for begin, end in _merged(sorted(_places(text, secrets))):
        shown += [text[at:begin], MASK]
        at = end
    return "".join([*shown, text[at:]])


def _places(text: str, secrets: Sequence[str]) -> Iterator[tuple[int, int]]:
    for secret in secrets:
        at = text.find(secret)
        while at >= 0:
            yield at, at + len(secret)
            at = text.find(secret, at + 1)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in places:
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


class KnownSecrets:
    """Every secret that this process has resolved, been given, or read; none is forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._secrets: frozenset[str] = frozenset()
        self._finders: tuple[frozenset[str], Finder, Finder] | None = None
        self._numbers: frozenset[float] = frozenset()

    @property
    def is_any(self) -> bool:
        """Whether one is known."""
        return bool(self._secrets)

    def learn(self, texts: Iterable[str]) -> None:
        """Mask *texts* from now on; blank ones are no secrets."""
        new = {one for text in texts if text.strip() for one in (text, text.strip())}
        if new <= self._secrets:
            return
        with self._lock:
            self._secrets |= new
            self._numbers |= frozenset(_numbers_in(new))

    @property
    def numbers(self) -> frozenset[float]:
        """The numbers that, written as texts, are secrets."""
        return self._numbers

    def masked(self, text: str) -> str:
        """Return *text* without any known secret, however it is spelled.

        A secret of less than four characters is masked where it is the whole text.
        """
        secrets = self._secrets
        if not secrets:
            return text
        if text.strip() in secrets:
            return text.replace(text.strip(), MASK)  # a line keeps its end
        return self._finder(secrets)[0].masked(text)

    def is_in(self, text: str) -> bool:
        """Whether `masked` would change *text*."""
        secrets = self._secrets
        if not secrets:
            return False
        return text.strip() in secrets or self._finder(secrets)[0].is_in(text)

    def is_in_any(self, texts: Sequence[str]) -> bool:
        """Whether `masked` would change one of *texts*."""
        secrets = self._secrets
        if not secrets or not texts:
            return False
        if any(text.strip() in secrets for text in texts):
            return True
        finder = self._finder(secrets)[0]
        # Many at once, with a character between them that is in no secret that is typed.
        batches = (texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH))
        return any(finder.is_in("\0".join(batch)) for batch in batches)

    def is_in_bytes(self, content: bytes) -> bool:
        """Whether *content* has a known secret of eight characters or more in clear."""
        secrets = self._secrets
        if not secrets:
            return False
        finder = self._finder(secrets)[1]
        for begin in range(0, len(content), _CHUNK):
            chunk = content[begin : begin + _CHUNK + (1 << 16)]
            if finder.is_in(chunk.decode("latin-1")):
                return True
        return False

    def _finder(self, secrets: frozenset[str]) -> tuple[Finder, Finder]:
        """Return what finds *secrets* in texts, and what finds them in bytes."""
        made = self._finders
        if made is None or made[0] is not secrets:
            forms = {form for secret in secrets for form in forms_of(secret)}
            made = self._finders = (secrets, Finder(forms), Finder(_in_bytes(secrets, forms)))
        return made[1:]


def _numbers_in(texts: Iterable[str]) -> Iterator[float]:
    for text in texts:
        for number in (int, float):
            with suppress(ValueError):
                yield number(text)


def _in_bytes(secrets: Iterable[str], forms: Iterable[str]) -> set[str]:
    """Return what gives secrets away in bytes: arrays of texts have four bytes a character."""
    written = [*((form, "utf-8") for form in forms), *((s, e) for s in secrets for e in _WIDE)]
    return {
        text.encode(encoding, errors="surrogatepass").decode("latin-1")
        for text, encoding in written
        if len(text) >= _IN_BYTES
    }


KNOWN = KnownSecrets()


def is_short(secret: str) -> bool:
    """Whether a secret is too short to be masked within other texts."""
    return 0 < len(secret.strip()) < LONG_ENOUGH


def masked(text: str) -> str:
    """Return *text* without any secret that this process knows."""
    return KNOWN.masked(text)


def knows_any() -> bool:
    """Whether this process knows a secret."""
    return KNOWN.is_any


def secret_numbers() -> frozenset[float]:
    """Return the numbers that, written as texts, are secrets that this process knows."""
    return KNOWN.numbers


def any_tells_secret(texts: Sequence[str]) -> bool:
    """Whether one of *texts* has a secret that this process knows."""
    return KNOWN.is_in_any(texts)


def tells_secret(text: str) -> bool:
    """Whether *text* has a secret that this process knows."""
    return KNOWN.is_in(text)


def bytes_tell_secret(content: bytes) -> bool:
    """Whether *content* has a known secret of eight characters or more in clear."""
    return KNOWN.is_in_bytes(content)


def learn(*texts: str) -> None:
    """Mask *texts*, in each of their forms, wherever user code's words are shown."""
    KNOWN.learn(texts)
