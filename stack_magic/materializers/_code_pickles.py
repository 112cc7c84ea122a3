"""Pickles of values, which refer to the code of the notebook and the project by name.

Before the value stands a head: what it refers to, with the digest of each, and the classes
and functions of cells by value, for a notebook that has them no more or has others. Reading
takes the notebook's own where they are the same, and makes copies only where they are not.
"""

from __future__ import annotations

import io
import pickle
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from stack_magic.capture import (
    CodeUnpickler,
    Reference,
    Unpacked,
    pickled_names,
    reference_to,
    resolved,
)

from ._earlier_pickles import read_earlier_pickle
from ._numpy import reduced_text
from ._polars import reduced_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = "stack-magic references 1"
_REFERRED = (FunctionType, ModuleType, type)
_LENGTH_OF_MARK = 200  # bytes within which the mark of a head is


def write_pickle(value: Any) -> bytes:
    """Return *value* as bytes.

    Raises:
        Exception: Whatever a part of it raised: it cannot be written.
    """
    from stack_magic.capture import CodePickler, packed

    class Pickler(CodePickler):
        new_locks = False  # what a step returns comes back as it was, or is refused

        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, _REFERRED):
                reference = reference_to(obj)
                if reference is not None:
                    references.append((reference, obj))
                    return pickled_names.referred, (len(references) - 1,)
            for reduced in (reduced_text, reduced_frame):
                written = reduced(obj)
                if written is not None:
                    return written
            return super().reducer_override(obj)

    references: list[tuple[Reference, Any]] = []
    body = io.BytesIO()
    Pickler(body).dump(value)
    if not references:
        return body.getvalue()
    of_cells = [thing for reference, thing in references if reference.module == "__main__"]
    code = packed(of_cells) if of_cells else b""
    head = (_MARK, tuple(tuple(reference) for reference, _ in references), code)
    return pickle.dumps(head, protocol=5) + body.getvalue()


def references_in(content: bytes) -> tuple[Reference, ...]:
    """Return what a pickle refers to; of the value nothing is read."""
    head = _head(io.BytesIO(content), content)
    return () if head is None else head[0]


def read_pickle(content: bytes) -> Any:
    """Return the value; nothing that the notebook has is changed by it."""
    file = io.BytesIO(content)
    head = _head(file, content)
    if head is None:
        return read_earlier_pickle(content)
    references, code = head
    present = [resolved(reference) for reference in references]
    if any(thing is None for thing in present):
        copies = iter(Unpacked(code).load())
        for place, reference in enumerate(references):
            if reference.module == "__main__":
                copy = next(copies)
                present[place] = copy if present[place] is None else present[place]
    return _Unpickler(file, present).load_last()


def _head(file: io.BytesIO, content: bytes) -> tuple[tuple[Reference, ...], bytes] | None:
    """Return what stands before the value, and leave *file* at the value."""
    if _MARK.encode() not in content[:_LENGTH_OF_MARK]:  # of the file's buffer it were a copy
        return None
    head = _PlainUnpickler(file).load()
    if not isinstance(head, tuple) or head[:1] != (_MARK,):
        file.seek(0)
        return None
    return tuple(Reference(*one) for one in head[1]), head[2]


class _PlainUnpickler(pickle.Unpickler):
    """Reads texts, bytes and tuples: nothing that is code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        message = f"{module_name}.{global_name} in a head of plain data"
        raise pickle.UnpicklingError(message)


class _Unpickler(CodeUnpickler):
    def __init__(self, file: io.BytesIO, present: Sequence[Any]) -> None:
        super().__init__(file, {})
        self._present = present

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) == (pickled_names.__name__, "referred"):
            return self._present.__getitem__
        return super().find_class(module_name, global_name)
