"""Times as values of features: with the name of their zone, and finer than a datetime.

A time is kept as text of RFC 9557: `2024-10-27T02:30:00.000000001+01:00[Europe/Berlin]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from stack_magic.errors import MissingDependencyError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?)(?P<nanoseconds>\d{3})?"
    r"(?P<offset>[+-]\d\d:[\d:.]+)?(?:\[(?P<zone>[^]]+)\])?"
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)")


@dataclass(frozen=True, slots=True)
class NanosecondTime:
    """A time that is counted in nanoseconds, where a `datetime` has microseconds.

    Attributes:
        moment: The time, to the microsecond before it.
        nanoseconds: What is beyond, 0 to 999.
    """

    moment: datetime
    nanoseconds: int

    def as_python(self) -> datetime:
        """Return a datetime, or the `Timestamp` of pandas for what no datetime holds.

        Raises:
            MissingDependencyError: It is needed, and pandas is absent.
        """
        if not self.nanoseconds:
            return self.moment
        try:
            import pandas as pd
        except ImportError as error:
            message = f"{self.moment} and {self.nanoseconds} ns is finer than a datetime"
            raise MissingDependencyError(message, hint="%pip install pandas") from error
        whole = pd.Timestamp(self.moment).as_unit("ns")
        return whole + pd.Timedelta(self.nanoseconds, unit="ns")


def as_python(value: Any) -> Any:
    """Return a value as records and objects of frames have it, also in a list."""
    if type(value) is list:
        return [as_python(part) for part in value]
    return value.as_python() if isinstance(value, NanosecondTime) else value


def split(moment: datetime) -> tuple[datetime, int]:
    """Return a plain datetime, and the nanoseconds that pandas' Timestamp has beyond it."""
    nanoseconds = getattr(moment, "nanosecond", None)
    if nanoseconds is None:
        return moment, 0
    return moment.to_pydatetime(warn=False), nanoseconds  # type: ignore[attr-defined]


def value_of(moment: Any) -> datetime | NanosecondTime:
    """Return a time of pandas as it is kept: a datetime, unless it counts nanoseconds."""
    plain, nanoseconds = split(moment)
    return NanosecondTime(plain, nanoseconds) if moment.unit == "ns" else plain


def counted_value(nanoseconds: int | None, zone: str | None) -> NanosecondTime | None:
    """Return the time of so many nanoseconds since 1970, in the zone; without one, naive."""
    if nanoseconds is None:
        return None
    microseconds, finer = divmod(nanoseconds, 1000)
    moment = _EPOCH + timedelta(microseconds=microseconds)
    moment = moment.replace(tzinfo=None) if zone is None else moment.astimezone(_zone(zone))
    return NanosecondTime(moment, finer)


def is_plain(value: datetime | NanosecondTime) -> bool:
    """Return whether `isoformat` tells all of a time: its zone has no name."""
    return not isinstance(value, NanosecondTime) and zone_name(value.tzinfo) is None


def written(value: datetime | NanosecondTime) -> str:
    """Return the text of a time."""
    if isinstance(value, NanosecondTime):
        moment, digits, precision = value.moment, f"{value.nanoseconds:03}", "microseconds"
    else:
        moment, digits, precision = value, "", "auto"
    clock = moment.replace(tzinfo=None).isoformat(timespec=precision)
    offset = moment.replace(microsecond=0).isoformat()[len("2024-10-27T02:30:00") :]
    zone = zone_name(moment.tzinfo)
    return f"{clock}{digits}{offset}{f'[{zone}]' if zone else ''}"


def read(text: str) -> datetime | NanosecondTime:
    """Return the time of a text.

    Raises:
        MissingDependencyError: This machine does not know its zone.
    """
    found = _TEXT.fullmatch(text)
    assert found is not None  # noqa: S101 - it was `written`
    moment = datetime.fromisoformat(found["time"] + (found["offset"] or ""))
    if found["zone"]:
        moment = _in_zone(moment, _zone(found["zone"]))
    nanoseconds = found["nanoseconds"]
    return moment if nanoseconds is None else NanosecondTime(moment, int(nanoseconds))


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a time of a fixed offset in its zone.

    Its clock is kept where it can be, also in an hour that was skipped. Of the two hours
    after a change back, the offset tells which.
    """
    for fold in (0, 1):
        found = moment.replace(tzinfo=zone, fold=fold)
        if found.utcoffset() == moment.utcoffset():
            return found
    return moment.astimezone(zone)  # the zone's rules have changed since


def zone_name(zone: tzinfo | None) -> str | None:
    """Return the name by which a zone is found again: `Europe/Berlin`; None without one."""
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)  # zoneinfo and pytz
    return name if name and _is_known(name) else None


@lru_cache
def _is_known(name: str) -> bool:
    try:
        _zone(name)
    except MissingDependencyError:
        return False
    return True


@lru_cache
def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    offset = _OFFSET.fullmatch(name)
    if offset:
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"])
        return timezone(timedelta(minutes=-minutes if offset["sign"] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"the time zone {name!r} is not known on this machine"
        raise MissingDependencyError(message, hint="%pip install tzdata") from error
