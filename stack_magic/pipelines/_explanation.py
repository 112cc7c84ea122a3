"""Why a step ran: what differs from the last time, by the names that users know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.capture import definition_of, is_installed
from stack_magic.display import listed_names

from ._code_parts import CodeParts
from ._flavor_calls import calling
from ._reasons import NEVER_RAN_HERE, NOT_ASKED, NOT_CACHED
from ._recorded_reads import names_read, text_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import BaseMetadataStore, StepRecord

    from ._cache_key import CacheKey
    from ._cached_steps import CachedSteps

_ENDS = {True: ("counts now", "count now"), False: ("no longer counts", "no longer count")}
_MOST = 5
"""Changes that are told; the others are counted."""
_KINDS = {
    "inputs": ("input", "inputs"),
    "files": ("file", "files"),
    "environment": ("environment variable", "environment variables"),
    "code": ("source dependency", "source dependencies"),
}
_NAMED = 12
"""Names in one line; the others are counted."""


class Why(NamedTuple):
    """Why a step ran.

    Attributes:
        text: The reasons, a line each.
        run: The run that it was compared with; empty for none.
    """

    text: str
    run: str = ""


class Reasons:
    """Compares the steps of a run with those before, and keeps the sources to show.

    Args:
        store: Where the steps and the sources of their code are recorded.
        steps: Knows the steps before.
        masked: Takes the stack's secrets out of a text.
    """

    def __init__(
        self, store: BaseMetadataStore, steps: CachedSteps, masked: Callable[[str], str]
    ) -> None:
        self._store = store
        self._steps = steps
        self._masked = masked
        self._kept: set[str] = set()

    def why(self, record: StepRecord, key: CacheKey, walk: Walk, *, asked: bool, lost: str) -> Why:
        """Return why a step is about to run.

        Args:
            record: The step, with what it reads.
            key: Its key, with why it is not cached.
            walk: What its code reaches.
            asked: Whether the run takes results from the cache.
            lost: Why the result that was found is of no use.
        """
        self._keep_sources(walk)
        previous = self._steps.previous(record.name)
        reasons = [f"{NOT_CACHED}{_one_line(reason)}" for reason in key.refusals]
        if not asked:
            reasons.insert(0, NOT_ASKED)
        if lost:
            reasons.append(lost)
        if previous is None:
            return Why("\n".join([*reasons, *([] if reasons else [NEVER_RAN_HERE]), *key.notes]))
        changes = list(changes_between(previous, record, self._store, walk.parts))
        if not changes and not reasons:
            changes = [_left_nothing(previous)]
        shown = changes[:_MOST]
        if len(changes) > _MOST:
            shown.append(f"… and {len(changes) - _MOST} more changes")
        return Why("\n".join((*reasons, *shown, *key.notes)), previous.run)

    def changed(self, before: Walk, now: Walk) -> str:
        """Return the names of what differs between two walks of one step."""
        return ", ".join(CodeParts(before.parts).changed(CodeParts(now.parts))) or "its code"

    def _keep_sources(self, walk: Walk) -> None:
        if walk.digest in self._kept:
            return
        self._kept.add(walk.digest)
        with calling(self._store, "record_sources"):
            if self._store.get_sources([walk.digest]):
                return
            sources = {
                _digest_of(walk.parts[label]): self._masked(text)
                for label, thing in walk.definitions.items()
                if not is_installed(thing.__module__) and (text := definition_of(thing))
            }
            self._store.record_sources({walk.digest: json.dumps(walk.parts), **sources})


def changes_between(
    previous: StepRecord,
    record: StepRecord,
    store: BaseMetadataStore,
    parts: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield what differs between two records of a step, a sentence each."""
    if previous.code_digest != record.code_digest:
        code = CodeParts.recorded(store, record.code_digest) if parts is None else CodeParts(parts)
        yield from _code_changes(CodeParts.recorded(store, previous.code_digest), code)
    yield from _parameter_changes(previous, record)
    for kind, words in _KINDS.items():
        before, now = (names_read(one.reads, kind) for one in (previous, record))
        yield from _changes_of(words, before, now)
    if text_read(previous.reads, "function") != text_read(record.reads, "function"):
        yield "what `cache_func` returns changed"


def _changes_of(
    words: tuple[str, str], before: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what became of the names of one kind: a change, or that they count since now."""
    told: dict[tuple[str, str], list[str]] = {}
    for name in _names_changed(before, now):
        ends = ("changed", "changed") if name in before and name in now else _ENDS[name in now]
        told.setdefault(ends, []).append(f"`{name}`")
    for ends, names in told.items():
        is_one = len(names) == 1
        word, end = (words[0], ends[0]) if is_one else (words[1], ends[1])
        yield f"{word} {listed_names(names, _NAMED)} {end}"


def _code_changes(before: CodeParts, now: CodeParts) -> Iterator[str]:
    if not before.labels:
        yield "its code changed; what it was is not recorded"
        return
    changed = before.changed(now)
    for name in changed:
        if name == before.own == now.own:
            yield f"its own code changed: `{name}`"
            continue
        kind = now.kind(name) or before.kind(name)
        what = f"{'helper' if kind == 'function' else kind} `{name}`"
        if before.value(name) and now.value(name):
            yield f"{what}: {before.value(name)} -> {now.value(name)}"
        elif not before.kind(name):
            yield f"{what} is new"
        else:
            yield f"{what} changed" if now.kind(name) else f"{what} is no longer read"
    if not changed:
        yield "its code changed"


def _parameter_changes(previous: StepRecord, record: StepRecord) -> Iterator[str]:
    before, now = (names_read(r.reads, "parameters") for r in (previous, record))
    for name in _names_changed(before, now):
        was, new = (_shown(r.parameters, name) for r in (previous, record))
        yield f"parameter {name}: {was} -> {new}" if was != new else f"parameter {name} changed"


def _shown(parameters: Mapping[str, Any], name: str) -> str:
    if name not in parameters:
        return "none"
    text = json.dumps(parameters[name], ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - fits a line


def _names_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = dict.fromkeys((*now, *before))
    return [name for name in names if before.get(name) != now.get(name)]


def _left_nothing(previous: StepRecord) -> str:
    if previous.cache_key:
        return "nothing that it reads has changed, but no result of it is there"
    doubts = [line for line in previous.reason.splitlines() if line.startswith(NOT_CACHED)]
    return "; ".join(doubts) or "its last run left no result that could be taken"


def _one_line(reason: str) -> str:
    return " ".join(reason.split())  # a reason is a line; what a user's function raised may be more


def _digest_of(part: str) -> str:
    return part.partition(" ")[2]
