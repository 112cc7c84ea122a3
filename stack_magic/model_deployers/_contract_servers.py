"""The servers that a model deployer's contract deploys, of which none is left."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from stack_magic.stack import expect

from ._served_model import ServedModel
from ._servers import ModelServer, ModelServerConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._base import BaseModelDeployer

IN_TIME = 60
"""Seconds that a server may take to answer."""


class Times:
    """A model: each input times a factor; it says so, and takes nothing but numbers."""

    def __init__(self, factor: int) -> None:
        self._factor = factor

    def predict(self, inputs: list[float]) -> list[float]:
        """Return each of *inputs* times the factor."""
        if not isinstance(inputs, list):
            message = "contract: a list is wanted"
            raise TypeError(message)
        print(f"contract: {len(inputs)} inputs")  # noqa: T201 - the log should have it
        return [self._factor * number for number in inputs]


def reversed_inputs(inputs: list[Any]) -> list[Any]:
    """Return the last input first: a model that is a function."""
    return inputs[::-1]


BROKEN = ServedModel(b"no JSON", "json", sha256(b"no JSON").hexdigest())
"""A model that cannot be loaded."""


def deployed(
    deployer: BaseModelDeployer,
    name: str,
    model: Any = None,
    *,
    replace: bool = False,
    facts: Mapping[str, str] | None = None,
) -> ModelServer:
    """Return a new server of *model*, by default of one that doubles."""
    served = model if isinstance(model, ServedModel) else ServedModel.of(model or Times(2))
    configuration = ModelServerConfiguration.model_validate({**(facts or {}), "model_name": name})
    return deployer.deploy_model(configuration, served, replace=replace, timeout=IN_TIME)


@contextmanager
def own_name(deployer: BaseModelDeployer) -> Iterator[str]:
    """Give the block a model's name, of which no server is left."""
    name = f"contract-{uuid4().hex[:12]}"
    try:
        yield name
    finally:
        with suppress(Exception):
            forget(deployer, name)


def forget(deployer: BaseModelDeployer, name: str) -> None:
    for server in deployer.find_model_server():
        if server.name == name:
            deployer.delete_model_server(server.uuid, force=True)


def only(deployer: BaseModelDeployer, name: str) -> ModelServer:
    """Return the one server of a model, as it is now."""
    found = [server for server in deployer.find_model_server() if server.name == name]
    expect(len(found) == 1, f"{len(found)} servers of the model are listed")
    return found[0]


def expect_times(factor: int, server: ModelServer) -> None:
    """Expect that a server multiplies by *factor*."""
    outputs = server.predict([1, 2.25])
    expect(outputs == [factor, 2.25 * factor], f"answered {outputs}")
