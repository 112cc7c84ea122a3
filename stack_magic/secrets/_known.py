"""The secrets that this process has met, and texts without them."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING

from ._finder import MASK, Finder
from ._forms import LONG_ENOUGH, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDE = ("utf-32-le", "utf-16-le")
_IN_BYTES = 8  # shorter ones are in large files by chance
_CHUNK = 1 << 22
_BATCH = 1 << 10


class KnownSecrets:
    """Every secret that this process has resolved, been given, or read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._secrets: frozenset[str] = frozenset()
        self._finders: tuple[frozenset[str], Finder, Finder] | None = None
        self._numbers: frozenset[float] = frozenset()

    @property
    def is_any(self) -> bool:
        """Whether one is known."""
        return bool(self._secrets)

    def learn(self, texts: Iterable[str]) -> frozenset[str]:
        """Mask *texts* from now on; blank ones are no secrets. Return those that are new."""
        given = {one for text in texts if text.strip() for one in (text, text.strip())}
        if given <= self._secrets:
            return frozenset()
        with self._lock:
            new = given - self._secrets
            self._secrets |= new
            self._numbers |= frozenset(_numbers_in(new))
            return frozenset(new)

    def forget(self, texts: Iterable[str]) -> None:
        """Mask *texts* no longer: they were made up."""
        with self._lock:
            self._secrets -= frozenset(texts)
            self._numbers = frozenset(_numbers_in(self._secrets))

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
    new = KNOWN.learn(texts)
    made_up = _MADE_UP.get()
    if made_up is not None:
        made_up |= new


@contextmanager
def secrets_are_made_up() -> Iterator[None]:
    """Forget after the block what it teaches: the secrets of a trial are nobody's.

    A text that was known before stays known.
    """
    made_up: set[str] = set()
    token = _MADE_UP.set(made_up)
    try:
        yield
    finally:
        _MADE_UP.reset(token)
        KNOWN.forget(made_up)


_MADE_UP: ContextVar[set[str] | None] = ContextVar("made_up_secrets", default=None)
