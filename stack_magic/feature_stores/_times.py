"""Times as microseconds since 1970: what they are compared and kept by.

A finer time is rounded so that nothing of the future can be seen: from when on a feature is
known, upwards; when it is asked for, downwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_IN_MICROSECONDS = {"s": 1_000_000, "ms": 1000, "us": 1}


def instant(moment: datetime, *, up: bool = False) -> int:
    """Return the microseconds of *moment*; one without a zone is of UTC."""
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=UTC)
    if up:
        return -((_EPOCH - moment) // _MICROSECOND)
    return (moment - _EPOCH) // _MICROSECOND


def instants(moments: Iterable[Any], column: str, *, up: bool) -> list[int]:
    """Return the microseconds of each; raises InvalidConfigurationError for no datetime."""
    found: list[int] = []
    for number, moment in enumerate(moments, start=1):
        # pandas' NaT is a datetime, and unlike any other not itself.
        if not isinstance(moment, datetime) or moment != moment:  # noqa: PLR0124 - see above
            raise _no_time(number, column, moment)
        found.append(instant(moment, up=up))
    return found


def counted_instants(
    counts: Iterable[int | None], unit: str, column: str, *, up: bool
) -> list[int]:
    """Return the microseconds of times that a data frame counts in *unit* since 1970."""
    found: list[int] = []
    factor = _IN_MICROSECONDS.get(unit)
    for number, count in enumerate(counts, start=1):
        if count is None:
            raise _no_time(number, column, None)
        if factor is not None:
            found.append(count * factor)
        else:
            found.append(-(-count // 1000) if up else count // 1000)
    return found


def _no_time(number: int, column: str, value: Any) -> InvalidConfigurationError:
    is_missing = value is None or value != value  # noqa: PLR0124 - as above
    shown = "is missing" if is_missing else f"is {value!r:.80}"
    message = f"{column!r} of row {number} {shown}, but a datetime is wanted"
    way_out = "datetime.fromisoformat(...)" if isinstance(value, str) else None
    return InvalidConfigurationError(message, hint=way_out)
