"""Materializers of data frames: parquet, if the frame comes back the same."""

from __future__ import annotations

import io
import json
from typing import Any


class NotTheSameError(ValueError):
    """What was written would not come back the same."""


class PandasMaterializer:
    """Writes a pandas data frame as parquet."""

    name, suffix, requirement = "pandas", ".parquet", "pandas pyarrow"
    _kind = "DataFrame"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is exactly a pandas frame."""
        kind = type(value)
        return kind.__name__ == self._kind and _package(kind) == "pandas"

    def dump(self, value: Any) -> bytes:
        """Return parquet; raises when the frame would not come back the same."""
        from pandas.testing import assert_frame_equal

        file = io.BytesIO()
        value.to_parquet(file, engine="pyarrow")
        content = file.getvalue()
        back = PandasMaterializer.load(self, content)
        assert_frame_equal(
            back, value, check_index_type=True, check_column_type=True, check_exact=True
        )
        if back.attrs != value.attrs:
            raise NotTheSameError
        return content

    def load(self, content: bytes) -> Any:
        """Return the frame."""
        import pandas as pd

        return pd.read_parquet(io.BytesIO(content), engine="pyarrow")


class PandasSeriesMaterializer(PandasMaterializer):
    """Writes a pandas series as a frame of one column, whose name holds the name."""

    name = "pandas-series"
    _kind = "Series"

    def dump(self, value: Any) -> bytes:
        """Return parquet; raises when the series would not come back the same."""
        if not (value.name is None or type(value.name) is str):
            raise NotTheSameError
        return super().dump(value.to_frame(name=json.dumps(value.name)))

    def load(self, content: bytes) -> Any:
        """Return the series."""
        frame = super().load(content)
        return frame.iloc[:, 0].rename(json.loads(frame.columns[0]))


class PolarsMaterializer:
    """Writes a polars data frame as parquet."""

    name, suffix, requirement = "polars", ".parquet", "polars"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is exactly a polars frame."""
        kind = type(value)
        return kind.__name__ == "DataFrame" and _package(kind) == "polars"

    def dump(self, value: Any) -> bytes:
        """Return parquet; raises when the frame would not come back the same."""
        file = io.BytesIO()
        value.write_parquet(file)
        content = file.getvalue()
        back = self.load(content)
        if back.schema != value.schema or not back.equals(value):
            raise NotTheSameError
        return content

    def load(self, content: bytes) -> Any:
        """Return the frame."""
        import polars as pl

        return pl.read_parquet(io.BytesIO(content))


def _package(kind: type) -> str:
    return kind.__module__.partition(".")[0]
