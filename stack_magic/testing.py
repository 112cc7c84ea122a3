"""For the test suites of those who write flavors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.catalog import contract_of

if TYPE_CHECKING:
    from stack_magic.stack import ScoreCard, StackComponent

__all__ = ["assert_contract", "check_contract"]


def check_contract(component: StackComponent) -> ScoreCard:
    """Try everything that the base of *component* promises, and return the score."""
    return contract_of(component.TYPE).check(component)


def assert_contract(component: StackComponent) -> None:
    """Raise BrokenContractError, with the evidence, unless every promise is kept."""
    check_contract(component).raise_if_broken()
