"""Threads at the registry: one winner for each name, and nobody's change is lost."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier, Event
from typing import TYPE_CHECKING

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.errors import NameTakenError
from stack_magic.session import RegisterComponent, RegisterStack, RenameComponent, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THREADS, EACH = 8, 200
ALERTER = StackComponentType.ALERTER


@pytest.fixture(autouse=True)
def hasty_switching() -> Iterator[None]:
    former = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(former)


def _in_threads(work: Callable[[int], int]) -> list[int]:
    barrier = Barrier(THREADS)

    def started(number: int) -> int:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(started, range(THREADS)))


def _registered(session: Session, names: list[str], retries: int = 1) -> int:
    won = 0
    for name in names:
        try:
            session.apply(RegisterComponent(ALERTER, name, "pager", {"retries": retries}))
        except NameTakenError:
            continue
        won += 1
    return won


def test_no_registration_is_lost(furnished: Session) -> None:
    def work(number: int) -> int:
        return _registered(furnished, [f"t{number}-{i}" for i in range(EACH)])

    assert _in_threads(work) == [EACH] * THREADS
    names = furnished.registry.snapshot.component_names(ALERTER)
    assert len(names) == THREADS * EACH + 1


def test_one_thread_wins_each_name(furnished: Session) -> None:
    names = [f"c{i}" for i in range(EACH)]
    assert sum(_in_threads(lambda number: _registered(furnished, names, number + 1))) == EACH
    assert set(names) <= set(furnished.registry.snapshot.component_names(ALERTER))


def test_readers_see_whole_snapshots(furnished: Session) -> None:
    """A renamed component is in its stack under one name, whenever one looks."""
    slots = dict(furnished.registry.snapshot.slots("default"))
    furnished.apply(RegisterStack("prod", {**slots, ALERTER: "ops"}))
    over = Event()

    def read(_: int) -> int:
        looks = 0
        while not (looks and over.is_set()):
            snapshot = furnished.registry.snapshot
            assert (ALERTER, snapshot.stacks["prod"][ALERTER]) in snapshot.components
            looks += 1
        return looks

    def work(number: int) -> int:
        if number:
            return read(number)
        for old, new in [("ops", "night"), ("night", "ops")] * EACH:
            furnished.apply(RenameComponent(ALERTER, old, new))
        over.set()
        return 1

    assert all(_in_threads(work))


def test_every_change_is_told_once_though_threads_race(furnished: Session) -> None:
    seen: list[tuple[object, object]] = []
    furnished.registry.observe(lambda change: seen.append((change.old, change.new)), "snapshot")
    _in_threads(lambda n: _registered(furnished, [f"t{n}-{i}" for i in range(20)]))
    assert len(seen) == THREADS * 20
    assert all(new is old for (_, new), (old, _) in pairwise(seen))
