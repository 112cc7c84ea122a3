"""What entities are known by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import InvalidConfigurationError

from ._values import JSON_TYPES, encode, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ._tables import Columns


class EntityKind(NamedTuple):
    """Of which kind the values of one entity column are, or some of them.

    Attributes:
        column: The name of the column.
        kind: `text` or `number`: no text is equal to a number.
    """

    column: str
    kind: str


@dataclass(frozen=True)
class EntityKeys:
    """What the entities of a table's rows are known by.

    Attributes:
        keys: The key of each row; None where a part of it is missing.
        kinds: The kinds there are, each with the first such value and the number of its row.
    """

    keys: list[str | None] = field(default_factory=list)
    kinds: dict[EntityKind, tuple[Any, int]] = field(default_factory=dict)

    def check_kinds(self, known: Collection[EntityKind], view: str) -> None:
        """Raise InvalidConfigurationError for an entity that no row of a view can be of.

        Args:
            known: The kinds of which the view's entities are.
            view: Its name.
        """
        columns = {kind.column: kind.kind for kind in known}
        for asked, (value, number) in self.kinds.items():
            if asked not in known and asked.column in columns:
                wanted = columns[asked.column]
                message = (
                    f"{asked.column!r} of row {number} is the {asked.kind} {value!r:.80}, but view "
                    f"{view!r} knows {asked.column!r} by {wanted}s only"
                )
                raise InvalidConfigurationError(message, hint=_CONVERSIONS[wanted])


_CONVERSIONS = {
    "number": "ask by int(...), or frame[column].astype(int)",
    "text": "ask by str(...), or frame[column].astype(str)",
}


def entity_keys(table: Columns, names: Iterable[str]) -> EntityKeys:
    """Return what each row's entity is known by.

    Entities are the same when Python's `==` says so of their parts: 1 and 1.0 are one.

    Args:
        table: The rows.
        names: The columns of the entity, in any order.

    Raises:
        InvalidConfigurationError: A part is neither text nor a number.
    """
    ordered = sorted(names)
    columns = [table.values(name) for name in ordered]
    known: dict[tuple[Any, ...], str | None] = {}
    found = EntityKeys()
    for number, parts in enumerate(zip(*columns, strict=True), start=1):
        try:
            key = known[parts]
        except KeyError:
            key = known[parts] = _key(dict(zip(ordered, parts, strict=True)), number, found)
        except TypeError:  # a list, say: it has no hash, and is refused
            key = _key(dict(zip(ordered, parts, strict=True)), number, found)
        found.keys.append(key)
    return found


def _key(parts: Mapping[str, Any], number: int, found: EntityKeys) -> str | None:
    values = {name: _key_part(plain(part)) for name, part in parts.items()}
    for name, value in values.items():
        if type(value) not in JSON_TYPES:
            message = (
                f"{name!r} of row {number} is a {type(value).__name__}, but an entity is known "
                "by text or numbers"
            )
            raise InvalidConfigurationError(message)
        if value is not None:
            kind = EntityKind(name, "text" if type(value) is str else "number")
            found.kinds.setdefault(kind, (value, number))
    return None if None in values.values() else encode(list(values.values()))


def _key_part(part: Any) -> Any:
    if type(part) is float:
        if part != part:  # noqa: PLR0124 - true of NaN only, a frame's way to say missing
            return None
        return int(part) if part.is_integer() else part
    return int(part) if type(part) is bool else part
