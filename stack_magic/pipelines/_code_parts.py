"""What the code of a step is made of, by name, as a metadata store keeps it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from ._flavor_calls import calling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.metadata_stores import BaseMetadataStore

_KINDS = {"function": "functions", "class": "classes", "value": "values", "module": "modules"}
_GENERATED = "__create_fn__"  # the methods that dataclasses write


class CodeParts(NamedTuple):
    """Functions, classes and values that a step's code reaches.

    Attributes:
        labels: For each name its kind, and its digest; numbers are `value = 1`.
    """

    labels: Mapping[str, str]

    @classmethod
    def recorded(cls, store: BaseMetadataStore, digest: str) -> CodeParts:
        """Return the parts of recorded code; none where nothing was recorded."""
        with calling(store, "get_sources"):
            text = store.get_sources([digest]).get(digest)
        try:
            parts = json.loads(text or "{}")
        except (ValueError, RecursionError):
            return cls({})
        return cls({str(n): str(p) for n, p in parts.items()} if isinstance(parts, dict) else {})

    @property
    def own(self) -> str:
        """Name of the step's own function: where the code begins."""
        return next((n for n, part in self.labels.items() if part.startswith("function ")), "")

    def kind(self, name: str) -> str:
        """Return function, class or value; empty for a name that is not there."""
        return self.labels.get(name, "").partition(" ")[0]

    def digest(self, name: str) -> str:
        """Return the digest of a part; empty where it has none."""
        text = self._text(name)
        return "" if text.startswith("= ") else text

    def value(self, name: str) -> str:
        """Return a number as it is shown; empty for all else."""
        text = self._text(name)
        return text[2:] if text.startswith("= ") else ""

    def changed(self, now: CodeParts) -> list[str]:
        """Return what differs; a class is named without its methods."""
        names = dict.fromkeys((*now.labels, *self.labels))
        found = [name for name in names if self._text(name) != now._text(name)]
        told = set(found)
        return [name for name in found if not _owners(name) & told]

    def _text(self, name: str) -> str:
        return self.labels.get(name, "").partition(" ")[2]


def names_that_count(parts: CodeParts) -> dict[str, list[str]]:
    """Return the names that a reader knows, by kind: not those of Python and its library."""
    found: dict[str, list[str]] = {plural: [] for plural in _KINDS.values()}
    for name in parts.labels:
        kind = parts.kind(name)
        if not _is_known(name, kind) or _owners(name) & set(parts.labels):
            continue
        plural = _KINDS.get(kind, "values")
        value = parts.value(name)
        found[plural].append(f"{name} = {value}" if value else name)
    return found


def _is_known(name: str, kind: str) -> bool:
    first, dot, _ = name.partition(".")
    is_pythons = first in sys.stdlib_module_names and (bool(dot) or kind == "module")
    return not name.startswith(_GENERATED) and not is_pythons


def _owners(name: str) -> set[str]:
    return set(_prefixes(name))


def _prefixes(name: str) -> Iterator[str]:
    pieces = name.split(".")
    for end in range(1, len(pieces)):
        yield ".".join(pieces[:end])
