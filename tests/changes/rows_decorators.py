"""Rows: what stands above a function is another."""

from __future__ import annotations

from .table import CACHED, EITHER, RUNS, Row

_TIMES = """
def times_R(n):
    def decorate(function):
        @functools.wraps(function)
        def wrapped():
            return n * function()
        return wrapped
    return decorate
"""

ROWS = (
    Row(
        "a decorator does something else",
        RUNS,
        2,
        3,
        """
def deco_R(function):
    def wrapped():
        return 2 * function()
    return wrapped
@deco_R
def helper_R():
    return 1
# %% change
def deco_R(function):
    def wrapped():
        return 3 * function()
    return wrapped
@deco_R
def helper_R():
    return 1
""",
    ),
    Row(
        "a decorator is given another value",
        RUNS,
        2,
        3,
        f"""{_TIMES}
@times_R(2)
def helper_R():
    return 1
# %% change
@times_R(3)
def helper_R():
    return 1
""",
    ),
    Row(
        "two decorators change places",
        RUNS,
        3,
        4,
        f"""{_TIMES}
def more_R(function):
    return lambda: function() + 1
@more_R
@times_R(2)
def helper_R():
    return 1
# %% change
@times_R(2)
@more_R
def helper_R():
    return 1
""",
    ),
    Row(
        "a decorator below the step is given another value",
        RUNS,
        2,
        3,
        f"""{_TIMES}
# %%
@step
@times_R(2)
def main_R():
    return 1
# %% change
@step
@times_R(3)
def main_R():
    return 1
""",
    ),
    Row(
        "a function below lru_cache returns something else",
        RUNS,
        1,
        2,
        """
@functools.lru_cache
def helper_R():
    return 1
# %% change
@functools.lru_cache
def helper_R():
    return 2
""",
    ),
    Row(
        "the helper of a function below lru_cache is another",
        RUNS,
        1,
        2,
        """
def inner_R():
    return 1
@functools.lru_cache(maxsize=None)
def helper_R():
    return inner_R()
# %% change
def inner_R():
    return 2
helper_R.cache_clear()
""",
    ),
    Row(
        "lru_cache keeps another number of values",
        EITHER,
        1,
        1,
        """
@functools.lru_cache(maxsize=1)
def helper_R():
    return 1
# %% change
@functools.lru_cache(maxsize=2)
def helper_R():
    return 1
""",
    ),
    Row(
        "a function below lru_cache is called with something else",
        CACHED,
        1,
        1,
        """
@functools.lru_cache
def helper_R(n=1):
    return n
# %% change
helper_R(5)
""",
    ),
    Row(
        "a function is registered for singledispatch",
        RUNS,
        "thing",
        "number",
        """
@functools.singledispatch
def kind_R(x):
    return "thing"
def helper_R():
    return kind_R(1)
# %% change
@kind_R.register
def _(x: int):
    return "number"
""",
    ),
    Row(
        "a function registered for singledispatch is another",
        RUNS,
        "number",
        "integer",
        """
@functools.singledispatch
def kind_R(x):
    return "thing"
@kind_R.register
def _(x: int):
    return "number"
def helper_R():
    return kind_R(1)
# %% change
@kind_R.register
def _(x: int):
    return "integer"
""",
    ),
    Row(
        "a decorator is taken away",
        RUNS,
        2,
        1,
        f"""{_TIMES}
@times_R(2)
def helper_R():
    return 1
# %% change
def helper_R():
    return 1
""",
    ),
    Row(
        "the decorator of a class is given another value",
        RUNS,
        1,
        2,
        """
def rated_R(rate):
    def decorate(cls):
        cls.rate = rate
        return cls
    return decorate
@rated_R(1)
class Model_R:
    pass
def helper_R():
    return Model_R().rate
# %% change
@rated_R(2)
class Model_R:
    pass
""",
    ),
    Row(
        "a decorator registers one more function",
        RUNS,
        ["a"],
        ["a", "b"],
        """
known_R = {}
def plugin_R(function):
    known_R[function.__name__] = function
    return function
@plugin_R
def a():
    return 1
def helper_R():
    return sorted(known_R)
# %% change
@plugin_R
def b():
    return 2
""",
    ),
    Row(
        "a function that a decorator registered is another",
        RUNS,
        1,
        2,
        """
known_R = {}
def plugin_R(function):
    known_R["a"] = function
    return function
@plugin_R
def one_R():
    return 1
def helper_R():
    return known_R["a"]()
# %% change
@plugin_R
def one_R():
    return 2
""",
    ),
    Row(
        "a context manager does something else",
        RUNS,
        1,
        2,
        """
from contextlib import contextmanager
@contextmanager
def opened_R():
    yield 1
def helper_R():
    with opened_R() as value:
        return value
# %% change
@contextmanager
def opened_R():
    yield 2
""",
    ),
    Row(
        "an attribute of a function is set",
        RUNS,
        1,
        2,
        """
def helper_R():
    return helper_R.rate
helper_R.rate = 1
# %% change
helper_R.rate = 2
""",
    ),
    Row(
        "a decorator and its function are made again as they were",
        CACHED,
        2,
        2,
        f"""{_TIMES}
@times_R(2)
def helper_R():
    return 1
# %% change
{_TIMES}
@times_R(2)
def helper_R():
    return 1
""",
    ),
    Row(
        "a decorator is another and its function is not made again",
        CACHED,
        2,
        2,
        """
def deco_R(function):
    return lambda: 2 * function()
@deco_R
def helper_R():
    return 1
# %% change
def deco_R(function):
    return lambda: 3 * function()
""",
    ),
    Row(
        "a cached property is computed otherwise",
        RUNS,
        1,
        2,
        """
class Model_R:
    @functools.cached_property
    def size(self):
        return 1
def helper_R():
    return Model_R().size
# %% change
class Model_R:
    @functools.cached_property
    def size(self):
        return 2
""",
    ),
    Row(
        "an object around a function is another",
        RUNS,
        2,
        3,
        """
class Times_R:
    def __init__(self, n, function):
        self.n, self.function = n, function
    def __call__(self):
        return self.n * self.function()
def one_R():
    return 1
helper_R = Times_R(2, one_R)
# %% change
helper_R = Times_R(3, one_R)
""",
    ),
)
