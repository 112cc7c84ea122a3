"""The other side of what was packed: makes functions, classes and modules as they were sent.

Nothing that this process has already is changed by it.
"""

from __future__ import annotations

import importlib
import io
import pickle
import sys
import types
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from . import pickled_names
from ._installed import is_installed
from .pickled_names import ModuleName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TRACKED = {"_make_skeleton_class": 4, "_make_skeleton_enum": 5}
"""Makers of classes, and which of their arguments would find the class that exists already."""
_OF_BASES, _OF_METACLASSES = ("__init_subclass__",), ("__new__", "__init__", "__init_subclass__")


class Unpacked:
    """What `packed` wrote.

    Attributes:
        things: The things.
        modules: The modules of the project by name, with what was sent of each.
    """

    def __init__(self, content: bytes) -> None:
        file = io.BytesIO(content)
        heads, by_import = pickle.load(file)  # noqa: S301 - of the process that packed it
        self.modules: dict[str, types.ModuleType] = {}
        for name, head in heads.items():
            self.modules[name] = _module(name, head)
        self._unpickler = CodeUnpickler(file, self.modules, tuple(by_import))
        self.by_import: tuple[str, ...] = tuple(by_import)
        self.things: Any = None
        self._kept: list[Any] = []

    def load(self) -> Any:
        """Return the things; modules that were sent are found by import statements.

        Raises:
            Exception: Whatever a class or object raises while it is made.
        """
        self._kept = self._unpickler.load()
        self.things = self._unpickler.load()
        for (module, name), thing in self._unpickler.load():
            if "." not in name and module in self.modules:
                setattr(self.modules[module], name, thing)
        return self.things

    def install(self) -> Callable[[], None]:
        """Let import statements find the modules that were sent; returns the undo."""
        sent = {n: m for n, m in self.modules.items() if "#" not in n}
        former = {name: sys.modules.get(name) for name in sent}
        sys.modules.update(sent)
        for name, module in sent.items():
            package, _, last = name.rpartition(".")
            if package in sent:
                vars(sent[package]).setdefault(last, module)

        def undo() -> None:
            for name, module in former.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module

        return undo


def _module(name: str, head: Mapping[str, Any]) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(head)

    def refuse(attribute: str) -> Any:
        message = (
            f"module {name!r} has no {attribute!r} here: of a module of the project only that is "
            "sent which the code of the step names"
        )
        raise AttributeError(message)

    module.__getattr__ = refuse  # type: ignore[method-assign]
    return module


class CodeUnpickler(pickle.Unpickler):
    """Reads things with their code; classes and functions are made anew.

    Args:
        file: Where from.
        modules: Where functions look for what they read; grows by those that are not there.
        by_import: Modules of the project that are imported from this disk.
        own: Classes of this process that are taken instead of making one, by its number.

    Attributes:
        classes: The classes that were made, and those taken instead, in this order.
    """

    def __init__(
        self,
        file: io.BytesIO,
        modules: dict[str, types.ModuleType],
        by_import: tuple[str, ...] = (),
        own: Mapping[int, type] = types.MappingProxyType({}),
    ) -> None:
        super().__init__(file)
        self.classes: list[type] = []
        self._modules = modules
        self._by_import = by_import
        self._own = own
        self._made: list[type] = []
        self._makers = {
            "make_function": self._make_function,
            "set_function": self._set_function,
            "make_module": self._module,
            "set_module": self._set_module,
        }

    def load_last(self) -> Any:
        """Return the last thing; nothing of it is kept, so that it can go when it is let go."""
        try:
            return self.load()
        finally:
            self.memo.clear()

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name == pickled_names.__name__ and global_name in self._makers:
            return self._makers[global_name]
        found = super().find_class(module_name, global_name)
        if not module_name.startswith("cloudpickle"):
            return found
        if global_name in TRACKED:
            return self._anew(found, TRACKED[global_name])
        return self._filling(found) if global_name == "_class_setstate" else found

    def _anew(self, make: Callable[..., Any], position: int) -> Callable[..., Any]:
        """Let a class be made anew, whatever was made here of the same one.

        What its bases and its metaclass do when a class is made of them was done where it
        was sent from: their registries come as they were there.
        """

        def making(*arguments: Any) -> Any:
            made = self._own.get(len(self.classes))
            if made is None:
                with _without_hooks(self._made):
                    made = make(*arguments[:position], None, *arguments[position + 1 :])
                self._made.append(made)
            self.classes.append(made)
            return made

        return making

    def _filling(self, fill: Callable[..., Any]) -> Callable[..., Any]:
        """Let what a class holds be put into it, if it was made here."""

        def filling(made: type, state: Any) -> Any:
            is_own = any(made is own for own in self._own.values())
            return made if is_own else fill(made, state)

        return filling

    def _module(self, name: str) -> types.ModuleType:
        return self._modules.setdefault(name, _module(name, {"__name__": name}))

    def _namespace(self, owner: str) -> dict[str, Any]:
        if owner not in self._modules:
            with suppress(ImportError):  # a package's: its wrapper holds the user's function
                module = importlib.import_module(owner)
                if is_installed(owner) or owner in self._by_import:
                    return vars(module)
        namespace = vars(self._module(owner))
        namespace.setdefault("__builtins__", __builtins__)
        return namespace

    def _make_function(
        self, code: types.CodeType, owner: str, name: str, cells: int
    ) -> types.FunctionType:
        closure = tuple(types.CellType() for _ in range(cells))
        return types.FunctionType(code, self._namespace(owner), name, None, closure)

    def _set_function(self, function: types.FunctionType, state: tuple[Any, ...]) -> None:
        places, closure, defaults, named, held, annotations, (module, qualname, doc) = state
        for own, cell in zip(function.__closure__ or (), closure or (), strict=True):
            for content in _contents(cell):
                own.cell_contents = content
        function.__defaults__, function.__kwdefaults__ = defaults, named
        function.__dict__.update(held)
        function.__annotations__ = annotations
        function.__module__, function.__qualname__, function.__doc__ = module, qualname, doc
        for owner, attribute, value in places:
            target = self._module(owner)
            if attribute:
                setattr(target, attribute, self._value(value))

    def _set_module(self, module: types.ModuleType, members: list[tuple[str, Any]]) -> None:
        for name, value in members:
            setattr(module, name, self._value(value))

    def _value(self, value: Any) -> Any:
        return self._module(value.name) if isinstance(value, ModuleName) else value


def _contents(cell: types.CellType) -> Iterator[Any]:
    try:
        yield cell.cell_contents
    except ValueError:  # not assigned yet
        return


@contextmanager
def _without_hooks(classes: list[type]) -> Iterator[None]:
    """Take away what these classes do when another class is made of them."""
    taken = []
    for cls in classes:
        hooks = _OF_METACLASSES if issubclass(cls, type) else _OF_BASES
        taken += [(cls, name, vars(cls)[name]) for name in hooks if name in vars(cls)]
    for cls, name, _ in taken:
        delattr(cls, name)
    try:
        yield
    finally:
        for cls, name, hook in taken:
            setattr(cls, name, hook)
