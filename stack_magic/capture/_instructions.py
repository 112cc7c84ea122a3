"""What compiled code does, as text that is the same wherever its imports were written.

Where a name is imported by the same cell, Python calls what it has by other instructions
than where another cell imports it: the same text has two codes.
"""

from __future__ import annotations

import dis
import types
from bisect import bisect_left
from typing import Any

from ._literals import literal_text

_SILENT = frozenset({"CACHE", "NOP", "PRECALL", "PUSH_NULL", "RESUME", "EXTENDED_ARG"})
_SAME = {"LOAD_METHOD": "LOAD_ATTR"}
_KEYWORDS = "KW_NAMES"  # of Python 3.11 and 3.12; `dis` does not look them up
_FLAGS = 0xFFFFFF  # without those of `from __future__`, which annotations show


def instructions_text(code: types.CodeType) -> str:
    """Return code as text: its instructions, what they are about, its parameters."""
    bytecode = dis.Bytecode(code)
    kept = [one for one in bytecode if one.opname not in _SILENT]
    offsets = [one.offset for one in kept]
    lines = [f"{_SAME.get(one.opname, one.opname)} {_about(one, code, offsets)}" for one in kept]
    for entry in getattr(bytecode, "exception_entries", ()):
        places = (bisect_left(offsets, at) for at in (entry.start, entry.end, entry.target))
        lines.append(f"except {list(places)} {entry.depth} {entry.lasti}")
    counts = (code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount)
    head = (code.co_varnames, code.co_freevars, counts, code.co_flags & _FLAGS)
    return "\n".join([str(head), *lines])


def _about(one: dis.Instruction, code: types.CodeType, offsets: list[int]) -> str:
    if one.opcode in dis.hasjrel or one.opcode in dis.hasjabs:
        return str(bisect_left(offsets, one.argval))
    value: Any = code.co_consts[one.arg or 0] if one.opname == _KEYWORDS else one.argval
    if isinstance(value, types.CodeType):
        return instructions_text(value)
    return literal_text(value) or repr(value)
