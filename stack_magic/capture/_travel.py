"""Code and what it reads as bytes, as this process holds it.

Functions and classes of the notebook and of the project's own modules go by value; of the
modules themselves what the code asks for. Installed packages go by name. A pickler of the
library's own leaves the import statements in functions to the other side's disk, sends whole
modules, and fails on caches and dispatchers; with the reads of the walk none of that is so.
"""

from __future__ import annotations

import functools
import io
import sys
import threading
import types
import typing
from typing import TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]
from typing_extensions import TypeAliasType

from . import pickled_names as names
from ._installed import is_installed
from ._literals import literal_text
from ._parts import is_written_elsewhere, part_of
from ._reads import is_project_module, members_of_module
from ._reducers import (
    cache_reduced,
    cell_reduced,
    code_reduced,
    details_of,
    dispatcher_reduced,
    is_dispatcher,
    untracked,
)
from ._reference import is_found_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOCKS = {type(threading.Lock()): "Lock", type(threading.RLock()): "RLock"}
_BY_VALUE = threading.RLock()
"""Held while the library is told that a module's classes go by value: it knows no other way."""
_VARIABLES = (
    typing.TypeVar,
    typing.ParamSpec,
    typing.TypeVarTuple,
    typing.NewType,
    TypeAliasType,
)
"""What the library sends by name only, although it may be the notebook's."""
_CACHED = type(functools.lru_cache(print))


class CodePickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Writes things with their code by value.

    Args:
        file: Where to.
        by_import: Names of project modules that the other side imports from its disk.

    Attributes:
        modules: What the other side has to know of each module of the project.
        homes: The functions and classes that it finds under their names in their modules.
    """

    tries_others = True
    """Whether what texts and annotations name goes too, if it can."""
    new_locks = True
    """Whether a lock goes as a new one of its kind."""

    def __init__(self, file: io.BytesIO, by_import: frozenset[str] = frozenset()) -> None:
        super().__init__(file, protocol=5)
        self.modules: dict[str, dict[str, Any]] = {}
        self.homes: dict[tuple[str, str], Any] = {}
        self._by_import = by_import
        self._namespaces: dict[int, tuple[str, dict[str, Any]]] = {}

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind in _LOCKS and self.new_locks:
            return getattr(threading, _LOCKS[kind]), ()
        if kind in _REDUCERS:
            return _REDUCERS[kind](self, obj)
        if isinstance(obj, type):
            return self._of_class(obj)
        if kind.__name__ == "ConfigWrapper" and kind.__module__.startswith("pydantic."):
            return kind, (obj.config_dict,)  # it fails on the state that it writes itself
        if kind.__name__ == "NsResolver" and kind.__module__.startswith("pydantic."):
            return kind, ()  # all of the notebook, to resolve annotations that are resolved
        return super().reducer_override(obj)

    def _of_function(self, function: types.FunctionType) -> Any:
        if is_dispatcher(function):
            return dispatcher_reduced(function)
        owner = str(function.__globals__.get("__name__", ""))
        if is_installed(owner) or owner in self._by_import:
            home = function.__module__
            if (is_installed(home) or home in self._by_import) and is_found_by_name(function):
                return NotImplemented
            places: list[tuple[str, str, Any]] = []
        else:
            self._remember(function)
            owner = self._namespace(owner, function.__globals__)
            places = list(self._placed(function, owner))
        state = (places, function.__closure__, *details_of(function))
        maker = (function.__code__, owner, function.__name__, len(function.__closure__ or ()))
        return names.make_function, maker, state, None, None, names.set_function

    def _placed(self, function: types.FunctionType, owner: str) -> Iterator[tuple[str, str, Any]]:
        """Yield what the function reads, with the places where the other side looks for it."""
        if is_written_elsewhere(function):  # a wrapper by a package, in a module of the project
            return
        own = function.__globals__.get("__name__", "")
        for module, attribute, value in part_of(function, imports=True).places:
            place = owner if module == own else module
            if isinstance(value, types.ModuleType) and is_project_module(value):
                if value.__name__ in self._by_import:
                    yield place, attribute, value
                else:
                    self._describe(value.__name__, value)
                    yield place, attribute, names.ModuleName(value.__name__)
            elif not _is_optional(function, attribute) or self._may_leave_out(value):
                yield place, attribute, value

    def _may_leave_out(self, value: Any) -> bool:
        """Whether a value that may never be looked at goes; tried apart, and only once deep."""
        return self.tries_others and _can_travel(value, self._by_import)

    def _of_module(self, module: types.ModuleType) -> Any:
        name = module.__name__
        if is_installed(name) or name in self._by_import:
            return super().reducer_override(module)
        self._describe(name, module)
        members = members_of_module(module)
        state = [
            (n, names.ModuleName(v.__name__) if is_project_module(v) else v) for n, v in members
        ]
        return names.make_module, (name,), state, None, None, names.set_module

    def _of_class(self, cls: type) -> Any:
        name = cls.__module__
        if is_installed(name) or name in self._by_import or name not in sys.modules:
            return untracked(super().reducer_override(cls))
        self._remember(cls)
        self._describe(name, sys.modules[name])
        if name == "__main__":
            return untracked(super().reducer_override(cls))
        with _BY_VALUE:
            is_known = name in cloudpickle.list_registry_pickle_by_value()
            cloudpickle.register_pickle_by_value(sys.modules[name])
            try:
                return untracked(super().reducer_override(cls))
            finally:
                if not is_known:
                    cloudpickle.unregister_pickle_by_value(sys.modules[name])

    def _of_variable(self, variable: Any) -> Any:
        name = variable.__module__
        if is_installed(name) or name in self._by_import:
            return NotImplemented
        own = str(variable.__name__)
        if vars(sys.modules.get(name, typing)).get(own) is variable:
            self.homes[name, own] = variable
        if isinstance(variable, TypeAliasType):
            return names.make_alias, (own, variable.__value__, variable.__type_params__)
        return names.make_typevar, (type(variable), name, own, *_arguments_of(variable))

    def _remember(self, thing: Any) -> None:
        if is_found_by_name(thing):
            self.homes[thing.__module__, thing.__qualname__] = thing

    def _namespace(self, owner: str, namespace: dict[str, Any]) -> str:
        """Return the name of a namespace: that of its module, if it is a module's."""
        if id(namespace) not in self._namespaces:
            module = sys.modules.get(owner)
            is_modules = module is not None and vars(module) is namespace
            others = {name for name, _ in self._namespaces.values()}
            is_free = owner not in others and (is_modules or owner == "__main__")
            name = owner if is_free else f"{owner}#{len(others)}"
            self._namespaces[id(namespace)] = (name, namespace)
            self._describe(name, types.SimpleNamespace(**_head_of(namespace)))
        return self._namespaces[id(namespace)][0]

    def _describe(self, name: str, module: Any) -> None:
        self.modules.setdefault(name, _head_of(vars(module)))


def _arguments_of(variable: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what a variable of `typing`, or a NewType, is made of beside its name."""
    if isinstance(variable, typing.NewType):
        return (variable.__supertype__,), {}
    if not isinstance(variable, typing.TypeVar):
        return (), {}
    flags = ("covariant", "contravariant", "infer_variance")
    options: dict[str, Any] = {f: True for f in flags if getattr(variable, f"__{f}__", False)}
    options |= {} if variable.__bound__ is None else {"bound": variable.__bound__}
    return variable.__constraints__, options


def _head_of(namespace: dict[str, Any]) -> dict[str, Any]:
    names = ("__name__", "__file__", "__package__", "__path__", "__doc__")
    head = {name: namespace[name] for name in names if name in namespace}
    return {n: list(v) if n == "__path__" else v for n, v in head.items()}


def _can_travel(value: Any, by_import: frozenset[str]) -> bool:
    """Whether a value goes: asked only of what might be left out."""
    if literal_text(value) is not None or isinstance(value, types.FunctionType | type):
        return True
    pickler = CodePickler(io.BytesIO(), by_import)
    pickler.tries_others = False
    try:
        pickler.dump(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        return False
    return True


def _is_optional(function: types.FunctionType, name: str) -> bool:
    """Whether a name is read by a text or an annotation only: it may never be looked at."""
    from ._code import globals_of

    return name not in globals_of(function.__code__)


_REDUCERS: dict[type, Any] = {
    types.FunctionType: CodePickler._of_function,  # noqa: SLF001 - of this module
    types.ModuleType: CodePickler._of_module,  # noqa: SLF001 - likewise
    types.CodeType: code_reduced,
    types.CellType: cell_reduced,
    _CACHED: cache_reduced,
    **dict.fromkeys(_VARIABLES, CodePickler._of_variable),  # noqa: SLF001 - likewise
}


def packed(things: Any, also: Iterable[Any] = (), by_import: frozenset[str] = frozenset()) -> bytes:
    """Return things with their code as bytes.

    Args:
        things: What `Unpacked` gives back.
        also: Classes that have to exist there, in the order in which they are made.
        by_import: Names of project modules that the other side imports from its disk.

    Raises:
        Exception: Whatever the first thing raised that cannot be written.
    """
    file = io.BytesIO()
    pickler = CodePickler(file, by_import)
    pickler.dump(list(also))
    pickler.dump(things)
    pickler.dump(list(pickler.homes.items()))
    head = io.BytesIO()
    cloudpickle.Pickler(head, protocol=5).dump((pickler.modules, sorted(by_import)))
    return head.getvalue() + file.getvalue()
