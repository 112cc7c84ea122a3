"""The key under which a step's outputs are found again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.metadata_stores import ArtifactRecord

    from ._graph import Node

_REPR = 200


def cache_key(node: Node, code_digest: str, inputs: Mapping[str, ArtifactRecord]) -> str:
    """Return the SHA-256 of all that decides a step's outputs; empty for no cache.

    A parameter that cannot be read as data makes a key of no use: two different values
    might look the same.
    """
    if not node.step.cache:
        return ""
    digester = Digester()
    parameters = digester.digest(dict(sorted(node.parameters.items())))
    if digester.is_opaque:
        return ""
    read = sorted((name, a.materializer, a.sha256) for name, a in inputs.items())
    parts = [node.name, code_digest, parameters, read, node.step.outputs]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def recorded(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON values; what is none is told by its repr."""
    return {name: _recorded(value) for name, value in parameters.items()}


def _recorded(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return _repr_of(value)


def _repr_of(value: Any) -> str:
    try:
        text = hex(value) if type(value) is int else repr(value)
    except Exception:  # noqa: BLE001 - `__repr__` of the user's may raise anything
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _REPR else f"{text[: _REPR - 1]}…"
