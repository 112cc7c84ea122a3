'''Experiment trackers keep the parameters, metrics and artifacts of a step's run.

A step logs while it runs; runs are compared afterwards. Before each step
`prepare_step_run` is called, in the process that runs it, and `cleanup_step_run` after it,
also when it failed: that is where a flavor opens and closes what it logs to.

    class CsvTracker(BaseExperimentTracker):
        """Appends what is logged to a file."""

        FLAVOR = "csv"
        file: str = "metrics.csv"

        def log_params(self, params): ...
        def log_metrics(self, metrics, step=None): ...
        def log_artifact(self, path, name=None): ...
'''

from ._base import BaseExperimentTracker

__all__ = ["BaseExperimentTracker"]
