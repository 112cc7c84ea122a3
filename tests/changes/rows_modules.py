"""Rows: a module of the project is edited, and loaded again or not."""

from __future__ import annotations

from .table import CACHED, FRESH, RUNS, UNCACHED, Row

_IMPORT = "# %%\nimport part_R\n"
_STEP = "# %%\n@step\ndef main_R():\n    return part_R.value()\n"
_RELOAD = "# %%\nimportlib.reload(part_R)\n"
_ONE = "%%writefile part_R.py\ndef value():\n    return 1\n"
_TWO = "# %% change\n%%writefile part_R.py\ndef value():\n    return 2\n"
_DEEP = "%%writefile deep_R.py\nK = {}\n"
_UPON = "# %%\n%%writefile part_R.py\n{}\ndef value():\n    return {}\n"
_AUTORELOAD = frozenset({"reload"})

ROWS = (
    Row(
        "a function of a module returns something else",
        RUNS,
        1,
        2,
        _ONE + _IMPORT + _STEP + _TWO + _RELOAD,
    ),
    Row(
        "a module is edited and not loaded again",
        CACHED,
        1,
        1,
        _ONE + _IMPORT + _STEP + _TWO,
    ),
    Row(
        "a constant of a module is another",
        RUNS,
        1,
        2,
        "%%writefile part_R.py\nK = 1\n"
        + _IMPORT
        + "# %%\n@step\ndef main_R():\n    return part_R.K\n"
        + "# %% change\n%%writefile part_R.py\nK = 2\n"
        + _RELOAD,
    ),
    Row(
        "a module gets a comment",
        CACHED,
        1,
        1,
        _ONE
        + _IMPORT
        + _STEP
        + "# %% change\n%%writefile part_R.py\n# a remark\n\ndef value( ):\n    return 1\n"
        + _RELOAD,
    ),
    Row(
        "another function of the module is another",
        CACHED,
        1,
        1,
        _ONE
        + "def other():\n    return 1\n"
        + _IMPORT
        + _STEP
        + "# %% change\n%%writefile part_R.py\ndef other():\n    return 2\n"
        + "def value():\n    return 1\n"
        + _RELOAD,
    ),
    Row(
        "a module of a package is edited",
        RUNS,
        1,
        2,
        "os.makedirs('pack_R', exist_ok=True)\n"
        "# %%\n%%writefile pack_R/__init__.py\n"
        "# %%\n%%writefile pack_R/part.py\ndef value():\n    return 1\n"
        "# %%\nimport pack_R.part\n"
        "# %%\n@step\ndef main_R():\n    return pack_R.part.value()\n"
        "# %% change\n%%writefile pack_R/part.py\ndef value():\n    return 2\n"
        "# %%\nimportlib.reload(pack_R.part)\n",
        not_asked=_AUTORELOAD,
    ),
    Row(
        "a module of a package that another imports from beside itself is edited",
        RUNS,
        1,
        2,
        "os.makedirs('pack_R', exist_ok=True)\n"
        "# %%\n%%writefile pack_R/__init__.py\n"
        "# %%\n%%writefile pack_R/deep.py\nK = 1\n"
        "# %%\n%%writefile pack_R/part.py\nfrom . import deep\ndef value():\n    return deep.K\n"
        "# %%\nimport pack_R.part\n"
        "# %%\n@step\ndef main_R():\n    return pack_R.part.value()\n"
        "# %% change\n%%writefile pack_R/deep.py\nK = 2\n"
        "# %%\nimportlib.reload(pack_R.deep)\n",
    ),
    Row(
        "a module that the step imports is edited",
        RUNS,
        1,
        2,
        _ONE
        + _IMPORT
        + "# %%\n@step\ndef main_R():\n    import part_R\n    return part_R.value()\n"
        + _TWO
        + _RELOAD,
    ),
    Row(
        "a module from which the step imports a function is edited",
        RUNS,
        1,
        2,
        _ONE
        + _IMPORT
        + "# %%\n@step\ndef main_R():\n    from part_R import value\n    return value()\n"
        + _TWO
        + _RELOAD,
    ),
    Row(
        "a module that a module asks for a constant is edited",
        RUNS,
        1,
        2,
        _DEEP.format(1)
        + _UPON.format("import deep_R", "deep_R.K")
        + "# %%\nimport deep_R, part_R\n"
        + _STEP
        + "# %% change\n"
        + _DEEP.format(2)
        + "# %%\nimportlib.reload(deep_R)\n",
    ),
    Row(
        "a module whose constant another holds by its own name is edited",
        CACHED,
        1,
        1,
        _DEEP.format(1)
        + _UPON.format("from deep_R import K", "K")
        + "# %%\nimport deep_R, part_R\n"
        + _STEP
        + "# %% change\n"
        + _DEEP.format(2)
        + "# %%\nimportlib.reload(deep_R)\n",
        not_asked=_AUTORELOAD,
    ),
    Row(
        "an attribute of a module is set from a cell",
        RUNS,
        1,
        2,
        "%%writefile part_R.py\nK = 1\ndef value():\n    return K\n"
        + _IMPORT
        + _STEP
        + "# %% change\npart_R.K = 2\n# %% undo\npart_R.K = 1\n",
    ),
    Row(
        "a module is asked for a name that is computed",
        UNCACHED,
        1,
        2,
        _ONE
        + _IMPORT
        + "# %%\nPARTS_R = ['val', 'ue']\n@step\ndef main_R():\n"
        + "    return getattr(part_R, ''.join(PARTS_R))()\n"
        + _TWO
        + _RELOAD,
        told="getattr",
    ),
    Row(
        "a module is asked for a name in quotes",
        FRESH,
        1,
        2,
        _ONE
        + _IMPORT
        + "# %%\n@step\ndef main_R():\n    return getattr(part_R, 'value')()\n"
        + _TWO
        + _RELOAD,
    ),
    Row(
        "a module is imported by its name in quotes",
        FRESH,
        1,
        2,
        _ONE
        + _IMPORT
        + "# %%\n@step\ndef main_R():\n    return importlib.import_module('part_R').value()\n"
        + _TWO
        + _RELOAD,
    ),
    Row(
        "the class of an artifact is one of a module that is edited",
        RUNS,
        1,
        22,
        "%%writefile part_R.py\nclass Model:\n    def predict(self):\n        return 1\n"
        + _IMPORT
        + "# %%\n@step\ndef fit_R():\n    return part_R.Model()\n"
        + "@step\ndef main_R(model):\n    return model.predict()\n"
        + "# %% change\n%%writefile part_R.py\n"
        + "class Model:\n    def predict(self):\n        return 22\n"
        + _RELOAD,
        call="main_R(fit_R())",
    ),
    Row(
        "a module that holds a lock is edited",
        RUNS,
        1,
        2,
        "%%writefile part_R.py\nimport threading\nLOCK = threading.Lock()\n"
        + "def value():\n    with LOCK:\n        return 1\n"
        + _IMPORT
        + _STEP
        + "# %% change\n%%writefile part_R.py\nimport threading\nLOCK = threading.Lock()\n"
        + "def value():\n    with LOCK:\n        return 2\n"
        + _RELOAD,
    ),
    Row(
        "a module holds what cannot be read beside what the step asks for",
        CACHED,
        1,
        1,
        _ONE
        + "numbers = (n for n in 'ab')\n"
        + _IMPORT
        + _STEP
        + "# %% change\nnext(part_R.numbers)\n",
    ),
    Row(
        "a module that is imported by another name is edited",
        RUNS,
        1,
        2,
        _ONE
        + "# %%\nimport part_R as other_R\n"
        + "# %%\n@step\ndef main_R():\n    return other_R.value()\n"
        + _TWO
        + "# %%\nimportlib.reload(other_R)\n",
    ),
    Row(
        "a module whose names a cell has taken all is edited",
        RUNS,
        1,
        2,
        "%%writefile part_R.py\ndef helper_R():\n    return 1\n"
        + _IMPORT
        + "# %%\nfrom part_R import *\n"
        + "# %% change\n%%writefile part_R.py\ndef helper_R():\n    return 2\n"
        + _RELOAD
        + "# %%\nfrom part_R import *\n",
    ),
)
