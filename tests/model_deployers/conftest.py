"""A deployer of which nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.model_deployers import LocalModelDeployer, ModelServerConfiguration, ServedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack_magic.model_deployers import ModelServer

    Deploy = Callable[..., ModelServer]


@pytest.fixture
def deployer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalModelDeployer]:
    monkeypatch.chdir(tmp_path)
    made = LocalModelDeployer(name="here")
    yield made
    for server in made.find_model_server():
        made.delete_model_server(server.uuid, force=True)


@pytest.fixture
def deploy(deployer: LocalModelDeployer) -> Deploy:
    """Return a function that deploys a model under a name."""

    def deploying(
        model: Any, name: str = "adder", *, replace: bool = False, timeout: float = 60, **facts: Any
    ) -> ModelServer:
        configuration = ModelServerConfiguration(model_name=name, **facts)
        served = ServedModel.of(model)
        return deployer.deploy_model(configuration, served, replace=replace, timeout=timeout)

    return deploying
