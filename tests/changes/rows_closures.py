"""Rows: what a function holds of the function around it is another."""

from __future__ import annotations

from .table import CACHED, RUNS, Row

ROWS = (
    Row(
        "a closure holds another number",
        RUNS,
        1,
        2,
        """
def make_R(n):
    def inner():
        return n
    return inner
helper_R = make_R(1)
# %% change
helper_R = make_R(2)
""",
    ),
    Row(
        "the list that a closure holds gets one more",
        RUNS,
        [1],
        [1, 2],
        """
held_R = [1]
def make_R(values):
    return lambda: list(values)
helper_R = make_R(held_R)
# %% change
held_R.append(2)
""",
    ),
    Row(
        "a closure holds another function",
        RUNS,
        3,
        2,
        """
def make_R(function):
    return lambda: function([2, 3])
helper_R = make_R(max)
# %% change
helper_R = make_R(min)
""",
    ),
    Row(
        "the function that a closure holds is made again",
        RUNS,
        1,
        2,
        """
def make_R(function):
    return lambda: function()
def held_R():
    return 1
helper_R = make_R(held_R)
# %% change
def held_R():
    return 2
helper_R = make_R(held_R)
""",
    ),
    Row(
        "a closure still holds the former function",
        CACHED,
        1,
        1,
        """
def make_R(function):
    return lambda: function()
def held_R():
    return 1
helper_R = make_R(held_R)
# %% change
def held_R():
    return 2
""",
    ),
    Row(
        "a closure is made again with the same value",
        CACHED,
        1,
        1,
        """
def make_R(n):
    return lambda: n
helper_R = make_R(1)
# %% change
helper_R = make_R(1)
""",
    ),
    Row(
        "a closure holds another class",
        RUNS,
        1,
        2,
        """
def make_R(cls):
    return lambda: cls().x
class One_R:
    x = 1
class Two_R:
    x = 2
helper_R = make_R(One_R)
# %% change
helper_R = make_R(Two_R)
""",
    ),
    Row(
        "functions of a loop hold another end of it",
        RUNS,
        2,
        3,
        """
def make_R(n):
    return [lambda: i for i in range(n)]
made_R = make_R(3)
# %%
@step
def main_R():
    return made_R[0]()
# %% change
made_R = make_R(4)
""",
    ),
    Row(
        "a closure in a closure holds another value",
        RUNS,
        3,
        4,
        """
def make_R(a):
    def middle(b):
        def inner():
            return a + b
        return inner
    return middle
helper_R = make_R(1)(2)
# %% change
helper_R = make_R(2)(2)
""",
    ),
    Row(
        "a bound method is that of another object",
        RUNS,
        1,
        2,
        """
class Box_R:
    def __init__(self, n):
        self.n = n
    def get(self):
        return self.n
helper_R = Box_R(1).get
# %% change
helper_R = Box_R(2).get
""",
    ),
    Row(
        "the code of a closure is another",
        RUNS,
        2,
        -2,
        """
def make_R(n):
    return lambda: n
helper_R = make_R(2)
# %% change
def make_R(n):
    return lambda: -n
helper_R = make_R(2)
""",
    ),
    Row(
        "a class of a function holds another value",
        RUNS,
        1,
        2,
        """
def make_R(n):
    class Made:
        def get(self):
            return n
    return Made
Made_R = make_R(1)
def helper_R():
    return Made_R().get()
# %% change
Made_R = make_R(2)
""",
    ),
    Row(
        "the step is a closure and holds another value",
        RUNS,
        1,
        2,
        """
def make_R(n):
    @step
    def main_R():
        return n
    return main_R
main_R = make_R(1)
# %% change
main_R = make_R(2)
""",
    ),
    Row(
        "what a function is given and the closure does not hold is another",
        CACHED,
        1,
        1,
        """
def make_R(n, note):
    return lambda: n
helper_R = make_R(1, "first")
# %% change
helper_R = make_R(1, "second")
""",
    ),
    Row(
        "a partial function is given another value",
        RUNS,
        1,
        2,
        """
def echo_R(n):
    return n
helper_R = functools.partial(echo_R, 1)
# %% change
helper_R = functools.partial(echo_R, 2)
""",
    ),
    Row(
        "a getter of operator gets another item",
        RUNS,
        "a",
        "b",
        """
first_R = operator.itemgetter(0)
def helper_R():
    return first_R("ab")
# %% change
first_R = operator.itemgetter(1)
""",
    ),
    Row(
        "a variable of the function around is set anew",
        RUNS,
        1,
        5,
        """
def make_R():
    n = 1
    def get():
        return n
    def put(value):
        nonlocal n
        n = value
    return get, put
helper_R, put_R = make_R()
# %% change
put_R(5)
""",
    ),
)
