"""Polars' data frames as parquet."""

from __future__ import annotations

import io
from typing import Any

from ._same import NotTheSameError

_CERTAIN = {
    "Binary",
    "Boolean",
    "Date",
    "Datetime",
    "Duration",
    "Float32",
    "Float64",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "String",
    "Time",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
}
"""The kinds of columns that parquet gives back as they were, whatever is in them."""


class PolarsMaterializer:
    """Writes a polars data frame as parquet."""

    name, suffix, requirement = "polars", ".parquet", "polars"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is exactly a polars frame."""
        return _is_frame(value)

    def dump(self, value: Any) -> bytes:
        """Return parquet; raises when the frame would not come back the same."""
        if _has_objects(value):
            raise NotTheSameError  # some versions of polars end the process
        file = io.BytesIO()
        value.write_parquet(file)
        content = file.getvalue()
        back = self.load(content, n_rows=0)
        uncertain = [n for n, kind in value.schema.items() if str(kind.base_type()) not in _CERTAIN]
        if uncertain:
            read = self.load(content, columns=uncertain)
            if not read.equals(value.select(uncertain)):
                raise NotTheSameError
            _check_schema(read, value.select(uncertain))
        _check_schema(back, value)
        return content

    def load(self, content: bytes, **options: Any) -> Any:
        """Return the frame."""
        import polars as pl

        return pl.read_parquet(io.BytesIO(content), **options)


def reduced_frame(value: Any) -> tuple[Any, ...] | None:
    """Return how a frame with columns of objects is pickled; None of all else.

    Polars writes such columns in no form.
    """
    if not _is_frame(value) or not _has_objects(value):
        return None
    columns = {c.name: c.to_list() if _is_object(c.dtype) else c for c in value.iter_columns()}
    return type(value), (columns, dict(value.schema))


def _is_frame(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "polars"


def _has_objects(frame: Any) -> bool:
    return any(map(_is_object, frame.dtypes))


def _is_object(kind: Any) -> bool:
    return str(kind.base_type()) == "Object"


def _check_schema(back: Any, value: Any) -> None:
    if list(back.schema.items()) != list(value.schema.items()):
        raise NotTheSameError
