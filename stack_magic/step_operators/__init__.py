'''Step operators run single steps elsewhere: a fresh process, a container, a cluster.

A step that needs more memory or a GPU names the stack's step operator; the other steps
stay with the orchestrator. A flavor implements `launch`, which runs one command to its
end, where the step's resources are met:

    class NiceOperator(BaseStepOperator):
        """Runs a step in a process of low priority."""

        FLAVOR = "nice"

        def launch(
            self,
            pipeline_name,
            run_name,
            requirements,
            entrypoint_command,
            resource_configuration,
        ):
            subprocess.run(["nice", *entrypoint_command], check=True)
'''

from ._base import BaseStepOperator
from ._resources import ResourceConfiguration

__all__ = ["BaseStepOperator", "ResourceConfiguration"]
