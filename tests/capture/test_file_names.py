"""Which files code reads, as far as it names them: all others are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stack_magic.capture import BELOW, Digester, files_named, is_like_a_file, texts_like_files

Cell = Callable[[str], dict[str, Any]]

HEAD = """
import json, os, sqlite3
import numpy as np, pandas as pd
from pandas import read_csv
from pathlib import Path
NAME, PATH, FOLDER = "d.csv", Path("d.csv"), Path("data")
class Other:
    def open(self, *args): return args
    def load(self, p): return p
OTHER = Other()
def read_it(): return 1
open_it = "a text"
def load(p): return open(p).read()
def second(n, p): return open(p).read()
def deeper(p): return load(p)
class A:
    def load_it(self, p): return open(p).read()
    def second_of(self, n, p): return open(p)
a = A()
def made(p):
    return lambda: open(p)
inner = made("d.csv")
def mixed(p):
    def opened(q): return (lambda: q), open(p)
    return opened
opened = mixed("d.csv")
"""
D, NOTHING, SOME = ["d.csv"], list[str](), ["some"]
CASES: dict[str, list[str]] = {
    # Literals and constants.
    'open("d.csv")': D,
    'open("d.csv", "rb")': D,
    'open("d.csv", "r+")': D,
    'open("d.csv", mode="r")': D,
    'open("d.csv", "r", encoding="utf-8")': D,
    "open(NAME)": D,
    "open(PATH)": D,
    'open(Path("d.csv"))': D,
    "open(str(PATH))": D,
    "open(3)": NOTHING,
    'open("w")': ["w"],
    'open("w", "r")': ["w"],
    'open(str("w"))': ["w"],
    'json.load(open("d.csv"))': D,
    'print(open("d.csv").read(), "w")': D,
    'open("d.csv").read().count("w")': D,
    "PATH.read_text()": D,
    "PATH.open()": D,
    "PATH.exists()": NOTHING,
    'Path("d.csv").read_text()': D,
    "Path(NAME).read_bytes()": D,
    "[open(NAME) for n in given]": D,
    '(lambda: open("d.csv"))()': D,
    "inner()": D,
    "opened(1)": D,
    # Writing is no reading.
    'open("d.csv", "w")': NOTHING,
    'open("d.csv", "ab")': NOTHING,
    'open("JUMP.csv", "w")': NOTHING,
    'open("d.csv", "xt")': NOTHING,
    'open("d.csv", mode="w")': NOTHING,
    'open("d.csv", "w", encoding="utf-8")': NOTHING,
    'open("d.csv", encoding="utf-8", mode="w")': NOTHING,
    'open("d.csv", "w", 1, "utf-8")': NOTHING,
    'open(NAME, "w").write("x")': NOTHING,
    'json.dump(1, open(given, "w"))': NOTHING,
    'open(FOLDER / "d.csv", "w")': NOTHING,
    'open(OTHER.open("w"))': ["w", "some"],
    'pd.read_csv("d.csv", index_col="w")': D,
    # What the step is given counts as a parameter.
    "open(given)": NOTHING,
    "open(Path(given))": NOTHING,
    "given.read_text()": NOTHING,
    # What is put together from it is known where it is a path: that counts with all below it.
    'open(given / "d.csv")': ["below given"],
    'open(Path(given) / "d.csv")': ["below given"],
    'open(given + ".csv")': ["below given"],
    'open(Path("d.csv").with_suffix(".txt"))': SOME,
    "open(Path)": SOME,
    'open("d" + str(given))': SOME,
    'open("d" + str(given) + ".csv")': SOME,
    'open("d" + str(given).lower())': SOME,
    'open("d%s" % str(given))': SOME,
    'open("d.csv", str(given))': D,
    'open("d.csv", str(given)).read() + given': D,
    'open(given or "d.csv")': NOTHING,
    "np.load(given)": NOTHING,
    "(lambda: open(given))()": SOME,
    "(lambda p: open(p))(given)": SOME,
    "[open(n) for n in given]": SOME,
    # What is put together.
    'open(f"{given}.csv")': SOME,
    'open("a" + given)': SOME,
    'open("%s.csv" % given)': SOME,
    'open("{}.csv".format(given))': SOME,
    'open(given.with_suffix(".x"))': SOME,
    'given.with_suffix(".x").read_text()': SOME,
    'PATH.with_suffix(".x").read_text()': SOME,
    "open(given or read_it())": SOME,
    "open(NAME if given else read_it())": SOME,
    'open(given or "d")': SOME,
    'open(NAME, "w" if given else "a")': D,
    'open(NAME, "w" if given else "r")': D,
    'open(NAME, "r" if given else "w")': D,
    'open(NAME, given or "w")': D,
    'open(NAME, mode=given or "w")': D,
    'open(given or NAME, "w")': NOTHING,
    'x = open(NAME, "w" if given else "r"); return x': D,
    # Paths in folders.
    '(FOLDER / "d.csv").read_text()': ["data/d.csv"],
    '(FOLDER / "a" / "d.csv").read_text()': ["data/a/d.csv"],
    'x = read_it(); return (FOLDER / "d.csv").read_text()': ["data/d.csv"],
    'open(FOLDER / "a" / "d.csv")': ["data/a/d.csv"],
    'pd.read_csv(FOLDER / "d.csv")': ["data/d.csv"],
    "(FOLDER / given).read_text()": SOME,
    "(FOLDER / 'a' / given).read_text()": SOME,
    "open(FOLDER / given)": SOME,
    "open(FOLDER / 'a' / given)": SOME,
    "FOLDER.iterdir()": ["data"],
    'FOLDER.glob("*.csv")': ["data"],
    'sorted(Path("data").rglob("*"))': ["data"],
    'os.listdir("data")': ["data"],
    # Readers of libraries, and functions that are none.
    'pd.read_csv("d.csv", sep=";")': D,
    'np.load("d.csv")': D,
    'sqlite3.connect("d.csv")': D,
    "json.load(given)": NOTHING,
    'OTHER.load("d.csv")': NOTHING,
    'OTHER.open("d.csv")': D,
    "read_it()": NOTHING,
    'read_csv("d.csv")': D,
    'open_it("d.csv")': NOTHING,
    'import pandas; return pandas.read_csv("d.csv")': D,
    # Helpers that are given a name.
    'load("d.csv")': D,
    "load(NAME)": D,
    "load(given)": NOTHING,
    'load(f"{given}.csv")': SOME,
    'deeper("d.csv")': D,
    'second(1, "d.csv")': SOME,
    'second("d.csv", given)': SOME,
    'a.load_it(f"{given}")': SOME,
    'a.second_of(1, "d.csv")': SOME,
    # Names that are kept first.
    'p = "d.csv"; return open(p)': D,
    'p = Path("d.csv"); return p.read_text()': D,
    "p = PATH; return open(p)": D,
    "p = str(PATH); return open(p)": D,
    'q = "d.csv"; p = q; return open(p)': D,
    'x = 1; p = "d.csv"; return open(p)': D,
    'read_it(); p = "d.csv"; return open(p)': D,
    "p = given; return open(p)": NOTHING,
    'p = f"{given}"; return open(p)': SOME,
    "p = given.name; return open(p)": SOME,
    "p = q = given; p = q; q = p; return open(p)": SOME,
    'p = os.path.join("data", "d.csv"); return open(p)': SOME,
    'p = "d.csv"; p = f"{given}"; return open(p)': ["d.csv", "some"],
    'p = f"{given}"; p = "d.csv"; return open(p)': ["d.csv", "some"],
    'p = read_it() or "d.csv"; return open(p)': SOME,
    'p = read_it() if given else "d.csv"; return open(p)': SOME,
    'p = "d.csv" if given else read_it(); return open(p)': SOME,
    'f = open; return f("d.csv")': SOME,
}


@pytest.mark.parametrize("code", CASES)
def test_a_file_is_known_or_told(cell: Cell, code: str) -> None:
    body = code if "return" in code else f"return {code}"
    main = cell(f"{HEAD}def main(given): {body}\n")["main"]
    found = files_named(Digester().walk(main))
    names = {"file": "{}", BELOW: "below {}"}
    told = [names.get(one.kind, "some").format(one.name.partition(" ")[0]) for one in found]
    assert list(dict.fromkeys(told)) == CASES[code]


BRANCHES = {
    "if given: p = read_it()\n    else: p = 'd'": {"d", "some"},
    "if given: p = 'e'\n    else: p = 'd'": {"d", "e"},
    "p = 'e'\n    if given: p = 'd'": {"d", "e"},
    "if given: p = Path('e')\n    else: p = PATH": {"e", "d.csv"},
    "if given: p = NAME\n    else: p = given": {"d.csv"},
    "try: p = 'e'\n    except OSError: p = 'd'": {"e", "some"},
    "match given:\n        case 1: p = 'e'\n        case _: p = 'd'": {"d", "e"},
    "if given: q = 'e'\n    else: q = 'd'\n    p = q": {"d", "e"},
    "if given: q = 'e'\n    else: q = 'd'\n    p = str(q)": {"d", "e"},
    "if given: q = Path('e')\n    else: q = Path('d')\n    p = q / 'f'": {"some"},
    "p = 'e' if given else 'd'": {"some"},
    "p = PATH if given else FOLDER": {"some"},
    "if given: read_it()\n    p = 'd'": {"d"},
    "while given: pass\n    p = 'd'": {"d"},
    "for x in given: read_it()\n    p = 'd'": {"d"},
    "p = 'd'\n    while given: p = 'd'": {"d"},
    "for p in ('d', 'e'): pass": {"some"},
    "if given is None: given = 'd'\n    p = given": {"d"},
}
"""What sets a name before it is opened: the files that count, or that some file is read."""


@pytest.mark.parametrize("code", BRANCHES)
def test_a_name_that_branches_set_counts_by_each(cell: Cell, code: str) -> None:
    main = cell(f"{HEAD}def main(given):\n    {code}\n    return open(p)\n")["main"]
    found = files_named(Digester().walk(main))
    assert {one.name if one.kind == "file" else "some" for one in found} == BRANCHES[code]


@pytest.mark.parametrize(
    ("reading", "names"),
    [
        ("open(q)", {"d", "e"}),
        ("open(Path(q))", {"d", "e"}),
        ("open(q / 'f')", {"d/f", "e/f"}),
        ("(q / 'f').read_text()", {"d/f", "e/f"}),
        ("q.read_text()", {"d", "e"}),
        ("load(q)", {"d", "e"}),
        ("load(q / 'f')", {"d/f", "e/f"}),
        ("open(Path(q) / given)", {"d", "e"}),  # each with all below it
    ],
)
def test_each_path_that_branches_set_counts(cell: Cell, reading: str, names: set[str]) -> None:
    body = "if given: q = Path('e')\n    else: q = Path('d')"
    main = cell(f"{HEAD}def main(given):\n    {body}\n    return {reading}\n")["main"]
    found = files_named(Digester().walk(main))
    assert {one.name if one.kind == "file" else "some" for one in found} == names


def test_texts_that_may_be_files_are_found(cell: Cell) -> None:
    names = cell(
        "import json\nNAME, COUNT = 'in_a_constant.csv', 3\n"
        "def helper(): return 'data/of_a_helper'\n"
        "def main(given='default.csv'):\n    inner = lambda: 'inner.csv'\n"
        "    return json.dumps(['d.csv', 'no_file', 'a\\nb', 1]), NAME, COUNT, helper, inner\n"
    )
    found = texts_like_files(Digester().walk(names["main"]))
    assert set(found) == {
        "d.csv",
        "data/of_a_helper",
        "default.csv",
        "in_a_constant.csv",
        "inner.csv",
    }


def test_a_long_text_is_no_file() -> None:
    assert is_like_a_file("a" * 900 + ".csv")
    assert not is_like_a_file("a" * 1000 + ".csv")
