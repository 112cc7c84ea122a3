"""Every built-in flavor keeps its contract, and a contract notices what is broken."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import PrivateAttr

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import BrokenContractError
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.stack import StackComponent, check_flavor
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack_magic.metadata_stores import RunRecord, StepRecord

ROOMS = tuple(kind.plural for kind in StackComponentType)


def built_in(room: str) -> Iterator[type[StackComponent]]:
    exported = vars(import_module(f"stack_magic.{room}")).values()
    for thing in exported:
        is_flavor = isinstance(thing, type) and issubclass(thing, StackComponent)
        if is_flavor and hasattr(thing, "FLAVOR"):
            yield thing


FLAVORS = [(room, flavor) for room in ROOMS for flavor in built_in(room)]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def close(component: Any) -> None:
    if hasattr(component, "close"):
        component.close()


@pytest.mark.parametrize(("room", "flavor"), FLAVORS)
def test_a_built_in_flavor_keeps_its_contract(room: str, flavor: type[StackComponent]) -> None:
    component = flavor(name="example")
    try:
        assert_contract(component)
    finally:
        close(component)


@pytest.mark.parametrize(("room", "flavor"), FLAVORS)
def test_a_built_in_flavor_has_no_findings(room: str, flavor: type[StackComponent]) -> None:
    base = next(
        cls
        for cls in vars(import_module(f"stack_magic.{room}")).values()
        if isinstance(cls, type) and cls.__name__.startswith("Base")
    )
    assert check_flavor(flavor, base).diagnostics == ()


class Forgetful(LocalArtifactStore):
    """Overwrites on rename, and copies nothing."""

    FLAVOR: ClassVar[str] = "forgetful"

    def rename(self, src: Any, dst: Any, overwrite: bool = True) -> None:
        super().rename(src, dst, overwrite=True)

    def copyfile(self, src: Any, dst: Any, overwrite: bool = False) -> None:
        """Do nothing."""


class Adrift(LocalArtifactStore):
    """Keeps everything in one folder, whatever its path."""

    FLAVOR: ClassVar[str] = "adrift"

    @property
    def _absolute(self) -> str:
        return os.path.abspath("shared")  # noqa: PTH100 - a text is wanted


class Stale(LocalArtifactStore):
    """Remembers what it listed once."""

    FLAVOR: ClassVar[str] = "stale"
    _listed: dict[str, list[str]] = PrivateAttr(default_factory=dict)

    def listdir(self, path: Any) -> list[str]:
        return self._listed.setdefault(path, super().listdir(path))


class Torn(LocalArtifactStore):
    """Writes artifacts in their place."""

    FLAVOR: ClassVar[str] = "torn"

    def write_bytes(self, key: str, data: bytes) -> None:
        self.makedirs(key.rpartition("/")[0])
        with self.open(key, "wb") as file:
            file.write(data)


class Amnesiac(SqliteMetadataStore):
    """Offers nothing from the cache."""

    FLAVOR: ClassVar[str] = "amnesiac"

    def find_cached_step(self, cache_key: str) -> StepRecord | None:
        return None


class SameName(SqliteMetadataStore):
    """Calls every run after its pipeline."""

    FLAVOR: ClassVar[str] = "same_name"

    def start_run(self, pipeline: str, stack: str, **rest: Any) -> RunRecord:
        from dataclasses import replace

        return replace(super().start_run(pipeline, stack, **rest), name=f"{pipeline}-1")


@pytest.mark.parametrize(
    ("room", "flavor", "broken"),
    [
        (
            "artifact_stores",
            Forgetful,
            {
                "renames over a file only when told to",
                "copies a file, over another only when told to",
            },
        ),
        (
            "artifact_stores",
            Adrift,
            {"keeps what it is given below its path, apart from other stores"},
        ),
        (
            "artifact_stores",
            Stale,
            {"lists what another client wrote, and not what it removed"},
        ),
        ("artifact_stores", Torn, {"writes a file whole or not at all"}),
        ("metadata_stores", Amnesiac, {"finds the newest step under a cache key"}),
    ],
)
def test_a_broken_flavor_breaks_its_promises_only(
    room: str, flavor: type[StackComponent], broken: set[str]
) -> None:
    component = flavor(name="broken")
    card = check_contract(component)
    close(component)
    assert set(card.broken) == broken
    with pytest.raises(BrokenContractError, match="breaks its contract"):
        card.raise_if_broken()


def test_a_store_that_gives_two_runs_one_name_is_found_out() -> None:
    store = SameName(name="broken")
    broken = check_contract(store).broken
    store.close()
    assert "numbers the runs of a pipeline from 1" in broken
    assert "gives each run its own name when threads start them" in broken


def test_a_contract_leaves_no_records(project: Path) -> None:
    store = SqliteMetadataStore(name="local")
    check_contract(store)
    assert store.get_pipelines() == []
    store.close()


def test_a_contract_leaves_no_artifacts(project: Path) -> None:
    store = LocalArtifactStore(name="local")
    check_contract(store)
    assert store.listdir("") == []
