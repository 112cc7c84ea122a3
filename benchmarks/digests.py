"""The digest of code that reaches a thousand functions and classes, cold and warm."""

from __future__ import annotations

import dis
import hashlib
import time
import types
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS, _CLASSES, _CONSTANTS = 600, 200, 50  # a class has one method: a thousand in all


def _code() -> types.CodeType:
    functions = "\n".join(
        f"def f{i}(x, k={i}):\n    y = x + C{i % _CONSTANTS}\n"
        f"    return f{(i * 7 + 1) % _FUNCTIONS}(y) if y < 0 else K{i % _CLASSES}().m(y)\n"
        for i in range(_FUNCTIONS)
    )
    classes = "\n".join(
        f"class K{i}:\n    a = {i}\n    def m(self, v):\n"
        f"        return v * C{i % _CONSTANTS} + self.a + len(f{i}.__name__)\n"
        for i in range(_CLASSES)
    )
    constants = "\n".join(f"C{i} = {i}" for i in range(_CONSTANTS))
    calls = ", ".join(f"f{i}" for i in range(_FUNCTIONS))
    source = f"{functions}\n{classes}\n{constants}\ndef main():\n    return [{calls}]\n"
    return compile(source, "<cell>", "exec")


_CELLS: dict[str, Any] = {}
"""What the cells have defined, executed anew each time: code that nobody has looked at."""


def _cold() -> float:
    _CELLS["__name__"] = "__main__"
    exec(_code(), _CELLS)  # noqa: S102 - a cell
    begin = time.perf_counter()
    Digester(imports=True).digest(_CELLS["main"])
    return time.perf_counter() - begin


def _warm() -> float:
    begin = time.perf_counter()
    Digester(imports=True).digest(_CELLS["main"])
    return time.perf_counter() - begin


def _functions() -> list[types.FunctionType]:
    found = [one for one in _CELLS.values() if isinstance(one, types.FunctionType)]
    classes = (one for one in _CELLS.values() if isinstance(one, type))
    return found + [one.__dict__["m"] for one in classes]


def _read_with_dis() -> float:
    functions = _functions()
    begin = time.perf_counter()
    sha = hashlib.sha256()
    for function in functions:
        for instruction in dis.get_instructions(function):
            sha.update(f"{instruction.opname} {instruction.argval}".encode())
    return time.perf_counter() - begin


def _compared() -> float:
    """Look each global name of each function up, and compare it with what it was."""
    functions = _functions()
    names = [(one.__globals__, one.__code__.co_names) for one in functions]
    known = [tuple(map(held.get, asked)) for held, asked in names]
    begin = time.perf_counter()
    same = [
        all(a is b for a, b in zip(map(held.get, asked), then, strict=True))
        for (held, asked), then in zip(names, known, strict=True)
    ]
    seconds = time.perf_counter() - begin
    assert all(same)  # noqa: S101 - both must do the work
    return seconds


def figures() -> Iterator[Figure]:
    """Yield how long a digest takes, of new code and of code that did not change."""
    cold = "each instruction of the same code read by `dis`, and hashed"
    warm = "each global name of the same functions looked up, and compared with what it was"
    name = "digest of 1,000 functions and classes"
    yield Figure(f"{name}, new (aim under 50 ms)", *compare(_cold, _read_with_dis, 11), 1, cold)
    yield Figure(f"{name}, unchanged (aim under 5 ms)", *compare(_warm, _compared, 31), 15, warm)
