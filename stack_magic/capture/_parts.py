"""What one thing adds to a digest: itself, and the things that it names."""

from __future__ import annotations

import functools
import logging
import threading
import types
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from ._installed import is_installed, is_installed_file, version_of
from ._literals import literal_text
from ._names_read import attributes_of, closure_of, read_by_function
from ._project_imports import imported_by
from ._state import pickled, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_TELLING = frozenset(
    {
        "__annotations__",
        "__dataclass_params__",
        "__private_attributes__",
        "__pydantic_fields__",
        "__slots__",
    }
)
_PLUMBING = (types.GetSetDescriptorType, types.MemberDescriptorType)
_STATELESS = (type(threading.Lock()), type(threading.RLock()), logging.Logger)


class Part(NamedTuple):
    """What one thing adds: itself, and the things that it names."""

    own: str
    names: tuple[tuple[str, Any], ...] = ()
    is_opaque: bool = False


def part_of(thing: Any, *, imports: bool) -> Part:
    """Return the part of anything but a set; *imports* as `Digester` has it."""
    if isinstance(thing, types.FunctionType):
        return _of_function(thing, imports=imports)
    for kind, make in _MAKERS:
        if isinstance(thing, kind):
            return make(thing)
    if not is_installed(type(thing).__module__):
        return _of_instance(thing)
    if type(thing) in {list, tuple, dict}:
        return _of_mapping(thing) if type(thing) is dict else _of_sequence(thing)
    wrapped = getattr(thing, "__wrapped__", None)  # a step, a cached function
    is_wrapper = isinstance(wrapped, types.FunctionType)
    return Part("wrapper", (("wrapped", wrapped),)) if is_wrapper else _of_pickle(thing)


def _of_function(function: types.FunctionType, *, imports: bool) -> Part:
    code = function.__code__
    if is_installed(function.__module__) or is_installed_file(code.co_filename):
        module = function.__globals__.get("__name__", "")
        own = f"from {module} import {code.co_qualname} {version_of(module)}"
        held = chain(closure_of(function), vars(function).items(), _defaults(function))
        return Part(own, tuple((n, v) for n, v in held if n == "registry" or _counts(v)))
    imported = tuple(imported_by(function, imports=imports))
    names = chain(
        _names_of(function),
        ((f"import {name}", value) for name, value, _ in imported),
        sorted(vars(function).items()),
    )
    lost = any(is_lost for _, _, is_lost in imported)
    return Part(_code_text(code, function.__doc__), tuple(names), is_opaque=lost)


def _defaults(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    values = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    return (("default", value) for value in values)


def _counts(value: Any) -> bool:
    """Whether what an installed function holds is the user's, or plain data."""
    if literal_text(value) is not None:
        return True
    kind = value if isinstance(value, types.FunctionType | type) else type(value)
    return not is_installed(kind.__module__)


def _names_of(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield what a function reads; of the project's modules the attributes it asks for."""
    paths = attributes_of(function.__code__)
    for name, value in read_by_function(function):
        if _is_project_module(value) and name in paths:
            for path in paths[name]:
                yield _attribute(name, value, path)
        else:
            yield name, value


def _attribute(name: str, value: Any, path: tuple[str, ...]) -> tuple[str, Any]:
    for attribute in path:
        if not _is_project_module(value):
            break
        name, value = f"{name}.{attribute}", getattr(value, attribute, None)
    return name, value


def _is_project_module(value: Any) -> bool:
    return isinstance(value, types.ModuleType) and not is_installed(value.__name__)


def _code_text(code: types.CodeType, doc: str | None = None) -> str:
    constants = code.co_consts
    if doc is not None and constants and constants[0] == doc:
        constants = (None, *constants[1:])  # as without one: the indexes stay
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_argcount)
    texts = [_constant_text(constant) for constant in constants]
    more = (code.co_kwonlyargcount, code.co_posonlyargcount, code.co_exceptiontable)
    return f"code {code.co_code.hex()} {names} {more} {texts}"


def _constant_text(constant: Any) -> str:
    if isinstance(constant, types.CodeType):
        return _code_text(constant)
    return literal_text(constant) or repr(constant)


def _of_class(cls: type) -> Part:
    """Return a class's part: what it is and holds now, whatever its text says."""
    if is_installed(cls.__module__):
        version = version_of(cls.__module__)
        return Part(f"from {cls.__module__} import {cls.__qualname__} {version}")
    bases = (("base", base) for base in cls.__bases__ if base is not object)
    meta = () if is_installed(type(cls).__module__) else (("metaclass", type(cls)),)
    return Part(f"class {cls.__name__}", (*bases, *meta, *_members_of(cls)))


def _members_of(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield what the class holds, and nothing that tools keep there for themselves."""
    for name, member in sorted(vars(cls).items(), key=lambda pair: pair[0]):
        value = _unwrapped(member)
        is_tools = name.startswith("__") and name.endswith("__") and name not in _TELLING
        if name == "_abc_impl" or isinstance(member, _PLUMBING):
            continue
        if isinstance(value, types.FunctionType) or not is_tools:
            yield name, value


def _unwrapped(member: Any) -> Any:
    """Return the functions behind what stands in a class body for them."""
    if isinstance(member, property):
        return (member.fget, member.fset, member.fdel)
    if isinstance(member, functools.cached_property):
        return member.func
    if isinstance(member, functools.partialmethod):
        return (member.func, member.args, member.keywords)
    if isinstance(member, functools.singledispatchmethod):
        return (member.func, member.dispatcher)
    return member.__func__ if isinstance(member, staticmethod | classmethod) else member


def _of_module(module: types.ModuleType) -> Part:
    """Return a module's part: what it holds now, whatever its file says."""
    name = module.__name__
    if name == "__main__":
        return Part("import __main__", is_opaque=True)
    if is_installed(name):
        return Part(f"import {name} {version_of(name)}")
    members = sorted(vars(module).items())
    return Part(f"module {name}", tuple(pair for pair in members if not pair[0].startswith("__")))


def _of_partial(thing: functools.partial[Any]) -> Part:
    named = (("function", thing.func), ("args", thing.args), ("by", thing.keywords))
    return Part("partial", named)


def _of_method(method: types.MethodType) -> Part:
    return Part("method", (("function", method.__func__), ("self", method.__self__)))


def _of_sequence(values: Iterable[Any]) -> Part:
    return Part(type(values).__name__, tuple(("", value) for value in values))


def _of_mapping(mapping: Mapping[Any, Any]) -> Part:
    pairs = chain.from_iterable((("key", k), ("value", v)) for k, v in mapping.items())
    return Part(type(mapping).__name__, tuple(pairs))


def _of_stateless(thing: Any) -> Part:
    return Part(f"{type(thing).__qualname__} {getattr(thing, 'name', '')}")


def _of_instance(thing: Any) -> Part:
    names, needs_pickle = state_of(thing)
    named = (("class", type(thing)), *names)
    if not needs_pickle:
        return Part("object", named)
    own, more, is_opaque = _of_pickle(thing)
    return Part(own, (*named, *more), is_opaque)


def _of_pickle(value: Any) -> Part:
    try:
        content, walked = pickled(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        kind = type(value)
        return Part(f"{kind.__module__}.{kind.__qualname__}", is_opaque=True)
    return Part(content, tuple(("in", one) for one in walked))


_MAKERS: tuple[tuple[Any, Callable[[Any], Part]], ...] = (
    (type, _of_class),
    (types.ModuleType, _of_module),
    (functools.partial, _of_partial),
    (types.MethodType, _of_method),
    (types.MappingProxyType, _of_mapping),
    (_STATELESS, _of_stateless),
)
