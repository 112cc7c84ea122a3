"""A table of changes: after each, the step gives what the plain call gives, never less.

Each row is asked in five ways. One row in one way, by its sentence:

    pytest "tests/changes/test_changes.py::test_here[a helper returns something else]"

Only the rows and ways that are selected are run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .scripts import HERE, KERNEL, OPERATOR, RELOAD, UNDO, WAYS, script_of
from .table import ALL, FAMILIES, ROWS, Expected, Row

if TYPE_CHECKING:
    from .conftest import Answers


def asked(way: str, *, only_told: bool = False) -> Any:
    """Ask every row that makes sense in *way*."""
    says = [says for says, row in ROWS.items() if script_of(row, way)]
    if only_told:
        says = [one for one in says if ROWS[one].told]
    return pytest.mark.parametrize(("way", "row"), [(way, one) for one in says], ids=says)


@asked(HERE)
def test_here(answers: Answers, way: str, row: str) -> None:
    check_change(ROWS[row], answers.of(row, way))


@asked(OPERATOR)
def test_by_the_step_operator(answers: Answers, way: str, row: str) -> None:
    if way in ROWS[row].refused and answers.of(row, way)["change"]["outcome"] == "failed":
        return
    check_change(ROWS[row], answers.of(row, way))


@asked(RELOAD)
def test_after_a_reload(answers: Answers, way: str, row: str) -> None:
    check_change(ROWS[row], answers.of(row, way))


@asked(KERNEL)
def test_in_a_second_kernel(answers: Answers, way: str, row: str) -> None:
    check_same(ROWS[row], answers.of(row, way)["again"])
    check_change(ROWS[row], answers.of(row, way))


@asked(UNDO)
def test_after_undoing_the_change(answers: Answers, way: str, row: str) -> None:
    check_value(answers.of(row, way)["before"], ROWS[row].first)
    check_same(ROWS[row], answers.of(row, way)["undo"])


@asked(HERE, only_told=True)
def test_why_a_step_is_not_cached_is_told(answers: Answers, way: str, row: str) -> None:
    answer = answers.of(row, way)["change"]
    assert answer["error"] == ""
    assert answer["explain"] == ""
    assert ROWS[row].told in answer["told"]


def check_change(row: Row, phases: dict[str, dict[str, Any]]) -> None:
    """Check what came before the change and after it."""
    check_value(phases["before"], row.first)
    check_value(phases["change"], row.then)
    outcome = phases["change"]["outcome"]
    assert outcome in row.expected.after_a_change, row.expected.value


def check_same(row: Row, answer: dict[str, Any]) -> None:
    """Check what came of the first cells where they have run before."""
    check_value(answer, row.first)
    assert answer["outcome"] in row.expected.of_the_same, row.expected.value


def check_value(answer: dict[str, Any], value: Any) -> None:
    assert answer["error"] == ""
    assert answer.get("plain", repr(value)) == repr(value), "the plain call"
    assert answer["value"] == repr(value), "the step"


def test_every_family_has_its_rows() -> None:
    assert len(ROWS) == len(ALL)
    assert sum(all(script_of(row, way) for way in WAYS) for row in ALL) >= 110
    assert {family: count for family, count in FAMILIES.items() if count < 10} == {}
    assert {row.expected for row in ALL if row.told} == {Expected.UNCACHED}
