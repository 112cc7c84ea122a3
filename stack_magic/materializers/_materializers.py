"""Values to bytes and back: the first materializer that accepts a value writes it.

A materializer accepts only what it gives back exactly. The last resort is a pickle, which
is code: it is stamped with Python's version, and who asks for it to be loaded has to know
who wrote it: see `stack_magic.trust`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from stack_magic.errors import (
    CorruptArtifactError,
    MissingDependencyError,
    StackMagicError,
)

from ._code_pickles import read_pickle, references_in, write_pickle
from ._json import JsonMaterializer
from ._numpy import NumpyMaterializer, NumpyScalarMaterializer
from ._pandas import PandasMaterializer, PandasSeriesMaterializer
from ._polars import PolarsMaterializer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.capture import Reference

_BY = " \N{MULTIPLICATION SIGN} "
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Materializer(Protocol):
    """Writes one kind of value as bytes.

    Attributes:
        name: What a record says to find it again.
        suffix: End of the artifact's file name.
        requirement: What `pip install` needs to read it back.
    """

    name: str
    suffix: str
    requirement: str

    def accepts(self, value: Any) -> bool:
        """Whether *value* looks like its kind; cheap, imports nothing."""
        raise NotImplementedError

    def dump(self, value: Any) -> bytes:
        """Return *value* as bytes; raises when it would not come back the same."""
        raise NotImplementedError

    def load(self, content: bytes) -> Any:
        """Return the value that `dump` was given."""
        raise NotImplementedError


_PICKLE = "cloudpickle-"
PICKLE_SUFFIX = ".pickle"
"""End of the name of every file whose bytes are code."""


class _PickleMaterializer:
    suffix, requirement = PICKLE_SUFFIX, "cloudpickle"
    name = f"{_PICKLE}{_PYTHON}"

    def accepts(self, value: Any) -> bool:
        return True

    def dump(self, value: Any) -> bytes:
        return write_pickle(value)

    def load(self, content: bytes) -> Any:
        return read_pickle(content)


_ALL: tuple[Materializer, ...] = (
    JsonMaterializer(),
    NumpyMaterializer(),
    NumpyScalarMaterializer(),
    PandasMaterializer(),
    PandasSeriesMaterializer(),
    PolarsMaterializer(),
    _PickleMaterializer(),
)


def dump(value: Any) -> tuple[Materializer, bytes]:
    """Return the bytes of *value* and the materializer that wrote them.

    Raises:
        Exception: Whatever the last resort raised: *value* cannot be written.
    """
    *careful, last = (m for m in _ALL if m.accepts(value))
    for materializer in careful:
        try:
            return materializer, materializer.dump(value)
        except Exception:  # noqa: BLE001, S112 - it cannot, so the next one may
            continue
    return last, last.dump(value)


def is_pickle(name: str) -> bool:
    """Whether to read what the materializer *name* wrote runs code: of any version of Python."""
    return name.startswith(_PICKLE)


def load(name: str, content: bytes, what: str) -> Any:
    """Return the value that the materializer *name* wrote as *content*.

    Raises:
        CorruptArtifactError: Nobody here can read it; the message begins with *what*.
        MissingDependencyError: A package is needed that is not installed.
    """
    materializer = _by_name(name, what)
    try:
        return materializer.load(content)
    except ImportError as error:
        needed = error.name or materializer.requirement
        message = f"{what} cannot be read without {needed}"
        hint = f"%pip install {materializer.requirement or needed}"
        if is_pickle(name):
            hint = f"%pip install {needed}"
        raise MissingDependencyError(message, hint=hint) from error
    except StackMagicError:
        raise
    except Exception as error:
        message = f"{what} cannot be read back: {type(error).__name__}: {error}"
        raise CorruptArtifactError(message) from error


def _by_name(name: str, what: str) -> Materializer:
    for materializer in _ALL:
        if materializer.name == name:
            return materializer
    if is_pickle(name):
        version = name.removeprefix(_PICKLE)
        message = f"{what} was pickled by Python {version}, and this is {_PYTHON}"
        raise CorruptArtifactError(message, hint="run the pipeline again here")
    known = ", ".join(_names())
    message = f"{what} was written by an unknown materializer {name!r}"
    raise CorruptArtifactError(message, hint=f"known: {known}")


def _names() -> Iterator[str]:
    return (materializer.name for materializer in _ALL)


def references(name: str, content: bytes) -> tuple[Reference, ...]:
    """Return the code of the notebook and the project that a written value refers to."""
    return references_in(content) if is_pickle(name) else ()


def type_name(value: Any) -> str:
    """Return the type of *value* as users write it, with the shape of a table."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if package in {"builtins", "__main__"}:
        return kind.__qualname__
    name = f"{package}.{kind.__qualname__}"
    if package not in {"numpy", "pandas", "polars"}:
        return name
    shape = getattr(value, "shape", None)
    lengths = shape if isinstance(shape, tuple) else ()
    return f"{name} {_BY.join(map(str, lengths))}".rstrip()
