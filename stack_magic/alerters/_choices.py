"""What a step may choose for one message: the keys of `config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from stack_magic.errors import InvalidConfigurationError, did_you_mean


class Choices(BaseModel):
    """The keys of a `config` with their types and defaults: a flavor derives its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def read(cls, config: Mapping[str, Any] | None, **defaults: Any) -> Self:
        """Return what *config* chooses, and the defaults for the rest.

        Raises:
            InvalidConfigurationError: It has a key or a value that does not fit.
        """
        if config is not None and not isinstance(config, Mapping):
            message = f"config is of type {type(config).__name__}, and must be a mapping"
            raise InvalidConfigurationError(message)
        given = dict(config or {})
        for key in given:
            if key not in cls.model_fields:
                raise cls._unknown(key)
        try:
            return cls(**{**defaults, **given})
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            subject = f"config key {detail['loc'][0]!r}" if detail["loc"] else "config"
            message = f"{subject} does not fit: {detail['msg']}"
            raise InvalidConfigurationError(message) from None

    @classmethod
    def _unknown(cls, key: Any) -> InvalidConfigurationError:
        known = ", ".join(cls.model_fields) or "none"
        message = f"config has no key {key!r}; known: {known}"
        near = did_you_mean(str(key), cls.model_fields)
        return InvalidConfigurationError(message, hint=f"did you mean {near!r}?" if near else None)
