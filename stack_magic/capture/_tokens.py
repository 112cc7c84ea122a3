"""The instructions of a code object, as far as it matters what is read.

The standard library's `dis` gives the same and takes ten times as long: a step may reach a
thousand functions. A test compares both over the standard library.
"""

from __future__ import annotations

import dis
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator

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


_name_token = lru_cache(maxsize=65536)(Token)  # not of constants: 1 equals True
_OTHERS = {
    opcode: Token(OTHER, name)
    for opcode, name in enumerate(dis.opname)
    if opcode not in {*_BY_OPCODE, *_PAIRS, *_SILENT, _EXTENDED}
}


def tokens_of(code: types.CodeType) -> Iterator[Token]:
    """Yield the instructions of a code object, without the code within it."""
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
