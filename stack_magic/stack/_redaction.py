"""What a stack's components hold in secret, taken out of texts that others wrote."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import SecretBytes, SecretStr

from stack_magic.errors import StackMagicError

from ._secret_references import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._component import StackComponent

MASK = "******"
_LONG_ENOUGH = 4  # a shorter text is in many a sentence by chance


def secrets_held(components: Iterable[StackComponent]) -> tuple[str, ...]:
    """Return the secret texts in the fields of *components*, the longest first."""
    found = {text for component in components for text in _of_component(component)}
    return tuple(sorted((t for t in found if len(t) >= _LONG_ENOUGH), key=len, reverse=True))


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
        told = [str(error), str(error.__cause__), *getattr(error, "__notes__", ())]
        if any(secret in text for secret in secrets for text in told):
            error.message = redacted(error.message, secrets)
            error.args = tuple(redacted(str(text), secrets) for text in error.args)
            error.__notes__ = [redacted(n, secrets) for n in getattr(error, "__notes__", ())]
            raise error from None
        raise


def _of_component(component: StackComponent) -> Iterator[str]:
    for name, value in component:
        yield from _of_value(value, plain=name in component.shown_as)


def _of_value(value: Any, *, plain: bool) -> Iterator[str]:
    """Yield the secrets in a value; with *plain*, its ordinary texts are secrets too."""
    if isinstance(value, SecretStr | SecretBytes):
        text = value.get_secret_value()
        yield text if isinstance(text, str) else text.decode(errors="replace")
    elif isinstance(value, str) and plain:
        yield value
    for item in members(value):
        yield from _of_value(item, plain=plain)
