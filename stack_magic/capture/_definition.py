"""Where a class or function was written, and its text.

`inspect.getsource` cannot find a class of a cell (`__main__` has no file), so the
place of definition is remembered when the class is made.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import sys
import textwrap
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from ._cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WORD = re.compile(r"[^\W\d]\w*")
_GENERATED = "<string>"  # where dataclasses say their methods are from
_MACHINERY = ("pydantic.", "stack_magic.stack.", "stack_magic.capture.")


class Location(NamedTuple):
    """A line of a file or cell."""

    filename: str
    line: int


_LOCATIONS: WeakKeyDictionary[type, Location] = WeakKeyDictionary()


def remember_definition(cls: type) -> None:
    """Note the file or cell whose class statement is making *cls* right now."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to a caller
    while frame.f_back is not None and _is_machinery(frame.f_globals.get("__name__")):
        frame = frame.f_back
    _LOCATIONS[cls] = Location(frame.f_code.co_filename, frame.f_lineno)


def _is_machinery(module: str | None) -> bool:
    return module == "abc" or (module or "").startswith(_MACHINERY)


def location_of(thing: type | FunctionType) -> Location | None:
    """Return where *thing* was defined, or None when nothing tells."""
    if isinstance(thing, FunctionType):
        inner = inspect.unwrap(thing)
        code = (inner if isinstance(inner, FunctionType) else thing).__code__
        return Location(code.co_filename, code.co_firstlineno)
    if thing in _LOCATIONS:
        return _LOCATIONS[thing]
    for value in vars(thing).values():
        if isinstance(value, FunctionType) and value.__module__ == thing.__module__:
            code = value.__code__
            if code.co_filename != _GENERATED:
                return Location(code.co_filename, code.co_firstlineno)
    module = sys.modules.get(thing.__module__)
    filename = getattr(module, "__file__", None)
    return Location(filename, 1) if filename else None


def definition_of(thing: type | FunctionType) -> str | None:
    """Return the source of *thing*, decorators included, or None when it is lost.

    A class without methods does not tell its cell: then it is the newest cell's that
    defines a class of its name with the same annotations and attributes.
    """
    located = located_definition(thing)
    if located is None and isinstance(thing, type) and thing.__module__ == "__main__":
        return _likely_definition(thing)
    return located


def located_definition(thing: type | FunctionType) -> str | None:
    """Return the source of *thing* from the place that it tells itself, if it does."""
    location = location_of(thing)
    if location is None:
        return None
    text = "".join(linecache.getlines(location.filename))
    candidates = [n for n in _definitions(text) if n.name == thing.__name__]
    if not candidates:
        return None
    node = min(candidates, key=lambda n: abs(_first_line(n) - location.line))
    return _segment(text, node)


def texts_around(reader: type | FunctionType) -> Iterator[str]:
    """Yield the texts in which *reader* finds its names, its own file or cell first."""
    location = location_of(reader)
    if location is not None:
        yield "".join(linecache.getlines(location.filename))
    if reader.__module__ == "__main__":
        yield from cell_texts()


def namespace_of(thing: type | FunctionType) -> Mapping[str, Any]:
    """Return the names that a definition sees."""
    if isinstance(thing, FunctionType):
        return thing.__globals__
    module = sys.modules.get(thing.__module__)
    return {} if module is None else vars(module)


def _likely_definition(cls: type) -> str | None:
    own = {name for name in vars(cls) if not name.startswith("__")}
    own.update(inspect.get_annotations(cls))
    for text in cell_texts():
        for node in reversed(_definitions(text)):
            if node.name == cls.__name__ and _names_assigned(node) == own:
                return _segment(text, node)
    return None


def _names_assigned(node: _Definition) -> set[str]:
    names: set[str] = set()
    for statement in node.body:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=128)
def _definitions(text: str) -> tuple[_Definition, ...]:
    """Return every definition in *text*; parsed once for all that asks about it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, _Definition))


def _first_line(node: _Definition) -> int:
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def _segment(text: str, node: _Definition) -> str:
    lines = text.split("\n")[_first_line(node) - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines)).rstrip() + "\n"


def parsed(definition: str) -> ast.Module:
    """Return the tree of a definition; an empty one when it cannot stand alone.

    A text of several lines, less indented than the definition, keeps it indented.
    """
    try:
        return ast.parse(definition)
    except SyntaxError:
        return ast.Module([], [])


def evaluated(*roots: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are evaluated when *roots* are run: no body of a function."""
    nodes = list(roots)
    for node in nodes:  # grows while it is walked
        yield node
        body = getattr(node, "body", ()) if isinstance(node, (*_FUNCTIONS, ast.Lambda)) else ()
        inside = {id(part) for part in (body if isinstance(body, list) else [body])}
        nodes.extend(n for n in ast.iter_child_nodes(node) if id(n) not in inside)


@lru_cache(maxsize=512)
def names_in(definition: str) -> tuple[str, ...]:
    """Return the names a definition mentions outside of function bodies, sorted."""
    nodes = list(evaluated(parsed(definition)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    for node in nodes:
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        for part in ast.walk(annotation) if isinstance(annotation, ast.AST) else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                names |= set(_WORD.findall(part.value))  # a name that is written in quotes
    return tuple(sorted(names))
