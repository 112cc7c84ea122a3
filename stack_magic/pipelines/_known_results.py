"""The results that a call may take instead of running: of an equal call, or of a run before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ._cache_key import CacheKey, KeyMaker
from ._cached_steps import EqualCalls
from ._step_output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import ArtifactRecord, StepRecord

    from ._cached_steps import CachedSteps, FirstCall
    from ._graph import Node


class KnownResults:
    """Makes the keys of a run's calls, and finds results under them.

    Args:
        walks: What the code of each step reaches.
        steps: Knows the steps of the runs before.
        values: Gives the value of an artifact; asked only for paths.
        cache: Whether the run takes results at all.
    """

    def __init__(
        self,
        walks: Mapping[str, Walk],
        steps: CachedSteps,
        values: Callable[[ArtifactRecord], Any],
        *,
        cache: bool,
    ) -> None:
        self._walks = walks
        self._steps = steps
        self._values = values
        self._cache = cache
        self._keys = KeyMaker(say)
        self._equal = EqualCalls()

    def first_of(
        self, node: Node, inputs: Mapping[str, ArtifactRecord], upstream: frozenset[str]
    ) -> tuple[FirstCall | None, CacheKey]:
        """Return the equal call before this one, if there is one, and the key of this one.

        Args:
            node: The call.
            inputs: What it is given by other steps.
            upstream: The calls before it, of equal ones the first.
        """
        key = self._key(node, inputs)
        if not key.text or not self._cache:
            return None, key
        outside = self._walks[node.name].outside
        shares = not key.notes and not any(one.kind == "context" for one in outside)
        first, number = self._equal.first_of(node, key, upstream, shares=shares)
        if number == 1:
            return first, key
        text = hashlib.sha256(f"{key.text} {number}".encode()).hexdigest()
        return None, replace(key, text=text)

    def ended(self, node: Node, key: CacheKey) -> None:
        """Let the equal calls that wait for this one go on."""
        self._equal.ended(node, key.text)

    def find(
        self, node: Node, inputs: Mapping[str, ArtifactRecord], key: CacheKey
    ) -> tuple[StepRecord | None, CacheKey, str]:
        """Return the step that need not run again, with the key under which it was found.

        The last is why a result that was found is of no use.
        """
        if not self._cache or not key.text:
            return None, key, ""
        found, lost = self._steps.find(node, key.text)
        if found is not None or not key.files:
            return found, key, lost
        # Another pipeline may have recorded that the step writes them.
        other = self._key(node, inputs, frozenset(key.files))
        found, _ = self._steps.find(node, other.text)
        return found, key if found is None else other, lost

    def key_after(
        self, node: Node, inputs: Mapping[str, ArtifactRecord], key: CacheKey
    ) -> CacheKey:
        """Return the key of a call that has run: files that it has written count by name."""
        written = self._keys.changed_files(key)
        return self._key(node, inputs, written | self._written(node.name)) if written else key

    def _key(
        self,
        node: Node,
        inputs: Mapping[str, ArtifactRecord],
        written: frozenset[str] = frozenset(),
    ) -> CacheKey:
        walk = self._walks[node.name]
        known = written or self._written(node.name) if self._keys.reads_files(node, walk) else ()
        return self._keys.key(node, walk, inputs, known, self._values)

    def _written(self, name: str) -> frozenset[str]:
        previous = self._steps.previous(name)
        return frozenset() if previous is None else self._keys.written(previous.reads)


def maker_of(found: StepRecord) -> str:
    """Return the run that made a result; with the step, where that has another name."""
    run, step = next(iter(found.outputs.values())).producer
    return run if step == found.name else f"{run}/{step}"
