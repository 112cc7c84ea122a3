"""`--strict` makes an error of findings, so that a notebook fails in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import BrokenContractError, InvalidStackError, LineError
from stack_magic.grammar import parse
from stack_magic.session import RegisterFlavor
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from stack_magic.session import Session


class Deaf(Pager):
    FLAVOR = "deaf"

    def post(self, message: str, config: Any = None) -> bool:
        message = "nobody is there"
        raise RuntimeError(message)


def _do(session: Session, line: str) -> Any:
    magic, _, rest = line.partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def warned(fresh: Session, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session with a stack on which there is a warning, and no error."""
    monkeypatch.chdir(tmp_path)
    _do(fresh, "artifact_store register wide --flavor=local --path=/")
    _do(fresh, "stack register s -o default -a wide -m default")
    return fresh


@pytest.mark.parametrize(
    "line",
    ["stack validate s", "stack register t -o default -a wide -m default --validate-only"],
)
def test_a_warning_is_shown_and_raised_only_if_strict(warned: Session, line: str) -> None:
    assert "▲ warning" in repr(_do(warned, line))
    words = r"valid, 1 warning:\n  - path / is the root.*\n    fix: %artifact_store update wide"
    with pytest.raises(InvalidStackError, match=words) as caught:
        _do(warned, f"{line} --strict")
    assert caught.value.report is not None
    assert caught.value.report.warnings


def test_an_error_that_validate_only_shows_is_raised_if_strict(fresh: Session) -> None:
    line = "stack register t -o default -a nope -m default --validate-only"
    assert "✕ error" in repr(_do(fresh, line))
    with pytest.raises(InvalidStackError, match="no artifact_store is called 'nope'"):
        _do(fresh, f"{line} --strict")


def test_what_has_no_findings_passes_if_strict(fresh: Session) -> None:
    assert "valid" in repr(_do(fresh, "stack validate --strict"))
    line = "stack register t -o default -a default -m default --validate-only --strict"
    assert "valid" in repr(_do(fresh, line))
    assert "t" not in fresh.registry.snapshot.stacks


def test_a_broken_promise_is_raised_if_strict(furnished: Session) -> None:
    furnished.apply(RegisterFlavor(Deaf.TYPE, "Deaf", Deaf))
    _do(furnished, "alerter register d --flavor=deaf")
    assert "✕ broken" in repr(_do(furnished, "alerter check d"))
    with pytest.raises(BrokenContractError, match=r"alerter d breaks.*(?s:.*)%alerter explain"):
        _do(furnished, "alerter check d --strict")


@pytest.mark.parametrize(
    "line", ["stack register t -o default --strict", "stack validate --panel --strict"]
)
def test_strict_without_what_it_raises_is_refused(line: str) -> None:
    magic, _, rest = line.partition(" ")
    with pytest.raises(LineError, match="--strict raises"):
        parse(magic, rest)
