"""What serves models."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ._servers import ModelServer, ModelServerConfiguration


class BaseModelDeployer(StackComponent):
    """Deploys, finds, describes, stops, starts and deletes model servers."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.MODEL_DEPLOYER

    @abstractmethod
    def deploy_model(
        self,
        config: ModelServerConfiguration,
        *,
        replace: bool = False,
        timeout: float = 300,
    ) -> ModelServer:
        """Start a server and wait until it answers.

        Args:
            config: Which model to serve.
            replace: Update the server of the same pipeline, step and model, if there is
                one, rather than add another.
            timeout: Seconds to wait; 0 does not wait.

        Raises:
            FlavorFailedError: It does not answer in time; what was started is stopped.
        """

    @abstractmethod
    def find_model_server(  # noqa: PLR0913 - each is one criterion, and optional
        self,
        *,
        running: bool = False,
        uuid: UUID | None = None,
        pipeline_name: str | None = None,
        pipeline_run_id: str | None = None,
        pipeline_step_name: str | None = None,
        model_name: str | None = None,
        model_uri: str | None = None,
        model_type: str | None = None,
    ) -> list[ModelServer]:
        """Return the servers that meet every criterion given, the oldest first."""

    @abstractmethod
    def stop_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        """Stop a server, which stays listed and can be started again.

        Raises UnknownNameError for an unknown one; *force* does not wait for requests.
        """

    @abstractmethod
    def start_model_server(self, uuid: UUID, *, timeout: float = 300) -> None:
        """Start a stopped server. Raises UnknownNameError for an unknown one."""

    @abstractmethod
    def delete_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        """Stop a server for good. Raises UnknownNameError for an unknown one."""

    @abstractmethod
    def get_model_server_logs(
        self, uuid: UUID, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[str]:
        """Yield the lines of a server's log, the last *tail* only, or as they come."""

    def get_model_server_info(self, server: ModelServer) -> dict[str, str]:
        """Return what is shown of a server, by label."""
        return {
            "uuid": str(server.uuid),
            "model": server.configuration.model_name,
            "state": server.state.value,
            "prediction url": server.prediction_url or "",
            "last error": server.last_error,
        }
