"""What a code object does, read from its bytecode: one look at each code, kept.

The standard library's `dis` gives the same and takes ten times as long: a step may reach a
thousand functions. A test compares both over the standard library.
"""

from __future__ import annotations

import dis
import sys
import types
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GLOBAL, LOCAL, FREE, ATTRIBUTE = "global", "local", "free", "attribute"
CONSTANT, STORE, IMPORT, MEMBER, OTHER = "constant", "store", "import", "member", "other"

_ATTRIBUTE_SHIFT = 1 if sys.version_info >= (3, 12) else 0
_STORES_BY_NAME = ("STORE_NAME", "STORE_GLOBAL")
_KINDS: dict[str, tuple[str, int]] = {
    "LOAD_GLOBAL": (GLOBAL, 1),
    "LOAD_NAME": (GLOBAL, 0),
    "LOAD_FROM_DICT_OR_GLOBALS": (GLOBAL, 0),
    "LOAD_FROM_DICT_OR_DEREF": (FREE, 0),
    "LOAD_DEREF": (FREE, 0),
    "LOAD_CLASSDEREF": (FREE, 0),
    "LOAD_FAST": (LOCAL, 0),
    "LOAD_FAST_CHECK": (LOCAL, 0),
    "LOAD_FAST_BORROW": (LOCAL, 0),
    "LOAD_ATTR": (ATTRIBUTE, _ATTRIBUTE_SHIFT),
    "LOAD_METHOD": (ATTRIBUTE, 0),
    "LOAD_SUPER_ATTR": (ATTRIBUTE, 2),
    "LOAD_CONST": (CONSTANT, 0),
    "STORE_FAST": (STORE, 0),
    "STORE_DEREF": (STORE, 0),
    "STORE_NAME": (STORE, 0),
    "STORE_GLOBAL": (STORE, 0),
    "IMPORT_NAME": (IMPORT, 0),
    "IMPORT_FROM": (MEMBER, 0),
}
_NAMES = frozenset({GLOBAL, LOCAL, FREE})
_POOLS = {GLOBAL: 0, ATTRIBUTE: 0, IMPORT: 0, MEMBER: 0, CONSTANT: 1}
"""Where the argument of an instruction points to: names, constants, else variables (2)."""
_BY_OPCODE = {
    dis.opmap[name]: (kind, shift, 0 if name in _STORES_BY_NAME else _POOLS.get(kind, 2))
    for name, (kind, shift) in _KINDS.items()
    if name in dis.opmap
}
_SILENT = {
    dis.opmap[name]
    for name in ("CACHE", "COPY_FREE_VARS", "NOP", "NOT_TAKEN", "PRECALL", "PUSH_NULL", "RESUME")
    if name in dis.opmap
}
_EXTENDED = dis.opmap["EXTENDED_ARG"]
_PAIRS = {
    dis.opmap[name]: kinds
    for name, kinds in {
        "LOAD_FAST_LOAD_FAST": (LOCAL, LOCAL),
        "LOAD_FAST_BORROW_LOAD_FAST_BORROW": (LOCAL, LOCAL),
        "STORE_FAST_LOAD_FAST": (STORE, LOCAL),
        "STORE_FAST_STORE_FAST": (STORE, STORE),
    }.items()
    if name in dis.opmap
}


class Token(NamedTuple):
    """One instruction, as far as it matters what is read.

    Attributes:
        kind: One of the constants of this module.
        value: A name, or the value of a constant; of other instructions their name.
    """

    kind: str
    value: Any


_BETWEEN_IMPORTS = {(OTHER, "SWAP"), (OTHER, "POP_TOP")}
_name_token = lru_cache(maxsize=65536)(Token)  # not of constants: 1 equals True
_END = Token(OTHER, "")
_OTHERS = {
    opcode: Token(OTHER, name)
    for opcode, name in enumerate(dis.opname)
    if opcode not in {*_BY_OPCODE, *_PAIRS, *_SILENT, _EXTENDED}
}


class Chain(NamedTuple):
    """A name and the attributes that are asked of it, one after the other.

    Attributes:
        kind: Where the name is looked up: global, local or free.
        name: The name.
        path: The attributes.
        end: Position of the next token.
    """

    kind: str
    name: str
    path: tuple[str, ...]
    end: int


class Import(NamedTuple):
    """An import statement within a function: `from ..module import names`.

    Attributes:
        module: As it is written, without the dots.
        level: The number of dots.
        names: What is taken from it.
        bound: The local name of `import module`; empty where it is not known.
    """

    module: str
    level: int = 0
    names: tuple[str, ...] = ()
    bound: str = ""


class Bound(NamedTuple):
    """What an import statement gives a name to.

    Attributes:
        module: The module, as `Import` has it.
        level: The number of dots.
        member: What of it; empty for the module itself.
    """

    module: str
    level: int
    member: str = ""


class Code:
    """What one code object reads, without the code within it.

    Attributes:
        tokens: Its instructions.
        chains: Every name that it reads, with the attributes asked of it.
        imports: Its import statements.
        bound: The local names that they give.
        attributes: Every attribute that it asks of anything.
    """

    def __init__(self, code: types.CodeType) -> None:
        self.code = code
        self.tokens = tuple(_tokens(code))
        self.chains = tuple(_chains(self.tokens))
        self.imports = tuple(_imports(self.tokens))
        self.bound = dict(_bound(self.tokens)) if self.imports else {}
        self.attributes = frozenset(v for kind, v in self.tokens if kind == ATTRIBUTE)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        code = self.code
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
        return code.co_varnames[:count]


@lru_cache(maxsize=8192)
def codes_in(code: types.CodeType) -> tuple[Code, ...]:
    """Return what a code object and all code within it read."""
    inner = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return (Code(code), *(found for one in inner for found in codes_in(one)))


@lru_cache(maxsize=8192)
def globals_of(code: types.CodeType) -> tuple[str, ...]:
    """Return the global names that *code* and the code within it read, in order."""
    names = (v for one in codes_in(code) for kind, v in one.tokens if kind == GLOBAL)
    return tuple(dict.fromkeys(names))


@lru_cache(maxsize=8192)
def paths_in(code: types.CodeType) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return for each name the chains of attributes asked of it; () where it is used itself."""
    paths: dict[str, dict[tuple[str, ...], None]] = {}
    for one in codes_in(code):
        for chain in one.chains:
            paths.setdefault(chain.name, {})[chain.path] = None
    return {name: tuple(asked) for name, asked in paths.items()}


def paths_of(code: types.CodeType, name: str) -> tuple[tuple[str, ...], ...]:
    """Return the chains of attributes that are asked of one name."""
    return paths_in(code).get(name, ())


def texts_in(code: types.CodeType) -> tuple[str, ...]:
    """Return the texts among the constants of *code* and of the code within it."""
    return tuple(c for one in codes_in(code) for c in one.code.co_consts if isinstance(c, str))


def _tokens(code: types.CodeType) -> Iterator[Token]:
    names, constants = code.co_names, code.co_consts
    cells = [name for name in code.co_cellvars if name not in code.co_varnames]
    places = (*code.co_varnames, *cells, *code.co_freevars)
    pools = (names, constants, places)
    more = 0
    instructions = code.co_code
    for opcode, last in zip(instructions[::2], instructions[1::2], strict=True):
        argument, more = last | more, 0
        if opcode in _SILENT:
            continue
        if opcode in _OTHERS:
            yield _OTHERS[opcode]
        elif opcode in _BY_OPCODE:
            kind, shift, pool = _BY_OPCODE[opcode]
            make = Token if kind is CONSTANT else _name_token
            yield make(kind, pools[pool][argument >> shift])
        elif opcode == _EXTENDED:
            more = argument << 8
        else:
            first, second = _PAIRS[opcode]
            yield _name_token(first, places[argument >> 4])
            yield _name_token(second, places[argument & 15])


def _chains(tokens: tuple[Token, ...]) -> Iterator[Chain]:
    kind, name, path = OTHER, "", []
    for at, (following, value) in enumerate((*tokens, _END)):
        if following == ATTRIBUTE:
            path.append(value)
            continue
        if kind in _NAMES:
            yield Chain(kind, name, tuple(path), at)
        kind, name, path = following, value, []


def _imports(tokens: tuple[Token, ...]) -> Iterator[Import]:
    for at, (kind, name) in enumerate(tokens):
        if kind != IMPORT:
            continue
        level, taken = (token.value for token in tokens[at - 2 : at])
        following = tokens[at + 1]
        bound = following.value if following.kind == STORE else ""
        yield Import(name, _number(level), tuple(taken or ()), bound)


def _bound(tokens: tuple[Token, ...]) -> Iterator[tuple[str, Bound]]:
    """Yield the names that import statements give, with what each stands for."""
    for at, (kind, name) in enumerate(tokens):
        if kind != IMPORT:
            continue
        level, taken = (token.value for token in tokens[at - 2 : at])
        member = ""
        for following, value in tokens[at + 1 :]:
            if following == MEMBER:
                member = value
            elif following == STORE:
                # `import a.b` names a, `import a.b as c` names b of it.
                module = name if taken or member else name.partition(".")[0]
                yield value, Bound(module, _number(level), member if taken else "")
            elif (following, value) not in _BETWEEN_IMPORTS:
                break


def _number(level: Any) -> int:
    return level if isinstance(level, int) else 0
