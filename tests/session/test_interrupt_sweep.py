"""Ctrl-C at every opcode: the registry is as before the command, or as after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import TYPE_CHECKING

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.session import (
    ActivateStack,
    DeleteComponent,
    RegisterComponent,
    RegisterFlavor,
    RegisterStack,
    RenameComponent,
    RenameStack,
    Session,
    UpdateComponent,
)
from tests.interruption import is_interrupted, opcodes_of
from tests.sample_flavors import DeeperLake, Lake, LouderPager, Pager, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Command
    from tests.interruption import Opcode

STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER
SLOTS = {
    StackComponentType.ORCHESTRATOR: "default",
    STORE: "blue",
    StackComponentType.METADATA_STORE: "default",
    ALERTER: "ops",
}

COMMANDS: list[Command] = [
    RegisterFlavor(StackComponentType.ALERTER, "Silent", type("Silent", (Pager,), {"FLAVOR": "x"})),
    RegisterFlavor(STORE, "DeeperLake", DeeperLake),
    RegisterFlavor(ALERTER, "LouderPager", LouderPager),
    RegisterComponent(STORE, "green", "lake", {"path": "/green"}),
    UpdateComponent(STORE, "blue", {"retries": "5"}),
    RenameComponent(STORE, "blue", "teal"),
    DeleteComponent(STORE, "spare"),
    RegisterStack("other", SLOTS, activate=True),
    RenameStack("prod", "live"),
    ActivateStack("prod"),
]

# Every opcode where commands are carried out, a sample of the pure code that they ask.
STRIDE = 11


@pytest.fixture
def composed() -> Session:
    session = Session()
    for cls in (Lake, Pager):
        session.register_flavor(cls)
    for name in ("blue", "spare"):
        session.apply(RegisterComponent(STORE, name, "lake", {"path": "/x", "retries": "1"}))
    session.apply(RegisterComponent(ALERTER, "ops", "pager", {"channel": "night"}))
    session.apply(RegisterStack("prod", SLOTS))
    return session


@pytest.fixture(scope="module")
def stranger() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _sampled(opcodes: list[Opcode]) -> Iterator[tuple[int, Opcode]]:
    for at, opcode in enumerate(opcodes):
        if opcode.module.startswith("stack_magic.session") or at % STRIDE == 0:
            yield at, opcode


def _is_free(session: Session) -> bool:
    lock = session.registry._lock
    if not lock.acquire(blocking=False):
        return False
    lock.release()
    return True


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_an_interrupt_leaves_the_snapshot_before_or_after(
    command: Command, composed: Session, stranger: ThreadPoolExecutor
) -> None:
    registry, before = composed.registry, composed.registry.snapshot
    composed.apply(command)
    after = plain(registry.snapshot)
    registry.snapshot = before
    opcodes = opcodes_of(lambda: composed.apply(command))
    for at, opcode in _sampled(opcodes):
        registry.snapshot = before
        assert is_interrupted(lambda: composed.apply(command), at)
        now = registry.snapshot
        assert now is before or plain(now) == after, f"half done at opcode {at}"
        free = stranger.submit(_is_free, composed).result()
        assert free or not opcode.follows_a_call, f"lock held at opcode {at}"
        registry._lock = RLock()
    assert len(opcodes) > 30


def test_a_command_after_an_interrupt_is_carried_out(composed: Session) -> None:
    rename = RenameComponent(STORE, "blue", "teal")
    assert is_interrupted(lambda: composed.apply(rename), 50)
    composed.apply(rename)
    assert (STORE, "teal") in composed.registry.snapshot.components
