"""What code reads from outside, as the bytecode shows it: the environment, the clock, chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stack_magic.capture import Digester

Cell = Callable[[str], dict[str, Any]]

HEAD = """
import os, sys, time, random, secrets, uuid, inspect, gc, importlib, datetime, builtins, math
import numpy as np
from datetime import datetime as dt, date
from time import time as now
from os import environ, getenv, environ as env
from random import random as draw, Random
from importlib import import_module
import stack_magic
from stack_magic import get_step_context, log_metrics
NAME = "V"
class Own:
    @staticmethod
    def now(): return 1
    environ = {}
def own_getenv(n): return n
def made(n):
    environ = {}
    t = os
    return (lambda: environ[n]), (lambda: t.getenv("V")), (lambda: n.time())
own_date = type("date", (), {"today": lambda: 1})
quiet, loud, free = made(time)
rng = np.random.default_rng(1)
R = Random(1)
"""
CASES = {
    'os.environ["V"]': "environment: V",
    'os.environ.get("V")': "environment: V",
    "os.environ.get(NAME)": "environment: ",
    "os.environ": "environment: ",
    "os.environ.copy()": "environment: ",
    'os.getenv("V", "x")': "environment: V",
    "os.getenv(given)": "environment: ",
    'getenv("V")': "environment: V",
    'environ["V"]': "environment: V",
    'env["V"]': "environment: V",
    'env.get("V")': "environment: V",
    "dict(environ)": "environment: ",
    "os.getcwd()": "",
    'own_getenv("V")': "",
    "Own.environ": "",
    'eval("1")': "unknown: calls eval()",
    'exec("1")': "unknown: calls exec()",
    'compile("1", "", "eval")': "unknown: calls compile()",
    "globals()": "unknown: calls globals()",
    'builtins.eval("1")': "unknown: calls eval()",
    "builtins.len([])": "",
    "sys.modules": "unknown: sys.modules",
    "sys._getframe()": "unknown: sys._getframe",
    "sys.argv": "",
    "inspect.stack()": "unknown: inspect.stack",
    "inspect.signature(len)": "",
    "gc.get_objects()": "unknown: gc.get_objects",
    "time.time()": "clock: time.time",
    "time.sleep(0)": "",
    "now()": "clock: time.time",
    "dt.now()": "clock: datetime.now",
    "datetime.datetime.now()": "clock: datetime.now",
    "datetime.datetime(2020, 1, 1)": "",
    "date.today()": "clock: date.today",
    "Own.now()": "",
    "own_date.today()": "",
    "random.random()": "random: random.random",
    "random.choice([1])": "random: random.choice",
    "random.Random()": "random: random.Random",
    "random.Random(1)": "",
    "random.Random(given)": "",
    "random.SystemRandom()": "",
    "Random()": "random: random.Random",
    "Random(1)": "",
    "R.random()": "",
    "draw()": "random: random.draw",
    "random.seed(1)": "",
    "np.random.rand()": "random: numpy.random.rand",
    "np.random.default_rng()": "random: numpy.random.default_rng",
    "np.random.default_rng(1)": "",
    "np.random.RandomState(1).rand()": "",
    "np.random.seed(1)": "",
    "np.random.get_state()": "random: numpy.random.get_state",
    "rng.random()": "",
    "secrets.token_hex()": "random: secrets.token_hex",
    "secrets.SystemRandom()": "random: secrets.SystemRandom",
    "uuid.uuid4()": "random: uuid.uuid4",
    'uuid.uuid5(given, "a")': "",
    "os.urandom(3)": "random: os.urandom",
    "math.sin(1)": "",
    'getattr(math, "sin")': "",
    "getattr(math, given)": "unknown: getattr() by a computed name",
    "getattr(math, NAME)": "unknown: getattr() by a computed name",
    "getattr(given, given)": "",
    'getattr(os.path, "join")': "",
    "getattr(os.path, given)": "unknown: getattr() by a computed name",
    "getattr(os.sep, given)": "",
    "getattr(NAME, given)": "",
    'import_module("math")': "",
    "import_module(given)": "unknown: import_module() by a computed name",
    "importlib.import_module(given)": "unknown: import_module() by a computed name",
    '__import__("math")': "",
    "__import__(given)": "unknown: __import__() by a computed name",
    "get_step_context()": "context: itself",
    "get_step_context().stack": "context: stack",
    "get_step_context().stack.name": "context: stack.name",
    'get_step_context().stack.alerter.post("x")': "",
    "get_step_context().stack.experiment_tracker": "",
    "get_step_context().run": "context: run",
    "get_step_context().step": "context: step",
    "stack_magic.get_step_context().pipeline": "context: pipeline",
    "stack_magic.get_step_context().stack": "context: stack",
    "log_metrics(a=1)": "",
    "given.environ": "",
    "given.time()": "",
    "quiet()": "",
    "loud()": "environment: V",
    "free()": "clock: time.time",
    "[time.time() for _ in given]": "clock: time.time",
    '(lambda: os.environ["V"])()': "environment: V",
    "given.stack": "",
    'given.query("a > @" + NAME)': "unknown: puts the name of a variable together: '@' + name",
    'given.send("a@" + NAME)': "",
}


@pytest.mark.parametrize("code", CASES)
def test_what_is_read_from_outside_is_known(cell: Cell, code: str) -> None:
    walk = Digester().walk(cell(f"{HEAD}def main(given): return {code}\n")["main"])
    assert ", ".join(f"{one.kind}: {one.name}" for one in walk.outside) == CASES[code]


@pytest.mark.parametrize(
    ("code", "seeds"),
    [
        ("random.seed(1)", True),
        ("np.random.seed(1)", True),
        ("seed(1)", True),
        ("[seed(n) for n in given]", True),
        ("random.random()", False),
        ("np.random.default_rng(1)", False),
    ],
)
def test_who_gives_a_seed_is_known(cell: Cell, code: str, seeds: bool) -> None:
    names = cell(f"{HEAD}from random import seed\ndef main(given): return {code}\n")
    assert Digester().walk(names["main"]).seeds is seeds
