'''Experiment trackers keep the parameters, metrics and artifacts of a step's run.

A step logs while it runs, and runs are compared afterwards:

    @step
    def fit(rate: float) -> float:
        stack_magic.log_params({"rate": rate})
        for epoch in range(10):
            stack_magic.log_metrics({"loss": train_once(rate)})
        stack_magic.log_artifact("curve.png")

    %experiment_tracker runs
    %experiment_tracker runs train --last 5 --metric loss
    %experiment_tracker runs train --where "auc > 0.9 and C != 1" --sort=-auc
    %experiment_tracker runs train-1 train-3

A run is a row: the parameters of its pipeline, what its steps logged, and each metric's
last value. What two steps of a run log by one name is `fit.loss` and `test.loss`. A step
from the cache is shown with what the step that made its outputs logged. The answer's value
is a list of `ComparedRun`, the first row first, and a data frame of it is
`pandas.DataFrame([run.row for run in answer.value])`.

A param has one value in a run and is kept whole; a metric is a curve of points, whose steps
are counted from 0 where none is given; a file is copied. What holds a secret is refused. The
tracker can be called outside of steps too, and then logs to a run with its own name.

A flavor in a cell may add to one that is there:

    class Talking(LocalExperimentTracker):
        """Keeps runs as `local` does, and prints the metrics as they come."""

        FLAVOR = "talking"

        def log_metrics(self, metrics, step=None):
            super().log_metrics(metrics, step)
            print(metrics)

For another place to keep runs, derive from `BaseExperimentTracker` and implement
`log_params`, `log_metrics` and `log_artifact`, which write to `self.current_run`, and
`get_runs`, which gives back `TrackedRun` values. Around each step `prepare_step_run` and
`cleanup_step_run` are called, in the process that runs it: a step that begins again is
another run. `get_step_runs` may be given too, where all runs are too many to look through.
`%experiment_tracker check NAME` tries every promise of the type.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseExperimentTracker
from ._compared_runs import ComparedRun, RunParts, compared_runs
from ._comparison import RunComparison
from ._local import LocalExperimentTracker
from ._records import Point, RunKey, TrackedArtifact, TrackedRun
from ._run_difference import RunDifference
from ._run_filter import RunFilter, check_known, known_names, sorted_runs

__all__ = [
    "BaseExperimentTracker",
    "ComparedRun",
    "LocalExperimentTracker",
    "Point",
    "RunComparison",
    "RunDifference",
    "RunFilter",
    "RunKey",
    "RunParts",
    "TrackedArtifact",
    "TrackedRun",
    "check_known",
    "compared_runs",
    "known_names",
    "sorted_runs",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
