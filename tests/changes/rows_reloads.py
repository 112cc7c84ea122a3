"""Rows: what a module gave is held by the notebook while the module is loaded again.

`importlib.reload` leaves what is held as it was; IPython's autoreload changes functions and
classes in place, and steps and pipelines must follow as they do.
"""

from __future__ import annotations

from .table import CACHED, RUNS, Row

_RELOAD = "# %%\nimportlib.reload(part_R)\n"
_FOLLOW = "# %%\n%autoreload now\n"
_HELD = frozenset({"reload"})
_STEPS = """\
from stack_magic import pipeline, step
@step
def main_R({default}):
    return {value}
def plain_R({default}):
    return {value}
@pipeline
def chain_R():
    main_R()
"""


def _file(text: str, name: str = "part_R") -> str:
    return f"%%writefile {name}.py\n{text}"


def _steps(value: str, default: str = "") -> str:
    return _file(_STEPS.format(value=value, default=default))


def _row(  # noqa: PLR0913 - what a row is made of
    says: str, first: str, held: str, then: str, values: tuple[object, object], *, again: str
) -> Row:
    """Return a row: a file, what the cells hold of it, the file again, how it is loaded."""
    expected = CACHED if values[0] == values[1] else RUNS
    cells = (first, f"# %%\nimport part_R\n{held}", f"# %% change\n{then}", again)
    return Row(says, expected, *values, "".join(cells), not_asked=_HELD)


_VALUE = "def helper_R():\n    return {}\n"
_TWO_DEEP = "def inner():\n    return {}\ndef helper_R():\n    return inner() + {}\n"
_CLASS = "class Model:\n    def predict(self):\n        return {}\n"
_ASKED = "model_R = part_R.Model()\ndef helper_R():\n    return model_R.predict()\n"
_TIMES = """\
import functools
def times(n):
    def decorate(function):
        @functools.wraps(function)
        def wrapped():
            return n * function()
        return wrapped
    return decorate
@times({})
def helper_R():
    return {}
"""
_LRU = "import functools\n@functools.lru_cache\ndef helper_R():\n    return {}\n"
_CLOSURE = "def make(n):\n    return lambda: n\nhelper_R = make({})\n"
_KINDS = """\
import functools
@functools.singledispatch
def kind(x):
    return "thing"
def helper_R():
    return kind(1)
"""
_PLUGINS = "class Plugin: pass\nclass One(Plugin): name = 'one'\n"
_ASK_PLUGINS = "def helper_R():\n    return sorted(c.name for c in Plugin.__subclasses__())\n"
_TAKE = "from part_R import helper_R\n"
_CALL = "helper_R = lambda: part_R.helper_R()\n"

ROWS = (
    Row(
        "the step is one of a module that is loaded again",
        RUNS,
        1,
        2,
        f"{_steps('1')}# %%\nimport part_R\n# %% change\n{_steps('2')}{_RELOAD}",
        call="part_R.main_R()",
    ),
    Row(
        "a step that a cell holds follows autoreload",
        RUNS,
        1,
        2222,
        f"{_steps('1')}# %%\nfrom part_R import main_R\n# %% change\n{_steps('2222')}{_FOLLOW}",
    ),
    Row(
        "a step that a cell holds follows autoreload with its default",
        RUNS,
        1,
        2,
        f"{_steps('n', 'n=1')}# %%\nfrom part_R import main_R\n"
        f"# %% change\n{_steps('n', 'n=2')}{_FOLLOW}",
    ),
    Row(
        "a pipeline that a cell holds follows autoreload",
        RUNS,
        1,
        2,
        f"{_steps('1')}# %%\nimport part_R\nfrom part_R import chain_R\n"
        f"# %% change\n{_steps('2')}{_FOLLOW}",
        call="chain_R()",
        plain="part_R.plain_R()",
    ),
    Row(
        "a step that a cell holds stays with importlib as a function does",
        CACHED,
        1,
        1,
        f"{_steps('1')}# %%\nimport part_R\nfrom part_R import main_R\n"
        f"# %% change\n{_steps('2')}{_RELOAD}",
        not_asked=_HELD,
    ),
    _row(
        "a function that a cell holds follows autoreload",
        _file(_VALUE.format(1)),
        _TAKE,
        _file(_VALUE.format(2)),
        (1, 2),
        again=_FOLLOW,
    ),
    _row(
        "a function that a cell holds stays with importlib",
        _file(_VALUE.format(1)),
        _TAKE,
        _file(_VALUE.format(2)),
        (1, 1),
        again=_RELOAD,
    ),
    _row(
        "a function that a cell holds asks its module for what is new with importlib",
        _file(_TWO_DEEP.format(1, 10)),
        _TAKE,
        _file(_TWO_DEEP.format(2, 20)),
        (11, 12),
        again=_RELOAD,
    ),
    _row(
        "an object that a cell holds follows autoreload with its class",
        _file(_CLASS.format(1)),
        _ASKED,
        _file(_CLASS.format(2)),
        (1, 2),
        again=_FOLLOW,
    ),
    _row(
        "an object that a cell holds keeps its class with importlib",
        _file(_CLASS.format(1)),
        _ASKED,
        _file(_CLASS.format(2)),
        (1, 1),
        again=_RELOAD,
    ),
    _row(
        "autoreload finds only comments",
        _file(_VALUE.format(1)),
        _TAKE,
        _file("# a remark\n\n" + _VALUE.format(1)),
        (1, 1),
        again=_FOLLOW,
    ),
    _row(
        "a decorated function of a module follows autoreload",
        _file(_TIMES.format(2, 1)),
        _CALL,
        _file(_TIMES.format(2, 3)),
        (2, 6),
        again=_FOLLOW,
    ),
    _row(
        "a decorator of a module is given another value",
        _file(_TIMES.format(2, 1)),
        _CALL,
        _file(_TIMES.format(3, 1)),
        (2, 3),
        again=_RELOAD,
    ),
    _row(
        "a function of a module below lru_cache is loaded again",
        _file(_LRU.format(1)),
        _CALL,
        _file(_LRU.format(2)),
        (1, 2),
        again=_RELOAD,
    ),
    _row(
        "a closure of a module is loaded again",
        _file(_CLOSURE.format(1)),
        _CALL,
        _file(_CLOSURE.format(2)),
        (1, 2),
        again=_RELOAD,
    ),
    _row(
        "a module registers one more function for singledispatch",
        _file(_KINDS),
        _CALL,
        _file(_KINDS + "@kind.register\ndef _(x: int):\n    return 'number'\n"),
        ("thing", "number"),
        again=_RELOAD,
    ),
    _row(
        "a module has one more subclass",
        _file(_PLUGINS + _ASK_PLUGINS),
        _CALL,
        _file(_PLUGINS + "class Two(Plugin): name = 'two'\n" + _ASK_PLUGINS),
        (["one"], ["one", "two"]),
        again=_RELOAD,
    ),
    _row(
        "a module is edited and back and loaded again each time",
        _file(_VALUE.format(1)),
        _CALL,
        _file(_VALUE.format(2)) + _RELOAD + "# %%\n" + _file(_VALUE.format(1)),
        (1, 1),
        again=_RELOAD,
    ),
    _row(
        "only the module below another follows autoreload",
        _file("K = 1\n", "deep_R")
        + "# %%\n"
        + _file("import deep_R\ndef helper_R():\n    return deep_R.K\n"),
        _TAKE,
        _file("K = 2\n", "deep_R"),
        (1, 2),
        again=_FOLLOW,
    ),
)
