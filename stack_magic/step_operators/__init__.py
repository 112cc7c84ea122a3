'''Step operators run single steps elsewhere: a fresh process, a container, a cluster.

A step that needs more memory or a GPU, or that may crash, names the stack's step operator;
the other steps stay with the orchestrator:

    @step(step_operator="mine", resources={"memory": "2GiB"}, timeout=600)
    def train(data): ...

A flavor implements `launch`: it runs a Python program to its end that reads the job's
payload and writes the result, where the step's resources are met:

    class NiceOperator(BaseStepOperator):
        """Runs a step in a process of low priority."""

        FLAVOR = "nice"

        def launch(self, job):
            command = ["nice", sys.executable, *job.arguments]
            done = subprocess.run(command, input=job.payload, capture_output=True)
            for line in done.stderr.decode().splitlines():
                job.log(job.mask(line))
            if done.returncode:
                raise StepFailedError(f"step {job.step!r} failed")
            return done.stdout
'''

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
