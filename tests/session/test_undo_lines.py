"""What deletes ends in the line that brings back what is gone, and shows no secret."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from stack_magic.errors import UnknownNameError
from stack_magic.grammar import parse
from stack_magic.session import RegisterComponent
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Session

CANARY = "canary-in-clear"
ALERTER = Pager.TYPE


def _do(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest, session.namespace, session))


def _undo(session: Session, line: str) -> str:
    """Delete by *line* and type what its answer ends in; return that."""
    shown = repr(_do(session, line))
    assert CANARY not in shown
    last = shown.splitlines()[-1]
    assert last.startswith("  to undo: %")
    again = last.removeprefix("  to undo: ")
    _do(session, again)
    return again


def _state(session: Session) -> Any:
    snapshot = session.registry.snapshot
    components = {
        key: r.component.model_dump(exclude={"uuid"}) for key, r in snapshot.components.items()
    }
    flavors = {key: flavor.cls for key, flavor in snapshot.flavors.items()}
    return components, flavors, snapshot.stacks, snapshot.active


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"channel": "two\nlines, 'quotes' and {braces}", "retries": "7"},
        {"token": "@env:PAGER_TOKEN", "channel": "$$dollar"},
        {"token": SecretStr(CANARY)},
    ],
)
def test_a_component_comes_back(
    furnished: Session, configuration: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", CANARY)
    monkeypatch.setattr(getpass, "getpass", lambda _: CANARY)
    furnished.apply(RegisterComponent(ALERTER, "night", "pager", configuration))
    token: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    before = token.token
    _undo(furnished, "alerter delete night")
    component: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    assert component.token == before
    assert component.channel == configuration.get("channel", "general")


def test_a_stack_and_a_flavor_come_back(furnished: Session) -> None:
    _do(furnished, "stack register s -o default -a blue -m default -al ops")
    before = _state(furnished)
    _undo(furnished, "stack delete s")
    assert _state(furnished) == before
    _do(furnished, "alerter copy ops other")
    _do(furnished, "stack delete s")
    for name in ("ops", "other"):
        _do(furnished, f"alerter delete {name}")
    again = _undo(furnished, "alerter flavor delete pager")
    assert again == f"%alerter flavor register {Pager.__module__}.Pager"


def test_a_flavor_whose_class_is_gone_says_what_to_run_first(fresh: Session) -> None:
    cls = type("Passing", (Lake,), {"FLAVOR": "passing", "__module__": "__main__"})
    fresh.namespace = {"Passing": cls}
    _do(fresh, "artifact_store flavor register Passing")
    assert _undo(fresh, "artifact_store flavor delete passing").endswith("register Passing")
    fresh.namespace = {}
    shown = repr(_do(fresh, "artifact_store flavor delete passing"))
    assert "Passing is no longer in the notebook's names: run its cell again" in shown


def test_a_secret_is_asked_for_again(
    fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_PASSWORD", CANARY)
    monkeypatch.setattr(getpass, "getpass", lambda _: CANARY)
    _do(fresh, "secrets_manager register vault --flavor=local")
    _do(fresh, "stack update default -x vault")
    _do(fresh, "secret register db --password=@env:THE_PASSWORD --api-key=@env:THE_PASSWORD")
    again = _undo(fresh, "secret delete db")
    assert again == "%secret register db --password=@prompt --api-key=@prompt"
    assert _do(fresh, "secret get db --reveal api-key").value == CANARY
    with pytest.raises(UnknownNameError, match="no secret called 'nothing'"):
        _do(fresh, "secret delete nothing")


def test_what_is_removed_of_a_component_or_a_stack_comes_back(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", CANARY)
    _do(furnished, "alerter register night -f pager --channel=attic --token=@env:PAGER_TOKEN")
    _do(furnished, "stack register s -o default -a blue -m default -al night")
    before = _state(furnished)
    again = _undo(furnished, "alerter remove-attribute night --channel --token --retries")
    assert again == "%alerter update night --channel=attic --token=@env:PAGER_TOKEN"
    assert _undo(furnished, "stack remove-component s -al") == "%stack update s -al night"
    assert _state(furnished) == before
