'''Step operators run single steps elsewhere: a fresh process, a container, a cluster.

A step that needs more memory or a GPU, or that may crash, names the stack's step operator;
the other steps stay with the orchestrator:

    @step(step_operator="mine", resources={"memory": "2GiB"}, timeout=600)
    def train(data): ...

A flavor that runs another program on this machine changes the command; limits, log,
Ctrl-C and what is told of a crash stay:

    class NiceOperator(SubprocessStepOperator):
        """Runs a step in a process of low priority."""

        FLAVOR = "nice"

        def command(self, job):
            return ["nice", *super().command(job)]

For another place, derive from `BaseStepOperator` and implement `launch`: it runs a Python
program to its end that reads `job.payload` and writes the result, which is returned, and
gives what it says to `job.log`. `%step_operator check NAME` tries every promise of the type.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseStepOperator
from ._job import StepJob
from ._resources import ResourceConfiguration
from ._subprocess import SubprocessStepOperator

__all__ = [
    "BaseStepOperator",
    "ResourceConfiguration",
    "StepJob",
    "SubprocessStepOperator",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
