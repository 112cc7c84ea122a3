"""Parameters as the JSON values that are recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stack_magic.secrets import masked_json
from stack_magic.stack import as_json, described

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPR = 200
_DIGITS = 4
"""Characters of a digest, as in a cache key's reads: too few to try guesses of a secret against."""


def recorded(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON values, masked; what is none is described in words."""
    return {name: masked_json(_recorded(value)) for name, value in parameters.items()}


def _recorded(value: Any) -> Any:
    try:
        return json.loads(json.dumps(as_json(value)))
    except (TypeError, ValueError, RecursionError):
        found = described(value)
        is_told = found.is_certain and not found.digest
        text = found.text if is_told or len(found.text) <= _REPR else f"{found.text[: _REPR - 1]}…"
        return str(found._replace(text=text, digest=found.digest[:_DIGITS]))
