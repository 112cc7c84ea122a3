"""What the test suites of users get: a contract to hold their flavors to."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import pytest

from stack_magic import testing
from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.catalog import contract_of
from stack_magic.enums import StackComponentType
from stack_magic.errors import BrokenContractError
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from pathlib import Path


class Forgetful(LocalArtifactStore):
    FLAVOR = "forgetful"

    def open(self, name: Any, mode: str = "r") -> IO[Any]:
        if "w" in mode:
            return super().open(f"{name}-lost", mode)
        return super().open(name, mode)


def test_the_public_names_are_two() -> None:
    assert testing.__all__ == ["assert_contract", "check_contract"]


def test_a_flavor_that_keeps_its_contract_passes(tmp_path: Path) -> None:
    store = LocalArtifactStore(name="x", path=str(tmp_path))
    assert_contract(store)
    assert check_contract(store).ok


def test_a_flavor_that_breaks_it_fails_with_the_evidence(tmp_path: Path) -> None:
    store = Forgetful(name="x", path=str(tmp_path))
    message = "artifact_store x breaks its contract:\n  - gives back the bytes"
    with pytest.raises(BrokenContractError, match=message):
        assert_contract(store)
    assert "gives back the bytes that were written" in check_contract(store).broken


@pytest.mark.parametrize("kind", StackComponentType)
def test_every_type_has_a_contract(kind: StackComponentType) -> None:
    sentences = [promise.sentence for promise in contract_of(kind).promises]
    assert len(set(sentences)) == len(sentences) > 3
