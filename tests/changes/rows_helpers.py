"""Rows: a function that the step calls is another."""

from __future__ import annotations

from .table import CACHED, RUNS, Row

ROWS = (
    Row(
        "a helper returns something else",
        RUNS,
        1,
        2,
        """
def helper_R():
    return 1
# %% change
def helper_R():
    return 2
""",
    ),
    Row(
        "the helper of a helper returns something else",
        RUNS,
        11,
        12,
        """
def inner_R():
    return 1
# %%
def helper_R():
    return inner_R() + 10
# %% change
def inner_R():
    return 2
""",
    ),
    Row(
        "a lambda is another",
        RUNS,
        2,
        3,
        """
helper_R = lambda: 2
# %% change
helper_R = lambda: 3
""",
    ),
    Row(
        "a helper gets comments and another layout",
        CACHED,
        3,
        3,
        """
def helper_R():
    total = 1 + 2
    return total
# %% change
# a remark above
def helper_R( ):

    total = (1 +
             2)  # a remark beside

    return (total)
""",
    ),
    Row(
        "a helper is made again as it was",
        CACHED,
        1,
        1,
        """
def helper_R():
    return 1
# %% change
def helper_R():
    return 1
""",
    ),
    Row(
        "a branch that is not taken is another",
        RUNS,
        1,
        1,
        """
def helper_R(deep=False):
    return 5 if deep else 1
# %% change
def helper_R(deep=False):
    return 6 if deep else 1
""",
    ),
    Row(
        "one of two functions that call each other ends otherwise",
        RUNS,
        0,
        7,
        """
def even_R(n):
    return odd_R(n - 1) if n else 0
def odd_R(n):
    return even_R(n - 1) if n else 0
# %%
@step
def main_R():
    return even_R(4)
# %% change
def even_R(n):
    return odd_R(n - 1) if n else 7
""",
    ),
    Row(
        "a helper that only a comprehension calls is another",
        RUNS,
        [0, 1, 2],
        [0, 2, 4],
        """
def each_R(n):
    return n
# %%
@step
def main_R():
    return [each_R(n) for n in range(3)]
# %% change
def each_R(n):
    return n * 2
""",
    ),
    Row(
        "a helper takes keywords where it took positions",
        RUNS,
        "()",
        "{}",
        """
def helper_R(*given):
    return repr(given)
# %% change
def helper_R(**given):
    return repr(given)
""",
    ),
    Row(
        "a name stands for another builtin",
        RUNS,
        2,
        3,
        """
measure_R = len
# %%
@step
def main_R():
    return measure_R([1, 2])
# %% change
measure_R = sum
""",
    ),
    Row(
        "a name stands for another helper",
        RUNS,
        "one",
        "two",
        """
def one_R():
    return "one"
def two_R():
    return "two"
helper_R = one_R
# %% change
helper_R = two_R
""",
    ),
    Row(
        "the parameters of a helper change places",
        RUNS,
        -1,
        1,
        """
def minus_R(a, b):
    return a - b
# %%
@step
def main_R():
    return minus_R(1, 2)
# %% change
def minus_R(b, a):
    return a - b
""",
    ),
    Row(
        "a helper divides otherwise",
        RUNS,
        2,
        2.5,
        """
def helper_R():
    return half_R(5)
def half_R(n):
    return n // 2
# %% change
def half_R(n):
    return n / 2
""",
    ),
    Row(
        "a helper returns an equal value of another type",
        RUNS,
        1,
        True,
        """
def helper_R():
    return 1
# %% change
def helper_R():
    return True
""",
    ),
    Row(
        "a helper returns a zero of the other sign",
        RUNS,
        0.0,
        -0.0,
        """
def helper_R():
    return [0.0][0]
# %% change
def helper_R():
    return [-0.0][0]
""",
    ),
    Row(
        "a helper that is given as a key is another",
        RUNS,
        [1, 2, 3],
        [3, 2, 1],
        """
def key_R(n):
    return n
# %%
@step
def main_R():
    return sorted([2, 3, 1], key=key_R)
# %% change
def key_R(n):
    return -n
""",
    ),
    Row(
        "a function that the step does not call is another",
        CACHED,
        1,
        1,
        """
def helper_R():
    return 1
def other_R():
    return helper_R() + 1
# %% change
def other_R():
    return helper_R() + 2
""",
    ),
    Row(
        "two functions are made again in the other order",
        CACHED,
        3,
        3,
        """
def one_R():
    return 1
def two_R():
    return 2
# %%
@step
def main_R():
    return one_R() + two_R()
# %% change
def two_R():
    return 2
def one_R():
    return 1
""",
    ),
    Row(
        "a helper in a table of functions is another",
        RUNS,
        "a",
        "b",
        """
def one_R():
    return "a"
TABLE_R = {"one": one_R}
# %%
@step
def main_R():
    return TABLE_R["one"]()
# %% change
def one_R():
    return "b"
TABLE_R = {"one": one_R}
""",
    ),
    Row(
        "a helper becomes a generator",
        RUNS,
        [1],
        [1, 2],
        """
def some_R():
    return [1]
# %%
@step
def main_R():
    return list(some_R())
# %% change
def some_R():
    yield 1
    yield 2
""",
    ),
    Row(
        "one more call stands before the call of the step",
        CACHED,
        9,
        9,
        """
@step
def main_R(x):
    return x * x
# %% change
unrelated_R = 1
""",
        call="main_R(3)",
        call_then="main_R(4), main_R(3)",
        plain="main_R(3)",
    ),
    Row(
        "the step itself returns something else",
        RUNS,
        1,
        2,
        """
@step
def main_R():
    return 1
# %% change
@step
def main_R():
    return 2
""",
    ),
)
