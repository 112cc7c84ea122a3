"""One step of a run: skipped, taken from the cache, or called and published."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.errors import FlavorFailedError, StepFailedError
from stack_magic.metadata_stores import StepRecord

from ._artifacts import Artifacts
from ._cache import Code, cache_key, code_of, recorded
from ._failure import describe_failure
from ._flavor_calls import calling
from ._gate import Gate
from ._interrupts import interrupts_wait
from ._step_call import StepCalls
from ._step_output import heard_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.metadata_stores import ArtifactRecord
    from stack_magic.stack import Stack

    from ._cancellation import Cancellation
    from ._graph import Graph, Node
    from ._outputs import Output
    from ._watchers import Watchers


class StepRuns:
    """The steps of one run: runs each when it is asked to, and knows how they ended.

    Attributes:
        records: The steps that have ended, in that order.
        exceptions: What the failed ones raised; not what would tell a secret.
        reason: Why those that are left are not run, if it is known here.
        cancellation: Ends the run from another thread.
    """

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        run: str,
        graph: Graph,
        stack: Stack,
        codes: Mapping[str, Code],
        watchers: Watchers,
        *,
        cancellation: Cancellation,
        cache: bool,
    ) -> None:
        self.records: dict[str, StepRecord] = {}
        self.exceptions: dict[str, BaseException] = {}
        self.reason = ""
        self._run = run
        self._graph = graph
        self._stack = stack
        self._codes = codes
        self._watchers = watchers
        self.cancellation = cancellation
        self._cache = cache
        self._artifacts = Artifacts(stack)
        ended = cancellation.asked
        self._calls = StepCalls(run, graph.pipeline, stack, self._artifacts, ended)
        self._gate = Gate()
        self._claimed: set[str] = set()
        self._begun: dict[str, tuple[datetime | None, float]] = {}

    def run_step(self, name: str) -> Outcome:
        """Run one step and return how it ended; a step's failure does not raise."""
        self.cancellation.stop_if_asked()
        record = self._claim(name)
        node = self._graph.nodes[name]
        if not all(self.records[up].outcome.is_good for up in node.upstream):
            return self._end(replace(record, outcome=Outcome.SKIPPED))
        record = replace(record, started=datetime.now(UTC))
        self._begun[name] = (record.started, time.perf_counter())
        self._watchers.step_started(name)
        inputs = {
            argument: self.records[source.node].outputs[source.output]
            for argument, source in node.inputs.items()
        }
        key = cache_key(node, self._codes[name], inputs)
        record = replace(record, inputs=inputs, cache_key=key)
        cached = self._find_cached(record) if self._cache and key else None
        if cached is not None:
            found = replace(record, outcome=Outcome.CACHED, outputs=cached.outputs)
            return self._end(found)
        with heard_by(lambda text: self._watchers.step_said(name, self._calls.masked(text))):
            made, error = self._attempt(node, inputs)
        if error:
            return self._end(replace(record, outcome=Outcome.FAILED, error=error))
        if key and code_of(node.step) != self._codes[name]:  # it changed while it ran
            record = replace(record, cache_key="")
        return self._publish(record, made)

    def close(self) -> None:
        """Let nothing more of this run be published or recorded; end what runs elsewhere."""
        self._calls.cancelled.set()
        self._gate.close()

    def cancel_the_rest(self, reason: str) -> None:
        """Record the steps that have not ended as cancelled, with why; after `close`."""
        for name in self._graph.nodes:
            if name not in self.records:
                started, _ = self._begun.get(name, (None, 0.0))
                record = replace(self._new_record(name), outcome=Outcome.CANCELLED, error=reason)
                self._record(self._timed(replace(record, started=started)))

    def check_all_ended(self) -> None:
        """Raise FlavorFailedError if the orchestrator left steps out."""
        missing = [name for name in self._graph.nodes if name not in self.records]
        if missing:
            self.reason = "the orchestrator ended without running it"
            what = f"returned without running {missing}"
            raise self._broken_promise(what)

    def _claim(self, name: str) -> StepRecord:
        """Return the record to fill; refuse what breaks the orchestrator's promise."""
        if name not in self._graph.nodes:
            what = f"asked for an unknown step {name!r}"
            raise self._broken_promise(what)
        if name in self._claimed:
            what = f"ran step {name!r} twice"
            raise self._broken_promise(what)
        self._claimed.add(name)
        early = set(self._graph.nodes[name].upstream) - set(self.records)
        if early:
            what = f"ran step {name!r} before {sorted(early)} ended"
            raise self._broken_promise(what)
        return self._new_record(name)

    def _new_record(self, name: str) -> StepRecord:
        node = self._graph.nodes[name]
        return StepRecord(
            run=self._run,
            name=name,
            outcome=Outcome.DONE,
            code_digest=self._codes[name].digest,
            parameters=recorded(node.parameters),
            upstream=node.upstream,
        )

    def _broken_promise(self, what: str) -> FlavorFailedError:
        name = self._stack.orchestrator.name
        return FlavorFailedError(f"orchestrator {name!r} {what}")

    def _find_cached(self, record: StepRecord) -> StepRecord | None:
        store = self._stack.metadata_store
        with calling(store, "find_cached_step"):
            found: StepRecord | None = store.find_cached_step(record.cache_key)
        names = self._graph.nodes[record.name].step.outputs
        if found is None or set(found.outputs) != set(names):
            return None
        if not all(map(self._artifacts.is_intact, found.outputs.values())):
            return None
        return found

    def _attempt(
        self, node: Node, inputs: Mapping[str, ArtifactRecord]
    ) -> tuple[list[Output], str]:
        """Call the step; return its outputs as bytes, or why there are none."""
        try:
            return self._calls.outputs(node, inputs), ""
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a step may raise anything
            if not self._calls.tells_secrets(error):
                self.exceptions[node.name] = error
            if isinstance(error, StepFailedError):
                return [], self._calls.masked(str(error))
            return [], self._calls.masked(describe_failure(error))

    def _publish(self, record: StepRecord, made: list[Output]) -> Outcome:
        folder = f"{self._graph.pipeline}/{self._run}/{record.name}"
        producer = (self._run, record.name)
        outputs = {o.name: self._artifacts.record(o, folder, producer) for o in made}
        with self._gate.publishing() as may:
            if not may:
                return Outcome.CANCELLED
            for output in made:
                self._artifacts.publish(outputs[output.name], output.content)
            return self._end(replace(record, outputs=outputs))

    def _end(self, record: StepRecord) -> Outcome:
        """Record how a step ended, unless the run is over."""
        record = self._timed(record)
        with interrupts_wait(), self._gate.recording() as may:
            if not may:
                return Outcome.CANCELLED
            self._record(record)
        self._watchers.step_ended(record.name, record.outcome, record.seconds)
        return record.outcome

    def _record(self, record: StepRecord) -> None:
        with calling(self._stack.metadata_store, "record_step"):
            self._stack.metadata_store.record_step(record)
        self.records[record.name] = record

    def _timed(self, record: StepRecord) -> StepRecord:
        if record.started is None:
            return record
        _, begun = self._begun[record.name]
        return replace(record, seconds=time.perf_counter() - begun)
