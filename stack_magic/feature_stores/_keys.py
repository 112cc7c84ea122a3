"""What entities are known by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError

from ._values import JSON_TYPES, encode, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._tables import Columns


def entity_keys(table: Columns, names: Iterable[str]) -> list[str | None]:
    """Return what each row's entity is known by; None where a part of it is missing.

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
    keys: list[str | None] = []
    for number, parts in enumerate(zip(*columns, strict=True), start=1):
        try:
            key = known[parts]
        except KeyError:
            key = known[parts] = _key(parts, ordered, number)
        except TypeError:  # a list, say: it has no hash, and is refused
            key = _key(parts, ordered, number)
        keys.append(key)
    return keys


def _key(parts: tuple[Any, ...], names: Iterable[str], number: int) -> str | None:
    found = [_key_part(plain(part)) for part in parts]
    for part, name in zip(found, names, strict=True):
        if type(part) not in JSON_TYPES:
            message = (
                f"{name!r} of row {number} is a {type(part).__name__}, but an entity is known "
                "by text or numbers"
            )
            raise InvalidConfigurationError(message)
    return None if None in found else encode(found)


def _key_part(part: Any) -> Any:
    if type(part) is float:
        if part != part:  # noqa: PLR0124 - true of NaN only, a frame's way to say missing
            return None
        return int(part) if part.is_integer() else part
    return int(part) if type(part) is bool else part
