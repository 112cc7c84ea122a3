"""pandas' data frames and series as parquet, if they come back the same.

Most columns are certain by their dtype: numbers, times, texts that Arrow holds. What else
there is, above all columns of objects, is read back and compared cell by cell.
"""

from __future__ import annotations

import io
import json
from typing import Any

from stack_magic.errors import MissingDependencyError

from ._pandas_notes import NOTES, Notes, names_of
from ._pandas_same import check_labels, check_same, is_certain, is_certain_index
from ._same import NotTheSameError

_ARROW = 15
"""Before 14.0.1 pyarrow unpickled the types that a file named (CVE-2023-47248)."""


class PandasMaterializer:
    """Writes a pandas data frame as parquet."""

    name, suffix, requirement = "pandas", ".parquet", "pandas pyarrow"
    _kind = "DataFrame"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is exactly a pandas frame."""
        kind = type(value)
        return kind.__name__ == self._kind and kind.__module__.partition(".")[0] == "pandas"

    def dump(self, value: Any) -> bytes:
        """Return parquet; raises when the frame would not come back the same."""
        _check_can_be_written(value)
        # Its labels and dtypes, by a frame without rows; cells are compared further on.
        head = value.iloc[:0]
        check_labels(_read(_written(head, Notes.of(head))), head)
        notes = Notes.of(value)
        content = _written(value, notes)
        names = names_of(value)
        uncertain = [
            at
            for at, dtype in enumerate(value.dtypes)
            if not (names[at] in notes.gaps or is_certain(dtype))
        ]
        if uncertain or not is_certain_index(value.index):
            back = _read(content, columns=[names[at] for at in uncertain])
            check_same(back, value.iloc[:, uncertain])
        return content

    def load(self, content: bytes) -> Any:
        """Return the frame."""
        return _read(content)


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


def _check_can_be_written(frame: Any) -> None:
    """Raise NotTheSameError for what Arrow would change, and warn of."""
    import pandas as pd

    labels = frame.columns
    texts = () if isinstance(labels, pd.RangeIndex) else labels
    have_names = all(type(text) is str for text in texts) and all(
        name is None or type(name) is str for name in (*frame.index.names, *labels.names)
    )
    if not (have_names and labels.is_unique and frame.flags.allows_duplicate_labels):
        raise NotTheSameError


def _written(frame: Any, notes: Notes) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(_with_names(frame))
    table = table.replace_schema_metadata({**table.schema.metadata, NOTES: notes.as_json()})
    file = io.BytesIO()
    # A dictionary of numbers is slow to make, and rarely any smaller.
    texts: Any = [field.name for field in table.schema if not _is_number(field.type)]
    pq.write_table(table, file, use_dictionary=texts)
    return file.getvalue()


def _with_names(frame: Any) -> Any:
    """Return a frame whose columns are called as in the file."""
    return (
        frame if names_of(frame) == list(frame.columns) else frame.set_axis(names_of(frame), axis=1)
    )


def _read(content: bytes, columns: list[str] | None = None) -> Any:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    if int(pa.__version__.partition(".")[0]) < _ARROW:
        message = f"parquet is not read with pyarrow {pa.__version__}: a file could run code"
        raise MissingDependencyError(message, hint=f"%pip install 'pyarrow>={_ARROW}'")
    written = pq.read_schema(io.BytesIO(content)).metadata.get(NOTES)
    frame = pd.read_parquet(io.BytesIO(content), engine="pyarrow", columns=columns)
    return frame if written is None else Notes.from_json(written).restored(frame)


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_primitive(kind) or pa.types.is_decimal(kind))
