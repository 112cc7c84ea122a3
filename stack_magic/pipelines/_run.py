"""A run and its steps as they were recorded, with the values that they made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.display import Document, Shown
from stack_magic.enums import Outcome
from stack_magic.errors import (
    InvalidPipelineError,
    RunCancelledError,
    RunFailedError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.stack import Report

from ._artifacts import Artifacts
from ._late_ends import record_late_ends
from ._run_document import failure_text, run_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack_magic.metadata_stores import ArtifactRecord, RunRecord, StepRecord
    from stack_magic.stack import Diagnostic, Stack

    from ._explanation_document import Explanation


class Outputs(Mapping[str, Any]):
    """The values of a step's outputs, by name; each is read when it is asked for."""

    def __init__(self, records: Mapping[str, ArtifactRecord], artifacts: Artifacts) -> None:
        self._records = dict(records)
        self._artifacts = artifacts

    def __getitem__(self, name: str) -> Any:
        return self._artifacts.load(_found(self._records, name, "output"))

    def content(self, name: str) -> bytes:
        """Return the bytes of an output as they were recorded; they are not read as a value.

        Raises:
            UnknownNameError: There is no such output.
            CorruptArtifactError: They are lost, or not those that were recorded.
            ConsentNeededError: They are a pickle of somebody else's.
        """
        return self._artifacts.shipped(_found(self._records, name, "output")).content

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        pairs = (f"{name}: {r.type_name}" for name, r in self._records.items())
        return f"<outputs {', '.join(pairs) or 'none'}>"


@dataclass(frozen=True)
class StepRun:
    """One step of a run.

    Attributes:
        record: The step as it was recorded.
        outputs: The values that it made, by name.
        exception: What it raised, with its frames; None if it did not, and for a run
            that was loaded.
    """

    record: StepRecord
    outputs: Outputs
    exception: BaseException | None = None

    @property
    def name(self) -> str:
        """Name of the step in the run."""
        return self.record.name

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return self.record.outcome

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.record.seconds

    @property
    def error(self) -> str:
        """Why it failed or could not run, in a few lines; else empty."""
        return self.record.error

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its parameters, as JSON values."""
        return self.record.parameters

    @property
    def output(self) -> Any:
        """The value of its only output.

        Raises:
            InvalidPipelineError: It has several outputs, or none.
        """
        if len(self.outputs) == 1:
            return next(iter(self.outputs.values()))
        if not self.outputs:
            message = f"step {self.name!r} has no output: it is {self.outcome}"
            raise InvalidPipelineError(message)
        message = f"step {self.name!r} has several outputs: {', '.join(self.outputs)}"
        raise InvalidPipelineError(message, hint='outputs["NAME"] gives one')

    def __repr__(self) -> str:
        return f"<step {self.name}: {self.outcome}, {self.outputs!r}>"


class Run(Shown):
    """A run of a pipeline on a stack; shows itself as a picture and a table.

    Attributes:
        record: The run as it was recorded.
        steps: Its steps that have ended, by name, in the order of the graph.
        findings: What was noticed when it began; empty for a run that was loaded.
    """

    def __init__(
        self,
        record: RunRecord,
        steps: Iterable[StepRecord],
        stack: Stack,
        exceptions: Mapping[str, BaseException] | None = None,
    ) -> None:
        artifacts = Artifacts(stack)
        self._store = stack.metadata_store
        ended = {step.name: step for step in steps}
        raised = exceptions or {}
        self.record = record
        self.findings: tuple[Diagnostic, ...] = ()
        self.steps: Mapping[str, StepRun] = {
            name: StepRun(ended[name], Outputs(ended[name].outputs, artifacts), raised.get(name))
            for name in record.steps
            if name in ended
        }

    @classmethod
    def load(cls, stack: Stack, run: str) -> Run:
        """Return a run as the stores of *stack* have it.

        Raises:
            UnknownNameError: No run of that name is recorded there.
        """
        store = stack.metadata_store
        record_late_ends(store)
        return cls(store.get_pipeline_run(run), store.get_pipeline_run_steps(run), stack)

    @property
    def name(self) -> str:
        """Name of the run: `train-1`."""
        return self.record.name

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""
        return self.record.pipeline

    @property
    def stack(self) -> str:
        """Name of the stack that it ran on."""
        return self.record.stack

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None when nobody recorded an end."""
        return self.record.outcome

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.record.seconds

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The run's parameters, as JSON values."""
        return self.record.parameters

    def explain(self, step: str | None = None) -> Explanation:
        """Return why each step ran or came from the cache, or all about one step.

        Raises:
            UnknownNameError: The run has no step of that name.
        """
        from ._explanation_document import explanation_of_run, explanation_of_step

        records = {name: run.record for name, run in self.steps.items()}
        if step is None:
            return explanation_of_run(self.record, records)
        return explanation_of_step(self.record, records, step, self._store)

    def __getitem__(self, step: str) -> StepRun:
        found: StepRun = _found(self.steps, step, "step")
        return found

    def document(self) -> Document:
        """Return outcome, graph, steps and failures, then what was noticed."""
        steps = {name: step.record for name, step in self.steps.items()}
        found = Report.of(self.name, self.findings)
        return Document((*run_document(self.record, steps).blocks, *found.blocks()))

    def raise_for_outcome(self) -> None:
        """Do nothing if all went well.

        Raises:
            RunFailedError: A step failed; the error's `run` is this run, and its cause
                what the first of them raised.
            RunCancelledError: The run was interrupted; likewise.
        """
        hint = f"%pipeline describe {self.name}"
        error: RunFailedError | RunCancelledError
        if self.outcome is Outcome.FAILED:
            error = RunFailedError(self._failed_message(), hint=hint)
        elif self.outcome is Outcome.CANCELLED:
            good = sum(step.outcome.is_good for step in self.steps.values())
            message = f"run {self.name!r} was interrupted"
            count = len(self.record.steps)
            done = f"{good} of {count} step{'s are' if count != 1 else ' is'} done"
            error = RunCancelledError(f"{message}: {done}, what they made stays", hint=hint)
        else:
            return
        error.run = self
        raised = (step.exception for step in self.steps.values())
        raise error from next((e for e in raised if e is not None), None)

    def _failed_message(self) -> str:
        count = sum(step.outcome is Outcome.FAILED for step in self.steps.values())
        steps = "step" if len(self.record.steps) == 1 else "steps"
        what = (
            f"{count} of {len(self.record.steps)} {steps} failed" if count else "it was broken off"
        )
        texts = failure_text((step.name, step.error) for step in self.steps.values() if step.error)
        return f"run {self.name!r}: {what}\n{texts}"


def _found(known: Mapping[str, Any], name: str, what: str) -> Any:
    if name in known:
        return known[name]
    near = did_you_mean(name, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known) or 'none'}"
    message = f"no {what} is called {name!r}"
    raise UnknownNameError(message, hint=hint)
