"""Generators and other iterators: read once into a list, since they are empty afterwards."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

from stack_magic.errors import InvalidPipelineError

MOST = 1_000_000
"""Items that are read: an iterator may never end."""


def is_iterator(value: Any) -> bool:
    """Whether it can be read only once; an open file is none of these."""
    return isinstance(value, Iterator) and not isinstance(value, io.IOBase)


def items_of(iterator: Iterator[Any], whose: str) -> list[Any]:
    """Return all items.

    Args:
        iterator: It is empty afterwards.
        whose: What it is, for the error.

    Raises:
        InvalidPipelineError: There are more than a million.
    """
    items = list(islice(iterator, MOST + 1))
    return _checked(items, type(iterator).__name__, whose)


async def items_of_async(iterator: AsyncIterator[Any], whose: str) -> list[Any]:
    """Return all items of an asynchronous one, likewise."""
    items = []
    async for item in iterator:
        items.append(item)
        if len(items) > MOST:
            break
    return _checked(items, type(iterator).__name__, whose)


def _checked(items: list[Any], kind: str, whose: str) -> list[Any]:
    if len(items) > MOST:
        message = f"{whose} is a {kind} of more than {MOST:,} items: it is read into a list"
        hint = "pass what it is made from, and make it in the step; a step may write a file"
        raise InvalidPipelineError(message, hint=hint)
    return items
