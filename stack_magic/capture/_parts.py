"""What one thing adds to a digest: itself, and the things that it names."""

from __future__ import annotations

import functools
import logging
import threading
import types
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from ._class_members import members_of, registered
from ._code import codes_in
from ._installed import is_installed, is_installed_file, version_of
from ._literals import literal_text
from ._outside import FILE, UNKNOWN, Outside, outside_of
from ._reads import Missing, closure_of, members_of_module, reads_of
from ._state import pickled, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_STATELESS = (type(threading.Lock()), type(threading.RLock()), logging.Logger)


class Part(NamedTuple):
    """What one thing adds.

    Attributes:
        own: The thing itself, as text.
        names: The things that it names.
        outside: What it reads that is neither code nor an argument.
        places: Where another process must have what it names: module, attribute, value.
        asks_subclasses: Whether its code asks classes for the classes made of them.
    """

    own: str
    names: tuple[tuple[str, Any], ...] = ()
    outside: tuple[Outside, ...] = ()
    places: tuple[tuple[str, str, Any], ...] = ()
    asks_subclasses: bool = False


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


def is_written_elsewhere(function: types.FunctionType) -> bool:
    """Whether a function's code is Python's or a package's, whoever holds it."""
    return is_installed(function.__module__) or is_installed_file(function.__code__.co_filename)


def _of_function(function: types.FunctionType, *, imports: bool) -> Part:
    if is_written_elsewhere(function):
        return _of_installed(function)
    code = function.__code__
    reads = list(reads_of(function, imports=imports))
    names = [(read.name, read.value) for read in reads]
    unknown = tuple(
        Outside(UNKNOWN, f"imports {read.value.name}, which is not loaded yet")
        for read in reads
        if isinstance(read.value, Missing) and read.name.startswith("import ") and not read.places
    )
    return Part(
        _code_text(code),
        (*names, ("doc", function.__doc__), *sorted(vars(function).items())),
        (*outside_of(function), *unknown),
        tuple(place for read in reads for place in read.places),
        any("__subclasses__" in one.attributes for one in codes_in(code)),
    )


def _of_installed(function: types.FunctionType) -> Part:
    """Return the part of a package's function, with what a decorator's call put in it."""
    module = function.__globals__.get("__name__", "")
    own = f"from {module} import {function.__code__.co_qualname} {version_of(module)}"
    held = chain(closure_of(function), vars(function).items(), _defaults(function))
    names: list[tuple[str, Any]] = []
    for name, value in held:
        if name == "registry" or _counts(value):
            names.append((name, value))
        elif name != "dispatch_cache":
            names.extend(_settings_of(name, value))
    return Part(own, tuple(names))


def _settings_of(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the plain data and the user's things that an object of a package holds."""
    held = getattr(value, "__dict__", None)
    if isinstance(value, types.FunctionType | type | types.ModuleType) or type(held) is not dict:
        return
    for key, inner in sorted(held.items(), key=lambda pair: str(pair[0])):
        if _counts(inner):
            yield f"{name}.{key}", inner
        elif type(getattr(inner, "__dict__", None)) is dict:
            deeper = vars(inner).items()
            yield from ((f"{name}.{key}.{k}", v) for k, v in deeper if _counts(v))


def _defaults(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    values = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    return (("default", value) for value in values)


def _counts(value: Any) -> bool:
    """Whether what an installed function holds is the user's, or plain data."""
    if literal_text(value) is not None:
        return True
    kind = value if isinstance(value, types.FunctionType | type) else type(value)
    return not is_installed(kind.__module__)


def _code_text(code: types.CodeType) -> str:
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_argcount)
    texts = [_constant_text(constant) for constant in code.co_consts]
    more = (code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags)
    return f"code {code.co_code.hex()} {names} {more} {code.co_exceptiontable.hex()} {texts}"


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
    return Part(f"class {cls.__name__}", (*bases, *meta, *members_of(cls), *registered(cls)))


def _of_module(module: types.ModuleType) -> Part:
    """Return a module's part: what it holds now, whatever its file says."""
    name = module.__name__
    if name == "__main__":
        return Part("import __main__", outside=(Outside(UNKNOWN, "reads __main__ as a whole"),))
    if is_installed(name):
        return Part(f"import {name} {version_of(name)}")
    return Part(f"module {name}", tuple(members_of_module(module)))


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


def _of_path(path: PurePath) -> Part:
    return Part(f"path {str(path)!r}", outside=(Outside(FILE, str(path)),))


def _of_missing(missing: Missing) -> Part:
    return Part(f"no {missing.name}")


def _of_instance(thing: Any) -> Part:
    names, needs_pickle = state_of(thing)
    named = (("class", type(thing)), *names)
    if not needs_pickle:
        return Part("object", named)
    part = _of_pickle(thing)
    return part._replace(names=(*named, *part.names))


def _of_pickle(value: Any) -> Part:
    try:
        content, walked = pickled(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        reason = f"holds a {kind}, whose state cannot be read"
        return Part(kind, outside=(Outside(UNKNOWN, reason),))
    return Part(content, tuple(("in", one) for one in walked))


_MAKERS: tuple[tuple[Any, Callable[[Any], Part]], ...] = (
    (type, _of_class),
    (types.ModuleType, _of_module),
    (functools.partial, _of_partial),
    (types.MethodType, _of_method),
    (types.MappingProxyType, _of_mapping),
    (_STATELESS, _of_stateless),
    (PurePath, _of_path),
    (Missing, _of_missing),
)
