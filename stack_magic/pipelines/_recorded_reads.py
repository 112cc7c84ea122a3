"""What a step read, as its record has it: a store keeps any JSON, so that it may be anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def names_read(reads: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return the names of one kind with what they stood for: files, parameters and the like."""
    found = reads.get(kind)
    return found if isinstance(found, dict) else {}


def text_read(reads: Mapping[str, Any], kind: str) -> str:
    """Return what was recorded as a text: the run that was compared; empty for none."""
    found = reads.get(kind)
    return found if isinstance(found, str) else ""
