"""`%experiment_tracker runs`: compares, says what to type, asks any flavor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    LineError,
    RunFailedError,
    UnknownNameError,
)
from stack_magic.experiment_trackers import ComparedRun, LocalExperimentTracker, TrackedRun
from stack_magic.grammar import complete
from stack_magic.grammar._parts import Branch
from stack_magic.grammar._tracker_tree import tracker_leaves
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.pipelines import log_metrics, log_params, pipeline, step
from stack_magic.session import RegisterComponent, RegisterFlavor, RegisterStack
from stack_magic.session._tracker_commands import CompareRuns, DiffRuns
from stack_magic.stack import Snapshot, Stack, StepContext, in_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack_magic.session import Session

KIND = StackComponentType.EXPERIMENT_TRACKER
DEFAULT = {t: "default" for t in StackComponentType if t.is_required}


class Notes(LocalExperimentTracker):
    """Keeps runs as `local` does."""

    FLAVOR: ClassVar[str] = "notes"


class Odd(LocalExperimentTracker):
    """Gives back what the test asks for."""

    FLAVOR: ClassVar[str] = "odd"
    GIVEN: ClassVar[Any] = None

    def get_runs(self, pipeline: str | None = None, *, last: int | None = None) -> list[TrackedRun]:
        if isinstance(self.GIVEN, Exception):
            raise self.GIVEN
        given: list[TrackedRun] = self.GIVEN
        return given


@pytest.fixture
def session(fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Return a session whose active stack has a tracker, and two stacks more."""
    monkeypatch.chdir(tmp_path)
    for flavor in (Notes, Odd):
        fresh.apply(RegisterFlavor(KIND, flavor.__name__, flavor))
        fresh.apply(RegisterComponent(KIND, flavor.FLAVOR + "_here", flavor.FLAVOR))
    fresh.apply(RegisterStack("tracked", {**DEFAULT, KIND: "notes_here"}, activate=True))
    fresh.apply(RegisterStack("strange", {**DEFAULT, KIND: "odd_here"}))
    fresh.apply(RegisterStack("bare", DEFAULT))
    yield fresh
    _tracker(fresh).close()


def _tracker(session: Session) -> Notes:
    tracker = session.registry.snapshot.component(KIND, "notes_here").component
    assert isinstance(tracker, Notes)
    return tracker


def _log(
    session: Session, run: str, rate: float, losses: list[float], pipeline: str = "train"
) -> None:
    tracker = _tracker(session)
    with in_step(StepContext(pipeline, run, "fit", Stack("tracked", {KIND: tracker}))):
        tracker.prepare_step_run()
        tracker.log_params({"rate": rate})
        for loss in losses:
            tracker.log_metrics({"loss": loss, "score": -loss})
        tracker.cleanup_step_run()


def test_no_runs_are_an_answer_that_says_what_to_type(session: Session, tmp_path: Path) -> None:
    answer = session.apply(CompareRuns("train"))
    assert repr(answer).splitlines() == [
        "experiment_tracker notes_here has no runs of pipeline train yet",
        '  in a step: stack_magic.log_metrics({"loss": 0.5})',
        "  then: %pipeline run train",
    ]
    assert answer.value == []  # type: ignore[attr-defined]
    assert not (tmp_path / ".stack_magic").exists()


def test_the_name_of_a_run_leads_to_its_pipeline_and_to_another_run(session: Session) -> None:
    assert repr(session.apply(CompareRuns("train-1"))).splitlines() == [
        "no pipeline is called train-1",
        "  all of a pipeline: %experiment_tracker runs train",
        "  two runs: %experiment_tracker runs train-1 OTHER",
    ]


def test_runs_are_compared_the_newest_first(session: Session) -> None:
    _log(session, "train-1", 0.1, [2.0, 1.0])
    _log(session, "train-2", 0.2, [2.0, 0.5])
    answer = session.apply(CompareRuns())
    shown = repr(answer).splitlines()
    assert shown[:5] == [
        "Runs, the newest first",
        "run      rate  loss        score",
        "-------  ----  ----------  ------------",
        "train-2  0.2   0.5 lowest  -0.5 highest",
        "train-1  0.1   1 highest   -1 lowest",
    ]
    assert [run.run for run in answer.value] == ["train-2", "train-1"]  # type: ignore[attr-defined]
    assert answer._repr_mimebundle_()["text/html"].count("<svg") == 2
    assert session.apply(CompareRuns())._repr_mimebundle_() == answer._repr_mimebundle_()


def test_a_pipeline_a_number_and_metrics_narrow_it(session: Session) -> None:
    _log(session, "test-1", 0.1, [9.0], pipeline="test")
    for number in (1, 2, 3):
        _log(session, f"train-{number}", number, [1.0])
    shown = repr(session.apply(CompareRuns("train", last=2, metrics=("loss",))))
    assert "train-3" in shown
    assert "train-2" in shown
    assert "train-1 " not in shown
    assert "test-1" not in shown
    assert "score" not in shown
    older = "there are older ones: %experiment_tracker runs train --metric=loss --last=4"
    assert shown.splitlines()[-1].strip() == older
    assert "older" not in repr(session.apply(CompareRuns("train", last=3)))


@step
def fit(rate: float) -> float:
    log_params(rate=rate)
    for loss in (2.0, 0.5):
        log_metrics(loss=loss)
    return rate


@step
def report(fitted: float) -> None:
    """Log nothing."""


@pipeline
def cached(rate: float = 0.1) -> None:
    report(fit(rate))


@pipeline
def other(rate: float = 0.1) -> None:
    fit(rate)


def test_a_step_from_the_cache_is_shown_with_what_the_one_that_made_it_logged(
    session: Session,
) -> None:
    for _ in range(2):
        session.run_pipeline(cached)
    answer: Any = session.apply(CompareRuns("cached"))
    assert repr(answer).splitlines()[3:5] == [
        "cached-2 (cached from cached-1)  0.5",
        "cached-1                         0.5",
    ]
    assert [(r.run, [(s.step, s.cached_from) for s in r.steps]) for r in answer.value] == [
        ("cached-2", [("fit", "cached-1")]),
        ("cached-1", [("fit", "")]),
    ]
    assert repr(answer).count("cached-2 (cached from cached-1)") == 2  # the curve's row too
    assert repr(answer.value[0]).startswith("cached-2 (cached from cached-1)\n")


def test_steps_from_the_cache_stand_where_they_ran_among_the_others(session: Session) -> None:
    for rate in (0.1, 0.2, 0.1):
        session.run_pipeline(cached, parameters={"rate": rate})
    session.run_pipeline(other)
    assert [run.label for run in _compared(session)] == [
        "other-1 (cached from cached-1)",
        "cached-3 (cached from cached-1)",
        "cached-2",
        "cached-1",
    ]
    assert [run.run for run in _compared(session, "other")] == ["other-1"]
    answer = session.apply(CompareRuns("cached", last=1))
    assert "cached-3 (cached from cached-1)" in repr(answer)
    assert "there are older ones" in repr(answer)


def _compared(session: Session, pipeline: str | None = None) -> list[ComparedRun]:
    answer: Any = session.apply(CompareRuns(pipeline))
    runs: list[ComparedRun] = answer.value
    return runs


def test_a_tracker_is_asked_for_no_more_than_is_shown(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rate in (0.1, 0.1, 0.2, 0.3, 0.4):
        session.run_pipeline(cached, parameters={"rate": rate})
    asked: list[str] = []
    known = SqliteMetadataStore.get_pipeline_run_steps

    def ask(store: SqliteMetadataStore, run: str) -> Any:
        asked.append(run)
        return known(store, run)

    monkeypatch.setattr(SqliteMetadataStore, "get_pipeline_run_steps", ask)
    session.apply(CompareRuns(last=1))
    assert asked == ["cached-5", "cached-4"]


def test_without_the_metadata_store_the_rest_is_shown(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        session.run_pipeline(cached)

    def fail(*_: Any, **__: Any) -> Any:
        message = "no network"
        raise OSError(message)

    monkeypatch.setattr(SqliteMetadataStore, "find_runs", fail)
    shown = repr(session.apply(CompareRuns()))
    assert "cached-1" in shown
    assert "cached-2" not in shown
    unread = (
        "▲ parameters and steps from the cache are not shown: metadata_store 'default': find_runs"
    )
    assert f"{unread} raised OSError: no network" in shown


def test_any_tracker_shows_steps_from_the_cache(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stack_magic.experiment_trackers import BaseExperimentTracker

    default = BaseExperimentTracker.get_step_runs
    monkeypatch.setattr(LocalExperimentTracker, "get_step_runs", default)
    for _ in range(2):
        session.run_pipeline(cached)
    assert [run.run for run in _compared(session)] == ["cached-2", "cached-1"]


@step
def train(rate: float) -> float:
    log_params(rate=rate)
    if rate < 0:
        raise ValueError(rate)
    return rate


@step
def score(model: float, shift: float) -> float:
    log_metrics(auc=model / 10 + shift)
    return model


@pipeline
def sweep(rate: float = 1.0, shift: float = 0.0) -> None:
    score(train(rate), shift)


@pipeline
def plain(size: int = 3) -> None:
    report(size)


def _swept(session: Session, **given: float) -> None:
    session.run_pipeline(sweep, parameters=given)


def test_a_run_is_one_row_with_what_all_its_steps_logged(session: Session) -> None:
    for c in (1.0, 2.0, 1.0):
        _swept(session, rate=c)
    _swept(session, rate=1.0, shift=0.5)
    assert repr(session.apply(CompareRuns("sweep"))).splitlines() == [
        "Runs, the newest first",
        "run                                  rate  shift  auc",
        "-----------------------------------  ----  -----  -----------",
        "sweep-4 (train cached from sweep-1)  1.0   0.5    0.6 highest",
        "sweep-3 (cached from sweep-1)        1.0   0.0    0.1 lowest",
        "sweep-2                              2.0   0.0    0.2",
        "sweep-1                              1.0   0.0    0.1 lowest",
    ]


def test_a_run_without_anything_logged_has_its_parameters(session: Session) -> None:
    session.run_pipeline(plain)
    assert repr(session.apply(CompareRuns())).splitlines()[-3:] == [
        "params: size=3",
        "no step of these runs logged anything",
        '  in a step: stack_magic.log_metrics({"loss": 0.5})',
    ]
    _swept(session, rate=2.0)
    rows = [(run.run, dict(run.params)) for run in _compared(session)]
    assert rows == [("sweep-1", {"rate": 2.0, "shift": 0.0}), ("plain-1", {"size": 3})]


@pipeline
def quiet() -> None:
    report(1.0)


def test_runs_of_which_nothing_is_known_hide_no_others(session: Session) -> None:
    for number in range(1, 31):
        _log(session, f"train-{number}", number, [1.0])
    for _ in range(5):
        session.run_pipeline(quiet)
    answer: Any = session.apply(CompareRuns(last=2))
    assert [run.run for run in answer.value] == ["train-30", "train-29"]


def test_a_run_that_failed_says_so(session: Session) -> None:
    with pytest.raises(RunFailedError, match="sweep-1"):
        session.run_pipeline(sweep, parameters={"rate": -1.0})
    assert "sweep-1 (failed)" in repr(session.apply(CompareRuns()))


def test_runs_are_chosen_and_sorted_among_all(session: Session) -> None:
    for c in range(1, 13):
        _swept(session, rate=float(c))
    best = session.apply(CompareRuns("sweep", last=1, sort="-auc"))
    assert repr(best).splitlines() == [
        "Runs by auc, the highest first",
        "run       auc",
        "--------  ---",
        "sweep-12  1.2",
        "params: rate=12.0, shift=0.0",
        "  there are more: %experiment_tracker runs sweep --sort=-auc --last=2",
    ]
    few: Any = session.apply(CompareRuns(where="auc > 0.35 and rate != 5 and rate < 7", sort="auc"))
    assert [run.run for run in few.value] == ["sweep-4", "sweep-6"]
    assert "there are" not in repr(few)
    none: Any = session.apply(CompareRuns(where="auc > 9"))
    assert (repr(none), none.value) == ("none of 12 runs matches auc > 9", [])
    assert len(_compared(session)) == 10


def test_runs_that_were_not_looked_at_are_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for c in (1.0, 2.0, 3.0):
        _swept(session, rate=c)
    monkeypatch.setattr("stack_magic.pipelines._run_records.LOOKED_AT", 2)
    shown = repr(session.apply(CompareRuns(last=2, where="auc > 0.2")))
    assert shown.splitlines()[-1] == "○ chosen among the newest 2 runs"


@pytest.mark.parametrize("command", [CompareRuns(sort="-acu"), CompareRuns(where="acu > 1")])
def test_a_name_that_no_run_has_names_the_nearest(session: Session, command: CompareRuns) -> None:
    _swept(session)
    with pytest.raises(UnknownNameError, match=r"'acu'\nhint: did you mean 'auc'\?"):
        session.apply(command)


def test_a_condition_that_is_none_is_refused_before_anything_is_asked(session: Session) -> None:
    assert not session.preview(CompareRuns(where="auc >")).ok
    with pytest.raises(LineError, match="'auc >' says not which runs"):
        session.apply(CompareRuns(where="auc >"))


def test_two_runs_are_shown_with_what_differs(session: Session) -> None:
    for c in (1.0, 2.0):
        _swept(session, rate=c)
    answer: Any = session.apply(DiffRuns("sweep-1", "sweep-2"))
    assert repr(answer).splitlines() == [
        "sweep-1 beside sweep-2",
        "param  sweep-1  sweep-2",
        "-----  -------  -------",
        "rate   1.0      2.0",
        "same params: shift=0.0",
        "metric  sweep-1  sweep-2  change",
        "------  -------  -------  ------",
        "auc     0.1      0.2      +0.1",
        "step train:",
        "  parameter rate: 1.0 -> 2.0",
        "step score:",
        "  input `model` changed",
    ]
    assert [run.run for run in answer.value] == ["sweep-1", "sweep-2"]


def test_two_runs_that_only_the_tracker_knows_have_a_difference(session: Session) -> None:
    _log(session, "train-1", 0.1, [2.0])
    _log(session, "train-2", 0.1, [2.0, 0.5])
    shown = repr(session.apply(DiffRuns("train-1", "train-2"))).splitlines()
    assert shown[1] == "same params: rate=0.1"
    assert shown[4:] == ["loss    2        0.5      -1.5", "score   -2       -0.5     +1.5"]
    with pytest.raises(UnknownNameError, match=r"called 'train-7'.*\nhint: %exp\w+ runs train$"):
        session.apply(DiffRuns("train-1", "train-7"))


def test_many_steps_that_log_are_all_in_their_rows(session: Session) -> None:
    tracker = _tracker(session)
    for number in range(1, 4):
        for name in range(60):
            stack = Stack("tracked", {KIND: tracker})
            with in_step(StepContext("wide", f"wide-{number}", f"s{name}", stack)):
                tracker.prepare_step_run()
                tracker.log_metrics({f"m{name}": number})
                tracker.cleanup_step_run()
    answer: Any = session.apply(CompareRuns("wide", last=2))
    assert [(run.run, len(run.metrics)) for run in answer.value] == [("wide-3", 60), ("wide-2", 60)]


def test_a_name_that_came_again_is_another_row(session: Session) -> None:
    for rate in (0.1, 0.2):
        _log(session, "cached-1", rate, [1.0], pipeline="cached")
    session.run_pipeline(cached, parameters={"rate": 0.3})
    found = [(run.run, run.params["rate"]) for run in _compared(session)]
    assert found == [("cached-1", 0.3), ("cached-1", 0.2), ("cached-1", 0.1)]
    shown = repr(session.apply(CompareRuns()))
    assert "cached-1 (3)" in shown
    assert session.apply(DiffRuns("cached-1", "cached-1")).value[0].params == {"rate": 0.3}  # type: ignore[attr-defined]


def test_another_stack_may_be_asked(session: Session) -> None:
    _log(session, "train-1", 0.1, [1.0])
    session.apply(RegisterStack("other", DEFAULT, activate=True))
    assert "train-1" in repr(session.apply(CompareRuns(stack="tracked")))


def test_an_unknown_metric_names_the_nearest(session: Session) -> None:
    _log(session, "train-1", 0.1, [1.0])
    with pytest.raises(UnknownNameError, match=r"is called 'los'\nhint: did you mean 'loss'\?"):
        session.apply(CompareRuns(metrics=("los",)))
    with pytest.raises(UnknownNameError, match=r"is called 'q'\nhint: known: loss, score"):
        session.apply(CompareRuns(metrics=("q",)))


def test_a_stack_without_a_tracker_is_told_how_to_get_one(session: Session) -> None:
    with pytest.raises(
        UnknownNameError,
        match=r"stack 'bare' has no experiment_tracker.*\nhint: %stack update bare -e \w+",
    ):
        session.apply(CompareRuns(stack="bare"))
    empty = Snapshot(stacks={"bare": {}}, active="bare")
    expected = (
        r"hint: %experiment_tracker register tracker --flavor=local\n%stack update bare -e tracker"
    )
    with pytest.raises(UnknownNameError, match=expected):
        CompareRuns().on(empty, session.world())


def test_a_preview_asks_no_tracker(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Odd, "GIVEN", RuntimeError("asked"))
    assert session.preview(CompareRuns(stack="strange")).ok
    assert not session.preview(CompareRuns(stack="bare")).ok


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (RuntimeError("no network"), "get_runs raised RuntimeError: no network"),
        (None, "get_runs raised TypeError"),
        ([{"run": "train-1"}], "get_runs gave a dict, and TrackedRun is promised"),
    ],
)
def test_a_tracker_that_fails_is_named(
    session: Session, monkeypatch: pytest.MonkeyPatch, given: Any, said: str
) -> None:
    monkeypatch.setattr(Odd, "GIVEN", given)
    with pytest.raises(FlavorFailedError, match=f"experiment_tracker 'odd_here': {said}"):
        session.apply(CompareRuns(stack="strange"))


def _parsed(line: str, session: Session | None = None) -> Any:
    from stack_magic.grammar._tokens import tokenize

    group = Branch(KIND.value, "Trackers.")
    for leaf in tracker_leaves():
        group.add_command(leaf)
    words = tokenize(line.removeprefix("%experiment_tracker "))
    with group.make_context("%experiment_tracker", words, obj=session) as context:
        return group.invoke(context)


@pytest.mark.parametrize(
    "command",
    [
        CompareRuns(),
        CompareRuns("train"),
        CompareRuns("train", 3, ("loss",), "prod"),
        CompareRuns(sort="-auc", where="auc > 0.9 and opt == \"adam\" or `it's` != 'x'"),
        DiffRuns("train-1", "train-3"),
        DiffRuns("train-1", "train-3", "prod"),
        CompareRuns(metrics=('val loss; it\'s "x"',)),
        CompareRuns(metrics=("{a}",)),
        CompareRuns(metrics=("$a",)),
    ],
    ids=str,
)
def test_a_command_is_read_back_from_its_line(command: CompareRuns | DiffRuns) -> None:
    assert _parsed(str(command)) == command


def test_the_line_is_as_short_as_it_can_be() -> None:
    assert str(CompareRuns()) == "%experiment_tracker runs"
    shown = str(CompareRuns("train", 3, ("loss", "val loss"), "prod"))
    wanted = (
        "%experiment_tracker runs train --metric=loss '--metric=val loss' --last=3 --stack=prod"
    )
    assert shown == wanted


def test_a_number_of_runs_that_makes_no_sense_is_refused() -> None:
    import click

    with pytest.raises(click.BadParameter, match="0 is not in the range x>=1"):
        _parsed("runs --last=0")
    with pytest.raises(
        LineError, match=r"a pipeline, or two runs, and 3 names are given\nhint: %e"
    ):
        _parsed("runs a-1 a-2 a-3")
    with pytest.raises(LineError, match="--last, --sort chooses among runs, and two are named"):
        _parsed("runs a-1 a-2 --last=3 --sort=auc")
    with pytest.raises(LineError, match="--last is given twice"):
        _parsed("runs --last=1 --last=2")


def test_tab_offers_metrics_pipelines_and_stacks(session: Session) -> None:
    from click.shell_completion import ShellComplete

    group = Branch(KIND.value, "Trackers.")
    for leaf in tracker_leaves():
        group.add_command(leaf)
    _log(session, "train-1", 0.1, [1.0])

    def offered(words: list[str], incomplete: str) -> list[str]:
        shell = ShellComplete(group, {"obj": session}, "%experiment_tracker", "")
        return [item.value for item in shell.get_completions(words, incomplete)]

    assert offered(["runs", "--metric"], "") == ["loss", "score"]
    assert offered(["runs", "--metric"], "l") == ["loss"]
    assert offered(["runs", "--stack"], "tr") == ["tracked"]
    both = ["loss", "score", "rate", "-loss", "-score", "-rate"]
    assert offered(["runs", "--sort"], "") == both
    assert offered(["runs", "--where"], "loss < 1 and r") == ["loss < 1 and rate"]
    items = complete(KIND.value, "runs train --sort=-l", session).items
    assert [item.text for item in items] == ["-loss"]
    items = complete(KIND.value, "runs --where='loss < 1 and r", session).items
    assert [item.text for item in items] == ["loss < 1 and rate"]
    session.run_pipeline(cached)
    assert offered(["runs"], "cach") == ["cached-1"]
    assert offered(["runs", "cached-1"], "") == ["cached-1"]
    session.apply(RegisterStack("failing", {**DEFAULT, KIND: "odd_here"}, activate=True))
    assert offered(["runs", "--metric"], "") == []
