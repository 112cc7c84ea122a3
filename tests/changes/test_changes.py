"""A table of changes: after each the step gives what the plain call gives, never less.

Each row is asked in five ways. One row, in one way:

    pytest "tests/changes/test_changes.py::test_a_change[here-a helper returns something else]"

Only the rows and ways that are selected are run.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from .rows import FAMILIES, ROWS
from .scripts import HERE, KERNEL, UNDO, WAYS, script_of
from .table import UNCACHED, Row

if TYPE_CHECKING:
    from .conftest import Answers

ASKED = [(way, says) for way in WAYS for says, row in ROWS.items() if script_of(row, way)]
TOLD = [(HERE, says) for says, row in ROWS.items() if row.told]


def asked(cases: list[tuple[str, str]]) -> Any:
    return pytest.mark.parametrize(("way", "row"), cases, ids=[f"{w}-{s}" for w, s in cases])


@asked(ASKED)
def test_a_change(answers: Answers, way: str, row: str) -> None:
    wanted, phases = ROWS[row], answers[row, way]
    check_value(wanted, phases["before"], wanted.first)
    if way == KERNEL:
        check_value(wanted, phases["again"], wanted.first)
        assert phases["again"]["outcome"] in wanted.expected.of_the_same, "where nothing changed"
    if way == UNDO:
        check_value(wanted, phases["undo"], wanted.first)
        assert phases["undo"]["outcome"] in wanted.expected.of_the_same, "after undoing"
    else:
        check_value(wanted, phases["change"], wanted.then)
        assert phases["change"]["outcome"] in wanted.expected.after_a_change


def check_value(row: Row, answer: dict[str, Any], value: Any) -> None:
    assert not answer["error"]
    assert answer["value"] == repr(value), "the step's value"
    if "plain" in answer:
        assert answer["plain"] == repr(value), "the plain call's value"


@asked(TOLD)
def test_why_a_step_is_not_cached_is_told(answers: Answers, way: str, row: str) -> None:
    wanted, answer = ROWS[row], answers[row, way]["change"]
    assert not answer["error"]
    assert wanted.told in answer["told"]


def test_every_family_has_its_rows() -> None:
    assert len(ROWS) == sum(map(len, FAMILIES.values())) >= 120
    assert {family: len(rows) for family, rows in FAMILIES.items() if len(rows) < 10} == {}
    assert all(row.expected is UNCACHED for row in ROWS.values() if row.told)
    assert Counter(way for way, _ in ASKED)[UNDO] == len(ROWS)
