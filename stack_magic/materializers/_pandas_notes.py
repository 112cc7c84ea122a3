"""What a parquet file of a pandas frame does not say by itself, and stands in it as notes."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ._json import JsonMaterializer
from ._pandas_same import is_of_objects
from ._same import NotTheSameError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOTES = b"stack_magic"
"""Where they stand in the file's schema."""

_GAPS: Mapping[frozenset[type], float | None] = {
    frozenset(): None,
    frozenset({str}): None,
    frozenset({type(None)}): None,
    frozenset({str, type(None)}): None,
    frozenset({float}): math.nan,
    frozenset({str, float}): math.nan,
}
"""What stands in the gaps of a column of objects, by the types in it."""


@dataclass(frozen=True)
class Notes:
    """What is noted of one frame.

    Attributes:
        gaps: The columns of texts as objects, with what stands where there is no text.
        utc: The columns whose zone is Python's own UTC, not one of a library.
        utc_index: Whether the index is such a one.
        arrow: The columns of Arrow's texts that are no texts of pandas' own.
        attrs: The frame's attributes.
        freq: The frequency of its index.
        labels: Start, stop and step of its columns' labels, where they are a range.
    """

    gaps: dict[str, float | None] = field(default_factory=dict)
    utc: list[str] = field(default_factory=list)
    utc_index: bool = False
    arrow: list[str] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)
    freq: str | None = None
    labels: list[int] | None = None

    @classmethod
    def of(cls, frame: Any) -> Notes:
        """Return what is to be noted; raises NotTheSameError where JSON cannot hold it."""
        if not JsonMaterializer().accepts(frame.attrs):
            raise NotTheSameError
        kinds = dict(zip(names_of(frame), frame.dtypes, strict=True))
        return cls(
            gaps=dict(_gaps(frame)),
            utc=[name for name, kind in kinds.items() if _is_utc(kind)],
            utc_index=_is_utc(frame.index),
            arrow=[name for name, kind in kinds.items() if _is_arrow_text(kind)],
            attrs=frame.attrs,
            freq=getattr(frame.index, "freqstr", None),
            labels=_range_of(frame.columns),
        )

    @classmethod
    def from_json(cls, written: bytes) -> Notes:
        """Return the notes of a file."""
        return cls(**json.loads(written))

    def as_json(self) -> bytes:
        """Return what is written in the file."""
        return json.dumps(asdict(self)).encode()

    def restored(self, frame: Any) -> Any:
        """Return a frame that was read, some of its columns perhaps, as it was written."""
        import pandas as pd
        import pyarrow as pa

        for name in (name for name in self.gaps if name in frame):
            frame[name] = _with_gaps(frame[name], self.gaps[name])
        for name in (name for name in self.utc if name in frame):
            frame[name] = frame[name].dt.tz_convert(dt.UTC)
        for name in (name for name in self.arrow if name in frame):
            frame[name] = frame[name].astype(pd.ArrowDtype(pa.string()))
        if self.utc_index:
            frame.index = frame.index.tz_convert(dt.UTC)
        if self.freq is not None and hasattr(frame.index, "freq"):
            frame.index.freq = self.freq
        if self.labels is not None and len(frame.columns) == len(range(*self.labels)):
            frame.columns = pd.RangeIndex(range(*self.labels), name=frame.columns.name)
        frame.attrs = self.attrs
        return frame


def names_of(frame: Any) -> list[str]:
    """Return what the columns are called in the file."""
    return list(map(str, frame.columns))


def _range_of(labels: Any) -> list[int] | None:
    import pandas as pd

    is_range = isinstance(labels, pd.RangeIndex)
    return [labels.start, labels.stop, labels.step] if is_range else None


def _gaps(frame: Any) -> Iterator[tuple[str, float | None]]:
    """Yield the columns of texts among those of objects, with what stands in their gaps."""
    for at, (name, dtype) in enumerate(zip(names_of(frame), frame.dtypes, strict=True)):
        if is_of_objects(dtype):
            values = frame.iloc[:, at].to_numpy()
            kinds = frozenset(map(type, values))
            numbers = [value for value in values if type(value) is float] if float in kinds else ()
            if kinds in _GAPS and all(map(math.isnan, numbers)):
                yield name, _GAPS[kinds]


def _is_utc(kind: Any) -> bool:
    return getattr(kind, "tz", None) is dt.UTC


def _is_arrow_text(kind: Any) -> bool:
    import pandas as pd
    import pyarrow as pa

    return isinstance(kind, pd.ArrowDtype) and pa.types.is_string(kind.pyarrow_dtype)


def _with_gaps(column: Any, gap: float | None) -> Any:
    import pandas as pd

    values = column.to_numpy(dtype=object, copy=True)
    values[column.isna().to_numpy()] = gap
    return pd.Series(values, index=column.index, dtype=object)
