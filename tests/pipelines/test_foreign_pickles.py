"""Artifacts that came from somebody else: they run no code unless the user agrees."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import ConsentNeededError, CorruptArtifactError
from stack_magic.materializers import dump
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import CachePolicy, Run, execute, pipeline, step
from stack_magic.stack import Stack
from stack_magic.step_operators import SubprocessStepOperator
from stack_magic.trust import Place, distrust, trust
from tests.tattling import Seats, Tattling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.stack import StackComponent

OF_BEFORE = "was written by an earlier version of stack-magic, or by somebody else"
OF_A_STRANGER = "was written by somebody else, or on another machine"
OF_OTHERS = "was written by somebody else, or its record was changed"


@step(cache=CachePolicy(expires_after=3600))
def give() -> Any:
    return Tattling()


@step
def plain() -> Any:
    return {"a": 1}


@step
def use(value: Any) -> str:
    return repr(value)


@pipeline
def train() -> None:
    give()
    use(plain())


@pytest.fixture
def seats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seats:
    """Return who sits here: `mine` at first."""
    made = Seats(tmp_path, monkeypatch)
    made.login("mine")
    return made


def stack_in(
    folder: Path, extra: Mapping[StackComponentType, StackComponent] | None = None
) -> Stack:
    components: dict[StackComponentType, StackComponent] = {
        StackComponentType.ORCHESTRATOR: LocalOrchestrator(name="here"),
        StackComponentType.ARTIFACT_STORE: LocalArtifactStore(
            name="lake", path=str(folder / "artifacts")
        ),
        StackComponentType.METADATA_STORE: SqliteMetadataStore(
            name="book", uri=str(folder / "runs.db")
        ),
    }
    return Stack.from_components("lab", {**components, **(extra or {})})


@pytest.fixture
def copied(tmp_path: Path, seats: Seats) -> Stack:
    """Return the stack of user `mine` over a copy of what user `their` has run."""
    seats.login("their")
    theirs = stack_in(tmp_path / "theirs")
    execute(train, theirs)
    theirs.metadata_store.close()
    shutil.copytree(tmp_path / "theirs", tmp_path / "project")
    seats.login("mine")
    return stack_in(tmp_path / "project")


def change(stack: Stack, *statements: str) -> None:
    stack.metadata_store.close()
    with closing(sqlite3.connect(stack.metadata_store.location)) as connection:
        for statement in statements:
            connection.executescript(statement)


def outcomes(run: Run) -> dict[str, str]:
    return {name: str(done.outcome) for name, done in run.steps.items()}


def test_a_copied_project_runs_no_code_until_the_user_agrees(copied: Stack, seats: Seats) -> None:
    theirs = Run.load(copied, "train-1")
    said = (
        rf"^artifact 'train/train-1/give/\S+' of step 'give' in run 'train-1' {OF_A_STRANGER}; "
        r"it is a pickle, and to read it would run code: it is not read unless you trust all who "
        r"write to artifact store 'lake'\nhint: %artifact_store trust lake$"
    )
    with pytest.raises(ConsentNeededError, match=said):
        _ = theirs["give"].output
    assert theirs["use"].output == "{'a': 1}"
    assert "give" in str(theirs)

    mine = execute(train, copied)
    assert outcomes(mine) == {"give": "done", "plain": "cached", "use": "cached"}
    shown = str(mine.explain())
    assert f"not taken: its last output {OF_A_STRANGER}" in shown
    assert "to have give cached: %artifact_store trust lake" in shown
    assert seats.ran == ""
    assert mine["give"].output is len
    assert outcomes(execute(train, copied))["give"] == "cached"
    assert seats.ran == "mine"

    place = Place("local", copied.artifact_store.path_of(""))
    trust(place)
    assert theirs["give"].output is len
    assert seats.ran == "minetheir"
    distrust(place)
    with pytest.raises(ConsentNeededError, match=OF_OTHERS):
        _ = theirs["give"].output


def test_what_a_trusted_store_holds_is_taken_from_the_cache(copied: Stack) -> None:
    trust(Place("local", copied.artifact_store.path_of("")))
    assert set(outcomes(execute(train, copied)).values()) == {"cached"}


def test_a_project_that_its_user_moves_stays_theirs(tmp_path: Path, seats: Seats) -> None:
    before = stack_in(tmp_path / "before")
    execute(train, before)
    before.metadata_store.close()
    (tmp_path / "before").rename(tmp_path / "after")
    assert set(outcomes(execute(train, stack_in(tmp_path / "after"))).values()) == {"cached"}


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("signature = ''", OF_BEFORE),
        (f"signature = '{'f' * 64}'", OF_OTHERS),
        ("signature = 'é'", OF_OTHERS),
        # What another pickle of the same user is signed with.
        ("signature = (SELECT signature FROM artifacts WHERE producer_step = 'other')", OF_OTHERS),
        ("materializer = 'cloudpickle-3.9'", OF_OTHERS),
        ("producer_step = 'other'", OF_OTHERS),
        ("sha256 = 'SHA256'", OF_OTHERS),
    ],
)
def test_a_record_that_was_changed_is_not_signed_any_more(
    tmp_path: Path, seats: Seats, harm: str, said: str
) -> None:
    stack = stack_in(tmp_path)

    @step
    def other() -> Any:
        return (1, 2)

    @pipeline(name="train")
    def two() -> None:
        give()
        other()

    execute(two, stack)
    (file,) = (tmp_path / "artifacts").rglob("give/*")
    planted = dump(Tattling())[1] + b" "
    if "SHA256" in harm:
        file.write_bytes(planted)
    harm = harm.replace("SHA256", hashlib.sha256(planted).hexdigest())
    change(stack, f"UPDATE artifacts SET {harm} WHERE producer_step = 'give'")  # noqa: S608
    with pytest.raises(ConsentNeededError, match=said):
        _ = Run.load(stack, "train-1")["give"].output
    assert outcomes(execute(two, stack))["give"] == "done"
    assert seats.ran == ""


def test_bytes_that_were_swapped_are_not_read(tmp_path: Path, seats: Seats) -> None:
    stack = stack_in(tmp_path)
    execute(train, stack)
    (file,) = (tmp_path / "artifacts").rglob("give/*")
    file.write_bytes(dump(Tattling())[1] + b" ")
    with pytest.raises(CorruptArtifactError, match="has changed since it was written"):
        _ = Run.load(stack, "train-1")["give"].output
    assert seats.ran == ""


def test_data_is_not_made_code_by_its_record_not_even_in_a_trusted_store(
    copied: Stack, seats: Seats
) -> None:
    trust(Place("local", copied.artifact_store.path_of("")))
    (file,) = Path(copied.artifact_store.path_of("")).rglob("plain/*")
    planted = dump(Tattling())
    file.write_bytes(planted[1])
    sha256 = hashlib.sha256(planted[1]).hexdigest()
    row = f"materializer = '{planted[0].name}', sha256 = '{sha256}'"
    change(copied, f"UPDATE artifacts SET {row} WHERE producer_step = 'plain'")  # noqa: S608
    said = "has a record that says it is a pickle, and its file's name does not"
    with pytest.raises(ConsentNeededError, match=said):
        _ = Run.load(copied, "train-1")["plain"].output
    assert seats.ran == ""


def test_a_record_names_no_module_to_import(
    copied: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "planted_module.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    names = json.dumps(["planted_module::0"])
    change(copied, f"UPDATE artifacts SET refers = '{names}'")  # noqa: S608
    with pytest.raises(CorruptArtifactError, match="has changed since it was written"):
        _ = Run.load(copied, "train-1")["plain"].output
    assert outcomes(execute(train, copied))["plain"] == "done"
    assert "planted_module" not in sys.modules


def test_the_owner_of_a_run_signs_what_a_worker_wrote(tmp_path: Path, seats: Seats) -> None:
    @step(step_operator="far")
    def far_away() -> Any:
        return os.getpid(), {1}

    @pipeline
    def afar() -> None:
        use(far_away())

    worker = tmp_path / "worker"
    operator = SubprocessStepOperator(name="far", environment={"XDG_DATA_HOME": str(worker)})
    stack = stack_in(tmp_path, {StackComponentType.STEP_OPERATOR: operator})
    run = execute(afar, stack)
    pid, held = run["far_away"].output
    assert pid != os.getpid()
    assert held == {1}
    assert set(outcomes(execute(afar, stack)).values()) == {"cached"}
    assert not worker.exists()


def test_what_an_earlier_version_wrote_is_not_lost(tmp_path: Path, seats: Seats) -> None:
    stack = stack_in(tmp_path)
    execute(train, stack)
    change(stack, "ALTER TABLE artifacts DROP COLUMN signature; PRAGMA user_version=3")
    earlier = Run.load(stack, "train-1")
    with pytest.raises(
        ConsentNeededError, match=f"{OF_BEFORE}; .*\nhint: %artifact_store trust lake$"
    ):
        _ = earlier["give"].output
    assert earlier["use"].output == "{'a': 1}"
    trust(Place("local", stack.artifact_store.path_of("")))
    assert earlier["give"].output is len
    assert set(outcomes(execute(train, stack)).values()) == {"cached"}
    assert seats.ran == "mine"
