"""What a function imports when it runs, as far as it is the project's or a package's."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from ._installed import is_installed, is_installed_file, origin_of, version_of
from ._names_read import imports_of

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator


class Imported(NamedTuple):
    """A name that an import will give, its value, and whether that cannot be told."""

    name: str
    value: Any
    is_lost: bool = False


def imported_by(function: types.FunctionType, *, imports: bool) -> Iterator[Imported]:
    """Yield what the import statements in a function give."""
    for statement in imports_of(function.__code__):
        name = _absolute(statement.module, statement.level, function.__globals__)
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            continue
        if _is_installed(top):
            yield Imported(name, version_of(name))
        elif imports or name in sys.modules:
            yield from _given(name, statement.names)
        else:
            yield Imported(name, None, is_lost=True)


def _absolute(name: str, level: int, namespace: dict[str, Any]) -> str:
    if not level:
        return name
    try:
        return importlib.util.resolve_name("." * level + name, namespace.get("__package__") or "")
    except ImportError:
        return name


def _is_installed(top: str) -> bool:
    if top in sys.modules:
        return is_installed(top)
    origin = origin_of(top)
    return origin is not None and is_installed_file(origin)


def _given(name: str, names: tuple[str, ...]) -> Iterator[Imported]:
    """Yield a module of the project, or those of its attributes that are asked for."""
    module = _loaded(name)
    if module is None:
        yield Imported(name, None, is_lost=True)
    elif not names:
        yield Imported(name, module)
    for attribute in names if module is not None else ():
        value = getattr(module, attribute, None)
        value = _loaded(f"{name}.{attribute}") if value is None else value
        yield Imported(f"{name}.{attribute}", value)


def _loaded(name: str) -> types.ModuleType | None:
    """Return a module as the step will get it: it imports it anyway, a moment later."""
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - what a module's code raises is the step's business
        return None
