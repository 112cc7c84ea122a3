"""The contract of model deployers: kept by what is right, broken by what is not."""

from __future__ import annotations

import inspect
import re
import textwrap
from dataclasses import replace as changed
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import stack_magic.model_deployers as room
from stack_magic.errors import BrokenContractError, StackMagicError
from stack_magic.model_deployers import (
    BaseModelDeployer,
    LocalModelDeployer,
    ModelServer,
    ServerState,
)
from stack_magic.model_deployers._contract import CONTRACT
from stack_magic.stack import check_flavor
from tests.model_deployers.thread_deployer import ThreadDeployer

if TYPE_CHECKING:
    from uuid import UUID


def test_the_local_flavor_keeps_its_contract_and_leaves_nothing(
    deployer: LocalModelDeployer,
) -> None:
    CONTRACT.check(deployer).raise_if_broken()
    assert deployer.find_model_server() == []


def test_a_flavor_of_threads_keeps_the_contract() -> None:
    deployer = ThreadDeployer(name="threads")
    CONTRACT.check(deployer).raise_if_broken()
    assert deployer.find_model_server() == []


@pytest.mark.parametrize("flavor", [LocalModelDeployer, ThreadDeployer])
def test_a_flavor_has_no_findings(flavor: type[BaseModelDeployer]) -> None:
    assert check_flavor(flavor, BaseModelDeployer).diagnostics == ()


def test_the_flavor_of_the_explanation_keeps_its_servers(deployer: LocalModelDeployer) -> None:
    source = re.search(
        r"( +class LastingDeployer.*?)\n\n +%model", inspect.getdoc(room) or "", re.DOTALL
    )
    assert source is not None
    namespace: dict[str, Any] = {**vars(room), "__name__": __name__}
    exec(textwrap.dedent(source[1]), namespace)  # noqa: S102 - a cell of the explanation
    flavor = namespace["LastingDeployer"]
    assert check_flavor(flavor, BaseModelDeployer).diagnostics == ()
    lasting = flavor(name="lasting")
    configuration = room.ModelServerConfiguration(model_name="double")
    server = lasting.deploy_model(configuration, room.ServedModel.of(abs), timeout=60)
    assert server.configuration.keep
    assert server.predict(-1) == 1
    (found,) = deployer.find_model_server()  # it keeps them in the same folder
    assert found.uuid == server.uuid


class Wrong(ThreadDeployer):
    """Rounds: numbers are wrong in everything that asks for them."""

    FLAVOR: ClassVar[str] = "wrong"

    def _made(self, config: Any, model: Any) -> Any:
        place = super()._made(config, model)
        right = place.model
        if hasattr(right, "predict"):
            place.model = lambda inputs: [int(x) for x in right.predict(inputs)]
        return place


class MethodsOnly(ThreadDeployer):
    """Calls nothing but predict."""

    FLAVOR: ClassVar[str] = "methods_only"

    def _made(self, config: Any, model: Any) -> Any:
        place = super()._made(config, model)
        if not hasattr(place.model, "predict"):
            place.model = lambda inputs: inputs
        return place


class Silent(ThreadDeployer):
    """Swallows what the model raises."""

    FLAVOR: ClassVar[str] = "silent"

    def _made(self, config: Any, model: Any) -> Any:
        place = super()._made(config, model)
        right = getattr(place.model, "predict", place.model)

        def predict(inputs: Any) -> Any:
            try:
                return right(inputs)
            except TypeError:
                return None

        place.model = predict
        return place


class Careless(ThreadDeployer):
    """Does not look at the step."""

    FLAVOR: ClassVar[str] = "careless"

    def find_model_server(self, **criteria: Any) -> list[ModelServer]:
        return super().find_model_server(**{**criteria, "pipeline_step_name": None})


class NewestFirst(ThreadDeployer):
    """Lists the newest first."""

    FLAVOR: ClassVar[str] = "newest_first"

    def find_model_server(self, **criteria: Any) -> list[ModelServer]:
        return super().find_model_server(**criteria)[::-1]


class StoppedToo(ThreadDeployer):
    """Finds stopped servers among those that run."""

    FLAVOR: ClassVar[str] = "stopped_too"

    def find_model_server(self, *, running: bool = False, **criteria: Any) -> list[ModelServer]:
        return super().find_model_server(**criteria)


class Restless(ThreadDeployer):
    """Cannot start again."""

    FLAVOR: ClassVar[str] = "restless"

    def start_model_server(self, uuid: UUID, *, timeout: float = 300) -> None:
        self._place(uuid)


class Optimist(ThreadDeployer):
    """Remembers that a server ran."""

    FLAVOR: ClassVar[str] = "optimist"

    def find_model_server(self, *, running: bool = False, **criteria: Any) -> list[ModelServer]:
        found = super().find_model_server(running=running, **criteria)
        return [changed(server, state=ServerState.ACTIVE) for server in found]


class Undying(ThreadDeployer):
    """Only forgets what is deleted: it answers on."""

    FLAVOR: ClassVar[str] = "undying"
    LEFT: ClassVar[list[Any]] = []

    def delete_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        self.LEFT.append(self._place(uuid))
        del self._places[uuid]

    def close(self) -> None:
        for place in self.LEFT:
            place.stop()


class Doubling(ThreadDeployer):
    """Adds a second server of the same name, as ZenML does."""

    FLAVOR: ClassVar[str] = "doubling"

    def deploy_model(self, config: Any, model: Any, *, replace: bool = False, **rest: Any) -> Any:
        former = self.find_model_server(model_name=config.model_name)
        if not former or replace:
            return super().deploy_model(config, model, replace=replace, **rest)
        place = self._made(config, model)
        self._places[place.record.uuid] = place
        place.start()
        return place.now()


class Conservative(ThreadDeployer):
    """Thinks that the former server is good enough."""

    FLAVOR: ClassVar[str] = "conservative"

    def deploy_model(self, config: Any, model: Any, *, replace: bool = False, **rest: Any) -> Any:
        if replace:
            self._made(config, model)
            return self.find_model_server(model_name=config.model_name)[0]
        return super().deploy_model(config, model, **rest)


class Hasty(ThreadDeployer):
    """Deletes the former server before the new one is there."""

    FLAVOR: ClassVar[str] = "hasty"

    def deploy_model(self, config: Any, model: Any, *, replace: bool = False, **rest: Any) -> Any:
        if replace:
            for server in self.find_model_server(model_name=config.model_name):
                self.delete_model_server(server.uuid)
        return super().deploy_model(config, model, **rest)


class Untidy(ThreadDeployer):
    """Lists what did not start."""

    FLAVOR: ClassVar[str] = "untidy"

    def deploy_model(self, config: Any, model: Any, *, replace: bool = False, **rest: Any) -> Any:
        try:
            return super().deploy_model(config, model, replace=replace, **rest)
        except StackMagicError as error:
            if "not load" in error.message and not replace:
                place = self._made(config, room.ServedModel.of(abs))
                self._places[place.record.uuid] = place
            raise


class Indifferent(ThreadDeployer):
    """Does not mind what it does not know."""

    FLAVOR: ClassVar[str] = "indifferent"

    def stop_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        if uuid in self._places:
            super().stop_model_server(uuid)


class Chatty(ThreadDeployer):
    """Gives the whole log always."""

    FLAVOR: ClassVar[str] = "chatty"

    def get_model_server_logs(self, uuid: UUID, *, follow: bool = False, tail: Any = None) -> Any:
        return super().get_model_server_logs(uuid)


class Open(ThreadDeployer):
    """Listens on every address."""

    FLAVOR: ClassVar[str] = "open"
    HOST: ClassVar[str] = "0.0.0.0"  # noqa: S104 - what is tested


class Trusting(ThreadDeployer):
    """Has a token, and answers without it."""

    FLAVOR: ClassVar[str] = "trusting"
    WANTED: ClassVar[str | None] = None


class Talker(ThreadDeployer):
    """Shows the token where the server is described."""

    FLAVOR: ClassVar[str] = "talker"

    def get_model_server_info(self, server: ModelServer) -> dict[str, str]:
        assert server.token is not None
        token = server.token.get_secret_value()
        return {**super().get_model_server_info(server), "token": token}


BROKEN: dict[type[ThreadDeployer], set[str]] = {
    MethodsOnly: {"serves a function by calling it"},
    Silent: {"tells what the model raised, and goes on"},
    Careless: {"finds servers by each criterion, the oldest first"},
    NewestFirst: {"finds servers by each criterion, the oldest first"},
    StoppedToo: {"finds the servers that run"},
    Restless: {"stops a server, keeps it listed, and starts it again"},
    Optimist: {"stops a server, keeps it listed, and starts it again"},
    Undying: {"deletes a server"},
    Doubling: {"serves a model's name once"},
    Conservative: {"replaces a model's server when told to"},
    Hasty: {"keeps the former server when its replacement fails"},
    Untidy: {"leaves nothing of a server that did not start"},
    Indifferent: {"raises UnknownNameError for an unknown server"},
    Chatty: {"gives the log, or its last lines"},
    Open: {"answers plain HTTP on this machine's own address only"},
    Trusting: {"refuses a request without the token, if there is one"},
    Talker: {"describes a server, and never shows its token"},
}


@pytest.mark.parametrize("flavor", BROKEN)
def test_a_broken_flavor_breaks_its_promise_only(flavor: type[ThreadDeployer]) -> None:
    deployer = flavor(name="broken")
    card = CONTRACT.check(deployer)
    deployer.close()
    assert set(card.broken) == BROKEN[flavor]
    with pytest.raises(BrokenContractError, match="breaks its contract"):
        card.raise_if_broken()


def test_a_flavor_that_answers_wrong_is_found_out_wherever_it_is_asked() -> None:
    deployer = Wrong(name="broken")
    broken = CONTRACT.check(deployer).broken
    assert "answers with the model's predictions" in broken


def test_every_promise_has_a_flavor_that_breaks_it() -> None:
    tried = {sentence for broken in BROKEN.values() for sentence in broken}
    tried.add("answers with the model's predictions")
    assert tried == {promise.sentence for promise in CONTRACT.promises}
