"""Rows: a value that the step reads by its name is another."""

from __future__ import annotations

from .table import CACHED, EITHER, RUNS, UNCACHED, Row

_READ = """
@step
def main_R():
    return VALUE_R
"""

ROWS = (
    Row(
        "a number is another",
        RUNS,
        1,
        2,
        f"VALUE_R = 1\n# %%\n{_READ}# %% change\nVALUE_R = 2\n",
    ),
    Row(
        "a number is an equal one of another type",
        RUNS,
        1,
        1.0,
        f"VALUE_R = 1\n# %%\n{_READ}# %% change\nVALUE_R = 1.0\n",
    ),
    Row(
        "a text is another",
        RUNS,
        "a",
        "b",
        f"VALUE_R = 'a'\n# %%\n{_READ}# %% change\nVALUE_R = 'b'\n",
    ),
    Row(
        "a text is bytes from now on",
        RUNS,
        "a",
        b"a",
        f"VALUE_R = 'a'\n# %%\n{_READ}# %% change\nVALUE_R = b'a'\n",
    ),
    Row(
        "a value of a dictionary is set",
        RUNS,
        {"a": 1},
        {"a": 2},
        f"VALUE_R = {{'a': 1}}\n# %%\n{_READ}# %% change\nVALUE_R['a'] = 2\n",
    ),
    Row(
        "a list in a dictionary gets one more",
        RUNS,
        {"a": [1]},
        {"a": [1, 2]},
        f"VALUE_R = {{'a': [1]}}\n# %%\n{_READ}# %% change\nVALUE_R['a'].append(2)\n",
    ),
    Row(
        "the keys of a dictionary change places",
        RUNS,
        {"a": 1, "b": 2},
        {"b": 2, "a": 1},
        f"VALUE_R = {{'a': 1, 'b': 2}}\n# %%\n{_READ}"
        "# %% change\nVALUE_R = {'b': 2, 'a': 1}\n",
    ),
    Row(
        "a list is a tuple from now on",
        RUNS,
        [1, 2],
        (1, 2),
        f"VALUE_R = [1, 2]\n# %%\n{_READ}# %% change\nVALUE_R = (1, 2)\n",
    ),
    Row(
        "a number is set to what it is",
        CACHED,
        1000,
        1000,
        f"VALUE_R = 1000\n# %%\n{_READ}# %% change\nVALUE_R = 500 + 500\n",
    ),
    Row(
        "a list is made again of the same values",
        CACHED,
        [1, {"a": (2.5, None)}],
        [1, {"a": (2.5, None)}],
        f"VALUE_R = [1, {{'a': (2.5, None)}}]\n# %%\n{_READ}"
        "# %% change\nVALUE_R = [1, {'a': (2.5, None)}]\n",
    ),
    Row(
        "a set of texts is made again",
        CACHED,
        ["a", "b", "c", "d"],
        ["a", "b", "c", "d"],
        """
WORDS_R = {"a", "b", "c", "d"}
def helper_R():
    return sorted(WORDS_R)
# %% change
WORDS_R = {"d", "c", "b", "a"}
""",
    ),
    Row(
        "a set gets one more",
        RUNS,
        ["a"],
        ["a", "b"],
        """
WORDS_R = {"a"}
def helper_R():
    return sorted(WORDS_R)
# %% change
WORDS_R.add("b")
""",
    ),
    Row(
        "a value of an array is set",
        RUNS,
        6,
        15,
        """
import numpy as np
values_R = np.array([1, 2, 3])
def helper_R():
    return int(values_R.sum())
# %% change
values_R[0] = 10
""",
    ),
    Row(
        "a global of the name of an attribute is another",
        CACHED,
        2,
        2,
        """
imag_R = 1
class Number_R:
    imag_R = 2
# %%
@step
def main_R():
    return Number_R.imag_R
# %% change
imag_R = 3
""",
        whole=True,
    ),
    Row(
        "a global that the step does not read is another",
        CACHED,
        1,
        1,
        f"VALUE_R = 1\nOTHER_R = 1\n# %%\n{_READ}# %% change\nOTHER_R = 2\n",
    ),
    Row(
        "a global that another function reads is another",
        CACHED,
        1,
        1,
        """
OTHER_R = 1
def other_R():
    return OTHER_R
def helper_R():
    return 1
# %% change
OTHER_R = 2
""",
    ),
    Row(
        "an attribute of a namespace is set",
        RUNS,
        1,
        2,
        """
options_R = types.SimpleNamespace(rate=1)
def helper_R():
    return options_R.rate
# %% change
options_R.rate = 2
""",
    ),
    Row(
        "a counter of collections is another",
        RUNS,
        1,
        3,
        """
from collections import Counter
counts_R = Counter("a")
def helper_R():
    return counts_R.total()
# %% change
counts_R.update("bc")
""",
    ),
    Row(
        "a value of a default dictionary is another",
        RUNS,
        0,
        1,
        """
from collections import defaultdict
counts_R = defaultdict(int)
def helper_R():
    return counts_R.get("a", 0)
# %% change
counts_R["a"] += 1
""",
    ),
    Row(
        "a date is another",
        RUNS,
        2023,
        2024,
        """
import datetime
day_R = datetime.date(2023, 1, 1)
def helper_R():
    return day_R.year
# %% change
day_R = datetime.date(2024, 1, 1)
""",
    ),
    Row(
        "a compiled pattern is another",
        RUNS,
        ["1"],
        ["12"],
        """
import re
pattern_R = re.compile("[0-9]")
def helper_R():
    return pattern_R.findall("12")[:1]
# %% change
pattern_R = re.compile("[0-9]+")
""",
    ),
    Row(
        "a name stands for another module",
        RUNS,
        "float",
        "complex",
        """
import math as numbers_R
def helper_R():
    return type(numbers_R.sqrt(4)).__name__
# %% change
import cmath as numbers_R
""",
    ),
    Row(
        "a number is a function from now on",
        RUNS,
        False,
        True,
        """
thing_R = 1
def helper_R():
    return callable(thing_R)
# %% change
def thing_R():
    return 1
""",
    ),
    Row(
        "a name that is not read where it is not there is set",
        EITHER,
        "none",
        "none",
        """
def helper_R():
    return "none"
# %% change
absent_R = 1
# %% undo
del absent_R
""",
    ),
    Row(
        "a name that was not there is set",
        RUNS,
        "none",
        1,
        """
def helper_R():
    try:
        return absent_R
    except NameError:
        return "none"
# %% change
absent_R = 1
# %% undo
del absent_R
""",
        not_asked=frozenset({"reload"}),
    ),
    Row(
        "a global is found by globals()",
        UNCACHED,
        1,
        2,
        """
VALUE_R = 1
def helper_R():
    return globals()["VALUE_" + helper_R.__name__.split("_")[1]]
# %% change
VALUE_R = 2
""",
        told="globals",
    ),
)
