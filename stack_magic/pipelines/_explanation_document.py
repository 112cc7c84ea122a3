"""What an explanation looks like: why the steps of a run ran, or all about one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from stack_magic.display import (
    PAGE,
    Command,
    Document,
    Fields,
    Line,
    Preformatted,
    Shown,
    Table,
    Title,
    listed_names,
)
from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError, did_you_mean

from ._code_parts import CodeParts, names_that_count
from ._files_read import MISSING
from ._flavor_calls import calling
from ._reasons import NOT_ASKED, note_lines, reasons_of, way_out
from ._recorded_reads import names_read, text_read
from ._run_end import step_without_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stack_magic.display import Block
    from stack_magic.metadata_stores import BaseMetadataStore, RunRecord, StepRecord

_FEW = 12
"""Names that are listed; the others are counted."""
_LONGEST = 200
"""Lines of a difference that are shown."""
_NO_END = "a step's reasons are recorded when it ends"


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """Why the steps of a run ran or came from the cache; shows itself.

    Attributes:
        blocks: What is shown.
    """

    blocks: tuple[Block, ...]

    def document(self) -> Document:
        """Return the blocks."""
        return Document(self.blocks)


def explanation_of_run(run: RunRecord, steps: Mapping[str, StepRecord]) -> Explanation:
    """Return why each step of a run ran or did not, a row a step."""
    reasons = {name: reasons_of(step) for name, step in steps.items()}
    names = list(run.steps)
    if len(names) > PAGE:  # what ran is what is looked for
        names.sort(key=lambda name: name in steps and steps[name].outcome is Outcome.CACHED)
    rows = tuple(
        (name, _outcome(steps[name]), reasons[name][0])
        if name in steps
        else (name, step_without_end(run), "")
        for name in names
    )
    blocks = (
        Title(f"Why the steps of {run.name} ran, or did not"),
        Table(("step", "outcome", "why"), rows, f"%pipeline explain {run.name}/STEP tells of one"),
        *_further(reasons),
        *note_lines(steps),
        *_ways_out(run, steps),
        Command(f"%pipeline explain {run.name}/STEP", label="all about one step:"),
    )
    return Explanation(blocks)


def explanation_of_step(
    run: RunRecord, steps: Mapping[str, StepRecord], step: str, store: BaseMetadataStore
) -> Explanation:
    """Return all that is recorded of why a step ran or did not.

    Raises:
        UnknownNameError: The run has no step of that name.
    """
    if step not in run.steps:
        near = did_you_mean(step, run.steps)
        hint = f"%pipeline explain {run.name}{f'/{near}' if near else ''}"
        message = f"run {run.name!r} has no step {step!r}"
        raise UnknownNameError(message, hint=hint)
    if step not in steps:
        return Explanation(
            (Title(f"{run.name}/{step}"), Line(f"{step_without_end(run)}: {_NO_END}"))
        )
    record = steps[step]
    reasons = reasons_of(record)
    blocks = (
        Title(f"{run.name}/{step}: {_outcome(record)}"),
        *map(Line, reasons),
        *note_lines({step: record}),
        *_maker(record),
        *_ways_out(run, {step: record}),
        *_made_of(record, CodeParts.recorded(store, record.code_digest)),
        *_differences(record, store),
    )
    return Explanation(blocks)


def _outcome(record: StepRecord) -> str:
    return f"{record.outcome.mark} {record.outcome}"


def _further(reasons: Mapping[str, Sequence[str]]) -> Iterator[Block]:
    """Yield the other reasons, below the names of the steps that have them."""
    told: dict[Sequence[str], list[str]] = {}
    for name, lines in reasons.items():
        if lines[1:]:
            told.setdefault(lines[1:], []).append(name)
    for lines, names in list(told.items())[:PAGE]:
        yield Line(f"{listed_names(names, _FEW)}, also:")
        yield from (Line(line, indent=1) for line in lines)


def _ways_out(run: RunRecord, steps: Mapping[str, StepRecord]) -> Iterator[Block]:
    ways: dict[str, list[str]] = {}
    for name, step in steps.items():
        reasons = reasons_of(step)
        typed = f"%pipeline run {run.pipeline}" if NOT_ASKED in reasons else way_out(reasons)
        if typed:
            ways.setdefault(typed, []).append(name)
    for typed, names in ways.items():
        yield Command(typed, label=f"to have {listed_names(names, _FEW)} cached:")


def _maker(record: StepRecord) -> Iterator[Line]:
    if record.outcome is Outcome.CACHED:
        makers = dict.fromkeys("/".join(made.producer) for made in record.outputs.values())
        if makers:
            yield Line(f"its value was made by {', '.join(makers)}")


def _made_of(record: StepRecord, parts: CodeParts) -> Iterator[Block]:
    pairs = tuple(_reads(record, parts))
    if not pairs:
        return
    counts = "Its result counts for as long as these are the same" if record.cache_key else ""
    yield Title(counts or "What it reads")
    yield Fields(pairs)


def _reads(record: StepRecord, parts: CodeParts) -> Iterator[tuple[str, str]]:
    for name in record.parameters:
        yield f"parameter {name}", shown_parameter(record.parameters, name)
    for name, artifact in record.inputs.items():
        yield f"input {name}", f"made by {'/'.join(artifact.producer)}"
    for name, content in names_read(record.reads, "files").items():
        told = "no such file" if content == MISSING else str(content)
        yield f"file {name}", told if " " in told else "by its content"
    names = {
        "environment": list(names_read(record.reads, "environment")),
        **names_that_count(parts),
        "source dependencies": list(names_read(record.reads, "code")),
    }
    for label, found in names.items():
        if found:
            yield label, listed_names(found, _FEW)
    if text_read(record.reads, "function"):
        yield "cache_func", "by what it returns"


def shown_parameter(parameters: Mapping[str, object], name: str) -> str:
    """Return a parameter's value in a few characters."""
    text = json.dumps(parameters[name], ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - fits a line


def _differences(record: StepRecord, store: BaseMetadataStore) -> Iterator[Block]:
    """Yield the code that differs from the run that it was compared with."""
    compared = text_read(record.reads, "compared")
    if not compared:
        return
    try:
        steps = store.get_pipeline_run_steps(compared)
    except UnknownNameError:
        steps = []
    before = next((step for step in steps if step.name == record.name), None)
    if before is None:
        yield Line(f"what {compared} recorded of it is no longer there")
        return
    if before.code_digest == record.code_digest:
        return
    was = CodeParts.recorded(store, before.code_digest)
    now = CodeParts.recorded(store, record.code_digest)
    changed = was.changed(now) if was.labels else []
    with calling(store, "get_sources"):
        digests = [parts.digest(name) for parts in (was, now) for name in changed]
        sources = store.get_sources([digest for digest in digests if digest])
    values = [f"{n}: {was.value(n)} -> {now.value(n)}" for n in changed if was.value(n)]
    if values:
        yield Title(f"Values that changed since {compared}")
        yield from (Line(value, indent=1) for value in values)
    for name in changed:
        old, new = (sources.get(parts.digest(name), "") for parts in (was, now))
        if old and new:
            yield Title(f"`{name}` in {compared} and {record.run}")
            yield Preformatted(_difference(old, new, (compared, record.run)))


def _difference(old: str, new: str, runs: tuple[str, str]) -> str:
    lines = list(unified_diff(old.splitlines(), new.splitlines(), *runs, lineterm=""))
    if not lines:
        return "the text is the same: its defaults, or what it closes over, differ"
    cut = len(lines) - _LONGEST
    return "\n".join([*lines[:_LONGEST], *([f"… and {cut} more lines"] if cut > 0 else [])])
