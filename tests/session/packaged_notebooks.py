"""Small notebooks whose pipeline `p` is packaged: cells, and what becomes of the package.

Each ends in a step `s`, whose output is compared. A notebook either runs elsewhere as it runs
here (`SAME`), or is refused with words that name what would be another thing there.
"""

from __future__ import annotations

from typing import NamedTuple

SAME = ""


class Notebook(NamedTuple):
    """Cells, and the words of the refusal; `SAME` where the package gives the same."""

    name: str
    cells: tuple[str, ...]
    refused: str = SAME


def _read(name: str, text: str, refused: str = SAME) -> Notebook:
    return Notebook(name, tuple(cell.strip("\n") for cell in text.split("# %%\n")), refused)


NOTEBOOKS = (
    _read(
        "a cell that ran again after a newer one",
        """
from math import floor as r
# %%
from math import ceil as r
# %%
from math import floor as r
# %%
@step
def s() -> int: return r(1.5)
""",
    ),
    _read(
        "an import that changed",
        """
from math import floor as r
# %%
@step
def s() -> int: return r(1.5)
# %%
from math import ceil as r
""",
    ),
    _read(
        "an import that a value took the place of",
        """
from math import pi
# %%
pi = 3
# %%
@step
def s() -> float: return pi
""",
    ),
    _read(
        "everything of a module",
        """
from math import *
# %%
@step
def s() -> float: return sqrt(4) + pi
""",
    ),
    _read(
        "modules of one package from two cells",
        """
import xml.etree.ElementTree
# %%
import xml.sax.saxutils
# %%
@step
def s() -> str: return xml.sax.saxutils.escape("<") + xml.etree.ElementTree.Element("a").tag
""",
    ),
    _read(
        "defaults of values that were others later",
        """
K = 1
def h(x=K, *, y=[K, "a"]): return x, y
K = 2
@step
def s(z: int = K) -> list: return [*h(), z, K]
K = 3
""",
    ),
    _read(
        "the default of a method",
        """
K = 1
class A:
    n = K
    def f(self, x=K): return x, self.n
K = 2
# %%
@step
def s() -> list: return list(A().f())
""",
    ),
    _read(
        "a default by the clock",
        """
import time
# %%
def h(began=time.time()): return began
# %%
@step
def s() -> float: return h()
""",
    ),
    _read(
        "a value by chance",
        """
import random
DRAWN = [random.random() for _ in range(3)]
# %%
@step
def s() -> list: return DRAWN
""",
    ),
    _read(
        "a helper that was defined again",
        """
def h(): return 1
# %%
@step
def s() -> int: return h()
# %%
def h(): return 2
""",
    ),
    _read(
        "two helpers of one name",
        """
def h(): return 1
first = h
# %%
def h(): return 2
# %%
@step
def s() -> list: return [first(), h()]
""",
    ),
    _read(
        "an alias of a helper",
        """
def h(): return 1
other = h
# %%
@step
def s() -> int: return other()
""",
    ),
    _read(
        "cells in another order than they are read",
        """
@step
def s() -> int: return h() + K
# %%
K = 2
# %%
def h(): return deep() * K
# %%
def deep(): return 5
""",
    ),
    _read(
        "a dictionary that was filled",
        """
CONF = {}
# %%
CONF["rate"] = 0.5
CONF["deep"] = {"a": [1, None, True, "é"]}
# %%
@step
def s() -> dict: return CONF
""",
    ),
    _read(
        "a sum of a loop",
        """
total = 0
for i in range(4):
    total += i
# %%
@step
def s() -> int: return total
""",
    ),
    _read(
        "a dataclass with a method",
        """
from dataclasses import dataclass, field
# %%
@dataclass(frozen=True)
class Point:
    x: int
    tags: list = field(default_factory=list)
    def far(self): return self.x * 10
# %%
@step
def s() -> list: return [Point(2).far(), Point(1).tags]
""",
    ),
    _read(
        "a dataclass without methods, changed",
        """
from dataclasses import dataclass
@dataclass
class Point:
    x: int = 1
# %%
@dataclass
class Point:
    x: int = 2
# %%
@step
def s() -> int: return Point().x
""",
    ),
    _read(
        "an older dataclass that is back",
        """
from dataclasses import dataclass
# %%
@dataclass
class Point:
    x: int = 1
# %%
@dataclass
class Point:
    x: int = 2
# %%
@dataclass
class Point:
    x: int = 1
# %%
@step
def s() -> int: return Point().x
""",
    ),
    _read(
        "an object that is constructed",
        """
class Point:
    def __init__(self, x): self.x = x
# %%
ORIGIN = Point(3)
# %%
@step
def s() -> int: return ORIGIN.x
""",
    ),
    _read(
        "an object that changed since",
        """
class Point:
    def __init__(self, x): self.x = x
# %%
ORIGIN = Point(3)
def move(): ORIGIN.x = 5
move()
# %%
@step
def s() -> int: return ORIGIN.x
""",
        "ORIGIN .*not what the notebook has",
    ),
    _read(
        "an enumeration, and one of its members",
        """
from enum import Enum, auto
class Color(Enum):
    RED = auto()
    BLUE = auto()
# %%
BEST = Color.BLUE
# %%
@step
def s() -> str: return BEST.name + Color(1).name
""",
    ),
    _read(
        "a model of pydantic",
        """
from pydantic import BaseModel, Field
class Setup(BaseModel):
    size: int = Field(default=3, gt=0)
# %%
@step
def s() -> int: return Setup().size
""",
    ),
    _read(
        "a named tuple and a typed dictionary",
        """
from typing import NamedTuple, TypedDict
class Pair(NamedTuple):
    a: int
    b: int = 2
class Row(TypedDict):
    n: int
# %%
def row() -> "Row": return Row(n=Pair(1).b)
# %%
@step
def s() -> dict: return dict(row())
""",
    ),
    _read(
        "classes below classes",
        """
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    def double(self): return 2 * self.area()
# %%
class Square(Shape):
    side = 3
    def area(self): return self.side ** 2
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def unit(): return 1
# %%
@step
def s() -> int: return Square.make().double + Square.unit()
""",
    ),
    _read(
        "a decorator",
        """
import functools
def twice(f):
    @functools.wraps(f)
    def inner(*args): return 2 * f(*args)
    return inner
# %%
@twice
def h(n): return n + 1
# %%
@step
def s() -> int: return h(1)
""",
    ),
    _read(
        "a decorator that hides the function",
        """
def plus(n):
    def decorate(f):
        def inner(*args): return n + f(*args)
        return inner
    return decorate
# %%
@plus(5)
def h(n): return n + 1
@plus(6)
def g(n): return n + 2
# %%
@step
def s() -> list: return [h(1), g(1)]
""",
    ),
    _read(
        "closures",
        """
def adder(n):
    def add(x): return x + n
    return add
# %%
one, = [adder(1)]
two = adder(2)
# %%
@step
def s() -> int: return two(0)
""",
    ),
    _read(
        "a closure of a value that is no more",
        """
N = 1
def adder(n):
    def add(x): return x + n
    return add
one = adder(N)
N = 7
# %%
@step
def s() -> int: return one(0)
""",
        "not what the notebook has",
    ),
    _read(
        "a lambda",
        """
LOW = 2
keep = lambda x, low=LOW: x > low
# %%
@step
def s() -> list: return [x for x in range(5) if keep(x)]
""",
    ),
    _read(
        "functions that call each other",
        """
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
# %%
@step
def s() -> bool: return even(10)
""",
    ),
    _read(
        "a cached function",
        """
from functools import lru_cache
@lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
# %%
@step
def s() -> int: return fib(20)
""",
    ),
    _read(
        "annotations that are texts",
        """
from __future__ import annotations
class Box:
    n: int = 2
def h(box: Box) -> list[Unknown]: return box.n
@step
def s() -> int: return h(Box())
""",
    ),
    _read(
        "a function with a default that was changed",
        """
def h(x=1): return x
h.__defaults__ = (9,)
# %%
@step
def s() -> int: return h()
""",
    ),
    _read(
        "a function with an attribute",
        """
def h(): return h.calls
h.calls = 3
# %%
@step
def s() -> int: return h()
""",
        "h .*not what the notebook has",
    ),
    _read(
        "a class with a method of another cell",
        """
class A:
    def f(self): return 1
# %%
A.f = lambda self: 2
# %%
@step
def s() -> int: return A().f()
""",
        "A cannot be written as source",
    ),
    _read(
        "a function by type",
        """
from functools import singledispatch
@singledispatch
def show(x): return "any"
# %%
@show.register
def _(x: int): return "int"
# %%
@step
def s() -> str: return show(1)
""",
        "show, .*not what the notebook has",
    ),
    _read(
        "what holds a place of this process",
        """
import threading
LOCK = threading.Lock()
# %%
@step
def s() -> int:
    with LOCK: return 1
""",
        "LOCK cannot be written as source",
    ),
    _read(
        "a step with settings that changed",
        """
LIMIT = 5
# %%
@step(timeout=LIMIT)
def s() -> int: return 1
# %%
LIMIT = 6
""",
        "s is not what the notebook has",
    ),
    _read(
        "a decorator that asks",
        """
ANSWERS = iter(["3"])
input = lambda *_: next(ANSWERS)
# %%
def asked(f):
    n = int(input("how often? "))
    return lambda: n * f()
@asked
def h(): return 2
# %%
@step
def s() -> int: return h()
""",
        "ANSWERS|input|h ",
    ),
    _read(
        "a list of two names",
        """
A = [1]
B = A
def h(x=A): return x
# %%
@step
def s() -> list: return [A, A is B, h() is A]
""",
    ),
    _read(
        "a list within another",
        """
A = [1]
B = {"a": A}
# %%
@step
def s() -> list: return [A, B["a"] is A]
""",
    ),
    _read(
        "rows that are one list",
        """
ROWS = [[0]] * 3
# %%
@step
def s() -> list: return [ROWS, ROWS[0] is ROWS[2]]
""",
    ),
    _read(
        "rows that are one list, by a loop",
        """
ROWS, ROW = [], [0]
for _ in range(3):
    ROWS.append(ROW)
# %%
@step
def s() -> list: return ROWS
""",
        "ROWS cannot be written as source",
    ),
    _read(
        "names of other scripts",
        """
größe = 2
def 数(x): return x + größe
# %%
@step
def s() -> int: return 数(1)
""",
    ),
)
