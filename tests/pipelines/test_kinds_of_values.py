"""Values of many kinds through a run: what a step is given is what another has returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.pipelines import execute, pipeline, step
from stack_magic.step_operators import SubprocessStepOperator
from tests.materializers.kinds import kinds, told

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import MakeStack

KINDS = kinds()
NAMES = tuple(KINDS)


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make() -> tuple[Any, ...]:
    """Return one of each kind."""
    return tuple(kinds().values())


def describe(*values: Any) -> list[str]:
    """Return what tells each value from all that is nearly the same."""
    return [repr(told(value)) for value in values]


@pytest.mark.parametrize("operator", ["", "far"])
def test_what_a_step_is_given_is_what_another_returned(
    make_stack: MakeStack, operator: str
) -> None:
    far = {StackComponentType.STEP_OPERATOR: SubprocessStepOperator(name="far")}
    stack = make_stack(extra=far if operator else None)
    outputs = tuple(f"kind_{number}" for number in range(len(NAMES)))
    made = step(outputs=outputs, step_operator=operator, cache=True)(make)
    described = step(step_operator=operator, cache=False)(describe)

    @pipeline
    def there_and_back() -> None:
        described(*made())

    expected = dict(zip(NAMES, describe(*KINDS.values()), strict=True))
    for outcome in (Outcome.DONE, Outcome.CACHED):
        run = execute(there_and_back, stack)
        assert run["make"].outcome is outcome, run["make"].error
        assert dict(zip(NAMES, run["describe"].output, strict=True)) == expected
