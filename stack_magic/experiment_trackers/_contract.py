"""What every experiment tracker promises."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from stack_magic.errors import (
    InvalidNameError,
    NameTakenError,
    StackMagicError,
    StorageError,
)
from stack_magic.stack import Contract, Promise, expect, expect_raises

from ._contract_runs import (
    begins_anew,
    gives_chosen_steps,
    has_a_run_of_its_own,
    keeps_steps_apart,
    keeps_what_a_failed_step_logged,
    lists_the_last,
    serves_threads,
    tells_whose,
)
from ._trial import Trial, on_trial

_NO_NUMBERS: tuple[Any, ...] = ("high", None, [1.0])


@on_trial
def _keeps_params(trial: Trial) -> None:
    params = {"rate": 0.5, "layers": [8, 2], "text": "zwölf", "flag": True, "none": None}
    with trial.step() as tracker:
        tracker.log_params(params)
        tracker.log_params({"more": {"a": 1}})
    found = dict(trial.only_run().params)
    expect(found == {**params, "more": {"a": 1}}, f"gave back {found}")


class _Silent:
    """Looks the same whatever it holds."""

    def __init__(self, content: int) -> None:
        self.content = content

    def __repr__(self) -> str:
        return "_Silent"


@on_trial
def _cuts_no_params(trial: Trial) -> None:
    pairs: tuple[tuple[Any, Any], ...] = (
        ("x" * 20_000 + "a", "x" * 20_000 + "b"),
        ([0] * 5_000 + [1], [0] * 5_000 + [2]),
        (_Silent(1), _Silent(2)),
    )
    with trial.step() as tracker:
        tracker.log_params({"rate": 0.5})
        for number, pair in enumerate(pairs):
            with suppress(StackMagicError):  # refused is not cut
                tracker.log_params({f"{number} {end}": one for end, one in enumerate(pair)})
    found = trial.only_run().params
    for number, pair in enumerate(pairs):
        both = [found.get(f"{number} {end}") for end in (0, 1)]
        if both != [None, None]:
            kind = type(pair[0]).__name__
            expect(both[0] != both[1], f"two params that differ ({kind}) are kept alike")
            expect(kind != "str" or both == list(pair), "a long text is cut")


@on_trial
def _keeps_one_value(trial: Trial) -> None:
    with trial.step() as tracker:
        tracker.log_params({"rate": 0.5})
        tracker.log_params({"rate": 0.5})
        with expect_raises(NameTakenError, deed="a second value"):
            tracker.log_params({"depth": 3, "rate": 0.25})
    found = dict(trial.only_run().params)
    expect(found == {"rate": 0.5}, f"after the refusal there is {found}")


@on_trial
def _keeps_points(trial: Trial) -> None:
    with trial.step() as tracker:
        tracker.log_metrics({"loss": 2.5, "score": 1}, step=10)
        tracker.log_metrics({"loss": 0.125}, step=20)
    metrics = trial.only_run().metrics
    found = {name: [(p.step, p.value) for p in points] for name, points in metrics.items()}
    expect(found == {"loss": [(10, 2.5), (20, 0.125)], "score": [(10, 1.0)]}, f"gave {found}")
    times = [point.time for point in metrics["loss"]]
    aware = all(time.utcoffset() == timedelta(0) for time in times)
    expect(aware, f"times are not in UTC: {times}")


@on_trial
def _counts_steps(trial: Trial) -> None:
    with trial.step() as tracker:
        tracker.log_metrics({"loss": 3.0})
        tracker.log_metrics({"loss": 2.0}, step=7)
        tracker.log_metrics({"loss": 1.0, "score": 1.0})
    metrics = trial.only_run().metrics
    found = {name: [p.step for p in points] for name, points in metrics.items()}
    expect(found == {"loss": [0, 7, 8], "score": [0]}, f"counted {found}")


@on_trial
def _keeps_what_is_not_finite(trial: Trial) -> None:
    with trial.step() as tracker:
        for value in (math.nan, math.inf, -math.inf):
            tracker.log_metrics({"loss": value})
    found = [point.value for point in trial.only_run().metrics.get("loss", ())]
    expect(str(found) == "[nan, inf, -inf]", f"gave back {found}")


@on_trial
def _takes_numbers_only(trial: Trial) -> None:
    with trial.step() as tracker:
        tracker.log_metrics({"loss": 1.0})
        for value in _NO_NUMBERS:
            with expect_raises(StackMagicError, deed=f"the metric {value!r}"):
                tracker.log_metrics({"loss": 0.5, "other": value})
    metrics = trial.only_run().metrics
    found = {name: len(points) for name, points in metrics.items()}
    expect(found == {"loss": 1}, f"after the refusals there is {found}")


@on_trial
def _copies_files(trial: Trial) -> None:
    data = bytes(range(256)) * 5
    with TemporaryDirectory() as folder, trial.step() as tracker:
        file = Path(folder) / "model.bin"
        file.write_bytes(b"former")
        tracker.log_artifact(file)
        file.write_bytes(data)
        tracker.log_artifact(file)
        tracker.log_artifact(file, "deep/er.bin")
        file.write_bytes(b"changed afterwards")
    artifacts = trial.only_run().artifacts
    expect(sorted(artifacts) == ["deep/er.bin", "model.bin"], f"kept {sorted(artifacts)}")
    for name, artifact in artifacts.items():
        same = (artifact.sha256, artifact.size) == (sha256(data).hexdigest(), len(data))
        expect(same, f"{name} has another digest or size: {artifact.size} bytes")
        if "://" not in artifact.location:
            there = Path(artifact.location).read_bytes()
            expect(there == data, f"{name}: there are other bytes")


@on_trial
def _refuses_file_names(trial: Trial) -> None:
    with TemporaryDirectory() as folder, trial.step() as tracker:
        file = Path(folder) / "a.txt"
        file.write_bytes(b"1")
        for name in ("../out", "a/../../out", "/out", "", "a\0b", "a\\..\\b", "a//b"):
            with expect_raises(InvalidNameError, deed=f"the name {name!r}"):
                tracker.log_artifact(file, name)


@on_trial
def _refuses_missing_files(trial: Trial) -> None:
    with TemporaryDirectory() as folder, trial.step() as tracker:
        missing = Path(folder) / "none.txt"
        with expect_raises(StorageError, deed="a missing file"):
            tracker.log_artifact(missing)
        with expect_raises(StorageError, deed="a folder"):
            tracker.log_artifact(folder)
    names = [name for run in trial.runs() for name in run.artifacts]
    expect(not names, f"after the refusals there is {names}")


@on_trial
def _shows_no_secret(trial: Trial) -> None:
    secret = uuid4().hex
    told = ""
    with trial.step() as tracker:
        for value in (SecretStr(secret), {"inner": [SecretStr(secret)]}):
            try:
                tracker.log_params({"token": value})
            except StackMagicError as error:
                told += str(error)
    found = told + "".join(repr(dict(run.params)) for run in trial.runs())
    expect(secret not in found, "it is recorded, or told, in clear")


@on_trial
def _takes_any_text(trial: Trial) -> None:
    name = "'; DROP TABLE runs; -- \" %s :name ? </b> zwölf"
    text = f"{name}\n\u2028\U0001f680"
    with trial.step() as tracker:
        tracker.log_params({name: text})
        tracker.log_metrics({name: 1.0})
    run = trial.only_run()
    same = dict(run.params) == {name: text} and list(run.metrics) == [name]
    expect(same, f"gave back {dict(run.params)!r} and {list(run.metrics)!r}")


CONTRACT = Contract(
    (
        Promise("gives back params as they were logged", _keeps_params),
        Promise("keeps a param whole, apart from another, or refuses it", _cuts_no_params),
        Promise("keeps one value for a param, and refuses another", _keeps_one_value),
        Promise("gives back points with step, value and time", _keeps_points),
        Promise("counts the steps of a metric on", _counts_steps),
        Promise("keeps values that are not finite", _keeps_what_is_not_finite),
        Promise("takes numbers only, and all of a call or nothing", _takes_numbers_only),
        Promise("keeps a copy of a file with its SHA-256", _copies_files),
        Promise("refuses a file's name that leads elsewhere", _refuses_file_names),
        Promise("refuses a file that is not there", _refuses_missing_files),
        Promise("knows what belongs to which step of which run", tells_whose),
        Promise("gives what chosen steps logged", gives_chosen_steps),
        Promise("lists runs, the oldest first, or the last ones", lists_the_last),
        Promise("begins another run when a step begins again", begins_anew),
        Promise("keeps what a failed step logged", keeps_what_a_failed_step_logged),
        Promise("keeps steps apart that log side by side", keeps_steps_apart),
        Promise("keeps every point when threads of a step log", serves_threads),
        Promise("logs to a run of its own name outside of steps", has_a_run_of_its_own),
        Promise("shows no secret", _shows_no_secret),
        Promise("keeps any text as it is", _takes_any_text),
    )
)
