"""What a package has: statements that define, and none that does something else."""

from __future__ import annotations

import pytest

from stack_magic.capture import Program

HEAD = """
import datetime, functools, gc, getpass, glob, http, inspect, os, random, secrets, sys, time, uuid
import builtins, numpy as np, os.path as paths, pandas as pd, torch
from datetime import datetime as dt, date
from os import environ, getenv
from pathlib import Path
"""
IO, OUTPUT = "reads outside of the notebook", "writes outside of the notebook"
CLOCK, RANDOM, ENVIRONMENT = "reads the clock", "draws random numbers", "reads the environment"
UNKNOWN, SECRET = "runs what cannot be known", "asks for a secret"
NOT_A_DEFINITION = "is no import, literal, definition or constructor"
DEFAULTS = {
    # What a default calls is run where the package is imported.
    "1": "",
    "len('a')": "",
    "eval('1')": f"{UNKNOWN} (eval)",
    "exec('1')": f"{UNKNOWN} (exec)",
    "globals()": f"{UNKNOWN} (globals)",
    "builtins.eval('1')": f"{UNKNOWN} (eval)",
    "sys._getframe()": f"{UNKNOWN} (sys._getframe)",
    "inspect.stack()": f"{UNKNOWN} (inspect.stack)",
    "inspect.signature(len)": "",
    "gc.get_objects()": f"{UNKNOWN} (gc.get_objects)",
    "getenv('V')": f"{ENVIRONMENT} (os.getenv)",
    "os.getenv('V')": f"{ENVIRONMENT} (os.getenv)",
    "os.getenvb('V')": f"{ENVIRONMENT} (os.getenvb)",
    "os.environ['V']": f"{ENVIRONMENT} (os.environ)",
    "environ['V']": f"{ENVIRONMENT} (os.environ)",
    "environ.get('V')": f"{ENVIRONMENT} (os.environ.get)|{ENVIRONMENT} (os.environ)",
    "sys.argv": f"{ENVIRONMENT} (sys.argv)",
    "sys.byteorder": "",
    "time.time()": f"{CLOCK} (time.time)",
    "time.sleep(0)": "",
    "datetime.datetime.now()": f"{CLOCK} (datetime.datetime.now)",
    "dt.now()": f"{CLOCK} (datetime.datetime.now)",
    "dt(2020, 1, 1)": "",
    "date.today()": f"{CLOCK} (datetime.date.today)",
    "date(2020, 1, 1)": "",
    "random.random()": f"{RANDOM} (random.random)",
    "random.seed(1)": "",
    "random.Random(1)": "",
    "np.random.rand()": f"{RANDOM} (numpy.random.rand)",
    "np.random.default_rng(1)": "",
    "np.array([1])": "",
    "secrets.token_hex()": f"{RANDOM} (secrets.token_hex)",
    "secrets.SystemRandom()": f"{RANDOM} (secrets.SystemRandom)",
    "uuid.uuid4()": f"{RANDOM} (uuid.uuid4)",
    "uuid.UUID(int=1)": "",
    "torch.rand(1)": f"{RANDOM} (torch.rand)",
    "torch.tensor(1)": "",
    "os.urandom(1)": f"{RANDOM} (os.urandom)",
    "os.getcwd()": f"{IO} (os.getcwd)",
    "os.path.join('a', 'b')": "",
    "os.path.exists('a')": f"{IO} (os.path.exists)",
    "paths.exists('a')": f"{IO} (os.path.exists)",
    "glob.escape('a')": f"{IO} (glob.escape)",
    "http.HTTPStatus(200)": "",
    "open('a')": f"{IO} (open)",
    "__import__('a')": f"{IO} (__import__)",
    "print('a')": f"{OUTPUT} (print)",
    "input()": f"{SECRET} (input)",
    "getpass.getpass()": f"{SECRET} (getpass.getpass)",
    "pd.read_csv('a')": f"{IO} (pandas.read_csv)",
    "pd.DataFrame()": "",
    "Path('a')": "",
    "Path('a').read_text()": f"{IO} (read_text())",
    "Path('a').write_text('b')": f"{OUTPUT} (write_text())",
    "Path('a').with_suffix('.b')": "",
    "dict().get_secret_value()": f"{SECRET} (get_secret_value())",
    "dict().run_line_magic('secret', 'get a')": f"{SECRET} (run_line_magic())",
    "dict().run_line_magic('matplotlib', 'inline')": "",
    "dict().count('secret')": "",
    "list(map(open, ['a']))": f"{IO} (open)",
    "list(map(str, ['a']))": "",
    "functools.partial(open, 'a')": "",
    # What goes along is looked into.
    "own()": f"{CLOCK} (time.time)",
    "sorted([1], key=abs)": "",
    "max(map(own_of, [1]))": f"{CLOCK} (time.time)",
    "own_of": "",
    "callable(own)": "",
    "pd.Series.max(own)": "",
    "calls_own()": f"{CLOCK} (time.time)",
    "twice()()": f"{IO} (open)",
    "twice()": "",
    "alias()": f"{CLOCK} (time.time)",
    "quick()": f"{IO} (open)",
    "again(1)": "",
    "Made()": f"{RANDOM} (random.random)",
    "Part()": f"{RANDOM} (random.random)",
    "Made": "",
    "Plain()": "",
    "hides(1)": "",
    "imports()": f"{CLOCK} (time.time)",
    "stores()": "",
    "(lambda: time.time())": "",
}
OWN = """
def own(): return time.time()
def own_of(one): return time.time()
def calls_own(): return own()
def twice():
    def inner(): return open("a")
    return inner
alias = own
quick = lambda: open("a")
def again(n): return again(n - 1) if n else 0
class Made:
    def __init__(self): self.value = random.random()
class Part(Made): pass
class Plain:
    def method(self): return random.random()
def hides(open): return open(1)
def imports():
    from time import time as now
    return now()
def stores():
    open = len
    return open("a")
"""


@pytest.mark.parametrize("default", DEFAULTS)
def test_what_a_definition_does_beside_defining_is_refused(default: str) -> None:
    program = Program(f"{HEAD}{OWN}\ndef main(value={default}): return value\n")
    refusals = [one for one in program.refusals() if one.name == "main"]
    assert "|".join(one.why for one in refusals) == DEFAULTS[default]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("import os\nfrom os import sep", {}),
        ('"A docstring."', {}),
        ("K = 1", {}),
        ("K: int = 1", {}),
        ("K: int", {}),
        ("K = [1, {'a': -1}, (2 + 3,), *L, L[1:], L.a]", {}),
        ("K = lambda x: x", {}),
        ("K = lambda x=len('a'): x", {"K": NOT_A_DEFINITION}),
        ("K = len('a')", {"K": NOT_A_DEFINITION}),
        ("K: int = len('a')", {"K": NOT_A_DEFINITION}),
        ("class A: pass\nK = A(1, x=[2])", {}),
        ("class A: pass\nK = A(len('a'))", {"K": NOT_A_DEFINITION}),
        ("class A: pass\nK = A(x=len('a'))", {"K": NOT_A_DEFINITION}),
        ("class A: pass\nK = A.made()", {"K": NOT_A_DEFINITION}),
        ("class A: pass\nB = A\nK = B()", {}),
        ("K = L = 1", {"K": NOT_A_DEFINITION}),
        ("K[0] = 1", {"K[0] = 1": NOT_A_DEFINITION}),
        ("K.a: int = 1", {"K.a: int = 1": NOT_A_DEFINITION}),
        ("K += 1", {"K += 1": NOT_A_DEFINITION}),
        ("print('a')", {"print('a')": NOT_A_DEFINITION}),
        ("if K:\n    pass", {"if K:": NOT_A_DEFINITION}),
        ("def f(): return open('a')", {}),
        ("async def f(): return open('a')", {}),
        ("class A:\n    k = open('a')", {"A": f"{IO} (open)"}),
        ("class A:\n    def f(self): return open('a')", {}),
        ("class A:\n    def __init_subclass__(cls): open('a')\nclass B(A): pass", {"B": IO}),
        ("def d(f): return open('a')\n@d\ndef f(): pass", {"f": IO}),
        ("def d(f):\n    def g(): return open('a')\n    return g\n@d\ndef f(): pass", {}),
        (
            "def d():\n    def e(f): return open('a')\n    return e\n@d()\ndef f(): pass",
            {"f": IO},
        ),
        ("import atexit\n@atexit.register\ndef f(): pass", {"f": IO}),
        ("import numpy.random as r\ndef f(x=r.rand()): pass", {"f": RANDOM}),
        ("import numpy.random\ndef f(x=numpy.random.rand()): pass", {"f": RANDOM}),
        ("from random import random as r\ndef f(x=r()): pass", {"f": RANDOM}),
    ],
)
def test_a_package_has_only_what_defines(text: str, refused: dict[str, str]) -> None:
    found = {one.name: one.why for one in Program(text).refusals()}
    assert found.keys() == refused.keys()
    assert all(found[name].startswith(why) for name, why in refused.items())
