"""What a function reads from outside of itself, with the values that it would get now.

The digest, the bytes that go to another process and the source of a package are made from
these reads: there is no second answer to what belongs to a function.
"""

from __future__ import annotations

import builtins
import re
import types
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from ._code import codes_in, globals_of, paths_in, texts_in
from ._imports import imports_of
from ._installed import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d]\w*")
_AT_NAME = re.compile(r"@([^\W\d]\w*)")
_WITH_AT_NAMES = frozenset({"query", "eval"})
_WITH_ANY_NAMES = frozenset({"sql", "execute", "exec", "format_map"})


class Read(NamedTuple):
    """One value that a function reads.

    Attributes:
        name: What it is called: `LOW`, `module.helper`, `default 0`.
        value: What it is now.
        places: Where another process must have it: names of a module and of attributes.
    """

    name: str
    value: Any
    places: tuple[tuple[str, str, Any], ...] = ()


class Missing(NamedTuple):
    """Stands for an attribute that a module does not have."""

    name: str


def reads_of(function: types.FunctionType, *, imports: bool) -> Iterator[Read]:
    """Yield what a function reads: globals, closure, defaults, annotations, imports.

    Of the project's modules only those attributes are read that the code asks for.

    Args:
        function: A function of the notebook or of the project.
        imports: Whether modules that it will import may be imported to look at them; else
            a read of `Missing` stands for each.
    """
    code, namespace = function.__code__, function.__globals__
    own, paths = namespace.get("__name__", ""), paths_in(code)
    for name in chain(globals_of(code), _names_in_texts(function)):
        if name in namespace:
            yield from _followed(own, name, namespace[name], paths.get(name, ()))
    for name, value in closure_of(function):
        yield from _followed("", name, value, paths.get(name, ()))
    for position, value in enumerate(function.__defaults__ or ()):
        yield Read(f"default {position}", value)
    for name, value in (function.__kwdefaults__ or {}).items():
        yield Read(f"default {name}", value)
    yield from _annotated(function)
    yield from _imported(function, imports=imports)


def _imported(function: types.FunctionType, *, imports: bool) -> Iterator[Read]:
    for module, found, paths in imports_of(function, imports=imports):
        if isinstance(found, types.ModuleType) and not is_installed(module):
            place = (module, "", found)
            for read in _followed("", module, found, paths):
                yield Read(f"import {read.name}", read.value, (place, *read.places))
        else:
            yield Read(f"import {module}", Missing(module) if found is None else found)


def _followed(
    own: str, name: str, value: Any, paths: tuple[tuple[str, ...], ...]
) -> Iterator[Read]:
    """Yield a value, or of a module of the project what is asked of it."""
    here = ((own, name, value),) if own else ()
    if not is_project_module(value):
        yield Read(name, value, here)
        return
    for path in paths or ((),):
        yield _attribute(name, value, path, here)


def _attribute(
    name: str, module: Any, path: tuple[str, ...], places: tuple[tuple[str, str, Any], ...]
) -> Read:
    value = module
    for attribute in path:
        if not is_project_module(value):
            break
        owner, name = value, f"{name}.{attribute}"
        value = getattr(owner, attribute, Missing(attribute))
        if not isinstance(value, Missing):
            places = (*places, (owner.__name__, attribute, value))
    if is_project_module(value):  # the module itself: any of it may be asked for
        places = (*places, *((value.__name__, *pair) for pair in members_of_module(value)))
    return Read(name, value, places)


def members_of_module(module: types.ModuleType) -> list[tuple[str, Any]]:
    """Return what a module holds, without what Python keeps there for itself."""
    return sorted(pair for pair in vars(module).items() if not pair[0].startswith("__"))


def is_project_module(value: Any) -> TypeGuard[types.ModuleType]:
    """Whether this is a module of the project or the notebook."""
    return isinstance(value, types.ModuleType) and not is_installed(value.__name__)


def closure_of(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names of the functions around that *function* reads, with their values."""
    cells = function.__closure__ or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        if name == "__class__":
            continue
        try:
            yield name, cell.cell_contents
        except ValueError:  # not assigned yet
            continue


def annotations_of(thing: Any) -> dict[str, Any]:
    """Return the annotations of a function; none where they cannot be evaluated."""
    try:
        return dict(thing.__annotations__)
    except Exception:  # noqa: BLE001 - from Python 3.14 on they are expressions of the user's
        return {}


def _annotated(function: types.FunctionType) -> Iterator[Read]:
    """Yield annotations, and what the names in written ones stand for."""
    namespace, own = function.__globals__, function.__globals__.get("__name__", "")
    for name, annotation in annotations_of(function).items():
        yield Read(f"annotation {name}", annotation)
        for word in _WORD.findall(annotation) if isinstance(annotation, str) else ():
            if word in namespace:
                found = namespace[word]
                yield Read(f"annotation {word}", found, ((own, word, found),))


def _names_in_texts(function: types.FunctionType) -> Iterator[str]:
    """Yield the names in texts that reach a variable: `df.query("a > @LOW")`.

    Where SQL is run, each word of a text may be a data frame's name.
    """
    code, namespace = function.__code__, function.__globals__
    if not has_names_in_texts(code):
        return
    asked = _asked(code)
    is_any = asked & _WITH_ANY_NAMES or _is_sql(namespace, asked) or "eval" in globals_of(code)
    pattern = _WORD if is_any else _AT_NAME
    held = (namespace.get(name) for name in globals_of(code))
    texts = chain(texts_in(code), (text for text in held if isinstance(text, str)))
    for name in dict.fromkeys(name for text in texts for name in pattern.findall(text)):
        if name in namespace and not hasattr(builtins, name):
            yield name


@lru_cache(maxsize=8192)
def has_names_in_texts(code: types.CodeType) -> bool:
    """Whether code calls what reads names in texts."""
    return bool(_asked(code) & (_WITH_AT_NAMES | _WITH_ANY_NAMES))


@lru_cache(maxsize=8192)
def has_computed_names(code: types.CodeType) -> bool:
    """Whether a text that reaches a variable is put together just where its name begins."""
    is_query = not _asked(code).isdisjoint(_WITH_AT_NAMES)
    return is_query and any(text.endswith("@") for text in texts_in(code))


def _asked(code: types.CodeType) -> set[str]:
    attributes = {name for one in codes_in(code) for name in one.attributes}
    return attributes | {chain.name for one in codes_in(code) for chain in one.chains}


def _is_sql(namespace: dict[str, Any], asked: set[str]) -> bool:
    modules = (namespace.get(name) for name in asked)
    return any(getattr(module, "__name__", "") == "duckdb" for module in modules)


def functions_of_class(cls: type) -> Iterator[tuple[str, types.FunctionType]]:
    """Yield the functions behind the methods and properties of a class body."""
    for name, member in vars(cls).items():
        candidates = (
            [member.fget, member.fset, member.fdel]
            if isinstance(member, property)
            else [getattr(member, "__func__", member)]
        )
        for function in candidates:
            if isinstance(function, types.FunctionType) and _is_written(function, cls):
                yield name, function


def _is_written(function: types.FunctionType, cls: type) -> bool:
    """Whether a function was written with the class, not generated for it."""
    generated = function.__code__.co_filename.startswith("<string>")
    return function.__module__ == cls.__module__ and not generated
