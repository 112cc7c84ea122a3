"""One step of a run: skipped, taken from the cache, or called and published."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stack_magic.capture import Digester
from stack_magic.enums import Outcome
from stack_magic.errors import StepFailedError
from stack_magic.metadata_stores import StepRecord
from stack_magic.secrets import masked, tells

from ._artifacts import Artifacts
from ._cached_steps import CachedSteps
from ._claims import Claims
from ._explanation import Reasons
from ._failure import describe_failure
from ._forks import ends_in_forks
from ._known_results import KnownResults, maker_of
from ._lock_waits import LockWaits
from ._reasons import CHANGES, NOT_CACHED, SAME_AS, call_of, reason_of_cached
from ._recorded import recorded
from ._recorder import Recorder
from ._step_call import Made, StepCalls
from ._step_output import heard_by
from ._turns import Turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import ArtifactRecord
    from stack_magic.stack import Stack

    from ._cache_key import CacheKey
    from ._cached_steps import FirstCall
    from ._cancellation import Cancellation
    from ._graph import Graph, Node
    from ._watchers import Watchers


class StepRuns:
    """The steps of one run: runs each when it is asked to, and knows how they ended.

    Attributes:
        exceptions: What the failed ones raised; not what would tell a secret.
        reason: Why those that are left are not run, if it is known here.
        cancellation: Ends the run from another thread.
        waits: How it waits for files that others have locked.
    """

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        run: str,
        graph: Graph,
        stack: Stack,
        walks: Mapping[str, Walk],
        watchers: Watchers,
        *,
        cancellation: Cancellation,
        cache: bool,
    ) -> None:
        self.exceptions: dict[str, BaseException] = {}
        self.reason = ""
        self._run = run
        self._graph = graph
        self._stack = stack
        self._walks = walks
        self._watchers = watchers
        self.cancellation = cancellation
        self.waits = LockWaits(watchers, cancellation)
        self._cache = cache
        self._artifacts = Artifacts(stack)
        ended = cancellation.asked
        self._calls = StepCalls(run, graph.pipeline, stack, self._artifacts, ended)
        steps = CachedSteps(graph, stack.metadata_store, self._artifacts)
        self._reasons = Reasons(stack.metadata_store, steps, masked)
        self._known = KnownResults(walks, steps, self._artifacts.load, cache=cache)
        self._recorder = Recorder(stack.metadata_store, watchers)
        self._turns = Turns(graph, walks, cancellation)
        self._claims = Claims(graph, stack.orchestrator.name, self.records)
        self._begun: dict[str, tuple[datetime | None, float]] = {}

    @property
    def records(self) -> Mapping[str, StepRecord]:
        """The steps that have ended, in that order."""
        return self._recorder.steps

    def run_step(self, name: str) -> Outcome:
        """Run one step and return how it ended; a step's failure does not raise."""
        self.cancellation.stop_if_asked()
        self._claims.claim(name)
        with self.waits.of_step(name):
            return self._run_step(name)

    def _run_step(self, name: str) -> Outcome:
        record = self._new_record(name)
        node = self._graph.nodes[name]
        bad = [up for up in node.upstream if not self.records[up].outcome.is_good]
        if bad:
            reason = f"{bad[0]} before it is {self.records[bad[0]].outcome}"
            return self._recorder.ended(replace(record, outcome=Outcome.SKIPPED, reason=reason))
        record = replace(record, started=datetime.now(UTC), inputs=self._inputs(node))
        self._begun[name] = (record.started, time.perf_counter())
        upstream = frozenset(call_of(self.records[up]) for up in node.upstream)
        first, key = self._known.first_of(node, record.inputs, upstream)
        record = replace(record, cache_key=key.text, reads=key.reads)
        try:
            if first is not None:
                same = self._result_of(first)
                if same.cache_key or not same.outcome.is_good:
                    return self._like(record, same)
            return self._cached_or_run(node, record, key)
        finally:
            self._known.ended(node, key)

    def close(self) -> None:
        """Let nothing more of this run be published or recorded; end what runs elsewhere."""
        self._calls.cancelled.set()
        self.waits.over.set()
        self._recorder.close()

    def cancel_the_rest(self, reason: str) -> None:
        """Record the steps that have not ended as cancelled, with why; after `close`."""
        late = []
        for name in self._graph.nodes:
            if name not in self.records:
                started, _ = self._begun.get(name, (None, 0.0))
                record = replace(self._new_record(name), outcome=Outcome.CANCELLED, error=reason)
                late.append(self._timed(replace(record, started=started)))
        self._recorder.record_late(late)

    def check_all_ended(self) -> None:
        """Raise FlavorFailedError if the orchestrator left steps out."""
        if any(name not in self.records for name in self._graph.nodes):
            self.reason = "the orchestrator ended without running it"
        self._claims.check_all_ended()

    def _new_record(self, name: str) -> StepRecord:
        node = self._graph.nodes[name]
        return StepRecord(
            run=self._run,
            name=name,
            outcome=Outcome.DONE,
            code_digest=self._walks[name].digest,
            parameters=recorded(node.parameters),
            upstream=node.upstream,
        )

    def _inputs(self, node: Node) -> dict[str, ArtifactRecord]:
        return {
            argument: self.records[source.node].outputs[source.output]
            for argument, source in node.inputs.items()
        }

    def _result_of(self, first: FirstCall) -> StepRecord:
        """Wait for an equal call, and return how it ended."""
        while not first.ended.wait(0.2):  # a bare wait is not interrupted by Ctrl-C everywhere
            self.cancellation.stop_if_asked()
        if first.name not in self.records:  # the run is over
            raise KeyboardInterrupt
        return self.records[first.name]

    def _like(self, record: StepRecord, same: StepRecord) -> Outcome:
        """End a call as the equal one before it ended."""
        reason = f"{SAME_AS}{same.name}"
        if same.outcome.is_good:
            found = replace(record, outcome=Outcome.CACHED, outputs=same.outputs, reason=reason)
            return self._recorder.cached(self._timed(found))
        failed = replace(record, outcome=same.outcome, error=same.error, reason=reason)
        return self._recorder.ended(self._timed(failed))

    def _cached_or_run(self, node: Node, record: StepRecord, key: CacheKey) -> Outcome:
        found, key, lost = self._known.find(node, record.inputs, key)
        if found is not None:
            record = replace(record, cache_key=key.text, reads=key.reads)
            reason = reason_of_cached(key.reads, maker_of(found))
            cached = replace(record, outcome=Outcome.CACHED, outputs=found.outputs, reason=reason)
            return self._recorder.cached(self._timed(cached))
        self._recorder.flush()
        self._watchers.step_started(node.name)
        walk = self._walks[node.name]
        why = self._reasons.why(record, key, walk, asked=self._cache, lost=lost)
        record = replace(record, reason=why.text, reads={**record.reads, "compared": why.run})
        with heard_by(lambda text: self._watchers.step_said(node.name, masked(text))):
            made, error = self._attempt(node, record, walk)
        if error:
            failed = replace(record, outcome=Outcome.FAILED, error=error)
            return self._recorder.ended(self._timed(failed))
        return self._publish(self._confirmed(node, record, key, made), made)

    def _confirmed(self, node: Node, record: StepRecord, key: CacheKey, made: Made) -> StepRecord:
        """Return the record with a key that holds what the step was really computed with."""
        walk = self._walks[node.name]
        doubts = made.doubts(walk)
        now = Digester(imports=True).walk(node.step.function)
        if now.digest != walk.digest:  # it changed while it ran
            doubts = (*doubts, f"{CHANGES}: {self._reasons.changed(walk, now)}")
        if doubts:
            reason = "\n".join((record.reason, *(f"{NOT_CACHED}{doubt}" for doubt in doubts)))
            return replace(record, cache_key="", reason=reason)
        if not record.cache_key:
            return record
        key = self._known.key_after(node, record.inputs, key)
        return replace(record, cache_key=key.text, reads={**record.reads, **key.reads})

    def _attempt(self, node: Node, record: StepRecord, walk: Walk) -> tuple[Made, str]:
        """Call the step; return what it made, or why there is nothing."""
        try:
            with self._turns.turn_of(node.name), ends_in_forks():
                return self._calls.made(node, record.inputs, walk), ""
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a step may raise anything
            if not tells(error):
                self.exceptions[node.name] = error
            if isinstance(error, StepFailedError):
                return Made(), masked(str(error))
            return Made(), masked(describe_failure(error))

    def _publish(self, record: StepRecord, made: Made) -> Outcome:
        folder = f"{self._graph.pipeline}/{self._run}/{record.name}"
        producer = (self._run, record.name)
        outputs = {o.name: self._artifacts.record(o, folder, producer) for o in made.outputs}
        with self._recorder.gate.publishing() as may:
            if not may:
                return Outcome.CANCELLED
            for output in made.outputs:
                self._artifacts.publish(outputs[output.name], output.content)
            return self._recorder.ended(self._timed(replace(record, outputs=outputs)))

    def _timed(self, record: StepRecord) -> StepRecord:
        if record.started is None:
            return record
        _, begun = self._begun[record.name]
        return replace(record, seconds=time.perf_counter() - begun)
