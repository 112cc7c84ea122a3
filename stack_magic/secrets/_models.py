"""Secrets in the fields of models: learned when they are given, kept out of pickles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._annotations import is_secret_by_name, secret_fields
from ._hidden_texts import hidden
from ._known import is_short
from ._values import holds_secret, learn_all, learn_secrets, texts_in_secret

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import BaseModel


def learn_fields(model: BaseModel, referred: Collection[str] = ()) -> None:
    """Mask from now on what a model's secret fields hold, and all in those of *referred*."""
    for name, value in model:
        learn_given(value, is_secret=name in referred or is_secret_by_name(type(model), name))


def hide_fields(model: BaseModel, referred: Collection[str] = ()) -> None:
    """Let the plain texts in secret fields, and in those of *referred*, be listed as masks."""
    values = vars(model)
    for name in list(values):
        if name in referred or is_secret_by_name(type(model), name):
            values[name] = hidden(values[name])


def fields_with_short_secrets(model: BaseModel) -> list[str]:
    """Return the secret fields whose value is too short to be masked within other texts."""
    return [
        name
        for name, value in model
        if any(map(is_short, texts_in_secret(value)))
        or (is_secret_by_name(type(model), name) and isinstance(value, str) and is_short(value))
    ]


def learn_given(value: Any, *, is_secret: bool) -> None:
    """Mask from now on what *value* holds in secret; all of it, if it *is_secret* as a whole."""
    if is_secret:
        learn_all(value)
    else:
        learn_secrets(value)


def refuse_pickled_secrets(model: BaseModel) -> None:
    """Raise when *model* holds a secret value, which a pickle would show in clear.

    Raises:
        TypeError: The class pickle itself raises for what cannot be pickled.
    """
    referred = getattr(model, "shown_as", {})
    secrets = {n for n in secret_fields(type(model)) if holds_secret(getattr(model, n))}
    held = sorted(secrets.union(referred))
    if held:
        message = (
            f"{type(model).__name__} holds a secret in {', '.join(held)}; secrets do not "
            "leave by pickle: export the stack, which keeps references only"
        )
        raise TypeError(message)
