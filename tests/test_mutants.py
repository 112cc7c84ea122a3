"""The tool that turns conditions round turns each round once, and nothing else."""

from __future__ import annotations

import ast

import pytest

from tests.mutants import mutants_of
from tests.mutations import equivalents_without_a_change


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("x = a == b", ["a != b"]),
        ("x = a < b <= c", ["a >= b <= c", "a < b > c"]),
        ("x = a is None or b", ["a is None and b", "a is not None"]),
        ("x = not a", ["a"]),
        ("f(key=True)", ["False"]),
        ("if a:\n    pass", ["not a"]),
        ("x = [n for n in a if n if n in b]", ["not n", "n not in b"]),
        ("x = 1 if a() else 2", ["not a()"]),
        ("def f(a: 'x == y' = False) -> bool: ...", ["True"]),
        ("if TYPE_CHECKING:\n    x = True", []),
        ("x = f'{a == b}'", []),
        ("x = 1", []),
    ],
)
def test_each_is_turned_round_once(text: str, turned: list[str]) -> None:
    assert [mutant.after for mutant in mutants_of(text)] == turned


def test_the_other_lines_stay_as_they_are() -> None:
    text = (
        "# one\ndef f(a):\n    # two\n    return 'ä' and (\n        a == 1  # so\n    )\n# four\n"
    )
    first, second = mutants_of(text)
    assert [first.line, second.line] == [4, 5]
    assert [first.scope, second.scope] == ["f", "f"]
    for mutant in (first, second):
        assert len(mutant.text.splitlines()) == len(text.splitlines())
        assert mutant.text.splitlines()[-1] == "# four"
    changed = ast.parse("def f(a):\n    return 'ä' and a != 1\n")
    assert ast.dump(ast.parse(second.text)) == ast.dump(changed)


def test_what_is_listed_as_equivalent_is_there_and_has_a_reason() -> None:
    assert equivalents_without_a_change() == []
