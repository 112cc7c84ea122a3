"""What is logged is kept as it was, private, whole, and under names that lead nowhere."""

from __future__ import annotations

import copy
import math
import os
import pickle
import re
import resource
import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from pydantic import SecretStr, ValidationError

from stack_magic.errors import (
    InvalidNameError,
    NameTakenError,
    ReferenceRefusedError,
    StackMagicError,
    StorageError,
)
from stack_magic.experiment_trackers import LocalExperimentTracker
from stack_magic.stack import Stack, StepContext, in_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Running

KEPT = Path(".stack_magic/experiments")
DATABASE = Path(".stack_magic/experiments.db")


def _files() -> list[Path]:
    return sorted(path for path in KEPT.rglob("*") if path.is_file())


def test_a_step_that_logs_nothing_leaves_nothing(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    with running():
        tracker.log_params({})
        tracker.log_metrics({})
    assert tracker.get_runs() == []
    assert list(tracker.probe()) == []
    assert not list(project.iterdir())


# Params.


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.int64(5), 5),
        (np.float32(0.5), 0.5),
        ({"deep": [np.int64(1)]}, {"deep": [1]}),
        (("a", "b"), ["a", "b"]),
        (Path("data"), "PosixPath('data')"),
        ({"b", "a"}, "{'a', 'b'}"),
        ({0: "cat"}, "{0: 'cat'} #"),
        (print, "<built-in function print> #"),
        ("x" * 20_000, "x" * 20_000),
        (list(range(20_000)), list(range(20_000))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_param_is_a_json_value_or_its_repr(
    tracker: LocalExperimentTracker, value: Any, kept: Any
) -> None:
    tracker.log_params({"given": value})
    given = tracker.get_runs()[0].params["given"]
    if isinstance(kept, str) and kept.endswith("#"):
        given = re.sub("#[0-9a-f]{12}$", "#", given)
    assert given == kept


class Box:
    """Has no repr of its own."""

    def __init__(self, content: Any) -> None:
        self.content = content


def _zeros(one: int) -> Any:
    array = np.zeros(5_000, int)
    array[2_500] = one
    return array


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x" * 20_000 + "a", "x" * 20_000 + "b"),
        (_zeros(0), _zeros(1)),
        (pd.DataFrame({"x": _zeros(0)}), pd.DataFrame({"x": _zeros(1)})),
        (pd.Series(_zeros(0)), pd.Series(_zeros(1))),
        (np.array([0.1]), np.array([0.1 + 1e-12])),
        (np.array([1]), np.array([1], np.int8)),
        (Box(1), Box(2)),
        (lambda x: x, lambda x: -x),
        ({1: "a"}, {"1": "a"}),
        ({1, 2}, {1, 3}),
        (Fraction(1, 3), 1 / 3),
        (Path("x" * 300 + "a"), Path("x" * 300 + "b")),
        ([Box(1), np.zeros(2)], [Box(2), np.zeros(2)]),
        (10**5000, 10**5000 + 1),
        ({"big": 10**5000}, {"big": 10**5000 + 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_two_params_that_differ_are_kept_as_two_that_differ(
    tracker: LocalExperimentTracker, running: Running, one: Any, other: Any
) -> None:
    with running():
        tracker.log_params({"one": one, "other": other, "again": copy.deepcopy(one)})
    params = tracker.get_runs()[0].params
    assert params["one"] == params["again"] != params["other"]


def test_a_param_is_never_cut_but_refused(tracker: LocalExperimentTracker) -> None:
    with pytest.raises(
        StackMagicError,
        match=r"param 'text' has 1,000,003 characters.*never cut\nhint: .*log_artifact\(FILE\)",
    ):
        tracker.log_params({"rate": 1, "text": "x" * 1_000_001})
    assert tracker.get_runs() == []


def test_what_cannot_be_read_is_refused(tracker: LocalExperimentTracker) -> None:
    with pytest.raises(
        StackMagicError, match=r"param 'rows' is <generator .*look the same\nhint: .*log_artifact"
    ):
        tracker.log_params({"rows": (n for n in range(3))})


def test_the_repr_of_an_object_has_no_address_and_may_fail(tracker: LocalExperimentTracker) -> None:
    class Model:
        pass

    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError

    loop: list[Any] = []
    loop.append(loop)
    tracker.log_params({"model": Model(), "rude": Rude(), "loop": loop})
    params = tracker.get_runs()[0].params
    assert "Model object> #" in params["model"]
    assert params["rude"].startswith("<Rude> #")
    assert params["loop"].startswith("[[...]] #")
    tracker.log_params({"model": Model()})


def test_a_second_value_of_a_param_is_refused_and_both_are_named(
    tracker: LocalExperimentTracker, running: Running
) -> None:
    with running():
        tracker.log_params({"rate": 0.1})
        tracker.log_params({"rate": 0.1})
        expected = r"param 'rate' of 'train-1' is 0\.1 already.*: 0\.2 was not logged"
        with pytest.raises(NameTakenError, match=expected):
            tracker.log_params({"depth": 3, "rate": 0.2})
    assert tracker.get_runs()[0].params == {"rate": 0.1}


@pytest.mark.parametrize(
    "value", [SecretStr("hunter2-SEKRET"), {"a": [SecretStr("hunter2-SEKRET")]}]
)
def test_a_secret_is_refused_and_is_nowhere(
    tracker: LocalExperimentTracker, project: Path, value: Any
) -> None:
    tracker.log_params({"rate": 0.1})
    with pytest.raises(ReferenceRefusedError, match="'token' holds a secret") as refused:
        tracker.log_params({"token": value})
    with pytest.raises(StackMagicError, match=r"SecretStr\('\*+'\)") as no_number:
        tracker.log_metrics({"token": SecretStr("hunter2-SEKRET")})  # type: ignore[dict-item]
    model = type("Model", (), {"__repr__": lambda _: repr(value)})()
    with pytest.raises(ReferenceRefusedError, match="'model' holds a secret"):
        tracker.log_params({"model": model})
    said = f"{refused.value}{no_number.value}{tracker.get_runs()}"
    written = b"".join(p.read_bytes() for p in project.rglob("*") if p.is_file())
    assert "SEKRET" not in said
    assert b"SEKRET" not in written


class Vault(LocalExperimentTracker):
    """Holds a secret."""

    FLAVOR: ClassVar[str] = "vault"
    token: SecretStr


def test_what_the_stack_holds_in_secret_is_masked_in_text(
    tracker: LocalExperimentTracker, project: Path
) -> None:
    held = 'hunter2-"SEKRET"-zwölf'
    holder = Vault(name="vault", token=SecretStr(held))
    context = StepContext("train", "train-1", "fit", Stack("demo", {tracker.TYPE: holder}))
    with in_step(context):
        tracker.log_params({"url": f"https://{held}@host", "deep": {held: [held]}})
        tracker.log_params({"long": "x" * 190 + held + "x" * 10_000})
    said = str(tracker.get_runs()[0].params)
    assert "https://" in said
    assert "hunter2" not in said
    assert b"hunter2" not in (project / DATABASE).read_bytes()


# Metrics.


def test_steps_count_on_from_the_highest_one(tracker: LocalExperimentTracker) -> None:
    for step in (None, 10, 3, None):
        tracker.log_metrics({"loss": 1.0}, step)
    assert [point.step for point in tracker.get_runs()[0].metrics["loss"]] == [0, 10, 3, 11]


def test_values_are_kept_to_the_last_digit(tracker: LocalExperimentTracker) -> None:
    values: list[Any] = [0.1 + 0.2, 5e-324, -1.7976931348623157e308, math.inf, np.float32(0.1)]
    for value in values:
        tracker.log_metrics({"loss": value})
    tracker.log_metrics({"loss": math.nan})
    *points, last = tracker.get_runs()[0].metrics["loss"]
    assert [point.value for point in points] == [float(value) for value in values]
    assert math.isnan(last.value)


@pytest.mark.parametrize("value", ["0.5", b"1", None, [1.0], 10**400, 1j], ids=repr)
def test_what_is_no_number_is_refused(tracker: LocalExperimentTracker, value: Any) -> None:
    with pytest.raises(StackMagicError, match="a metric is one number that fits a float"):
        tracker.log_metrics({"fine": 1.0, "loss": value})
    assert tracker.get_runs() == []


@pytest.mark.parametrize("step", [0.5, "1", 2**53 + 1], ids=repr)
def test_a_step_is_a_whole_number(tracker: LocalExperimentTracker, step: Any) -> None:
    with pytest.raises(StackMagicError, match="is no whole number"):
        tracker.log_metrics({"loss": 1.0}, step)


def test_a_step_of_numpy_is_a_step(tracker: LocalExperimentTracker) -> None:
    tracker.log_metrics({"loss": 1.0}, np.int64(4))  # type: ignore[arg-type]
    assert tracker.get_runs()[0].metrics["loss"][0].step == 4


# Names.


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 251, "a\0b", "a\nb", "\u202ex", 7, None], ids=repr
)
def test_a_name_is_visible_text(tracker: LocalExperimentTracker, name: Any) -> None:
    with pytest.raises(InvalidNameError, match="cannot be the name of a param"):
        tracker.log_params({name: 1})
    with pytest.raises(InvalidNameError, match="cannot be the name of a metric"):
        tracker.log_metrics({name: 1})


@pytest.mark.parametrize("name", ["'; DROP TABLE runs; --", "<script>", "recall@5", "損失", "../x"])
def test_any_visible_name_is_kept(tracker: LocalExperimentTracker, name: str) -> None:
    tracker.log_params({name: name})
    tracker.log_metrics({name: 1.0})
    (run,) = tracker.get_runs()
    assert run.params == {name: name}
    assert list(run.metrics) == [name]


def test_a_character_that_no_file_may_have_is_named(
    tracker: LocalExperimentTracker, project: Path
) -> None:
    (project / "a#b.txt").write_text("1")
    with pytest.raises(InvalidNameError, match=r"'a#b.txt' cannot be .*: it contains '#'"):
        tracker.log_artifact("a#b.txt")
    tracker.log_artifact("a#b.txt", "a-b.txt")


def test_two_spellings_of_one_name_are_one(tracker: LocalExperimentTracker) -> None:
    tracker.log_params({"caf\u00e9": 1})
    with pytest.raises(NameTakenError, match="is 1 already"):
        tracker.log_params({"cafe\u0301": 2})


@pytest.mark.parametrize(
    "name",
    ["..", "../a", "a/..", "/a", "a//b", "a/", "./a", "~/a", "a\\b", "C:a", "a%2eb", "a\0",
     "\uff0e\uff0e/a",
     "a#b", "a?b", "a;b", "a\u202eb", ""],
)  # fmt: skip
def test_a_file_name_leads_nowhere_else(
    tracker: LocalExperimentTracker, project: Path, name: str
) -> None:
    file = project / "a.txt"
    file.write_text("1")
    with pytest.raises(InvalidNameError, match="cannot be the name of a file"):
        tracker.log_artifact(file, name)
    assert not KEPT.exists()


# Files.


def test_the_same_bytes_are_kept_once(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    for number in (1, 2):
        (project / f"{number}.txt").write_text("the same")
        with running(f"train-{number}"):
            tracker.log_artifact(f"{number}.txt")
            tracker.log_artifact(f"{number}.txt", "deep/er.txt")
    assert len(_files()) == 1
    for run in tracker.get_runs():
        for artifact in run.artifacts.values():
            assert Path(artifact.location).read_text() == "the same"
            assert artifact.size == 8


def test_a_file_that_is_replaced_goes_when_nobody_has_it(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    file = project / "model.bin"
    file.write_text("shared")
    with running("train-1"):
        tracker.log_artifact(file)
    with running("train-2"):
        tracker.log_artifact(file)
        for content in ("epoch 1", "epoch 2"):
            file.write_text(content)
            tracker.log_artifact(file)
    assert [path.read_text() for path in _files()].count("shared") == 1
    assert sorted(path.read_text() for path in _files()) == ["epoch 2", "shared"]


def test_forgetting_a_pipeline_keeps_what_others_have(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    (project / "a.txt").write_text("a")
    (project / "b.txt").write_text("b")
    tracker.log_artifact("a.txt")
    with running():
        tracker.log_artifact("a.txt")
        tracker.log_artifact("b.txt")
        tracker.log_metrics({"loss": 1.0})
    tracker.forget_pipeline("train")
    assert [run.run for run in tracker.get_runs()] == ["notes"]
    assert [path.read_text() for path in _files()] == ["a"]


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file of this process grow past 64 KiB, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_written_whole_is_not_there(
    tracker: LocalExperimentTracker, project: Path, request: pytest.FixtureRequest
) -> None:
    big = project / "big.bin"
    big.write_bytes(b"x" * 1_000_000)
    tracker.log_params({"rate": 0.1})
    request.getfixturevalue("small_files")
    with pytest.raises(StorageError, match=r"big\.bin' was not kept: file too large"):
        tracker.log_artifact(big)
    assert tracker.get_runs()[0].artifacts == {}
    assert _files() == []


def test_only_files_are_copied(tracker: LocalExperimentTracker, project: Path) -> None:
    os.mkfifo(project / "pipe")
    with pytest.raises(StorageError, match=r"none\.txt' was not kept: no such file"):
        tracker.log_artifact("none.txt")
    with pytest.raises(
        StorageError, match="it is no file\nhint: log the files in a folder one by one"
    ):
        tracker.log_artifact(project, "folder")
    with pytest.raises(StorageError, match="it is no file"):
        tracker.log_artifact("pipe")


# Where, and for whom.


def test_only_their_owner_can_read_them(tracker: LocalExperimentTracker, project: Path) -> None:
    before = os.umask(0)
    try:
        (project / "a.txt").write_text("a")
        tracker.log_artifact("a.txt")
        tracker.log_metrics({"loss": 1.0})
    finally:
        os.umask(before)
    for path in (project / ".stack_magic", *(project / ".stack_magic").rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_a_relative_path_rests_where_the_tracker_was_made(
    tracker: LocalExperimentTracker, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "elsewhere").mkdir()
    monkeypatch.chdir(project / "elsewhere")
    tracker.log_params({"rate": 0.1})
    assert (project / DATABASE).is_file()
    assert tracker.local_path == str(project / KEPT)


@pytest.mark.parametrize("path", ["", " ", "/", "..", ".", "a/../..", "a\0b", "s3://bucket/runs"])
def test_a_path_names_a_folder_of_this_machine(path: str) -> None:
    with pytest.raises(ValidationError, match=r"a folder of this machine|names no folder"):
        LocalExperimentTracker(name="notes", path=path)


def test_a_probe_tells_where_nothing_can_be_written(project: Path) -> None:
    (project / "plain").write_text("a file")
    tracker = LocalExperimentTracker(name="notes", path="plain/experiments")
    (found,) = tracker.probe()
    assert found.code == "not-writable"
    assert "nothing could be logged" in found.message
    with pytest.raises(StorageError, match="cannot be used"):
        tracker.log_params({"rate": 1})


def test_a_damaged_file_is_told_and_left(tracker: LocalExperimentTracker, project: Path) -> None:
    (project / ".stack_magic").mkdir()
    DATABASE.write_bytes(b"no database at all, but long enough to look at" * 30)
    before = DATABASE.read_bytes()
    with pytest.raises(StorageError, match="not a SQLite file"):
        tracker.log_metrics({"loss": 1.0})
    with pytest.raises(StorageError, match="not a SQLite file"):
        list(tracker.probe())
    assert DATABASE.read_bytes() == before


# Which run.


def test_outside_of_steps_a_run_has_the_name_of_the_tracker(
    tracker: LocalExperimentTracker, running: Running
) -> None:
    tracker.log_params({"rate": 0.1})
    with running():
        tracker.log_params({"rate": 0.2})
    tracker.log_params({"depth": 3})
    outside, inside = tracker.get_runs()
    assert (outside.pipeline, outside.run, outside.step) == ("notes", "notes", "")
    assert outside.params == {"rate": 0.1, "depth": 3}
    assert (inside.pipeline, inside.run, inside.step) == ("train", "train-1", "fit")


def test_a_run_of_a_name_that_comes_again_is_another_run(
    tracker: LocalExperimentTracker, running: Running
) -> None:
    for rate in (0.1, 0.2):
        with running():
            tracker.log_params({"rate": rate})
    assert [run.params for run in tracker.get_runs("train")] == [{"rate": 0.1}, {"rate": 0.2}]


def test_a_tracker_of_a_new_kernel_has_a_run_of_its_own(tracker: LocalExperimentTracker) -> None:
    tracker.log_params({"rate": 0.1})
    copied = pickle.loads(pickle.dumps(tracker))  # noqa: S301 - our own
    assert copied == tracker
    copied.log_params({"rate": 0.2})
    copied.close()
    assert [run.params["rate"] for run in tracker.get_runs()] == [0.1, 0.2]


def test_branches_log_side_by_side(tracker: LocalExperimentTracker, running: Running) -> None:
    def branch(step: str) -> None:
        with running(step=step):
            for epoch in range(20):
                tracker.log_metrics({"loss": epoch, step: epoch})

    threads = [Thread(target=branch, args=(step,)) for step in ("left", "right", "both")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = {run.step: run for run in tracker.get_runs("train")}
    assert sorted(runs) == ["both", "left", "right"]
    for step, run in runs.items():
        assert sorted(run.metrics) == sorted(["loss", step])
        assert [point.step for point in run.metrics["loss"]] == list(range(20))


def test_a_run_shows_itself_without_times(tracker: LocalExperimentTracker, project: Path) -> None:
    (project / "a.txt").write_text("a")
    tracker.log_params({"rate": 0.1, "text": "zwölf"})
    tracker.log_metrics({"loss": 0.25}, 7)
    tracker.log_artifact("a.txt")
    (run,) = tracker.get_runs()
    assert repr(run).splitlines() == [
        "notes",
        "  rate  0.1",
        "  text  zwölf",
        "metric  points  last step  last value",
        "------  ------  ---------  ----------",
        "loss    1       7          0.25",
        "artifact  size",
        "--------  -------",
        "a.txt     1 bytes",
    ]
    assert repr(replace(run, params={}, metrics={}, artifacts={})) == "notes\nnothing was logged"
