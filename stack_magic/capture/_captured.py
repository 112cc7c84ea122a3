"""A definition together with the names it needs, and one digest of it all."""

from __future__ import annotations

import ast
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._code import globals_of
from ._definition import definition_of, names_in
from ._digest import Digester
from ._import_lines import import_lines
from ._installed import is_installed
from ._literals import literal_text
from ._reads import closure_of, functions_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Need:
    """One name that a definition reads.

    Attributes:
        name: The name as the definition spells it.
        source: The code that makes it: an import, a definition or a literal; None
            when it cannot be written as source.
        digest: Identifies its value.
    """

    name: str
    source: str | None
    digest: str


@dataclass(frozen=True)
class Captured:
    """The source of a class or function and all it needs.

    Attributes:
        name: The name of the class or function.
        definition: Its own source, decorators included; None when it is lost.
        needs: What it reads, each after what it needs itself.
        digest: SHA-256 of its code with all it reads.
    """

    name: str
    definition: str | None
    needs: tuple[Need, ...]
    digest: str

    @property
    def source(self) -> str | None:
        """One runnable text: the needs, then the definition; None if a part is lost."""
        parts = [*(need.source for need in self.needs), self.definition]
        if any(part is None for part in parts):
            return None
        text = "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"
        return text if _compiles(text) else None


def capture(thing: Any) -> Captured:
    """Return a class or function with everything of the notebook that it needs.

    Names of installed packages are needed as imports; what the notebook or a module
    of the project defines is followed, to any depth, each once. A step, or another
    wrapper of a function, stands for that function.
    """
    written = _written(thing)
    walk = _Walk(written)
    digest = walk.digester.digest(written)
    return Captured(written.__name__, definition_of(written), walk.needs, digest)


class _Walk:
    """Collects the needs of one definition, each after what it needs itself."""

    def __init__(self, root: type | types.FunctionType) -> None:
        self.digester = Digester()
        self._found: dict[str, Need] = {}
        self._values: dict[str, Any] = {root.__name__: root}
        self._follow(root)

    @property
    def needs(self) -> tuple[Need, ...]:
        return tuple(self._found.values())

    def _follow(self, thing: type | types.FunctionType) -> None:
        for name, value in _names_read(thing):
            written = _written(value)
            if name in self._values:
                self._note_clash(name, written)
                continue
            self._values[name] = written
            if _is_followed(written):
                self._follow(written)
            source = _source_of(name, written, thing)
            self._found[name] = Need(name, source, self.digester.digest(written))

    def _note_clash(self, name: str, value: Any) -> None:
        """Give up on the source of a name that stands for two things."""
        if name in self._found and self._values[name] is not value:
            self._found[name] = Need(name, None, self.digester.digest(value))


def _compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _written(value: Any) -> Any:
    """Return the function that a wrapper such as a step was made from."""
    if isinstance(value, type | types.FunctionType):
        return value
    wrapped = getattr(value, "__wrapped__", None)
    return wrapped if isinstance(wrapped, types.FunctionType) else value


def _is_followed(value: Any) -> bool:
    is_definition = isinstance(value, type | types.FunctionType)
    return is_definition and not is_installed(value.__module__)


def _source_of(name: str, value: Any, reader: type | types.FunctionType) -> str | None:
    if _is_followed(value):
        text = definition_of(value)
        is_alias = text is not None and value.__name__ != name
        return f"{text}\n{name} = {value.__name__}" if is_alias else text
    imported = import_lines(name, reader, lambda found: _written(found) is value)
    if imported is not None:
        return imported
    if isinstance(value, types.ModuleType):
        return _import_line(name, value.__name__, None)
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        is_method = "." in value.__qualname__ or "<" in value.__qualname__
        module = value.__module__ or "builtins"
        return None if is_method else _import_line(name, module, value.__qualname__)
    return f"{name} = {value!r}" if _is_literal(value) else None


def _import_line(name: str, module: str, attribute: str | None) -> str:
    line = f"from {module} import {attribute}" if attribute else f"import {module}"
    return line if (attribute or module) == name else f"{line} as {name}"


def _is_literal(value: Any) -> bool:
    """Whether the repr of plain data is read back as the same."""
    text = literal_text(value)
    try:
        return text is not None and literal_text(ast.literal_eval(repr(value))) == text
    except (ValueError, SyntaxError):  # `inf`, `set()`
        return False


def _names_read(thing: type | types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield what the source of *thing* names: its code, and what its head mentions."""
    if isinstance(thing, types.FunctionType):
        namespace = thing.__globals__
        yield from _of_function(thing)
    else:
        namespace = _namespace_of(thing)
        for base in thing.__bases__:
            if base is not object:
                yield base.__name__, base
        for _, function in functions_of_class(thing):
            yield from _of_function(function)
    for name in names_in(definition_of(thing) or ""):
        if name in namespace:
            yield name, namespace[name]


def _namespace_of(cls: type) -> dict[str, Any]:

    module = sys.modules.get(cls.__module__)
    return vars(module) if module is not None else {}


def _of_function(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names, without the defaults: the definition spells those."""
    wrapped = getattr(function, "__wrapped__", function)
    written = wrapped if isinstance(wrapped, types.FunctionType) else function
    for name in globals_of(written.__code__):
        if name in written.__globals__:
            yield name, written.__globals__[name]
    yield from closure_of(written)
