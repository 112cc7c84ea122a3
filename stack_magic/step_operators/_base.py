"""What runs one step elsewhere, given its resources."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._resources import ResourceConfiguration


class BaseStepOperator(StackComponent):
    """Runs the command of a step to its end, where its resources are met."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.STEP_OPERATOR

    @abstractmethod
    def launch(
        self,
        pipeline_name: str,
        run_name: str,
        requirements: Sequence[str],
        entrypoint_command: Sequence[str],
        resource_configuration: ResourceConfiguration,
    ) -> None:
        """Prepare an environment, run the command in it, and wait for its end.

        Let KeyboardInterrupt pass, after ending what was started.

        Args:
            pipeline_name: Name of the pipeline.
            run_name: Name of the run.
            requirements: Pip requirements of the step and of the stack.
            entrypoint_command: Program and arguments, never through a shell.
            resource_configuration: What the step needs.

        Raises:
            RunFailedError: The command failed; with the end of what it wrote.
            InvalidConfigurationError: The resources cannot be met here.
        """
