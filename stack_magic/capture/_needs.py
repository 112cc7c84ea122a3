"""What a definition needs to run elsewhere, and the source that makes each of it."""

from __future__ import annotations

import ast
import symtable
import types
from typing import TYPE_CHECKING, Any, NamedTuple

from ._bindings import bindings_of
from ._code import globals_of
from ._defaults import with_values
from ._definition import definition_of, names_in, namespace_of, texts_around
from ._import_lines import import_line
from ._installed import is_installed
from ._literals import changeable_in, is_literal
from ._program import is_plain
from ._reads import closure_of, functions_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition = type | types.FunctionType


class Found(NamedTuple):
    """One name that a definition reads.

    Attributes:
        name: The name as the definition spells it.
        value: What it is now.
        reader: The definition that reads it.
        source: The code that makes it; None when it cannot be written.
    """

    name: str
    value: Any
    reader: Any  # a definition: mypy would bind a function
    source: str | None


def needs_of(thing: Any) -> list[Found]:
    """Return what a definition, or what wraps one, needs: each after what it needs itself."""
    return _Needs(written(thing)).found()


def source_of(thing: Definition) -> str | None:
    """Return the text of a definition with the values that its head has; None if it is lost."""
    text = definition_of(thing)
    return None if text is None else with_values(text, _innermost(thing))


def written(value: Any) -> Any:
    """Return the function that a wrapper such as a step was made from."""
    if isinstance(value, type | types.FunctionType):
        return value
    wrapped = getattr(value, "__wrapped__", None)
    return wrapped if isinstance(wrapped, types.FunctionType) else value


def is_followed(value: Any) -> bool:
    """Whether a value is a definition of the notebook or the project."""
    is_definition = isinstance(value, type | types.FunctionType)
    return is_definition and not is_installed(value.__module__)


class _Needs:
    """Collects the needs of one definition."""

    def __init__(self, root: Definition) -> None:
        self._found: dict[str, Found] = {}
        self._values: dict[str, Any] = {root.__name__: root}
        self._owners: dict[int, str] = {}
        self._follow(root)

    def found(self) -> list[Found]:
        return list(self._found.values())

    def _follow(self, thing: Definition) -> None:
        for name, value in _names_read(thing):
            self._add(name, written(value), thing)

    def _add(self, name: str, value: Any, reader: Definition) -> None:
        if name in self._values:
            if self._values[name] is not value:  # it means two things
                self._found[name] = Found(name, value, reader, None)
            return
        self._values[name] = value
        source = self._source(name, value, reader)
        self._found[name] = Found(name, value, reader, source)

    def _source(self, name: str, value: Any, reader: Definition) -> str | None:
        """Return what makes a name; what that needs is found first."""
        made = is_followed(value) and _is_made_by_a_call(value)
        if not made and is_followed(value):
            self._follow(value)
            source = _definition(name, value)
        else:
            source = (
                None if made else import_line(name, value, reader) or self._literal(name, value)
            )
        if source is None and id(value) not in self._owners:  # else a literal holds it already
            source = _statement(name, reader)
            for inner in () if source is None else _globals_in(source):
                if inner in namespace_of(reader):
                    self._add(inner, written(namespace_of(reader)[inner]), reader)
        return source

    def _literal(self, name: str, value: Any) -> str | None:
        """Return plain data as it is written; lists that two names share stay one."""
        if not is_literal(value):
            return None
        parts = [id(part) for part in changeable_in(value)]
        if parts and parts[0] == id(value) and self._owners.get(id(value)):
            return f"{name} = {self._owners[id(value)]}"
        if len(set(parts)) < len(parts) or not self._owners.keys().isdisjoint(parts):
            return None
        self._owners |= {**dict.fromkeys(parts, ""), id(value): name}
        return f"{name} = {value!r}"


def _definition(name: str, value: Definition) -> str | None:
    text = source_of(value)
    is_alias = text is not None and value.__name__ != name
    return f"{text}\n{name} = {value.__name__}" if is_alias else text


def _is_made_by_a_call(value: Definition) -> bool:
    """Whether a function or class was made by another function, which the source must call."""
    return "<locals>" in value.__qualname__ and not hasattr(value, "__wrapped__")


def _statement(name: str, reader: Definition) -> str | None:
    """Return the newest statement that gave a name its value, if it is one by itself."""
    newest = next(bindings_of(name, texts_around(reader)), None)
    if newest is None or not newest.is_whole:
        return None
    if isinstance(newest.node, ast.Assign):
        is_one = len(newest.node.targets) == 1 and isinstance(newest.node.targets[0], ast.Name)
        names = namespace_of(reader)
        is_made = is_plain(newest.node.value, lambda own: is_followed(written(names.get(own))))
        return newest.source if is_one and is_made else None
    return newest.source if isinstance(newest.node, ast.FunctionDef | ast.ClassDef) else None


def _globals_in(source: str) -> tuple[str, ...]:
    """Return the names that a text reads and does not bind in its functions, sorted."""
    names: set[str] = set()
    tables = [symtable.symtable(source, "<statement>", "exec")]
    for table in tables:  # grows while it is walked
        tables += table.get_children()
        symbols = table.get_symbols()
        names |= {s.get_name() for s in symbols if s.is_referenced() and s.is_global()}
    return tuple(sorted(names))


def _innermost(thing: Definition) -> Definition:
    inner = getattr(thing, "__wrapped__", thing)
    return inner if isinstance(inner, types.FunctionType | type) else thing


def _names_read(thing: Definition) -> Iterator[tuple[str, Any]]:
    """Yield what the source of *thing* names: its code, and what its head mentions."""
    namespace = namespace_of(thing)
    if isinstance(thing, types.FunctionType):
        yield from _of_function(thing)
    else:
        for _, function in functions_of_class(thing):
            yield from _of_function(function)
    for name in names_in(source_of(thing) or ""):
        if name in namespace:
            yield name, namespace[name]


def _of_function(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names, without the defaults: the definition spells those."""
    wrapped = getattr(function, "__wrapped__", function)
    inner = wrapped if isinstance(wrapped, types.FunctionType) else function
    for name in globals_of(inner.__code__):
        if name in inner.__globals__:
            yield name, inner.__globals__[name]
    yield from closure_of(inner)
