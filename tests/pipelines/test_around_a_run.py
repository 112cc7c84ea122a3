"""What a step sees of its run, and who is told how it ended."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import Field, PrivateAttr, SecretStr

from stack_magic import approval, get_step_context, log_metrics, log_params, pipeline, step
from stack_magic.alerters import BaseAlerter
from stack_magic.enums import Outcome, StackComponentType
from stack_magic.errors import InvalidNameError, InvalidPipelineError, StackMagicError
from stack_magic.pipelines import execute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from stack_magic.pipelines import Run
    from stack_magic.stack import Stack
    from tests.pipelines.conftest import MakeStack


class Mailbox(BaseAlerter):
    """Keeps what was posted, and answers as it was told to."""

    FLAVOR: ClassVar[str] = "mailbox"
    answer: bool = Field(default=True, description="The answer to every question")
    broken: bool = Field(default=False, description="Whether posting raises")
    _posted: list[str] = PrivateAttr(default_factory=list)

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        if self.broken:
            message = "no route"
            raise ConnectionError(message)
        self._posted.append(message)
        return True

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        self._posted.append(question)
        return self.answer


@step
def whereabouts() -> list[str]:
    context = get_step_context()
    return [context.pipeline, context.run, context.step, context.stack.name]


@pipeline
def looking() -> None:
    whereabouts()


@step
def fail_if(bad: bool) -> int:
    if bad:
        message = "it was bad"
        raise ValueError(message)
    return 1


def told(run: Run) -> str | None:
    return f"{run.name} ended {run.outcome}"


@pipeline(on_success=told, on_failure=True)
def announced(bad: bool = False) -> None:
    fail_if(bad)


@pipeline
def guarded() -> None:
    deployed: Any = fail_if(False)
    deployed.after(approval("Deploy it?"))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox(name="box")


@pytest.fixture
def lab(make_stack: MakeStack, mailbox: Mailbox) -> Iterator[Stack]:
    stack = make_stack(extra={StackComponentType.ALERTER: mailbox})
    yield stack
    stack.metadata_store.close()


def test_a_step_knows_its_run(lab: Stack) -> None:
    run = execute(looking, lab)
    assert run["whereabouts"].output == ["looking", "looking-1", "whereabouts", "lab"]


def test_outside_of_runs_there_is_no_step() -> None:
    with pytest.raises(StackMagicError, match="no step is running here"):
        get_step_context()


def test_success_is_announced_by_what_a_function_says(lab: Stack, mailbox: Mailbox) -> None:
    execute(announced, lab)
    assert mailbox._posted == ["announced-1 ended done"]


def test_failure_is_announced_with_its_reason(lab: Stack, mailbox: Mailbox) -> None:
    execute(announced, lab, parameters={"bad": True})
    (message,) = mailbox._posted
    assert message.startswith("run announced-1 on stack lab: failed in ")
    assert "fail_if: ValueError: it was bad" in message


def test_an_alerter_that_fails_changes_no_run(
    make_stack: MakeStack, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Mailbox(name="box", broken=True)
    stack = make_stack(extra={StackComponentType.ALERTER: broken})
    assert execute(announced, stack).outcome is Outcome.DONE
    assert "▲ run announced-1 could not be announced: ConnectionError" in capsys.readouterr().out
    stack.metadata_store.close()


def test_without_an_alerter_a_hint_says_so(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(announced, stack)
    assert "○ hint: stack lab has no alerter" in capsys.readouterr().out
    stack.metadata_store.close()


def test_what_was_approved_goes_on(lab: Stack, mailbox: Mailbox) -> None:
    run = execute(guarded, lab)
    assert run.outcome is Outcome.DONE
    assert mailbox._posted == ["Deploy it?"]


def test_what_was_not_approved_is_skipped(make_stack: MakeStack) -> None:
    refusing = Mailbox(name="box", answer=False)
    stack = make_stack(extra={StackComponentType.ALERTER: refusing})
    run = execute(guarded, stack)
    assert {n: str(s.outcome) for n, s in run.steps.items()} == {
        "approval": "failed",
        "fail_if": "skipped",
    }
    assert "not approved: Deploy it?" in run["approval"].error
    stack.metadata_store.close()


def test_where_nobody_can_be_asked_nothing_is_begun(stack: Stack) -> None:
    with pytest.raises(InvalidPipelineError, match=r"no alerter .*: approval\nhint: .* -al NAME"):
        execute(guarded, stack)
    assert stack.metadata_store.get_pipeline_runs() == []
    stack.metadata_store.close()


def test_an_approval_is_asked_for_each_time(lab: Stack, mailbox: Mailbox) -> None:
    for _ in range(2):
        execute(guarded, lab)
    assert mailbox._posted == ["Deploy it?"] * 2


@step
def logging_step() -> int:
    log_params(rate=0.1)
    log_metrics(loss=1.0, step=1)
    log_metrics({"loss": 0.5}, step=2)
    return 1


@pipeline
def logged() -> None:
    logging_step()


def test_without_a_tracker_logging_does_nothing_and_says_so_once(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(logged, stack).outcome is Outcome.DONE
    assert capsys.readouterr().out.count("has no experiment tracker") == 1
    stack.metadata_store.close()


def test_a_logging_function_can_be_called_outside_of_runs() -> None:
    assert logging_step() == 1


def test_a_step_operator_that_the_stack_lacks_is_named_before_anything_starts(
    stack: Stack,
) -> None:
    @step(step_operator="gpu_box")
    def heavy() -> int:
        return 1

    @pipeline
    def lifting() -> None:
        heavy()

    with pytest.raises(InvalidPipelineError, match="has no step operator: heavy wants 'gpu_box'"):
        execute(lifting, stack)
    assert stack.metadata_store.get_pipelines() == []


def test_a_built_in_that_tells_no_parameters_is_no_step() -> None:
    with pytest.raises(InvalidPipelineError, match="'allocate_lock' does not tell its parameters"):
        step(threading.Lock)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resources": {"memory": "4"}, "step_operator": "x"}, "memory '4' is not a number"),
        ({"resources": {"memory": "4GB"}}, "no step operator is named to meet them"),
        ({"timeout": 0}, "seconds above 0 are wanted"),
        ({"timeout": "5"}, "is '5': seconds above 0 are wanted"),
        ({"timeout": True}, "is True: seconds above 0 are wanted"),
        ({"timeout": float("inf")}, "is inf: seconds above 0 are wanted"),
        ({"step_operator": 7}, "is 7: the name of one is wanted"),
        ({"resources": "4GiB"}, "of step 'heavy': Input should be a valid dictionary"),
    ],
)
def test_resources_and_timeouts_that_make_no_sense_are_refused(
    options: dict[str, Any], words: str
) -> None:
    def heavy() -> int:
        return 1

    with pytest.raises(InvalidPipelineError, match=words):
        step(**options)(heavy)


@pytest.mark.parametrize("options", [{"name": 5}, {"outputs": 5}, {"outputs": [1, 2]}])
def test_names_that_are_no_texts_are_refused(options: dict[str, Any]) -> None:
    def heavy() -> int:
        return 1

    with pytest.raises(InvalidNameError, match="names that are texts, not"):
        step(**options)(heavy)


CANARY = "hunter2-SEKRET"


class Holder:
    """Holds something, and a class of its own pickles it."""

    def __init__(self, held: Any) -> None:
        self.held = held


@pytest.mark.parametrize(
    "wrapped", [lambda s: s, lambda s: {"a": [s]}, Holder, lambda s: (1, frozenset({s}))]
)
def test_a_step_that_returns_a_secret_keeps_nothing(
    stack: Stack, tmp_path: Path, wrapped: Any
) -> None:
    @step
    def leak() -> Any:
        return wrapped(SecretStr(CANARY))

    @pipeline
    def leaking() -> None:
        leak()

    run = execute(leaking, stack)
    assert "holds a secret, and what a step returns is kept in clear" in run["leak"].error
    stack.metadata_store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]


def test_a_step_may_return_a_place_for_secrets_that_is_empty(stack: Stack) -> None:
    @step
    def empty() -> Any:
        return Holder([SecretStr("")])

    @pipeline
    def emptying() -> None:
        empty()

    assert execute(emptying, stack).outcome is Outcome.DONE
    stack.metadata_store.close()


class Blabbing(Mailbox):
    """Fails with its secret."""

    FLAVOR: ClassVar[str] = "blabbing"
    token: SecretStr = Field(description="Opens it")

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        raise ConnectionError(self.token.get_secret_value())


def test_an_alerter_that_fails_tells_no_secret(
    make_stack: MakeStack, capsys: pytest.CaptureFixture[str]
) -> None:
    blabbing = Blabbing(name="box", token=SecretStr(CANARY))
    stack = make_stack(extra={StackComponentType.ALERTER: blabbing})
    execute(announced, stack)
    assert "could not be announced: ConnectionError: ******" in capsys.readouterr().out
    stack.metadata_store.close()
