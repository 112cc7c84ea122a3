"""What serves models."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ._served_model import ServedModel
    from ._servers import ModelServer, ModelServerConfiguration


class BaseModelDeployer(StackComponent):
    """Deploys, finds, describes, stops, starts and deletes model servers."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.MODEL_DEPLOYER

    @abstractmethod
    def deploy_model(
        self,
        config: ModelServerConfiguration,
        model: ServedModel,
        *,
        replace: bool = False,
        timeout: float = 300,
    ) -> ModelServer:
        """Start a server for a model and wait until it answers.

        Args:
            config: What the model is called, what it comes from, how it is served.
            model: The model itself.
            replace: Take the place of the server of this model's name, if there is one:
                the new one is started first, and if it fails the former stays.
            timeout: Seconds to wait; 0 does not wait, nor lets the former wait for the new.

        Raises:
            NameTakenError: A model of this name is served, and *replace* is false.
            FlavorFailedError: It does not answer in time, or ended; the message has the
                last lines of its log. What was started is gone, and nothing is listed.
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

        Args:
            uuid: Which server; one that is stopped already stays so.
            timeout: Seconds that requests under way may take.
            force: Do not wait for requests.

        Raises:
            UnknownNameError: No server has this uuid.
        """

    @abstractmethod
    def start_model_server(self, uuid: UUID, *, timeout: float = 300) -> None:
        """Start a stopped server again and wait until it answers; 0 does not wait.

        Raises:
            UnknownNameError: No server has this uuid.
            FlavorFailedError: As for `deploy_model`; the server stays listed, stopped.
        """

    @abstractmethod
    def delete_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        """Stop a server for good, as `stop_model_server` does; it is listed no more."""

    @abstractmethod
    def get_model_server_logs(
        self, uuid: UUID, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[str]:
        """Return the lines of a server's log, or the last *tail*; or follow as they come.

        Raises:
            UnknownNameError: No server has this uuid.
        """

    def get_model_server_info(self, server: ModelServer) -> dict[str, str]:
        """Return what is shown of a server, by label; no token is."""
        return {
            "uuid": str(server.uuid),
            "model": server.name,
            "made by": server.configuration.model_uri,
            "type": server.configuration.model_type,
            "state": server.state.value,
            "prediction url": server.prediction_url or "",
            "last error": server.last_error,
        }
