"""Commands on served models: from a run's artifact to a server, and to its end."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic import pipeline, step
from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    CorruptArtifactError,
    FlavorFailedError,
    InUseError,
    InvalidPipelineError,
    LineError,
    NameTakenError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.grammar import complete, parse
from stack_magic.machine import Service
from stack_magic.model_deployers import LocalModelDeployer
from stack_magic.session import (
    DeleteModelServer,
    DeployModel,
    DescribeModelServer,
    ListModelServers,
    ModelServerLogs,
    Session,
    StartModelServer,
    StopModelServer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = StackComponentType.MODEL_DEPLOYER


class Scaled:
    """A model: each input times a factor, said aloud."""

    def __init__(self, factor: int) -> None:
        self._factor = factor

    def predict(self, inputs: list[float]) -> list[float]:
        print(f"{len(inputs)} inputs")  # noqa: T201 - for the log
        return [self._factor * number for number in inputs]


# The server's process imports no test: the class travels in the pickle, as that of a cell.
Scaled.__module__ = "__main__"


@step
def fit(factor: int) -> Any:
    """Make the model."""
    return Scaled(factor)


@step
def split() -> tuple[int, dict[str, int]]:
    """Make two things that are no models."""
    return 1, {"a": 1}


@pipeline
def train(factor: int = 2) -> None:
    """Make a model, and more."""
    fit(factor)
    split()


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Return a session with a run `train-1` and a model deployer in its active stack."""
    monkeypatch.chdir(tmp_path)
    made = Session()
    made.namespace = {}
    made.register_component(KIND, "here", flavor="local")
    slots = {kind: "default" for kind in StackComponentType if kind.is_required}
    made.register_stack("lab", activate=True, **slots, model_deployer="here")
    made.run_pipeline(train)
    yield made
    deployer = LocalModelDeployer(name="here")
    for server in deployer.find_model_server():
        deployer.delete_model_server(server.uuid, force=True)
    made.active_stack.metadata_store.close()


def deployed(session: Session, name: str = "scaled", **options: Any) -> Any:
    return session.apply(DeployModel(name, "train-1/fit", **options))


def test_a_runs_model_is_served(session: Session) -> None:
    answer = deployed(session)
    server = answer.value
    assert server.predict([1, 2]) == [2, 4]
    configuration = server.configuration
    assert configuration.model_uri == "train-1/fit"
    assert configuration.pipeline_name == "train"
    assert configuration.pipeline_run_id == "train-1"
    assert configuration.pipeline_step_name == "fit"
    text = repr(answer)
    assert text.startswith("✓ deployed model scaled\n")
    assert "state           ✓ active" in text
    assert f"prediction url  {server.prediction_url}" in text
    assert "to ask it: answer = %model_deployer describe scaled" in text
    assert server.token.get_secret_value() not in text


def test_the_list_has_components_and_models(session: Session) -> None:
    assert "here serves no models; %model_deployer deploy" in repr(
        session.apply(ListModelServers())
    )
    deployed(session)
    answer: Any = session.apply(ListModelServers())
    assert answer.value == ["here"]
    text = repr(answer)
    assert "Models on model_deployer here" in text
    assert re.search(r"scaled +✓ active +train-1/fit", text)
    assert "127.0.0.1" not in text  # its port differs from run to run
    session.activate("default")
    assert "the active stack default has no model_deployer" in repr(
        session.apply(ListModelServers())
    )


def test_a_server_lives_by_lines(session: Session) -> None:
    server = deployed(session).value
    described: Any = session.apply(DescribeModelServer("scaled"))
    assert described.value == server
    assert "model scaled on model_deployer here" in repr(described)
    server.predict([1, 2, 3])
    logs: Any = session.apply(ModelServerLogs("scaled", tail=1))
    assert logs.value == ["3 inputs"]
    stopped = repr(session.apply(StopModelServer("scaled")))
    assert stopped == "✓ stopped model scaled; %model_deployer start scaled starts it again"
    text = repr(session.apply(DescribeModelServer("scaled")))
    assert "○ inactive" in text
    assert "to start it: %model_deployer start scaled" in text
    started: Any = session.apply(StartModelServer("scaled"))
    assert started.value.predict([2]) == [4]
    assert repr(started).startswith("✓ started model scaled\n")
    session.apply(StopModelServer(str(server.uuid)))
    answer: Any = session.apply(DeleteModelServer("scaled"))
    assert repr(answer) == "✓ deleted model scaled from model_deployer here"
    assert session.active_stack.model_deployer.find_model_server() == []
    with pytest.raises(UnknownNameError, match="'here' serves no model 'scaled'"):
        session.apply(DescribeModelServer("scaled"))


def test_a_server_that_died_is_described_with_its_last_words(session: Session) -> None:
    server = deployed(session).value
    server.predict([1])
    service = Service(Path(".stack_magic/servers") / str(server.uuid))
    assert service.pid is not None
    os.kill(service.pid, signal.SIGKILL)
    while service.is_running:
        time.sleep(0.01)
    answer: Any = session.apply(DescribeModelServer("scaled"))
    assert "✕ error" in repr(answer)
    assert repr(answer).endswith("its process has ended; its log ends with:\n  1 inputs")


def test_a_second_model_of_a_name_wants_replace(session: Session) -> None:
    deployed(session)
    with pytest.raises(NameTakenError, match="serves a model 'scaled' already\nhint: replace=True"):
        deployed(session)
    session.run_pipeline(train, parameters={"factor": 5})
    answer: Any = session.apply(DeployModel("scaled", "train-2/fit/output", replace=True))
    assert answer.value.predict([1]) == [5]
    assert len(session.active_stack.model_deployer.find_model_server()) == 1


def test_a_server_is_deployed_on_a_stack_that_is_named(session: Session) -> None:
    session.activate("default")
    with pytest.raises(UnknownNameError, match="stack 'default' has no model_deployer"):
        deployed(session)
    assert deployed(session, stack="lab", keep=True).value.configuration.keep


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        ("train-1", LineError, "'train-1' names no model: RUN/STEP is wanted"),
        ("a/b/c/d", LineError, "names no model"),
        ("train-1//x", LineError, "names no model"),
        ("train-9/fit", UnknownNameError, "train-9"),
        ("train-1/fti", UnknownNameError, "did you mean 'fit'"),
        ("train-1/fit/outptu", UnknownNameError, "did you mean 'output'"),
        ("train-1/split", InvalidPipelineError, "has several outputs: output_0, output_1"),
        ("train-1/split/output_1", FlavorFailedError, "a dict is no model"),
    ],
)
def test_what_is_no_model_is_refused(
    session: Session, model: str, error: type[StackMagicError], message: str
) -> None:
    with pytest.raises(error, match=message):
        session.apply(DeployModel("scaled", model))
    assert session.active_stack.model_deployer.find_model_server() == []


def test_bytes_that_were_changed_are_not_served(session: Session) -> None:
    (file,) = Path(".stack_magic/artifacts").glob("**/*.pickle")
    file.write_bytes(b"planted")
    with pytest.raises(CorruptArtifactError, match="has changed since it was written"):
        deployed(session)
    file.unlink()
    with pytest.raises(CorruptArtifactError, match="is not in artifact store 'default'"):
        deployed(session)


def test_a_model_and_a_component_of_one_name_are_told_apart(session: Session) -> None:
    session.register_component(KIND, "both", flavor="local")
    deployed(session, "both")
    for command in (
        DescribeModelServer("both"),
        DeleteModelServer("both"),
        ModelServerLogs("both"),
    ):
        with pytest.raises(LineError, match="hint: add --server for the model, --component for"):
            session.apply(command)
    assert "model both on" in repr(session.apply(DescribeModelServer("both", component=False)))
    component = repr(session.apply(DescribeModelServer("both", component=True)))
    assert component.startswith("model_deployer both\n")
    session.apply(DeleteModelServer("both", component=True))
    assert "model both on" in repr(session.apply(DescribeModelServer("both")))


def test_a_component_is_meant_where_no_model_is(session: Session) -> None:
    assert repr(session.apply(DescribeModelServer("here"))).startswith("model_deployer here\n")
    with pytest.raises(InUseError, match="model_deployer 'here' is in use by stack lab"):
        session.apply(DeleteModelServer("here"))
    with pytest.raises(UnknownNameError, match="serves no model 'here'"):
        session.apply(DeleteModelServer("here", component=False))
    session.activate("default")
    assert repr(session.apply(DescribeModelServer("here"))).startswith("model_deployer here\n")


def test_a_preview_does_nothing(session: Session) -> None:
    deployed(session)
    for command in (
        DeployModel("other", "train-1/fit"),
        StopModelServer("scaled"),
        StartModelServer("scaled"),
        DeleteModelServer("scaled"),
        DescribeModelServer("scaled"),
        ModelServerLogs("scaled"),
        ListModelServers(),
    ):
        assert session.preview(command).ok, command
    (server,) = session.active_stack.model_deployer.find_model_server()
    assert server.is_running
    assert not session.preview(DeployModel("a b", "train-1/fit")).ok
    assert not session.preview(DeleteModelServer("here")).ok


# Lines.


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("deploy digits", "--model is missing"),
        ("deploy --model=a/b", "NAME is missing"),
        ("deploy x --model=a/b --port=70000", "70000 is not in the range"),
        ("deploy x --model=a/b --timeout=-1", "-1 is not in the range"),
        ("logs x --tail=0", "0 is not in the range"),
        ("stop", "NAME is missing"),
        ("stop x --component", "there is no option --component"),
    ],
)
def test_a_line_of_another_form_is_refused(line: str, reason: str) -> None:
    with pytest.raises(LineError, match=reason):
        parse("model_deployer", line)


def test_tab_offers_models_runs_and_steps(session: Session) -> None:
    deployed(session)

    def offered(text: str) -> list[str]:
        return [item.text for item in complete("model_deployer", text, session).items]

    assert offered("stop ") == ["scaled"]
    assert offered("describe ") == ["scaled", "here"]
    assert offered("delete h") == ["here"]
    assert offered("deploy x --model=") == ["train-1/"]
    assert offered("deploy x --model=train-1/") == [
        "train-1/fit",
        "train-1/split/output_0",
        "train-1/split/output_1",
    ]
    assert offered("deploy x --model=train-9/") == []
    assert "lab" in offered("deploy x --stack ")
    session.activate("default")
    assert offered("stop ") == []
