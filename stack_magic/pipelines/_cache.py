"""The key under which a step's outputs are found again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.capture import Digester

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.metadata_stores import ArtifactRecord

    from ._graph import Node
    from ._step import Step

_REPR = 200


class Code(NamedTuple):
    """What a step's code is at one moment, and whether some of it cannot be read."""

    digest: str
    is_opaque: bool


def code_of(step: Step[..., Any], digester: Digester | None = None) -> Code:
    """Return what the code of *step* is now."""
    digester = digester or Digester(imports=True)
    digest = digester.digest(step.function)
    return Code(digest, digester.is_opaque)


def cache_key(node: Node, code: Code, inputs: Mapping[str, ArtifactRecord]) -> str:
    """Return the SHA-256 of all that decides a step's outputs; empty for no cache.

    A parameter, or a value that the code reads, that cannot be read as data makes a key
    of no use: two different values might look the same.
    """
    if not node.step.cache or code.is_opaque:
        return ""
    digester = Digester()
    parameters = digester.digest(dict(sorted(node.parameters.items())))
    if digester.is_opaque:
        return ""
    read = sorted((name, a.materializer, a.sha256) for name, a in inputs.items())
    parts = [node.name, code.digest, parameters, read, node.step.outputs, node.groups]
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
