"""Model servers as values: what was asked for, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from uuid import UUID


class ServerState(StrEnum):
    """What a model server does now."""

    ACTIVE = "active"
    PENDING_STARTUP = "pending startup"
    INACTIVE = "inactive"
    PENDING_SHUTDOWN = "pending shutdown"
    ERROR = "error"


class ModelServerConfiguration(BaseModel):
    """Which model to serve, and what it comes from."""

    # The fields are ZenML's; pydantic would keep the prefix `model_` for itself.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model_name: str = Field(description="Name of the model")
    model_uri: str = Field(description="Where the model is, as a key or URI")
    model_type: str = Field(default="", description="How the model is loaded")
    pipeline_name: str = Field(default="", description="Pipeline that made it")
    pipeline_run_id: str = Field(default="", description="Run that made it")
    pipeline_step_name: str = Field(default="", description="Step that made it")


@dataclass(frozen=True)
class ModelServer:
    """One server as it was when asked.

    Attributes:
        uuid: Identifies the server for as long as it is listed.
        configuration: What it was deployed with.
        state: What it does.
        prediction_url: Where it answers; None if it does not.
        last_error: Why its state is an error; empty if it is not.
    """

    uuid: UUID
    configuration: ModelServerConfiguration
    state: ServerState
    prediction_url: str | None = None
    last_error: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self.state is ServerState.ACTIVE
