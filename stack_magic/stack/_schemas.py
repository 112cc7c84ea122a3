"""Pydantic's schemas of components, with what a component needs otherwise."""

from __future__ import annotations

from typing import Any


def with_lists(schema: Any) -> Any:
    """Return *schema* with lists in the place of iterators, which can be read only once.

    `Iterable[str]` and `Generator[...]` are validated as they are read, and then empty: the
    values of a component are shown, compared and used many times.
    """
    if isinstance(schema, list):
        return [with_lists(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: with_lists(item) for key, item in schema.items()}
    if schema.get("type") == "generator":
        changed["type"] = "list"
    return changed
