"""What a function imports when it runs, as far as it is the project's or a package's."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from ._code import codes_in, paths_in
from ._import_statements import Import
from ._installed import is_installed, is_installed_file, origin_of, version_of
from ._tokens import CONSTANT

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator

    from ._code import Code


class Imported(NamedTuple):
    """What an import gives.

    Attributes:
        name: Name of the module.
        found: The module, a version, or None where it cannot be told.
        paths: The chains of attributes that are asked of it; () for all of it.
    """

    name: str
    found: Any
    paths: tuple[tuple[str, ...], ...] = ((),)


def imports_of(function: types.FunctionType, *, imports: bool) -> Iterator[Imported]:
    """Yield what the import statements in a function give."""
    codes = codes_in(function.__code__)
    written = [statement for code in codes for statement in code.imports]
    named = [Import(name) for code in codes for name in _named_in_texts(code)]
    for statement in dict.fromkeys((*written, *named)):
        name = _absolute(statement, function.__globals__)
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            continue
        if _is_installed(top):
            yield Imported(name, version_of(name))
        elif imports or name in sys.modules:
            yield from _given(name, statement, function.__code__)
        else:
            yield Imported(name, None)


def imported_values(function: types.FunctionType) -> dict[str, Any]:
    """Return what the names stand for that import statements in a function give.

    Of a module that is not loaded, an empty one of its name; None for what it does not have.
    """
    values: dict[str, Any] = {}
    for code in codes_in(function.__code__):
        for name, bound in code.bound.items():
            statement = Import(bound.module, bound.level)
            module = _absolute(statement, function.__globals__)
            found = sys.modules.get(module) or ModuleType(module)
            values[name] = getattr(found, bound.member, None) if bound.member else found
    return values


@lru_cache(maxsize=8192)
def has_imports(code: types.CodeType) -> bool:
    """Whether code imports anything when it runs."""
    return any(one.imports or any(_named_in_texts(one)) for one in codes_in(code))


def _named_in_texts(code: Code) -> Iterator[str]:
    """Yield the modules that are imported by a text: `import_module("name")`."""
    for chain in code.chains:
        if (chain.path or (chain.name,))[-1] in {"import_module", "__import__"}:
            following = code.tokens[chain.end : chain.end + 1]
            if following and following[0].kind == CONSTANT:
                yield str(following[0].value)


def _absolute(statement: Import, namespace: dict[str, Any]) -> str:
    if not statement.level:
        return statement.module
    package = namespace.get("__package__") or ""
    try:
        return importlib.util.resolve_name("." * statement.level + statement.module, package)
    except ImportError:
        return statement.module


def _is_installed(top: str) -> bool:
    if top in sys.modules:
        return is_installed(top)
    origin = origin_of(top)
    return origin is not None and is_installed_file(origin)


def _given(name: str, statement: Import, code: types.CodeType) -> Iterator[Imported]:
    """Yield a module of the project, with those of its attributes that are asked for."""
    module = _loaded(name)
    if module is None:
        yield Imported(name, None)
        return
    for attribute in statement.names:
        if not hasattr(module, attribute):
            _loaded(f"{name}.{attribute}")  # a module of the package
    if statement.names:
        is_all = "*" in statement.names
        yield Imported(name, module, ((),) if is_all else tuple((n,) for n in statement.names))
    elif statement.bound and "." not in name:
        yield Imported(name, module, paths_in(code).get(statement.bound, ()))
    else:
        yield Imported(name, module)


def _loaded(name: str) -> types.ModuleType | None:
    """Return a module as the step will get it: it imports it anyway, a moment later."""
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - what a module's code raises is the step's business
        return None
