"""What the recorded reasons of a step say: which of them counts most, and the way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stack_magic.display import Line, listed_names
from stack_magic.enums import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stack_magic.metadata_stores import StepRecord

_NEVER_RAN = "it never ran before"  # and so it stands in earlier records
NEVER_RAN_HERE = f"{_NEVER_RAN} in this pipeline"
NOT_ASKED = "the run was started with cache=False"
NOT_CACHED = "not cached: "
SAME_AS = "same as "
ENVIRONMENT = "reads the environment"
CONTEXT = "reads the context"
SOME_FILES = "reads files that its code does not name"
CHANGES = "changes what it reads"
FOREIGN = "not taken: its last output "
"""Before why, and the line by which the user agrees to read it, after the last colon."""
NOTES = {"clock": "reads the clock", "random": "draws random numbers without a seed"}
"""What is read and does not count, by its kind."""

_CONSENT = re.compile(r"%artifact_store trust [\w.-]+$")
"""Of what others have recorded nothing else is proposed as a line to type."""
_EARLIER = "made by an earlier version: why is not recorded"
_FEW = 12
"""Steps that are named; the others are counted."""
_RAN = (Outcome.DONE, Outcome.FAILED)


def reasons_of(record: StepRecord) -> tuple[str, ...]:
    """Return why a step ran or did not, what keeps it from the cache first; never empty."""
    lines = [line for line in record.reason.splitlines() if line not in NOTES.values()]
    if not lines:
        told = record.error.splitlines() if record.outcome is Outcome.CANCELLED else []
        return (told[0] if told else _EARLIER,)
    return tuple(sorted(lines, key=lambda line: not line.startswith(NOT_CACHED)))


def reason_to_tell(record: StepRecord) -> str:
    """Return why a step ran although the cache was asked; empty where that is no news."""
    if record.outcome not in _RAN or not record.reason or record.reason.startswith(SAME_AS):
        return ""
    reason = reasons_of(record)[0]
    is_news = (
        reason not in {_NEVER_RAN, NEVER_RAN_HERE, f"{NOT_CACHED}cache=False"}
        and NOT_ASKED not in record.reason.splitlines()
    )
    return reason if is_news else ""


def same_as(record: StepRecord) -> str:
    """Return `same as sq` for a call that took what an equal one made; else nothing."""
    return record.reason if record.reason.startswith(SAME_AS) else ""


def call_of(record: StepRecord) -> str:
    """Return the name of a call, or of the equal one whose result it took."""
    return same_as(record).removeprefix(SAME_AS) or record.name


def reason_of_cached(reads: Mapping[str, Any], maker: str) -> str:
    """Return why a step came from the cache: what is the same as when *maker* made it."""
    further = [name for name in ("files", "environment") if reads.get(name)]
    *names, last = "code", "parameters", "inputs", *further
    return f"{', '.join(names)} and {last} are those of {maker}"


def note_lines(steps: Mapping[str, StepRecord]) -> Iterator[Line]:
    """Yield what steps read that does not count, each once with the names of the steps."""
    told: dict[str, list[str]] = {}
    for name, step in steps.items():
        for line in step.reason.splitlines():
            if line in NOTES.values():
                told.setdefault(line, []).append(name)
    for note, names in told.items():
        yield Line(f"{note}, which does not count: {listed_names(names, _FEW)}")


def way_out(reasons: Iterable[str]) -> str:
    """Return the decorator or line with which a step would be cached; empty where none would."""
    reasons = tuple(reasons)
    for reason in reasons:
        consent = _CONSENT.search(reason) if reason.startswith(FOREIGN) else None
        if consent:
            return consent[0]
    doubts = [r.removeprefix(NOT_CACHED) for r in reasons if r.startswith(NOT_CACHED)]
    kinds = {doubt.partition(":")[0] for doubt in doubts}
    variables = [d.partition(": ")[2] for d in doubts if d.startswith(f"{ENVIRONMENT}: ")]
    if ENVIRONMENT in doubts or CONTEXT in kinds:  # which variable, or what of it: not known
        return "@step(cache=CachePolicy(expires_after=3600))"
    given = []
    if SOME_FILES in kinds:
        given.append('file_dependencies=["data.csv"]')
    if variables:
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(variables))
        given.append(f"environment=[{names}]")
    return f"@step(cache=CachePolicy({', '.join(given)}))" if given else ""
