"""Classes and times that values of many kinds are made of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import zoneinfo
from typing import Any, NamedTuple

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = dt.datetime(2024, 3, 31, 1, 30)  # noqa: DTZ001 - a moment without a zone


class Text(str):
    """A kind of text."""

    __slots__ = ()


class Whole(int):
    """A kind of number."""


class Level(enum.Enum):
    """Names for numbers."""

    LOW = 1


class Shade(enum.StrEnum):
    """Names that are texts."""

    RED = "red"


class Rank(enum.IntEnum):
    """Names that are numbers."""

    FIRST = 1


class Pair(NamedTuple):
    """A tuple with names."""

    a: int
    b: str


@dataclasses.dataclass
class Point:
    """An object."""

    x: float
    y: Any = None
