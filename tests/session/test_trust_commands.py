"""A project that came from somebody else, by lines; and the lines by which the user agrees."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic import pipeline, step
from stack_magic.enums import StackComponentType
from stack_magic.errors import ConsentNeededError, LineError
from stack_magic.grammar import complete, parse
from stack_magic.model_deployers import LocalModelDeployer
from stack_magic.pipelines import log_metrics
from stack_magic.session import Session, TrustComponent
from tests.tattling import Seats, Tattling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@step
def fit() -> Any:
    """Make a model that tells whose it is when it is read."""
    log_metrics(auc=0.9)
    return Tattling()


@pipeline
def train() -> None:
    """Make a model."""
    fit()


@pytest.fixture
def seats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seats:
    """Return who sits here: nobody yet."""
    return Seats(tmp_path, monkeypatch)


def session_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    made = Session()
    made.namespace = {}
    made.register_component("model_deployer", "here", flavor="local")
    made.register_component("experiment_tracker", "notes", flavor="local")
    slots = {kind: "default" for kind in StackComponentType if kind.is_required}
    others = {"model_deployer": "here", "experiment_tracker": "notes"}
    made.register_stack("lab", activate=True, **slots, **others)
    return made


def typed(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def copied(
    tmp_path: Path, seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Session, Seats]]:
    """Return a session over a copy of what somebody else has run and served."""
    seats.login("their")
    theirs = session_in(tmp_path / "theirs", monkeypatch)
    theirs.run_pipeline(train)
    typed(theirs, "%model_deployer deploy sizes --model=train-1/fit")
    typed(theirs, "%model_deployer stop sizes")
    theirs.active_stack.metadata_store.close()
    shutil.copytree(tmp_path / "theirs", tmp_path / "copy")
    assert seats.ran == "their"  # by the server, of its owner's model
    seats.login("mine")
    made = session_in(tmp_path / "copy", monkeypatch)
    yield made, seats
    deployer = LocalModelDeployer(name="here")
    for server in deployer.find_model_server():
        deployer.delete_model_server(server.uuid, force=True)
    made.active_stack.metadata_store.close()


def test_no_line_runs_what_somebody_else_wrote_until_the_user_agrees(
    copied: tuple[Session, Seats],
) -> None:
    session, seats = copied
    for line in (
        "%pipeline runs",
        "%pipeline describe train-1",
        "%pipeline explain train-1/fit",
        "%pipeline panel train-1",
        "%experiment_tracker runs",
        "%experiment_tracker runs train-1",
        "%model_deployer list",
        "%model_deployer describe sizes",
        "%artifact_store describe default",
    ):
        assert repr(typed(session, line))
    deploy = "%model_deployer deploy again --model=train-1/fit"
    with pytest.raises(ConsentNeededError, match=r"step 'fit' .*\nhint: %artifact_store trust def"):
        typed(session, deploy)
    said = (
        r"^the server of model 'sizes' was deployed by somebody else, or was changed since; to "
        r"start it would run code: .*\nhint: %model_deployer trust here$"
    )
    with pytest.raises(ConsentNeededError, match=said):
        typed(session, "%model_deployer start sizes")
    assert seats.ran == "their"

    typed(session, "%artifact_store trust default")
    assert typed(session, deploy).value.predict([1, 2, 3]) == 3
    typed(session, "%model_deployer trust here")
    assert typed(session, "%model_deployer start sizes").value.predict([1, 2]) == 2
    assert seats.ran == "theirtheirtheir"


def test_a_server_of_an_earlier_version_is_started_by_consent(
    copied: tuple[Session, Seats], tmp_path: Path
) -> None:
    session, seats = copied
    (signature,) = tmp_path.glob("copy/.stack_magic/servers/*/signature")
    signature.unlink()
    said = "was deployed by an earlier version of stack-magic, or by somebody else; to start it"
    with pytest.raises(ConsentNeededError, match=said):
        typed(session, "%model_deployer start sizes")
    assert seats.ran == "their"


def test_trust_is_shown_and_taken_back(
    seats: Seats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.login("mine")
    session = session_in(tmp_path / "project", monkeypatch)
    describe = "%artifact_store describe default"
    assert "trusted  no: only your own pickles are read" in repr(typed(session, describe))

    root = tmp_path / "project" / ".stack_magic" / "artifacts"
    assert session.preview(parse("artifact_store", "trust default")).ok
    assert "trusted  no" in repr(typed(session, describe))
    trusted = repr(typed(session, "%artifact_store trust default"))
    assert trusted.startswith(
        f"✓ artifact_store default is trusted: pickles in {root} are read, whoever wrote them\n"
    )
    assert trusted.endswith("  to undo: %artifact_store distrust default")
    assert "is trusted already" in repr(session.trust("artifact_store", "default"))
    assert "trusted  yes; %artifact_store distrust default" in repr(typed(session, describe))
    assert not (tmp_path / "project" / ".stack_magic").exists()  # it stands in no project

    assert repr(session.distrust("artifact_store", "default")) == (
        f"✓ artifact_store default is not trusted: of {root} only your own pickles are read "
        "from now on\n  to undo: %artifact_store trust default"
    )
    assert "was not trusted" in repr(typed(session, "%artifact_store distrust default"))
    assert "trusted  no" in repr(typed(session, describe))


def test_trust_belongs_to_a_place_not_to_a_name(
    seats: Seats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.login("mine")
    session = session_in(tmp_path / "project", monkeypatch)
    for name, path in (("one", "a"), ("same", "a"), ("two", "b")):
        session.register_component("artifact_store", name, flavor="local", path=path)
    session.trust("artifact_store", "one")
    assert "trusted  yes" in repr(typed(session, "%artifact_store describe same"))
    assert "trusted  no" in repr(typed(session, "%artifact_store describe two"))


def test_tab_knows_the_words_and_the_names(
    seats: Seats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.login("mine")
    session = session_in(tmp_path / "project", monkeypatch)
    assert [item.text for item in complete("artifact_store", "tr", session).items] == ["trust"]
    offered = complete("artifact_store", "distrust ", session).items
    assert [item.text for item in offered] == ["default"]


def test_other_types_keep_nothing_to_trust(fresh: Session) -> None:
    with pytest.raises(
        LineError, match="what a component of type orchestrator keeps never becomes code"
    ):
        fresh.trust("orchestrator", "default")
    assert str(TrustComponent(StackComponentType.ARTIFACT_STORE, "lake")) == (
        "%artifact_store trust lake"
    )
