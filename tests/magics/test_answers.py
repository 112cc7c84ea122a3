"""What a line shows: each answer once, as text and as HTML with the same words."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_kernel import Answer, LiveKernel

MODEL = """
from typing import Literal
import stack_magic
from stack_magic.artifact_stores import BaseArtifactStore
from pydantic import SecretStr

class Lake(BaseArtifactStore):
    \"\"\"A <lake> & its "shore".\"\"\"
    FLAVOR = "lake"
    SUPPORTED_SCHEMES = {"/"}
    mode: Literal["fast", "safe"] = "safe"
    token: SecretStr | None = None

%artifact_store flavor register Lake
%artifact_store register blue --flavor=lake --path=/blue
%stack register wet -o default -a blue -m default
"""
LINES = (
    "%stack",
    "%stack list",
    "%stack validate wet",
    "%stack register half -o default --validate-only",
    "%stack --help",
    "%artifact_store",
    "%artifact_store list",
    "%artifact_store describe blue",
    "%artifact_store explain",
    "%artifact_store flavor list",
    "%artifact_store flavor describe lake",
    "%alerter list",
    "%alerter flavor list",
    "%pipeline list",
    "%artifact_store register BLUE --flavor=lake --path=/blue",
    "%artifact_store copy blue '<b>'",
)


def outputs(answer: Answer) -> list[str]:
    return answer.data("text/plain")


def test_every_answer_of_a_cell_is_shown(kernel: LiveKernel) -> None:
    answer = kernel.run(
        "%artifact_store copy default one\n"
        "%artifact_store copy default two\n"
        "%artifact_store copy default three"
    )
    assert outputs(answer) == [
        f"✓ copied artifact_store default to {name}" for name in ("one", "two", "three")
    ]


def test_a_line_shows_its_answer_wherever_it_stands(kernel: LiveKernel) -> None:
    told = "stack default is active"
    assert outputs(kernel.run("for _ in range(3):\n    %stack get")) == [told] * 3
    assert outputs(kernel.run("if True:\n    %stack get\nelse:\n    %stack list")) == [told]
    assert outputs(kernel.run("def f():\n    %stack get\nf()")) == [told]
    assert outputs(kernel.run("%stack get\nx = 1")) == [told]


def test_an_assigned_answer_is_not_shown(kernel: LiveKernel) -> None:
    assert kernel.run("x = %stack list").shown == ""
    assert "default" in kernel.run("x").shown
    assert kernel.value("x.value") == ["default"]


def test_an_answer_before_a_refusal_is_shown(kernel: LiveKernel) -> None:
    answer = kernel.run("%stack get\n%stack set nope\n%stack list")
    assert outputs(answer) == ["stack default is active"]
    assert answer.error == "UnknownNameError"


def test_a_refusal_is_an_error_output_of_a_few_lines(kernel: LiveKernel) -> None:
    answer = kernel.run("%stack sett prod")
    assert answer.reply["status"] == "error"
    assert answer.of("error")[0]["traceback"] == [
        "LineError: %stack has no command 'sett'",
        "hint: did you mean 'set'?",
    ]


def words(text: str) -> list[str]:
    return [word for word in text.split() if set(word) != {"-"}]


@pytest.mark.parametrize("line", LINES)
def test_text_and_html_say_the_same_twice(line: str, kernel: LiveKernel) -> None:
    assert kernel.run(MODEL).ok
    first = kernel.run(line)
    for html, text in zip(first.html, outputs(first), strict=True):
        assert words(unescape(re.sub(r"<[^>]+>", " ", html))) == words(text)
    if "register BLUE" not in line:
        assert kernel.run(line).shown == first.shown


def test_two_kernels_show_the_same(kernel: LiveKernel) -> None:
    def everything() -> str:
        assert kernel.run(MODEL).ok
        return "\n".join(kernel.run(line).shown for line in LINES)

    first = everything()
    assert kernel.run("%unload_ext stack_magic\nstack_magic.session.cache_clear()").ok
    assert kernel.run("%load_ext stack_magic").ok
    assert everything() == first


def test_the_cell_that_loads_the_extension_shows_every_answer_once(
    module_kernel: LiveKernel, tmp_path: Path
) -> None:
    module_kernel.fresh(tmp_path / "project")
    cell = """
%load_ext stack_magic
%orchestrator register fast --flavor=local --max-parallel=4
quiet = %stack list
%stack register quick -o fast -a default -m default
%stack get
"""
    shown = module_kernel.run(cell).data("text/plain")
    assert [text.split("\n")[0] for text in shown] == [
        "✓ registered orchestrator fast (flavor local)",
        "✓ registered stack quick",
        "stack default is active",
    ]
