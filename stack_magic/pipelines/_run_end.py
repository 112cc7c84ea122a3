"""How a run ended, in a sign and words: also of one whose end nobody has recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.machine import Standing

from ._late_ends import is_kept

if TYPE_CHECKING:
    from stack_magic.metadata_stores import RunRecord


class RunEnd(NamedTuple):
    """What is shown of the end of a run.

    Attributes:
        mark: The sign beside the words.
        words: The outcome, or where the run is.
    """

    mark: str
    words: str

    def __str__(self) -> str:
        return f"{self.mark} {self.words}"


_UNKNOWN = RunEnd("▲", "no end recorded")
_WITHOUT_END = {
    Standing.HERE: RunEnd("○", "running"),
    Standing.ALIVE: RunEnd("○", "running in another kernel"),
    Standing.ENDED: RunEnd("▲", "abandoned: its kernel has ended"),
}
_GOES_ON = {Standing.HERE, Standing.ALIVE}


def end_of(run: RunRecord) -> RunEnd:
    """Return how a run ended, or what is known of one without an end by its owner."""
    if run.outcome is not None:
        return RunEnd(run.outcome.mark, str(run.outcome))
    if run.owner is None or is_kept(run):
        return _UNKNOWN
    elsewhere = RunEnd("○", f"no end recorded, begun on {run.owner.host}")
    return _WITHOUT_END.get(run.owner.standing, elsewhere)


def goes_on(run: RunRecord) -> bool:
    """Return whether a kernel of this machine runs it at this moment."""
    is_open = run.outcome is None and run.owner is not None and not is_kept(run)
    return is_open and run.owner is not None and run.owner.standing in _GOES_ON


def line_to_go_on(run: RunRecord) -> str:
    """Return what runs an abandoned run's pipeline again; empty for other runs.

    Steps that had ended come from the cache. A parameter that is more than a number or a
    text is left open: a record may have less of it than was given.
    """
    if run.outcome is not None or is_kept(run):
        return ""
    if run.owner is None or run.owner.standing is not Standing.ENDED:
        return ""
    if not run.parameters:
        return f"%pipeline run {run.pipeline} --stack={run.stack}"
    given = ", ".join(f"{name}={_written(value)}" for name, value in run.parameters.items())
    return f"{run.pipeline}.run(stack={run.stack!r}, {given})"


def _written(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else "…"


def step_without_end(run: RunRecord) -> str:
    """Return what is shown of a step of *run* of which nothing is recorded."""
    return "○ not ended yet" if goes_on(run) else "○ no end recorded"
