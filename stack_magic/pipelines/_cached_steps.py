"""The steps that need not run again: found by their keys, one question for many of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock
from typing import TYPE_CHECKING

from ._flavor_calls import calling
from ._policy import CachePolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.metadata_stores import BaseMetadataStore, StepRecord

    from ._artifacts import Artifacts
    from ._cache_key import CacheKey
    from ._graph import Graph, Node


class CachedSteps:
    """What the metadata store knows of the steps of one pipeline.

    The keys of the pipeline's last run are likely to be those of this one: they are all
    asked for at once, when the first is.
    """

    def __init__(self, graph: Graph, store: BaseMetadataStore, artifacts: Artifacts) -> None:
        self._graph = graph
        self._store = store
        self._artifacts = artifacts
        self._known: dict[str, StepRecord] | None = None
        self._previous: Mapping[str, StepRecord] | None = None
        self._lock = Lock()

    def find(self, node: Node, key: str) -> tuple[StepRecord | None, str]:
        """Return the newest step under a key whose outputs are whole, or why there is none."""
        found = self._find(key)
        if found is None or set(found.outputs) != set(node.step.outputs):
            return None, ""
        expires = (
            node.step.cache.expires_after if isinstance(node.step.cache, CachePolicy) else None
        )
        if expires is not None and _is_over(found, expires.total_seconds()):
            return None, "its last result has expired"
        for because in map(self._artifacts.unusable_because, found.outputs.values()):
            if because:
                return None, because
        return found, ""

    def previous(self, name: str) -> StepRecord | None:
        """Return the record of a step of this name in a run before this one."""
        with self._lock:
            if self._previous is None:
                names = tuple(self._graph.nodes)
                with calling(self._store, "get_previous_steps"):
                    self._previous = self._store.get_previous_steps(self._graph.pipeline, names)
        return self._previous.get(name)

    def _find(self, key: str) -> StepRecord | None:
        with self._lock:
            if self._known is None:
                with calling(self._store, "find_cached_steps"):
                    keys = self._store.get_last_cache_keys(self._graph.pipeline)
                    self._known = self._store.find_cached_steps(keys)
            known = self._known.get(key)
        if known is None:
            with calling(self._store, "find_cached_steps"):
                known = self._store.find_cached_steps([key]).get(key)
        return known


def _is_over(found: StepRecord, seconds: float) -> bool:
    return found.started is None or (datetime.now(UTC) - found.started).total_seconds() > seconds


@dataclass
class FirstCall:
    """The first of several equal calls in one run: the others take what it makes."""

    name: str
    upstream: frozenset[str]
    ended: Event = field(default_factory=Event)
    count: int = 1


class EqualCalls:
    """The calls of one run by their keys."""

    def __init__(self) -> None:
        self._first: dict[str, FirstCall] = {}
        self._lock = Lock()

    def first_of(
        self, node: Node, key: CacheKey, upstream: frozenset[str], *, shares: bool
    ) -> tuple[FirstCall | None, int]:
        """Return the equal call before this one, if it may share, and the number of this one.

        Args:
            node: The call.
            key: Its key.
            upstream: The calls before it, of equal ones the first.
            shares: Whether it may: it draws no random numbers, and asks for no context.
        """
        with self._lock:
            first = self._first.setdefault(key.text, FirstCall(node.name, upstream))
            if first.name == node.name:
                return None, 1
            if shares and first.upstream == upstream:
                return first, 1
            first.count += 1
            return None, first.count

    def ended(self, node: Node, key: str) -> None:
        """Let the calls that wait for this one go on."""
        first = self._first.get(key)
        if first is not None and first.name == node.name:
            first.ended.set()
