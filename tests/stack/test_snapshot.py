"""A snapshot: what is looked up is found or missed with advice; changes make a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack_magic.enums import Origin, StackComponentType
from stack_magic.errors import UnknownNameError
from stack_magic.stack import Draft, Flavor, Registered, Snapshot, Stack
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from stack_magic.stack import StackComponent

STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER


def _registered(component: StackComponent) -> Registered:
    return Registered(component, {})


@pytest.fixture
def snapshot() -> Snapshot:
    known = (
        Snapshot().with_flavor(Flavor(Lake, Origin.CELL)).with_flavor(Flavor(Pager, Origin.CELL))
    )
    known = known.with_component(_registered(Lake(name="lake", path="/a")))
    return known.with_component(_registered(Pager(name="ops"))).with_stack(
        "prod", {ALERTER: "ops", STORE: "lake"}
    )


def test_what_is_registered_is_found(snapshot: Snapshot) -> None:
    assert snapshot.flavor(STORE, "lake").cls is Lake
    assert snapshot.component(ALERTER, "ops").component == Pager(
        name="ops", uuid=snapshot.component(ALERTER, "ops").component.uuid
    )
    assert snapshot.stacks_with((STORE, "lake")) == ["prod"]
    assert [r.key for r in snapshot.components_of((STORE, "lake"))] == [(STORE, "lake")]


def test_slots_are_in_the_order_of_the_types(snapshot: Snapshot) -> None:
    assert list(snapshot.slots("prod")) == [STORE, ALERTER]


def test_a_near_miss_is_answered_with_the_nearest(snapshot: Snapshot) -> None:
    with pytest.raises(
        UnknownNameError, match=r"no artifact_store flavor is called 'lkae'.*\n.*'lake'"
    ):
        snapshot.flavor(STORE, "lkae")
    with pytest.raises(UnknownNameError, match=r"no stack is called 'prd'.*\n.*'prod'"):
        snapshot.slots("prd")


def test_a_name_of_another_type_is_said_to_be_one(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownNameError, match="'lake': that is the name of an artifact_store"):
        snapshot.component(ALERTER, "lake")


def test_a_far_miss_is_answered_with_what_is_known(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownNameError, match=r"hint: known: ops; .*%alerter register zzz"):
        snapshot.component(ALERTER, "zzz")
    with pytest.raises(UnknownNameError, match="hint: none is registered; %stack register zzz"):
        Snapshot().slots("zzz")


def test_making_the_next_one_leaves_this_one(snapshot: Snapshot) -> None:
    after = snapshot.without_stack("prod").without_component((STORE, "lake"))
    assert not after.stacks
    assert after.component_names(STORE) == []
    assert snapshot.component_names(STORE) == ["lake"]
    assert snapshot.stacks.keys() == {"prod"}


def test_look_alikes_are_found_both_ways(snapshot: Snapshot) -> None:
    twin = snapshot.with_component(_registered(Lake(name="LAKE", path="/b")))
    assert twin.look_alike(STORE, "lake") == "LAKE"
    assert twin.look_alike(STORE, "LAKE") == "lake"
    assert twin.without_component((STORE, "lake")).look_alike(STORE, "Lake") == "LAKE"
    assert twin.without_component((STORE, "LAKE")).look_alike(STORE, "lake") is None


def test_a_draft_becomes_a_stack_of_what_is_registered(snapshot: Snapshot) -> None:
    stack = Draft("x", {STORE: "lake", ALERTER: "nobody"}).stack(snapshot)
    assert isinstance(stack, Stack)
    assert list(stack.components) == [STORE]
    assert stack.artifact_store.path == "/a"


def test_an_empty_slot_of_a_stack_is_an_error_with_a_line() -> None:
    with pytest.raises(UnknownNameError, match="stack 'x' has no metadata_store\nhint: %stack upd"):
        _ = Stack("x").metadata_store
