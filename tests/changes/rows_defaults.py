"""Rows: what a parameter is where nothing is given is another."""

from __future__ import annotations

from .table import CACHED, EITHER, RUNS, Row

ROWS = (
    Row(
        "a default of a helper is another",
        RUNS,
        1,
        2,
        """
def helper_R(n=1):
    return n
# %% change
def helper_R(n=2):
    return n
""",
    ),
    Row(
        "a default of a parameter by keyword is another",
        RUNS,
        1,
        2,
        """
def helper_R(*, n=1):
    return n
# %% change
def helper_R(*, n=2):
    return n
""",
    ),
    Row(
        "two defaults change places",
        RUNS,
        -1,
        1,
        """
def helper_R(a=1, b=2):
    return a - b
# %% change
def helper_R(a=2, b=1):
    return a - b
""",
    ),
    Row(
        "two defaults by keyword change places",
        RUNS,
        -1,
        1,
        """
def helper_R(*, a=1, b=2):
    return a - b
# %% change
def helper_R(*, a=2, b=1):
    return a - b
""",
    ),
    Row(
        "a default that is a function is another",
        RUNS,
        1,
        2,
        """
def one_R():
    return 1
def helper_R(call=one_R):
    return call()
# %% change
def one_R():
    return 2
def helper_R(call=one_R):
    return call()
""",
    ),
    Row(
        "a default that is a list gets one more",
        RUNS,
        [1],
        [1, 2],
        """
def helper_R(values=[1]):
    return list(values)
# %% change
helper_R.__defaults__[0].append(2)
""",
    ),
    Row(
        "the defaults of a function are set from outside",
        RUNS,
        1,
        2,
        """
def helper_R(n=1):
    return n
# %% change
helper_R.__defaults__ = (2,)
""",
    ),
    Row(
        "a default of the step is another",
        RUNS,
        1,
        2,
        """
@step
def main_R(n=1):
    return n
# %% change
@step
def main_R(n=2):
    return n
""",
    ),
    Row(
        "a default of the step is an object of a class that is another",
        RUNS,
        1,
        2,
        """
class Rule_R:
    def value(self):
        return 1
# %%
@step
def main_R(rule=Rule_R()):
    return rule.value()
# %% change
class Rule_R:
    def value(self):
        return 2
# %%
@step
def main_R(rule=Rule_R()):
    return rule.value()
""",
    ),
    Row(
        "a function with defaults is made again as it was",
        CACHED,
        [1, "a"],
        [1, "a"],
        """
def helper_R(n=1, *, text="a"):
    return [n, text]
# %% change
def helper_R(
    n=1,
    *,
    text="a",
):
    return [n, text]
""",
    ),
    Row(
        "a default that every call overrides is another",
        EITHER,
        5,
        5,
        """
def given_R(n=1):
    return n
# %%
@step
def main_R():
    return given_R(5)
# %% change
def given_R(n=2):
    return n
""",
    ),
    Row(
        "a default of a lambda is another",
        RUNS,
        1,
        2,
        """
helper_R = lambda n=1: n
# %% change
helper_R = lambda n=2: n
""",
    ),
    Row(
        "a default of a method is another",
        RUNS,
        1,
        2,
        """
class Model_R:
    def __init__(self, n=1):
        self.n = n
def helper_R():
    return Model_R().n
# %% change
class Model_R:
    def __init__(self, n=2):
        self.n = n
""",
    ),
    Row(
        "what makes the default of a field is another",
        RUNS,
        [1],
        [2],
        """
def fresh_R():
    return [1]
@dataclasses.dataclass
class Model_R:
    values: list = dataclasses.field(default_factory=fresh_R)
def helper_R():
    return Model_R().values
# %% change
def fresh_R():
    return [2]
@dataclasses.dataclass
class Model_R:
    values: list = dataclasses.field(default_factory=fresh_R)
""",
    ),
    Row(
        "a parameter with a default is by keyword from now on",
        RUNS,
        1,
        1,
        """
def helper_R(n=1):
    return n
# %% change
def helper_R(*, n=1):
    return n
""",
    ),
    Row(
        "a global that a default was made of is another",
        CACHED,
        1,
        1,
        """
RATE_R = 1
def helper_R(rate=RATE_R):
    return rate
# %% change
RATE_R = 2
""",
    ),
    Row(
        "a default of a function within a helper is another",
        RUNS,
        1,
        2,
        """
def helper_R():
    def inner(n=1):
        return n
    return inner()
# %% change
def helper_R():
    def inner(n=2):
        return n
    return inner()
""",
    ),
)
