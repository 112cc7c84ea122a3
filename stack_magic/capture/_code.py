"""What a code object reads, from its bytecode: one look at each code, kept."""

from __future__ import annotations

import types
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ._import_statements import bound_in, imports_in
from ._tokens import ATTRIBUTE, FREE, GLOBAL, LOCAL, OTHER, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES = frozenset({GLOBAL, LOCAL, FREE})
_END = Token(OTHER, "")


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
        self.tokens = tuple(tokens_of(code))
        self.chains = tuple(_chains(self.tokens))
        self.imports = tuple(imports_in(self.tokens))
        self.bound = dict(bound_in(self.tokens)) if self.imports else {}
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
    """Return for each name the chains of attributes asked of it; () where it is used itself.

    To be asked once for all names: a lookup hashes the whole code.
    """
    paths: dict[str, dict[tuple[str, ...], None]] = {}
    for one in codes_in(code):
        for chain in one.chains:
            paths.setdefault(chain.name, {})[chain.path] = None
    return {name: tuple(asked) for name, asked in paths.items()}


def texts_in(code: types.CodeType) -> tuple[str, ...]:
    """Return the texts among the constants of *code* and of the code within it."""
    return tuple(c for one in codes_in(code) for c in one.code.co_consts if isinstance(c, str))


def _chains(tokens: tuple[Token, ...]) -> Iterator[Chain]:
    kind, name, path = OTHER, "", []
    for at, (following, value) in enumerate((*tokens, _END)):
        if following == ATTRIBUTE:
            path.append(value)
            continue
        if kind in _NAMES:
            yield Chain(kind, name, tuple(path), at)
        kind, name, path = following, value, []
