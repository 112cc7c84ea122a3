"""Help: a question mark, `-h`, and a line that stops too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack_magic.enums import StackComponentType

if TYPE_CHECKING:
    from tests.live_kernel import LiveKernel


def test_a_question_mark_shows_the_help_of_a_magic(kernel: LiveKernel) -> None:
    answer = kernel.run("%stack?")
    assert "Usage: %stack" in answer.shown
    assert "remove-component" in answer.shown


def test_a_question_mark_shows_how_a_flavor_cell_is_written(kernel: LiveKernel) -> None:
    assert "register every flavor class" in kernel.run("%%flavor?").shown


@pytest.mark.parametrize("kind", StackComponentType)
def test_every_type_has_help(kind: StackComponentType, kernel: LiveKernel) -> None:
    answer = kernel.run(f"%{kind} -h")
    assert answer.ok
    assert f"Usage: %{kind}" in answer.shown
    assert "explain" in answer.shown


@pytest.mark.parametrize("command", ["register", "flavor register", "update", "flavor"])
def test_every_command_has_help(command: str, kernel: LiveKernel) -> None:
    for flag in ("-h", "--help"):
        answer = kernel.run(f"%artifact_store {command} {flag}")
        assert answer.ok
        assert f"Usage: %artifact_store {command}" in answer.shown


def test_help_does_not_cut_its_sentences(kernel: LiveKernel) -> None:
    assert "..." not in kernel.run("%stack -h").shown.replace("[ARGS]...", "")
