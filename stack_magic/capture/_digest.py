"""One digest of code with all it reads: what the cache compares.

A function counts by its compiled code, which knows no comments and no layout and is
what really runs, also when its file was edited since. What it reads is followed:
functions and classes of the notebook and the project, to any depth, cycles included.
The digest is that of the walk: each thing found, and which of the others it names.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import pickle
import sys
import types
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ._definition import definition_of, located_definition, names_in, normalised
from ._installed import is_installed, is_installed_file, version_of
from ._names_read import functions_of_class, imports_of, read_by_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
_CONTAINERS = (list, tuple, dict, set, frozenset)

_TELLING = frozenset({"__annotations__", "__pydantic_fields__", "__slots__"})


class _Part(NamedTuple):
    """What one thing adds: itself, and the things that it names."""

    own: str
    names: tuple[tuple[str, Any], ...] = ()


class Digester:
    """Computes digests; one instance looks at each thing once.

    Attributes:
        is_opaque: Whether some value could not be read and counts by its type alone.
    """

    def __init__(self) -> None:
        self.is_opaque = False
        # The thing is kept with its part: its id stays its own.
        self._parts: dict[int, tuple[Any, _Part]] = {}

    def digest(self, thing: Any) -> str:
        """Return the SHA-256 of *thing* with all it reads."""
        places = {id(thing): 0}
        queue = [thing]
        sha = hashlib.sha256()
        for present in queue:  # grows while it is walked
            own, names = self._part(present)
            sha.update(f"[{own}".encode(errors="surrogatepass"))
            for name, value in names:
                text = literal_text(value)
                if text is None:
                    if id(value) not in places:
                        places[id(value)] = len(queue)
                        queue.append(value)
                    text = f"#{places[id(value)]}"
                sha.update(f"|{name}={text}".encode(errors="surrogatepass"))
        return sha.hexdigest()

    def _part(self, thing: Any) -> _Part:
        if id(thing) not in self._parts:
            self._parts[id(thing)] = (thing, self._make(thing))
        return self._parts[id(thing)][1]

    def _make(self, thing: Any) -> _Part:
        for kind, make in _MAKERS:
            if isinstance(thing, kind):
                return make(thing)
        wrapped = getattr(thing, "__wrapped__", None)  # a step, a cached function
        if isinstance(wrapped, types.FunctionType):
            return _Part("wrapper", (("wrapped", wrapped),))
        if not is_installed(type(thing).__module__) and hasattr(thing, "__dict__"):
            return _Part("object", (("class", type(thing)), ("state", vars(thing))))
        return _Part(self._pickled(thing))

    def _pickled(self, value: Any) -> str:
        text = literal_text(value)
        if text is not None:
            return text
        try:
            return hashlib.sha256(pickle.dumps(value, protocol=5)).hexdigest()
        except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
            self.is_opaque = True
            return f"{type(value).__module__}.{type(value).__qualname__}"


def literal_text(value: Any, depth: int = 20) -> str | None:
    """Return plain data as text, the same in every process; None for all else."""
    kind = type(value)
    if kind in _ATOMS:
        return hex(value) if kind is int else repr(value)  # repr has a limit of digits
    if kind not in _CONTAINERS or depth == 0:
        return None
    members = chain.from_iterable(value.items()) if kind is dict else value
    texts = []
    for member in members:
        text = literal_text(member, depth - 1)
        if text is None:
            return None
        texts.append(text)
    if kind in {set, frozenset}:
        texts.sort()
    return f"{kind.__name__}({', '.join(texts)})"


def _of_function(function: types.FunctionType) -> _Part:
    if is_installed(function.__module__):
        closure = (v for _, v in read_by_function(function) if _is_project(v))
        return _Part(_as_import(function), tuple(("in", v) for v in closure))
    code = function.__code__
    imported = ((f"import {n}", m) for n, m in _imported(code))
    names = tuple(chain(read_by_function(function), imported))
    return _Part(_code_text(code, function.__doc__), names)


def _is_project(value: Any) -> bool:
    return isinstance(value, types.FunctionType) and not is_installed(value.__module__)


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


def _imported(code: types.CodeType) -> Iterator[tuple[str, str]]:
    for name in imports_of(code):
        module = sys.modules.get(name)
        filename = getattr(module, "__file__", None) or _file_to_import(name)
        if filename and not is_installed_file(filename):
            yield name, _file_digest(filename)


def _file_to_import(name: str) -> str | None:
    if "." in name or not name:
        return None
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec is not None and spec.has_location else None


def _of_class(cls: type) -> _Part:
    if is_installed(cls.__module__):
        return _Part(_as_import(cls))
    definition = definition_of(cls)
    own = normalised(definition) if definition else f"class {cls.__qualname__}"
    bases = tuple(("base", base) for base in cls.__bases__ if base is not object)
    if located_definition(cls) is None:  # the text is a likely one at best
        return _Part(own, (*bases, *_members_of(cls)))
    namespace = vars(sys.modules.get(cls.__module__, types.ModuleType("lost")))
    read = [(n, namespace[n]) for n in names_in(definition or "") if n in namespace]
    return _Part(own, (*bases, *functions_of_class(cls), *read))


def _members_of(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield what the class statement made, and nothing that tools add later."""
    for name, member in sorted(vars(cls).items(), key=lambda pair: pair[0]):
        is_added = name.startswith("__") and name not in _TELLING
        if name != "_abc_impl" and (isinstance(member, types.FunctionType) or not is_added):
            yield name, member


def _of_module(module: types.ModuleType) -> _Part:
    filename = getattr(module, "__file__", None)
    if is_installed(module.__name__) or not filename:
        return _Part(f"import {module.__name__} {version_of(module.__name__)}")
    others = dict.fromkeys(_modules_named(module))
    return _Part(_file_digest(filename), tuple((m.__name__, m) for m in others))


def _modules_named(module: types.ModuleType) -> Iterator[types.ModuleType]:
    """Yield the project's modules that a module of the project uses."""
    for value in vars(module).values():
        other = value
        if not isinstance(value, types.ModuleType):
            other = sys.modules.get(getattr(value, "__module__", None) or "")
        if other is None or other is module or other.__name__ == "__main__":
            continue
        if not is_installed(other.__name__):
            yield other


def _file_digest(filename: str) -> str:
    try:
        status = Path(filename).stat()
        return _digest_of_version(filename, status.st_mtime_ns, status.st_size)
    except OSError:
        return filename


@functools.lru_cache(maxsize=512)
def _digest_of_version(filename: str, _modified: int, _size: int) -> str:
    return hashlib.sha256(Path(filename).read_bytes()).hexdigest()


def _of_partial(thing: functools.partial[Any]) -> _Part:
    named = (("function", thing.func), ("args", thing.args), ("by", thing.keywords))
    return _Part("partial", named)


def _of_method(method: types.MethodType) -> _Part:
    return _Part("method", (("function", method.__func__), ("self", method.__self__)))


def _of_sequence(values: Iterable[Any]) -> _Part:
    return _Part(type(values).__name__, tuple(("", value) for value in values))


def _of_mapping(mapping: dict[Any, Any]) -> _Part:
    pairs = chain.from_iterable((("key", k), ("value", v)) for k, v in mapping.items())
    return _Part(type(mapping).__name__, tuple(pairs))


def _as_import(thing: Any) -> str:
    module = thing.__module__ or "builtins"
    return f"from {module} import {thing.__qualname__} {version_of(module)}"


_MAKERS: tuple[tuple[Any, Callable[[Any], _Part]], ...] = (
    (types.FunctionType, _of_function),
    (type, _of_class),
    (types.ModuleType, _of_module),
    (functools.partial, _of_partial),
    (types.MethodType, _of_method),
    ((list, tuple), _of_sequence),
    (dict, _of_mapping),
)
