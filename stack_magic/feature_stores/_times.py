"""Times as nanoseconds since 1970: what they are compared and kept by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from stack_magic.errors import InvalidConfigurationError

from ._moments import NanosecondTime, split, zone_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INT64 = range(-(2**63) + 1, 2**63)
_IN_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}


def instant(moment: datetime) -> int:
    """Return the nanoseconds of *moment*; one without a zone is of UTC."""
    # Nearly all are plain, and spare the call: an ingest comes by here for each row.
    plain, nanoseconds = (moment, 0) if type(moment) is datetime else split(moment)
    if plain.utcoffset() is None:
        plain = plain.replace(tzinfo=UTC)
    return (plain - _EPOCH) // _MICROSECOND * 1000 + nanoseconds


def instants(moments: Iterable[Any], column: str) -> list[int]:
    """Return the nanoseconds of each; raises InvalidConfigurationError for no datetime."""
    found: list[int] = []
    for number, moment in enumerate(moments, start=1):
        # pandas' NaT is a datetime, and unlike any other not itself.
        if not isinstance(moment, datetime) or moment != moment:  # noqa: PLR0124 - see above
            raise _no_time(number, column, moment)
        found.append(instant(moment))
    return found


def counted_instants(counts: Iterable[int | None], unit: str, column: str) -> list[int]:
    """Return the nanoseconds of times that a data frame counts in *unit* since 1970."""
    factor = _IN_NANOSECONDS[unit]
    counted = list(counts)
    if None in counted:
        raise _no_time(counted.index(None) + 1, column, None)
    return [count * factor for count in counted if count is not None]


class TimeColumn(NamedTuple):
    """Times as a data frame counts them since 1970.

    Attributes:
        counts: The times, in *unit*; None for a missing one.
        unit: `us`, or `ns` where one of them has nanoseconds.
        zone: The name of their zone, or `+02:00`; `UTC` for several; None for naive times.
    """

    counts: list[int | None]
    unit: Literal["us", "ns"]
    zone: str | None


def time_column(values: Sequence[Any]) -> TimeColumn | None:
    """Return the times of a column, or None where something else is among them."""
    times = [value for value in values if value is not None]
    kinds = set(map(type, times))
    if not times or not kinds <= {datetime, NanosecondTime}:
        return None
    zones = {_zone_of(value) for value in times}
    is_fine = NanosecondTime in kinds
    counts = [None if value is None else _count(value, is_fine=is_fine) for value in values]
    if (None in zones and len(zones) > 1) or not all(n is None or n in _INT64 for n in counts):
        return None
    zone = zones.pop() if len(zones) == 1 else "UTC"
    return TimeColumn(counts, "ns" if is_fine else "us", zone)


def _count(value: datetime | NanosecondTime, *, is_fine: bool) -> int:
    if isinstance(value, NanosecondTime):
        return instant(value.moment) + value.nanoseconds
    return instant(value) if is_fine else instant(value) // 1000


def _zone_of(value: datetime | NanosecondTime) -> str | None:
    moment = value.moment if isinstance(value, NanosecondTime) else value
    offset = moment.utcoffset()
    if offset is None:
        return None
    of_minutes = f"{moment:%z}"  # +HHMM, and seconds where there are some
    of_minutes = f"{of_minutes[:3]}:{of_minutes[3:]}" if offset else "UTC"
    return zone_name(moment.tzinfo) or (of_minutes if len(of_minutes) <= len("+02:00") else "UTC")


def _no_time(number: int, column: str, value: Any) -> InvalidConfigurationError:
    is_missing = value is None or value != value  # noqa: PLR0124 - as above
    shown = "is missing" if is_missing else f"is {value!r:.80}"
    message = f"{column!r} of row {number} {shown}, but a datetime is wanted"
    way_out = "datetime.fromisoformat(...)" if isinstance(value, str) else None
    return InvalidConfigurationError(message, hint=way_out)
