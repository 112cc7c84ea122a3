"""NumPy's arrays and numbers as `.npy`."""

from __future__ import annotations

import io
from typing import Any

from ._same import NotTheSameError


class NumpyMaterializer:
    """Writes an array, if its dtype comes back the same."""

    name, suffix, requirement = "numpy", ".npy", "numpy"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is exactly an array."""
        kind = type(value)
        return (kind.__module__, kind.__name__) == ("numpy", "ndarray")

    def dump(self, value: Any) -> bytes:
        """Return the array's file; raises when its dtype would not come back the same."""
        import numpy as np

        _check_dtype(value.dtype)
        file = io.BytesIO()
        np.save(file, value, allow_pickle=False)
        return file.getvalue()

    def load(self, content: bytes) -> Any:
        """Return the array."""
        import numpy as np

        return np.load(io.BytesIO(content), allow_pickle=False)


class NumpyScalarMaterializer(NumpyMaterializer):
    """Writes one of NumPy's numbers, texts or times."""

    name = "numpy-scalar"

    def accepts(self, value: Any) -> bool:
        """Whether *value* is a number of NumPy's own."""
        return (
            type(value).__module__ == "numpy"
            and (getattr(value, "shape", None) == () and hasattr(value, "dtype"))
            and not super().accepts(value)
        )

    def dump(self, value: Any) -> bytes:
        """Return the file of an array of one; raises when it would not come back the same."""
        content = super().dump(value)
        back = self.load(content)
        # A text or bytes that end in NUL lose them in an array.
        if type(back) is not type(value) or back.nbytes != value.nbytes:
            raise NotTheSameError
        return content

    def load(self, content: bytes) -> Any:
        """Return the number."""
        return super().load(content)[()]


def reduced_text(value: Any) -> tuple[Any, ...] | None:
    """Return how a text or bytes of NumPy's are pickled; None of all else.

    NumPy's own way loses each NUL at their end.
    """
    kind = type(value)
    if kind.__module__ != "numpy" or kind.__name__ not in {"str_", "bytes_"}:
        return None
    plain = str.__str__(value) if isinstance(value, str) else bytes(value)
    return kind, (plain,)


def _check_dtype(dtype: Any) -> None:
    """Raise NotTheSameError for a dtype of which the file's head would keep less."""
    from numpy.lib.format import descr_to_dtype, dtype_to_descr

    if dtype.isbuiltin == 1 and not dtype.hasobject:
        return
    if dtype.hasobject or not _is_same(dtype, dtype):
        raise NotTheSameError
    if not _is_same(descr_to_dtype(dtype_to_descr(dtype)), dtype):
        raise NotTheSameError


def _is_same(back: Any, dtype: Any) -> bool:
    """Return whether two dtypes are the same, without metadata, which no file keeps."""
    return (
        back == dtype
        and back.type is dtype.type
        and back.isalignedstruct == dtype.isalignedstruct
        and not dtype.metadata
        and all(_is_same(back[name], dtype[name]) for name in dtype.names or ())
        and (dtype.subdtype is None or _is_same(back.base, dtype.base))
    )
