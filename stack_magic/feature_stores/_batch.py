"""Rows that are to be ingested, checked: every value can be kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError

from ._keys import entity_keys
from ._tables import table_of
from ._values import encode, kept_values
from ._views import names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ._keys import EntityKind
    from ._tables import Columns


@dataclass(frozen=True)
class Batch:
    """The rows of one ingest, by column.

    Attributes:
        entities: Names of the entity columns.
        keys: What each row's entity is known by.
        kinds: Of which kinds the entities are.
        instants: From when on each row counts, in nanoseconds.
        features: The values of each feature.
    """

    entities: tuple[str, ...]
    keys: Sequence[str]
    kinds: Collection[EntityKind]
    instants: Sequence[int]
    features: Mapping[str, Sequence[Any]]

    def rows(self, features: Sequence[str]) -> Iterator[tuple[str, int, str]]:
        """Yield key, nanoseconds and the values of *features*, as text, of each row."""
        absent = (None,) * len(self.keys)
        columns = [self.features.get(name, absent) for name in features]
        values = zip(*columns, strict=True)
        for key, time, row in zip(self.keys, self.instants, values, strict=True):
            yield key, time, encode(row)


def batch_of(rows: Any, entities: Sequence[str], event_time: str) -> Batch:
    """Return *rows*, records, a data frame or the path of a parquet file, checked.

    Raises:
        UnknownNameError: They lack a column.
        InvalidConfigurationError: A value cannot be kept.
    """
    names = tuple(names_in(entities, "entities"))
    if not names:
        message = "entities is empty, but a view's rows are known by at least one column"
        raise InvalidConfigurationError(message, hint='entities=["user"]')
    table = _columns_of(rows)
    if not len(table) and not table.columns:
        return Batch(names, (), (), (), {})
    table.require([*names, event_time])
    if event_time in names:
        message = f"{event_time!r} is the event time, so it cannot be an entity too"
        raise InvalidConfigurationError(message)
    taken = {*names, event_time}
    features = [_text(column) for column in table.columns if column not in taken]
    return Batch(
        names,
        *_keys(table, names),
        table.instants(event_time),
        {name: kept_values(table.values(name), name) for name in features},
    )


def _columns_of(rows: Any) -> Columns:
    if isinstance(rows, str | os.PathLike):
        from ._arrow import read_parquet

        return read_parquet(rows)
    return table_of(rows)


def _keys(table: Columns, names: tuple[str, ...]) -> tuple[Sequence[str], Collection[EntityKind]]:
    found = entity_keys(table, names)
    keys = [key for key in found.keys if key is not None]
    if len(keys) < len(found.keys):
        number = found.keys.index(None) + 1
        message = f"row {number} belongs to no entity: {' or '.join(names)} is missing"
        raise InvalidConfigurationError(message)
    return keys, found.kinds


def _text(column: Any) -> str:
    if not isinstance(column, str) or not column:
        message = f"{column!r} cannot name a feature: text can"
        raise InvalidConfigurationError(message, hint="rename the column")
    return column
