"""Tab, as a front end asks for it: the kernel's own complete_request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.live_kernel import LiveKernel

MODEL = """
from enum import Enum
from typing import Literal
from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import StackValidator

class Colour(Enum):
    RED = "red"
    GREEN = "green"

class Lake(BaseArtifactStore):
    FLAVOR = "lake"
    SUPPORTED_SCHEMES = {"/"}
    mode: Literal["fast", "safe"] = "safe"
    colour: Colour = Colour.RED
    frozen_over: bool = False

class Pond(BaseArtifactStore):
    FLAVOR = "pond"
    SUPPORTED_SCHEMES = {"/"}

class Picky(LocalOrchestrator):
    FLAVOR = "picky"
    @property
    def validator(self):
        return StackValidator(custom_validation_function=lambda stack: (
            stack.artifact_store.name == "zealand", "wants zealand"))

%flavor register Lake Picky
%artifact_store register alps --flavor=lake --path=/alps
%artifact_store register zealand --flavor=lake --path=/zealand
%orchestrator register picky --flavor=picky
%stack register prod -o default -a alps -m default
"""


@pytest.fixture
def model(kernel: LiveKernel) -> LiveKernel:
    """Return a kernel with a flavor, components and a stack."""
    answer = kernel.run(MODEL)
    assert answer.ok, answer.shown
    return kernel


OFFERS = [
    ("%stack re", "register register-secrets remove-component rename"),
    ("%stack register x --val", "--validate-only"),
    ("%stack set ", "default prod"),
    ("%stack describe p", "prod"),
    ("%artifact_store fl", "flavor"),
    ("%artifact_store flavor de", "delete describe"),
    ("%artifact_store register x --fl", "--flavor"),
    ("%artifact_store register x --flavor=l", "--flavor=lake --flavor=local"),
    ("%artifact_store register x --flavor la", "lake"),
    ("%artifact_store register x --flavor=lake --pa", "--path"),
    ("%artifact_store register x --flavor=lake --mode=fa", "--mode=fast"),
    ("%artifact_store register x --flavor=lake --mode ", "fast safe"),
    ("%artifact_store register x --flavor=lake --colour=g", "--colour=green"),
    ("%artifact_store register x --flavor=lake --frozen", "--frozen_over"),
    ("%artifact_store register x --flavor=lake --frozen_over=t", "--frozen_over=true"),
    ("%artifact_store update alps --mode=s", "--mode=safe"),
    ("%artifact_store describe z", "zealand"),
    ("%artifact-store describe z", "zealand"),
    ("%artifact_store flavor register P", "Pond"),
    ("%orchestrator flavor register P", "Picky"),
    ("%flavor register Po", "Pond"),
    ("%stack register x -o pi", "picky"),
    ("%stack register x --orchestrator=pi", "--orchestrator=picky"),
    ("%stack register x -o picky -a ", "zealand alps default"),
]


@pytest.mark.parametrize(("line", "offered"), OFFERS, ids=[line for line, _ in OFFERS])
def test_tab_offers_what_fits(line: str, offered: str, model: LiveKernel) -> None:
    head = line[: line.rindex(" ") + 1]
    assert model.complete(line) == [head + word for word in offered.split()]


def test_tab_works_on_any_line_of_a_cell(model: LiveKernel) -> None:
    cell = "x = 1\nif x:\n    %stack set pr\nprint(x)"
    cursor = cell.index("pr\n") + 2
    assert model.complete(cell, cursor) == ["x = 1\nif x:\n    %stack set prod"]


def test_tab_works_in_the_middle_of_a_line(model: LiveKernel) -> None:
    cell = "%stack register x -a alp -m default"
    cursor = cell.index("alp") + 3
    assert model.complete(cell, cursor) == ["%stack register x -a alps"]


def test_tab_works_behind_an_assignment(model: LiveKernel) -> None:
    assert model.complete("x = %stack set pr") == ["x = %stack set prod"]


def test_tab_inside_quotes_offers_what_fits(model: LiveKernel) -> None:
    assert model.complete("%stack set 'pr") == ["%stack set 'prod"]


def test_tab_offers_no_flavor_that_is_not_registered(model: LiveKernel) -> None:
    offered = model.complete("%artifact_store flavor describe po")
    assert not [line for line in offered if line.endswith("pond")]


def test_tab_leaves_other_lines_to_ipython(model: LiveKernel) -> None:
    assert "%timeit" in model.complete("%timei")
    assert "stack_like = 1\nstack_like" in model.complete("stack_like = 1\nstack_li")


def test_tab_never_fails_on_a_broken_line(model: LiveKernel) -> None:
    for line in ("%stack nope ", "%artifact_store register x --flavor=nope --", "%stack 'a \"b "):
        model.complete(line)
    assert model.value("1 + 1") == 2
