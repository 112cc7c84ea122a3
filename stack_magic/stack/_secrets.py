"""Which fields hold secrets, and what may not happen to them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import Secret, SecretBytes, SecretStr

if TYPE_CHECKING:
    from pydantic import BaseModel

_SECRETS = (SecretStr, SecretBytes, Secret)


def is_secret_annotation(annotation: Any) -> bool:
    """Whether a value of *annotation* may be a secret."""
    if isinstance(annotation, type) and issubclass(annotation, _SECRETS):
        return True
    return any(is_secret_annotation(part) for part in get_args(annotation))


@lru_cache(maxsize=512)
def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields of *model* that hold secrets."""
    fields = model.model_fields.items()
    return frozenset(n for n, f in fields if is_secret_annotation(f.annotation))


def refuse_pickled_secrets(model: BaseModel) -> None:
    """Raise when *model* holds a secret value, which a pickle would show in clear.

    Raises:
        TypeError: The class pickle itself raises for what cannot be pickled.
    """
    held = sorted(n for n in secret_fields(type(model)) if getattr(model, n) is not None)
    if held:
        message = (
            f"{type(model).__name__} holds a secret in {', '.join(held)}; secrets do not "
            "leave by pickle: export the stack, which keeps references only"
        )
        raise TypeError(message)
