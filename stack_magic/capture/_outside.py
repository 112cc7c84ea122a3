"""What a function reads from outside of the notebook and its arguments, as its code shows it.

The environment, the context of the run, the clock, random numbers; and what cannot be known
from code: `eval`, `globals()`, an attribute of a module whose name is computed.
"""

from __future__ import annotations

import builtins
import os
import sys
import types
from typing import TYPE_CHECKING, Any, NamedTuple

from ._code import codes_in
from ._imports import has_imports, imported_values
from ._reads import Missing, closure_of, has_computed_names
from ._tokens import ATTRIBUTE, CONSTANT, FREE, GLOBAL, LOCAL, OTHER, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._code import Chain, Code

UNKNOWN, CONTEXT, ENVIRONMENT = "unknown", "context", "environment"
FILE, SOME_FILE, CLOCK, RANDOM = "file", "some file", "clock", "random"
BELOW = "file below a parameter"
"""Known where the parameter is a path, which counts with all below it; its name, and the reader."""


class Outside(NamedTuple):
    """Something that code reads, and that is neither code nor an argument.

    Attributes:
        kind: One of the constants of this module.
        name: Which: the variable, the path, the function; of what is unknown the reason.
    """

    kind: str
    name: str


_UNKNOWN = {
    "builtins": {"eval", "exec", "globals", "compile"},
    "sys": {"_getframe", "modules"},
    "inspect": {"currentframe", "stack"},
    "gc": {"get_objects", "get_referrers"},
}
_MODULES = _UNKNOWN.keys() - {"builtins"}
_CLOCK = {
    "time": {"time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "strftime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}
_ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
_OF_ENVIRONMENT = {id(getattr(os, name)): name for name in _ENVIRONMENT if hasattr(os, name)}
_RANDOM = {"random", "numpy.random", "secrets"}
_RANDOM_OF = {
    "uuid": {"uuid1", "uuid4"},
    "os": {"urandom", "getrandom"},
    "torch": {"rand", "randn", "randint", "randperm", "normal", "multinomial", "bernoulli"},
}
_SEEDS = {"seed", "manual_seed", "set_state", "setstate"}
_GENERATORS = {"Random", "default_rng", "RandomState", "Generator", "SeedSequence"}
_PLAIN = {type(None), bool, int, float, str, bytes, list, tuple, dict, set, Missing}
_BY_NAME = {"getattr", "import_module", "__import__"}
_OWN = "stack_magic"
_NOT_READ = {"experiment_tracker", "alerter"}
"""What of the context's stack takes and does not give."""


def outside_of(function: types.FunctionType) -> Iterator[Outside]:
    """Yield what a function of the notebook or the project reads from outside."""
    if has_computed_names(function.__code__):
        yield Outside(UNKNOWN, "puts the name of a variable together: '@' + name")
    for code, chain, value in names_read(function):
        if type(value) not in _PLAIN and getattr(value, "__module__", None) != "__main__":
            yield from _of_chain(code, chain, value, _values_of(function))


def names_read(function: types.FunctionType) -> Iterator[tuple[Code, Chain, Any]]:
    """Yield each name that is not the function's own, and what it stands for: code, name, value."""
    value_of = _values_of(function)
    kinds = {GLOBAL, FREE, LOCAL} if has_imports(function.__code__) else {GLOBAL, FREE}
    for code in codes_in(function.__code__):
        for chain in code.chains:
            if chain.kind in kinds:
                yield code, chain, value_of(chain)


def _values_of(function: types.FunctionType) -> Callable[[Chain], Any]:
    """Return what tells the value of a name; Missing of the function's own ones."""
    held, namespace = dict(closure_of(function)), function.__globals__
    imported = imported_values(function) if has_imports(function.__code__) else {}

    def value_of(chain: Chain) -> Any:
        if chain.kind == GLOBAL:
            if chain.name in namespace:
                return namespace[chain.name]
            return getattr(builtins, chain.name, Missing(chain.name))
        known = held if chain.kind == FREE and chain.name in held else imported
        return known.get(chain.name, Missing(chain.name))

    return value_of


def _of_chain(
    code: Code, chain: Chain, value: Any, value_of: Callable[[Chain], Any]
) -> Iterator[Outside]:
    """Yield what one name with the attributes asked of it reads."""
    owner, name, rest = home_of(chain, value)
    following = code.tokens[chain.end : chain.end + 1]
    if name in _UNKNOWN.get(owner, ()) or name == "get_ipython":
        yield Outside(UNKNOWN, f"{owner}.{name}" if owner in _MODULES else f"calls {name}()")
    elif owner == "os" and name in _ENVIRONMENT:
        yield Outside(ENVIRONMENT, _text(following) if len(rest) <= 1 else "")
    elif name in _CLOCK.get(owner, ()):
        yield Outside(CLOCK, f"{owner}.{name}")
    elif _draws(owner, name, rest, following):
        yield Outside(RANDOM, f"{owner}.{name}")
    elif name in _BY_NAME and _is_computed(code, chain, name, value_of):
        yield Outside(UNKNOWN, f"{name}() by a computed name")
    elif owner.startswith(_OWN) and name in {"get_step_context", "current_step"}:
        yield from _of_context(code)


def home_of(chain: Chain, value: Any) -> tuple[str, str, tuple[str, ...]]:
    """Return the module or class, the name in it, and the attributes asked of that."""
    path = chain.path
    while path and isinstance(value, types.ModuleType) and path[1:]:
        inner = getattr(value, path[0], None)
        if value.__name__ not in sys.modules:  # it is imported when the step runs
            inner = types.ModuleType(f"{value.__name__}.{path[0]}")
        if not isinstance(inner, types.ModuleType | type):
            break
        value, path = inner, path[1:]
    if isinstance(value, types.ModuleType):
        return value.__name__, path[0] if path else "", path[1:]
    if isinstance(value, type) and path:
        return value.__name__, path[0], path[1:]
    return *_home(chain.name, value), path


def _home(name: str, value: Any) -> tuple[str, str]:
    """Return the module of an object that was imported by its own name, and its name there."""
    if id(value) in _OF_ENVIRONMENT:
        return "os", _OF_ENVIRONMENT[id(value)]
    owner = getattr(value, "__self__", None)
    if type(owner).__module__ in {"random", "numpy.random.mtrand"}:
        return ("random" if type(owner).__module__ == "random" else "numpy.random"), name
    module = getattr(value, "__module__", None) or ""
    return str(module), str(getattr(value, "__name__", name))


def _draws(owner: str, name: str, rest: tuple[str, ...], following: Any) -> bool:
    if name in _RANDOM_OF.get(owner, ()):
        return True
    if owner not in _RANDOM or not name or name in _SEEDS:
        return False
    if name not in _GENERATORS:
        return not name[0].isupper() or owner == "secrets"
    # Without an argument the system gives the seed.
    return not rest and bool(following) and following[0] in {(OTHER, "CALL"), (OTHER, "PRECALL")}


def kind_of_call(owner: str, name: str) -> str:
    """Return what a call of *name* of a module or class reads; empty for nothing."""
    if name in _UNKNOWN.get(owner, ()):
        return UNKNOWN
    if owner == "os" and name in _ENVIRONMENT:
        return ENVIRONMENT
    if name in _CLOCK.get(owner, ()):
        return CLOCK
    return RANDOM if _draws(owner, name, (), ()) else ""


def seeds(function: types.FunctionType) -> bool:
    """Whether a function gives a generator of random numbers its seed."""
    return any(code.attributes & _SEEDS for code in codes_in(function.__code__)) or any(
        chain.name in _SEEDS for code in codes_in(function.__code__) for chain in code.chains
    )


def _is_computed(code: Code, chain: Chain, name: str, value_of: Callable[[Chain], Any]) -> bool:
    """Whether a module, or what a module has, is asked for by a name that is not written."""
    at = chain.end
    if name == "getattr":
        starts = {c.end - len(c.path) - 1: c for c in code.chains}
        asked = starts.get(at)
        if asked is None or not _is_module(asked, value_of(asked)):
            return False  # of anything else all counts that it holds
        at = asked.end
    return not _text(code.tokens[at : at + 1])


def _is_module(chain: Chain, value: Any) -> bool:
    for attribute in chain.path:
        value = getattr(value, attribute, None) if isinstance(value, types.ModuleType) else None
    return isinstance(value, types.ModuleType)


def _text(following: Any) -> str:
    is_text = bool(following) and following[0].kind == CONSTANT
    return following[0].value if is_text and isinstance(following[0].value, str) else ""


def _of_context(code: Code) -> Iterator[Outside]:
    """Yield what is asked of the context, unless it is only what takes and does not give."""
    tokens = code.tokens
    asked = []
    for at, token in enumerate(tokens):
        if token == Token(ATTRIBUTE, "stack"):
            part = tokens[at + 1] if at + 1 < len(tokens) else Token(OTHER, "")
            if part.kind != ATTRIBUTE or part.value not in _NOT_READ:
                asked.append(f"stack.{part.value}" if part.kind == ATTRIBUTE else "stack")
    asked += sorted(code.attributes & {"run", "step", "pipeline"})
    is_used = code.attributes & {"stack", "run", "step", "pipeline"}
    for name in asked if is_used else ["itself"]:
        yield Outside(CONTEXT, name)
