"""What runs one step elsewhere, given its resources."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from ._job import StepJob


class BaseStepOperator(StackComponent):
    """Runs the program of a step to its end, where its resources are met.

    ZenML's `launch` is given a command line only; this one is given the step itself as
    bytes, so that a process, a container, a queue or a cluster can all carry it.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.STEP_OPERATOR

    @property
    def is_local(self) -> bool:
        """Whether the steps run on this machine; a flavor that sends them away says False."""
        return True

    @abstractmethod
    def launch(self, job: StepJob) -> bytes:
        """Run *job* to its end and return what its program wrote to its standard output.

        What the program says on its standard error goes to `job.log`, line by line. Where
        a program cannot be piped to, `stack_magic.pipelines.worker.call(payload)` does the
        same inside a Python process. Ends what was started when `job.cancelled` is set,
        and lets KeyboardInterrupt pass after ending it.

        Raises:
            StepFailedError: The program crashed, was killed, or was over its time; the
                message says which, and ends with its last lines.
            InvalidConfigurationError: The resources cannot be met here.
        """
