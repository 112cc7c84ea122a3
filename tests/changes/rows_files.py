"""Rows: a file or a variable of the environment that the step reads is another."""

from __future__ import annotations

from .table import CACHED, EITHER, FRESH, RUNS, UNCACHED, Row

_NOT_RELOADED = frozenset({"reload"})  # what these cells do is no module's
_PUT = "Path('d_R.csv').write_text('{}')\n"
_KEEP = "# %% change\nunrelated_R = 1\n"
_PATH = "Path('d_R.csv')"


def _step(body: str, parameters: str = "") -> str:
    return f"# %%\n@step\ndef main_R({parameters}):\n    {body}\n"


def _file(  # noqa: PLR0913 - what a row is made of
    says: str,
    body: str,
    *,
    expected: object = RUNS,
    then: str = "2",
    head: str = "",
    parameters: str = "",
    call: str = "main_R()",
    told: str = "",
) -> Row:
    """Return a row: a file has 1 in it, and then something else."""
    assert expected in {RUNS, FRESH, UNCACHED, CACHED}
    kind = {RUNS: RUNS, FRESH: FRESH, UNCACHED: UNCACHED, CACHED: CACHED}[expected]  # type: ignore[index]
    cells = (_PUT.format(1), head, _step(body, parameters), "# %% change\n", _PUT.format(then))
    return Row(
        says, kind, "1", then, "".join(cells), call=call, told=told, not_asked=_NOT_RELOADED
    )


def _environment(says: str, body: str) -> Row:
    cells = ("os.environ['V_R'] = '1'\n", _step(body), "# %% change\nos.environ['V_R'] = '2'\n")
    return Row(says, UNCACHED, "1", "2", "".join(cells), told="V_", not_asked=_NOT_RELOADED)


ROWS = (
    _environment("a variable of the environment is another", "return os.environ['V_R']"),
    _environment("a variable asked for by getenv is another", "return os.getenv('V_R')"),
    _environment("a variable with a default is another", "return os.environ.get('V_R', '')"),
    Row(
        "a helper reads a variable of the environment",
        UNCACHED,
        "1",
        "2",
        "os.environ['V_R'] = '1'\ndef helper_R():\n    return os.environ['V_R']\n"
        "# %% change\nos.environ['V_R'] = '2'\n",
        told="V_",
    ),
    Row(
        "the step takes all of the environment",
        UNCACHED,
        "1",
        "2",
        "os.environ['V_R'] = '1'\n"
        + _step("return dict(os.environ)['V_R']")
        + "# %% change\nos.environ['V_R'] = '2'\n",
        told="environ",
    ),
    Row(
        "a variable that a default was made of is another",
        CACHED,
        "1",
        "1",
        "os.environ['V_R'] = '1'\n# %%\ndef helper_R(v=os.environ['V_R']):\n    return v\n"
        "# %% change\nos.environ['V_R'] = '2'\n",
        not_asked=_NOT_RELOADED,
    ),
    _file("a file that is named in the code is another", "return open('d_R.csv').read()"),
    _file("a file that is read as bytes is another", "return open('d_R.csv', 'rb').read().decode()"),
    _file(
        "a file that a constant names is another",
        "with open(NAME_R) as file:\n        return file.read()",
        head="NAME_R = 'd_R.csv'\n",
    ),
    _file(
        "a file that a global path names is another",
        "return PATH_R.read_text()",
        head=f"PATH_R = {_PATH}\n",
    ),
    _file("a file that a path in the code names is another", f"return {_PATH}.read_text()"),
    _file(
        "a file that a parameter names is another",
        "return path.read_text()",
        parameters="path",
        call=f"main_R({_PATH})",
    ),
    _file(
        "a file that a helper reads is another",
        "return read_R()",
        head="# %%\ndef read_R():\n    return open('d_R.csv').read()\n",
    ),
    _file(
        "a file that json reads is another",
        "import json\n    with open('d_R.csv') as file:\n        return str(json.load(file))",
    ),
    _file(
        "a table that pandas reads is another",
        "import pandas as pd\n    return pd.read_csv('d_R.csv').columns[0]",
    ),
    _file(
        "a file in a folder that a global names is another",
        "return (FOLDER_R / 'd_R.csv').read_text()",
        head="FOLDER_R = Path('.')\n",
        expected=FRESH,
    ),
    _file(
        "one of several files that a parameter names is another",
        "return ''.join(path.read_text() for path in paths)",
        parameters="paths",
        call=f"main_R([{_PATH}])",
        expected=FRESH,
    ),
    _file(
        "a file that a text as a parameter names is another",
        "return open(name).read()",
        parameters="name",
        call="main_R('d_R.csv')",
        expected=FRESH,
    ),
    _file(
        "a file that another file names is another",
        "return open(open('name_R.txt').read()).read()",
        head="Path('name_R.txt').write_text('d_R.csv')\n",
        expected=UNCACHED,
        told="open",
    ),
    _file(
        "a file is written again with the same content",
        "return open('d_R.csv').read()",
        expected=CACHED,
        then="1",
    ),
    _file(
        "a file that a parameter names is written again with the same content",
        "return path.read_text()",
        expected=CACHED,
        then="1",
        parameters="path",
        call=f"main_R({_PATH})",
    ),
    Row(
        "a file that was missing is there",
        RUNS,
        "none",
        "1",
        "Path('d_R.csv').unlink(missing_ok=True)\n"
        + _step("return path.read_text() if path.exists() else 'none'", "path")
        + "# %% change\n"
        + _PUT.format(1),
        call=f"main_R({_PATH})",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a file stays missing",
        CACHED,
        "d",
        "d",
        _step("return path.name[:1]", "path") + _KEEP,
        call=f"main_R({_PATH})",
    ),
    Row(
        "the step writes the file that a parameter names",
        CACHED,
        1,
        1,
        _step("return path.write_text('1')", "path") + _KEEP,
        call="main_R(Path('out_R.txt'))",
    ),
    Row(
        "somebody writes the file that the step writes",
        CACHED,
        1,
        1,
        _step("return path.write_text('1')", "path")
        + "# %% change\nPath('out_R.txt').write_text('other')\n",
        call="main_R(Path('out_R.txt'))",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a file of a folder that a parameter names is another",
        RUNS,
        "1",
        "2",
        "Path('dir_R').mkdir(exist_ok=True)\nPath('dir_R/a').write_text('1')\n"
        + _step("return (folder / 'a').read_text()", "folder")
        + "# %% change\nPath('dir_R/a').write_text('2')\n",
        call="main_R(Path('dir_R'))",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a folder that a parameter names has one more file",
        RUNS,
        ["a"],
        ["a", "b"],
        "Path('dir_R').mkdir(exist_ok=True)\nPath('dir_R/a').write_text('1')\n"
        + "Path('dir_R/b').unlink(missing_ok=True)\n"
        + _step("return sorted(path.name for path in folder.iterdir())", "folder")
        + "# %% change\nPath('dir_R/b').write_text('2')\n",
        call="main_R(Path('dir_R'))",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a path is another and its file has the same content",
        EITHER,
        "1",
        "1",
        "Path('d_R.csv').write_text('1')\nPath('e_R.csv').write_text('1')\nPATH_R = Path('d_R.csv')\n"
        + _step("return PATH_R.read_text()")
        + "# %% change\nPATH_R = Path('e_R.csv')\n",
    ),
)
