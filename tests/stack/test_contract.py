"""A contract's score card: each promise kept or broken, with the evidence."""

from __future__ import annotations

from typing import Any

import pytest

from stack_magic.errors import BrokenContractError, UnknownNameError
from stack_magic.stack import Contract, Promise, ScoreCard, expect
from tests.sample_flavors import Pager


def _keeps(component: Any) -> None:
    expect(component.name == "ops", "another name")


def _breaks(component: Any) -> None:
    expect(kept=False, evidence="it said no")


def _breaks_without_a_word(component: Any) -> None:
    raise AssertionError


def _refuses(component: Any) -> None:
    message = "nobody there"
    raise UnknownNameError(message, hint="look elsewhere")


def _explodes(component: Any) -> None:
    raise ValueError("x" * 1000)


@pytest.fixture
def card() -> ScoreCard:
    checks = [_keeps, _breaks, _breaks_without_a_word, _refuses, _explodes]
    contract = Contract(tuple(Promise(c.__name__.strip("_"), c) for c in checks))
    return contract.check(Pager(name="ops"))


def test_every_promise_is_tried_whatever_the_others_did(card: ScoreCard) -> None:
    assert [v.kept for v in card.verdicts] == [True, False, False, False, False]
    assert not card.ok
    assert card.broken == ("breaks", "breaks_without_a_word", "refuses", "explodes")


def test_a_broken_promise_has_its_evidence(card: ScoreCard) -> None:
    evidence = [v.evidence for v in card.verdicts]
    assert evidence[:4] == ["", "it said no", "not so", "nobody there"]
    assert evidence[4].startswith("ValueError: xxx")
    assert len(evidence[4]) == 200


def test_a_broken_contract_can_be_raised(card: ScoreCard) -> None:
    with pytest.raises(BrokenContractError, match="alerter ops breaks its contract:\n  - breaks: "):
        card.raise_if_broken()


def test_a_kept_contract_is_silent() -> None:
    card = Contract((Promise("is called ops", _keeps),)).check(Pager(name="ops"))
    card.raise_if_broken()
    assert repr(card).startswith("✓ alerter ops keeps 1 of 1 promises")


def test_the_card_shows_score_and_evidence(card: ScoreCard) -> None:
    text = repr(card)
    assert text.startswith("✕ alerter ops keeps 1 of 5 promises")
    assert "✕ broken  breaks                 it said no" in text


def test_an_interrupt_is_not_a_broken_promise() -> None:
    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        Contract((Promise("waits", interrupted),)).check(Pager(name="ops"))
