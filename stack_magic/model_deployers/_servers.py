"""Model servers as values: what was asked for, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from stack_magic.errors import FlavorFailedError
from stack_magic.stack import check_name

if TYPE_CHECKING:
    from uuid import UUID


class ServerState(StrEnum):
    """What a model server does now."""

    ACTIVE = "active"
    PENDING_STARTUP = "pending startup"
    INACTIVE = "inactive"
    PENDING_SHUTDOWN = "pending shutdown"
    ERROR = "error"

    @property
    def mark(self) -> str:
        """The sign shown beside the word."""
        return {"active": "✓", "inactive": "○", "error": "✕"}.get(self.value, "▲")


class ModelServerConfiguration(BaseModel):
    """Which model to serve, what it comes from, and how it is served."""

    # The fields are ZenML's; pydantic would keep the prefix `model_` for itself.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model_name: str = Field(description="Name of the model, served once in a deployer")
    model_uri: str = Field(default="", description="Where the model is, as a key or URI")
    model_type: str = Field(default="", description="The Python type of the model")
    pipeline_name: str = Field(default="", description="Pipeline that made it")
    pipeline_run_id: str = Field(default="", description="Run that made it")
    pipeline_step_name: str = Field(default="", description="Step that made it")
    port: int = Field(default=0, ge=0, le=65535, description="Port; 0 takes any free one")
    keep: bool = Field(default=False, description="Whether the server outlives this kernel")

    @field_validator("model_name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        return check_name(name)


_PREDICT = "predict"


@dataclass(frozen=True, repr=False)
class ModelServer:
    """One server as it was when asked; a flavor may have a subclass of its own.

    Attributes:
        uuid: Identifies the server for as long as it is listed.
        configuration: What it was deployed with.
        state: What it does.
        prediction_url: Where it answers; None if it does not, or is not asked by HTTP.
        last_error: Why its state is an error; empty if it is not.
        token: What it wants to be shown as a bearer token; None if it wants none. A
            pickle leaves it out.
    """

    uuid: UUID
    configuration: ModelServerConfiguration
    state: ServerState
    prediction_url: str | None = None
    last_error: str = ""
    token: SecretStr | None = None

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.configuration.model_name

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self.state is ServerState.ACTIVE

    def predict(self, inputs: Any, *, method: str = "predict", timeout: float = 60) -> Any:
        """Return the model's outputs for *inputs*: JSON values, arrays as lists.

        NaN and other gaps come back as None, moments as ISO 8601 texts.

        Args:
            inputs: What the method takes: a data frame comes to the model as one, arrays
                as lists. A model that was fitted on a frame takes records, columns and
                rows as well.
            method: Which method of the model is called, such as `predict_proba`.
            timeout: Seconds to wait for the server at any time.

        Raises:
            InvalidConfigurationError: JSON has no such inputs.
            FlavorFailedError: It does not run or answer, or the model failed.
        """
        from ._http import ask

        if self.prediction_url is None:
            message = f"the server of model {self.name!r} is {self.state}: it has no url"
            way_out = "start" if self.state is ServerState.INACTIVE else "describe"
            raise FlavorFailedError(message, hint=f"%model_deployer {way_out} {self.name}")
        return ask(self._url_of(method), self.name, inputs, self.token, timeout)

    def _url_of(self, method: str) -> str:
        url = self.prediction_url or ""
        folder, _, last = url.rpartition("/")
        if method in {last, _PREDICT}:
            return url
        if last != _PREDICT:
            message = f"the server of model {self.name!r} has one method: its url is {url}"
            raise FlavorFailedError(message, hint="leave method= out")
        return f"{folder}/{method}"

    def __getstate__(self) -> dict[str, Any]:
        """Leave the token out of pickles, which would show it in clear."""
        return {key: value for key, value in vars(self).items() if key != "token"}

    def __repr__(self) -> str:
        return f"<model server {self.name}: {self.state}>"
