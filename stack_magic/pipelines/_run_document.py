"""What a run looks like: outcome, graph, a row for each step, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import (
    MOST_STEPS,
    Command,
    Document,
    Folding,
    Line,
    Preformatted,
    Table,
    Title,
    called_alike,
    listed_names,
)
from stack_magic.enums import NOT_GOOD, Outcome

from ._reasons import note_lines, reason_to_tell, same_as
from ._run_end import end_of, line_to_go_on, step_without_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stack_magic.display import Block
    from stack_magic.metadata_stores import ArtifactRecord, RunRecord, StepRecord

_FAILURES = 5
_FEW_ERRORS = 3
_FEW_NAMES = 20
"""What is shown of a run with very many steps: errors, and names of steps for each."""

_BAD = (Outcome.FAILED, Outcome.CANCELLED)


def run_document(run: RunRecord, steps: Mapping[str, StepRecord]) -> Document:
    """Return a run as blocks; only durations differ between equal runs."""
    no_end = step_without_end(run)
    captions = {n: _outcome_of(steps[n]) if n in steps else no_end for n in run.steps}
    outcomes = {name: step.outcome for name, step in steps.items()}
    folding = Folding(_upstream(run, steps), _kinds(run, steps))
    rows = tuple(
        _row(name, folding.after(name), captions[name], steps.get(name))
        for name in folding.rows(outcomes, NOT_GOOD)
    )
    blocks: list[Block] = [
        Title(_title(run)),
        *folding.blocks(captions),
        Table(
            ("step", "after", "outcome", "time", "outputs"),
            rows,
            "run.steps has all",
            len(run.steps) - len(rows),
        ),
        *_errors(run, steps),
        *_reasons(run, steps),
    ]
    go_on = line_to_go_on(run)
    if go_on:
        blocks.append(Command(go_on, label="runs it again, from the cache what had ended:"))
    return Document(tuple(blocks))


def _errors(run: RunRecord, steps: Mapping[str, StepRecord]) -> Iterator[Block]:
    """Yield each error below the names of its steps, and of a large run some of them."""
    told = _by_error(run, steps)
    few = len(run.steps) > MOST_STEPS
    shown = list(told)[:_FEW_ERRORS] if few else list(told)
    most = _FEW_NAMES if few else len(run.steps)
    for text in shown:
        outcome = steps[told[text][0]].outcome
        yield Line(f"{listed_names(told[text], most)} {outcome}", mark=outcome.mark)
        if text:
            yield Preformatted(text)
    others = [name for text in list(told)[len(shown) :] for name in told[text]]
    for outcome in _BAD:
        names = [name for name in others if steps[name].outcome is outcome]
        if names:
            words = f"{outcome} too: {listed_names(names, most)}; run.steps has the errors"
            yield Line(words, mark=outcome.mark)


def _reasons(run: RunRecord, steps: Mapping[str, StepRecord]) -> Iterator[Block]:
    """Yield why steps ran although the cache was asked, each reason with their names."""
    told: dict[str, list[str]] = {}
    for name in run.steps:
        reason = reason_to_tell(steps[name]) if name in steps else ""
        if reason:
            told.setdefault(reason, []).append(name)
    for reason, names in list(told.items())[:_FEW_ERRORS]:
        yield Line(f"{listed_names(names, _FEW_NAMES)}: {reason}", mark="○")
    if len(told) > _FEW_ERRORS:
        yield Line(f"… and {len(told) - _FEW_ERRORS} more reasons", indent=1)
    yield from note_lines({name: steps[name] for name in run.steps if name in steps})
    if told:
        yield Command(f"%pipeline explain {run.name}", label="why:")


def _by_error(run: RunRecord, steps: Mapping[str, StepRecord]) -> dict[str, list[str]]:
    """Return which steps tell each error: one may be the reason for many."""
    told: dict[str, list[str]] = {}
    for name in run.steps:
        if name in steps and steps[name].outcome in _BAD:
            told.setdefault(steps[name].error, []).append(name)
    return told


def _kinds(run: RunRecord, steps: Mapping[str, StepRecord]) -> dict[str, str]:
    """Return what each step is a call of: what is called alike may be other code."""
    kinds = called_alike(run.steps)
    return {name: kind if _are_alike(steps, name, kind) else name for name, kind in kinds.items()}


def _are_alike(steps: Mapping[str, StepRecord], name: str, other: str) -> bool:
    codes = {steps[each].code_digest for each in (name, other) if each in steps}
    return len(codes - {""}) <= 1


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
    end = end_of(run)
    time = "" if run.outcome is None else f" in {duration(run.seconds)}"
    return f"{end.mark} {what}: {end.words}{time}"


def _upstream(run: RunRecord, steps: Mapping[str, StepRecord]) -> dict[str, tuple[str, ...]]:
    """Return the steps before each, as far as the order of the run has them before it."""
    before: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(run.steps):
        upstream = steps[name].upstream if name in steps else ()
        before[name] = tuple(one for one in upstream if one in before)
    return before


def _outcome_of(step: StepRecord) -> str:
    same = f" ({same_as(step)})" if same_as(step) else ""
    return f"{step.outcome.mark} {step.outcome}{same}"


def _row(name: str, after: str, outcome: str, step: StepRecord | None) -> tuple[str, ...]:
    # The graph in words: where a notebook is not trusted, its drawing is taken out.
    if step is None:
        return (name, after, outcome, "", "")
    time = duration(step.seconds) if step.started is not None else ""
    return (name, after, outcome, time, _outputs_text(step.outputs))


def _outputs_text(outputs: Mapping[str, ArtifactRecord]) -> str:
    if list(outputs) == ["output"]:
        return _type_text(outputs["output"])
    return ", ".join(f"{name}: {_type_text(a)}" for name, a in outputs.items())


def _type_text(artifact: ArtifactRecord) -> str:
    name, _, shape = artifact.type_name.partition(" ")
    return f"{name.rpartition('.')[2]} {shape}".rstrip()
