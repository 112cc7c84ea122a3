"""Flavors as users write them, for the tests of what acts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, SecretStr

from stack_magic.alerters import BaseAlerter
from stack_magic.artifact_stores import BaseArtifactStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.stack import Snapshot


class Lake(BaseArtifactStore):
    """Artifacts in a lake."""

    FLAVOR: ClassVar[str] = "lake"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"/"}
    LEAST: ClassVar[int] = 0

    retries: int = Field(default=3, ge=0, description="How often a call is repeated")
    token: SecretStr | None = Field(default=None, description="Opens the lake")
    tags: list[str] = Field(default=[], description="Words to find it by")


class DeeperLake(Lake):
    """Another definition of the flavor `lake`, which refuses a single retry."""

    LEAST: ClassVar[int] = 2

    retries: int = Field(default=3, ge=2, description="How often a call is repeated")


class Pager(BaseAlerter):
    """Calls somebody."""

    FLAVOR: ClassVar[str] = "pager"
    LEAST: ClassVar[int] = 0

    channel: str = Field(default="general", description="Who is called")
    retries: int = Field(default=3, ge=0, description="How often the call is repeated")
    token: SecretStr | None = Field(default=None, description="Opens the line")

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        return True

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return False


class LouderPager(Pager):
    """Another definition of the flavor `pager`, without a channel."""

    LEAST: ClassVar[int] = 2

    channel: ClassVar[str] = "all"  # type: ignore[misc]
    retries: int = Field(default=3, ge=2, description="How often the call is repeated")


def plain(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain values, without what differs from run to run."""
    return {
        "flavors": {key: flavor.cls for key, flavor in snapshot.flavors.items()},
        "components": {
            key: (
                registered.component.FLAVOR,
                dict(registered.configuration),
                type(registered.component),
                bool(registered.stale),
            )
            for key, registered in snapshot.components.items()
        },
        "stacks": {name: dict(slots) for name, slots in snapshot.stacks.items()},
        "active": snapshot.active,
    }
