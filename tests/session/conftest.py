"""Sessions to act on."""

from __future__ import annotations

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.session import RegisterComponent, RegisterFlavor, Session
from tests.sample_flavors import Lake, Pager


@pytest.fixture
def fresh() -> Session:
    """Return a session as it is after a kernel's start, and without a notebook's names."""
    session = Session()
    session.namespace = {}
    return session


@pytest.fixture
def furnished(fresh: Session) -> Session:
    """Return a session with two flavors and a component of each."""
    for cls in (Lake, Pager):
        fresh.apply(RegisterFlavor(cls.TYPE, cls.__name__, cls))
    fresh.apply(
        RegisterComponent(StackComponentType.ARTIFACT_STORE, "blue", "lake", {"path": "/blue"})
    )
    fresh.apply(RegisterComponent(StackComponentType.ALERTER, "ops", "pager"))
    return fresh
