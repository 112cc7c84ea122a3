"""What was done can be done again: the history is a cell that rebuilds the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.grammar import parse
from stack_magic.session import (
    DeleteComponent,
    DeleteFlavor,
    RegisterComponent,
    RegisterFlavor,
    RegisterStack,
    Session,
    ShowHistory,
    UpdateComponent,
    UpdateStack,
    ValidateStack,
)
from tests.sample_flavors import DeeperLake, Lake

STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER
if TYPE_CHECKING:
    from collections.abc import Iterable


def _replayed(lines: Iterable[str], **notebook: Any) -> Session:
    session = Session()
    session.namespace = notebook
    for line in lines:
        magic, _, rest = line.removeprefix("%").partition(" ")
        session.apply(parse(magic, rest))
    return session


def _lines(session: Session) -> list[str]:
    answer: Any = session.apply(ShowHistory(lines=True))
    return list(answer.value)


def _shape(session: Session) -> tuple[Any, ...]:
    now = session.registry.snapshot
    components = {key: dict(one.configuration) for key, one in now.components.items()}
    return set(now.flavors), components, {n: dict(s) for n, s in now.stacks.items()}, now.active


def test_the_lines_rebuild_the_registry_in_a_new_session(furnished: Session) -> None:
    slots = dict(furnished.registry.snapshot.stacks["default"])
    furnished.apply(RegisterStack("prod", {**slots, STORE: "blue", ALERTER: "ops"}, activate=True))
    furnished.apply(UpdateComponent(STORE, "blue", {"retries": "5"}))
    furnished.apply(UpdateStack("prod", {STORE: "default"}, removed=(ALERTER,)))
    again = _replayed(_lines(furnished), **{cls.__name__: cls for cls in _flavor_classes()})
    assert _shape(again) == _shape(furnished)


def _flavor_classes() -> list[type]:
    from tests.sample_flavors import Pager

    return [Lake, Pager]


def test_what_only_looks_is_not_in_it(fresh: Session) -> None:
    fresh.apply(ValidateStack())
    assert _lines(fresh) == []
    assert "nothing was registered" in repr(fresh.apply(ShowHistory()))


def test_what_was_undone_is_not_in_it(fresh: Session) -> None:
    slots = dict(fresh.registry.snapshot.stacks["default"])
    answer: Any = fresh.apply(RegisterStack("prod", slots))
    assert _lines(fresh) == ["%stack register prod -o default -a default -m default"]
    answer.undo()
    assert _lines(fresh) == []


def test_a_flavor_that_was_defined_again_is_registered_once(fresh: Session) -> None:
    for cls in (Lake, DeeperLake, Lake):
        fresh.apply(RegisterFlavor(STORE, "Lake", cls))
    assert _lines(fresh) == ["%artifact_store flavor register Lake"]
    fresh.apply(DeleteFlavor(STORE, "lake"))
    fresh.apply(RegisterFlavor(STORE, "Lake", Lake))
    assert len(_lines(fresh)) == 3


def test_a_secret_that_was_typed_is_asked_for_again(furnished: Session) -> None:
    values = {"path": "/x", "token": SecretStr("hunter2-SEKRET")}
    furnished.apply(RegisterComponent(STORE, "red", "lake", values))
    assert _lines(furnished)[-1] == (
        "%artifact_store register red --flavor=lake --path=/x --token=@prompt"
    )
    assert "hunter2" not in repr(furnished.apply(ShowHistory(lines=True)))


def test_undoing_one_of_two_equal_commands_forgets_that_one(fresh: Session) -> None:
    command = RegisterComponent(STORE, "twice", "local", {"path": "x"})
    fresh.apply(command)
    fresh.apply(DeleteComponent(STORE, "twice"))
    again: Any = fresh.apply(command)
    again.undo()
    assert _lines(fresh) == [str(command), "%artifact_store delete twice"]
