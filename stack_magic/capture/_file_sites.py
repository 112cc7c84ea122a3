"""The places in a function where files are read, each with what is known of the name."""

from __future__ import annotations

import builtins
import os
import re
import types
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from ._call_tokens import (
    alternatives,
    is_added_to,
    is_call,
    is_joint,
    is_one_of_several,
    is_put_together,
    writes,
)
from ._code import codes_in
from ._imports import imported_values
from ._reads import closure_of
from ._tokens import ATTRIBUTE, CONSTANT, FREE, GLOBAL, LOCAL, OTHER, STORE, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._code import Code

_READERS = re.compile(
    r"open|open_\w+|read_\w+|scan_\w+|loadtxt|genfromtxt|fromfile|memmap|imread|listdir|scandir"
    r"|iterdir|r?glob|iglob"
)
_ONLY_READING = ("read_", "scan_")
_LOADERS = {"load", "connect"}
"""Readers, if a module of these has them."""
_WITH_LOADERS = {"numpy", "joblib", "torch", "sqlite3", "duckdb"}
_OF_PATHS = {"open", "read_text", "read_bytes", "iterdir", "glob", "rglob"}
"""What a path itself is asked for."""
_WRAPPERS = {"Path", "PurePath", "PosixPath", "str", "fspath", "expanduser", "resolve", "abspath"}

_FILE_LIKE = re.compile(r"[^\s\0].*(?:[/\\]|\.\w+)[^\n\0]*", re.DOTALL)
_LONGEST = 1000

_NOTHING = Token(OTHER, "")
NAMED, UNNAMED, PARAMETER = "named", "unnamed", "parameter"
PUT_TOGETHER = "put together from a parameter"


def is_like_a_file(text: str) -> bool:
    """Whether a text looks like the name of a file."""
    return len(text) < _LONGEST and bool(_FILE_LIKE.fullmatch(text))


class Site(NamedTuple):
    """A place in code where a file is read.

    Attributes:
        reader: What reads it.
        kind: Whether its name is known, is not, is what a parameter gives, or is put together
            from that: it lies below, if that is a path.
        name: The file, if it is known here; or the parameter.
    """

    reader: str
    kind: str
    name: str = ""


class Sites:
    """The places in one function where files are read.

    Args:
        function: The function.
        helpers: Names of functions of the walk that read the file they are given first.
    """

    def __init__(self, function: types.FunctionType, helpers: dict[str, str]) -> None:
        self._function = function
        self._helpers = helpers
        self._held = {**imported_values(function), **dict(closure_of(function))}

    def __iter__(self) -> Iterator[Site]:
        for code in codes_in(self._function.__code__):
            for at in range(len(code.tokens)):
                reader = self._reader(code, at)
                may_write = not reader.startswith(_ONLY_READING)
                if reader and not (may_write and writes(code.tokens, at)):
                    yield from self._sites(code, at, reader)

    def _reader(self, code: Code, at: int) -> str:
        """Return the name of what reads files, if the token at this place is that."""
        kind, name = code.tokens[at]
        if kind not in {GLOBAL, FREE, ATTRIBUTE}:
            return ""
        if kind == ATTRIBUTE:
            if name in _LOADERS:
                return name if self._module_before(code, at) in _WITH_LOADERS else ""
            return name if _READERS.fullmatch(name) or name in self._helpers else ""
        value = self._value(kind, name)
        if isinstance(value, types.ModuleType | str):
            return ""
        is_known = name in self._helpers and getattr(value, "__name__", "") == name
        module = (getattr(value, "__module__", None) or "").partition(".")[0]
        is_library = callable(value) and module not in {"", "__main__"}
        return name if is_known or (is_library and _READERS.fullmatch(name)) else ""

    def _module_before(self, code: Code, at: int) -> str:
        value = self._value(*code.tokens[at - 1]) if at else None
        name = value.__name__ if isinstance(value, types.ModuleType) else ""
        return name.partition(".")[0]

    def _value(self, kind: str, name: str) -> Any:
        if kind in {FREE, LOCAL}:
            return self._held.get(name)
        return self._function.__globals__.get(name, getattr(builtins, name, None))

    def _sites(self, code: Code, at: int, reader: str) -> list[Site]:
        """Return the sites of one call: of a name that branches set, each that it may have."""
        kind, name = code.tokens[at]
        if kind == ATTRIBUTE and name in _OF_PATHS:
            sites = self._before(code, at, reader)
            if sites is not None:
                return sites
        if code.tokens[at + 1].value not in _WRAPPERS and is_added_to(code.tokens, at + 1):
            return [Site(reader, UNNAMED)]
        if is_put_together(code.tokens, at + 1):
            return self._joined(code, at + 1, reader)
        return self._named(code, at + 1, reader)

    def _before(self, code: Code, at: int, reader: str) -> list[Site] | None:
        """Return the sites of what a path is asked for; None where no path stands before."""
        tokens = code.tokens
        if tokens[at - 1].kind in {LOCAL, GLOBAL, FREE}:
            value = self._value(*tokens[at - 1]) if tokens[at - 1].kind != LOCAL else None
            is_other = tokens[at - 1].kind != LOCAL and not isinstance(value, PurePath)
            return None if is_other else self._of_token(code, at - 1, reader)
        start = at - 1
        while start >= 0 and tokens[start].value not in _WRAPPERS:
            if tokens[start].kind == OTHER and not str(tokens[start].value).startswith("CALL"):
                return self._joined_before(code, at, reader)
            start -= 1
        return self._named(code, start + 1, reader) if start >= 0 else [Site(reader, UNNAMED)]

    def _joined_before(self, code: Code, at: int, reader: str) -> list[Site]:
        start = at
        while start > 1 and is_joint(code.tokens, start - 2):
            start -= 2
        return self._joined(code, start - 1, reader)

    def _joined(self, code: Code, at: int, reader: str) -> list[Site]:
        """Return the sites of `FOLDER / "name"`; unnamed if anything else is put together."""
        folders = self._named(code, at, reader)
        names = []
        at += 1
        while is_joint(code.tokens, at):
            names.append(code.tokens[at].value)
            at += 2
        if not names or is_put_together(code.tokens, at):
            return [Site(reader, UNNAMED)]
        return [_below(folder, names) for folder in folders]

    def _named(self, code: Code, at: int, reader: str, depth: int = 4) -> list[Site]:
        """Return the sites of a file whose name begins with the token at a place."""
        if not depth:
            return [Site(reader, UNNAMED)]
        is_asked = code.tokens[at + 1].kind == ATTRIBUTE
        others = alternatives(code.tokens, at)
        if is_asked or not all(isinstance(one, str) and is_like_a_file(one) for one in others):
            return [Site(reader, UNNAMED)]  # `"{}.csv".format(day)`, `path or default()`
        return self._of_token(code, at, reader, depth)

    def _of_token(self, code: Code, at: int, reader: str, depth: int = 4) -> list[Site]:
        """Return the sites of a file whose name is that of one token, or what it is given."""
        kind, name = code.tokens[at]
        if kind == CONSTANT and isinstance(name, str | int):
            return [Site(reader, NAMED, name if isinstance(name, str) else "")]
        if kind == LOCAL:
            return self._local(code, name, reader, depth)
        if kind in {GLOBAL, FREE}:
            if name in _WRAPPERS:
                return self._wrapped(code, at, reader, depth)
            value = self._value(kind, name)
            if isinstance(value, str | PurePath):
                return [Site(reader, NAMED, os.fspath(value))]
        return [Site(reader, UNNAMED)]

    def _wrapped(self, code: Code, at: int, reader: str, depth: int) -> list[Site]:
        """Return the sites of `Path(name)`, or of what is made of that: `Path(name) / "more"`."""
        sites = self._named(code, at + 1, reader, depth - 1)
        kind, name = (*code.tokens[at + 3 : at + 4], _NOTHING)[0]  # after the call
        if kind == ATTRIBUTE and name not in _WRAPPERS:
            return [Site(reader, UNNAMED)]
        if code.tokens[at + 4 : at + 5] == ((OTHER, "BINARY_OP"),):
            return [s._replace(kind=PUT_TOGETHER) if s.kind == PARAMETER else s for s in sites]
        return sites

    def _local(self, code: Code, name: str, reader: str, depth: int) -> list[Site]:
        """Return the sites of a variable: of each value that a branch may have given it."""
        stores = [i for i, token in enumerate(code.tokens) if token == (STORE, name)]
        sites = [site for at in stores for site in self._stored(code, at, reader, depth)]
        is_given = name in code.parameters and code.code == self._function.__code__
        if is_given:
            sites.append(Site(reader, PARAMETER, name))
        return list(dict.fromkeys(sites)) or [Site(reader, UNNAMED)]

    def _stored(self, code: Code, store: int, reader: str, depth: int) -> list[Site]:
        before = store - 1
        while before > 0 and is_call(code.tokens[before]):
            before -= 1
        if before > 0 and code.tokens[before - 1].value in _WRAPPERS:
            before -= 1
        last = code.tokens[max(before - 1, 0) : before]
        starts_here = all(token.kind in {STORE, OTHER} for token in last)
        if not starts_here or is_one_of_several(code.tokens, before):
            return [Site(reader, UNNAMED)]
        return self._named(code, before, reader, depth - 1)


def _below(folder: Site, names: list[str]) -> Site:
    """Return the site of a file below a folder."""
    if folder.kind == NAMED:
        return folder._replace(name=os.fspath(PurePath(folder.name, *names)))
    return folder._replace(kind=PUT_TOGETHER) if folder.kind == PARAMETER else folder
