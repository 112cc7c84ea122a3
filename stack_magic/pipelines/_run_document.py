"""What a run looks like: outcome, graph, a row for each step, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import (
    Document,
    Line,
    Picture,
    Preformatted,
    Table,
    Title,
    draw_graph,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stack_magic.display import Block
    from stack_magic.metadata_stores import ArtifactRecord, RunRecord, StepRecord

_FAILURES = 5
_NO_END = "○ no end recorded"


def run_document(run: RunRecord, steps: Mapping[str, StepRecord]) -> Document:
    """Return a run as blocks; only durations differ between equal runs."""
    captions = {name: _outcome_of(steps.get(name)) for name in run.steps}
    blocks: list[Block] = [
        Title(_title(run)),
        Picture(draw_graph(_upstream(run, steps), captions)),
        Table(
            ("step", "after", "outcome", "time", "outputs"),
            tuple(_row(name, captions[name], steps.get(name)) for name in run.steps),
            "run.steps has all",
        ),
    ]
    for text, names in _by_error(run, steps).items():
        outcome = steps[names[0]].outcome
        blocks += [Line(f"{', '.join(names)} {outcome}", mark=outcome.mark), Preformatted(text)]
    return Document(tuple(blocks))


def _by_error(run: RunRecord, steps: Mapping[str, StepRecord]) -> dict[str, list[str]]:
    """Return which steps tell each error: one may be the reason for many."""
    told: dict[str, list[str]] = {}
    for name in run.steps:
        if name in steps and steps[name].error:
            told.setdefault(steps[name].error, []).append(name)
    return told


def duration(seconds: float) -> str:
    """Return a duration as it is shown everywhere: `0.12 s`."""
    return f"{seconds:.2f} s"


def failure_text(failures: Iterable[tuple[str, str]]) -> str:
    """Return the errors of failed steps, each under the step's name."""
    texts = [f"{name}: {error}" for name, error in failures]
    shown = texts[:_FAILURES]
    if len(texts) > _FAILURES:
        shown.append(f"… and {len(texts) - _FAILURES} more")
    return "\n".join(shown)


def _title(run: RunRecord) -> str:
    what = f"{run.name} on {run.stack}"
    if run.outcome is None:
        return f"○ {what}: no end recorded"
    return f"{run.outcome.mark} {what}: {run.outcome} in {duration(run.seconds)}"


def _upstream(run: RunRecord, steps: Mapping[str, StepRecord]) -> dict[str, tuple[str, ...]]:
    return {n: steps[n].upstream if n in steps else () for n in run.steps}


def _outcome_of(step: StepRecord | None) -> str:
    return f"{step.outcome.mark} {step.outcome}" if step is not None else _NO_END


def _row(name: str, outcome: str, step: StepRecord | None) -> tuple[str, ...]:
    if step is None:
        return (name, "", outcome, "", "")
    time = duration(step.seconds) if step.started is not None else ""
    # The graph in words: where a notebook is not trusted, its drawing is taken out.
    after = ", ".join(step.upstream)
    return (name, after, outcome, time, _outputs_text(step.outputs))


def _outputs_text(outputs: Mapping[str, ArtifactRecord]) -> str:
    if list(outputs) == ["output"]:
        return _type_text(outputs["output"])
    return ", ".join(f"{name}: {_type_text(a)}" for name, a in outputs.items())


def _type_text(artifact: ArtifactRecord) -> str:
    name, _, shape = artifact.type_name.partition(" ")
    return f"{name.rpartition('.')[2]} {shape}".rstrip()
