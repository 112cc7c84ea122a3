"""What every model deployer promises."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from stack_magic.errors import NameTakenError, StackMagicError, UnknownNameError
from stack_magic.stack import Contract, Promise, expect, expect_raises

from ._contract_servers import (
    BROKEN,
    IN_TIME,
    Times,
    deployed,
    expect_times,
    only,
    own_name,
    reversed_inputs,
)
from ._http import ask, is_loopback

if TYPE_CHECKING:
    from ._base import BaseModelDeployer


def _answers(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        expect(server.is_running, f"a new server is {server.state}")
        expect_times(2, server)


def _calls_functions(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        outputs = deployed(deployer, name, reversed_inputs).predict([1, "a", None])
        expect(outputs == [None, "a", 1], f"answered {outputs}")


def _tells_errors(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        try:
            server.predict("no list")
        except StackMagicError as error:
            told = "a list is wanted" in error.message
            expect(told, f"did not tell what the model raised: {error.message}")
        else:
            expect(kept=False, evidence="a model that raised was no error")
        expect_times(2, server)


def _finds(deployer: BaseModelDeployer) -> None:
    facts = ("model_uri", "model_type", "pipeline_name", "pipeline_run_id", "pipeline_step_name")
    with own_name(deployer) as name, own_name(deployer) as other:
        wanted = deployed(deployer, name, facts={fact: f"{name}/{fact}" for fact in facts})
        second = deployed(deployer, other)
        criteria: dict[str, Any] = {fact: f"{name}/{fact}" for fact in facts}
        for fact, value in {**criteria, "uuid": wanted.uuid, "model_name": name}.items():
            found = [server.uuid for server in deployer.find_model_server(**{fact: value})]
            expect(found == [wanted.uuid], f"{len(found)} servers were found by {fact}")
        listed = [server.uuid for server in deployer.find_model_server()]
        both = [uuid for uuid in listed if uuid in {wanted.uuid, second.uuid}]
        expect(both == [wanted.uuid, second.uuid], "they are not listed, the oldest first")


def _finds_running(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        expect(deployer.find_model_server(running=True, model_name=name), "one that runs is missed")
        deployer.stop_model_server(server.uuid)
        found = deployer.find_model_server(running=True, model_name=name)
        expect(not found, "one that was stopped is found as running")


def _stops_and_starts(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        uuid = deployed(deployer, name).uuid
        deployer.stop_model_server(uuid)
        deployer.stop_model_server(uuid)
        stopped = only(deployer, name)
        expect(not stopped.is_running, f"a stopped server is {stopped.state}")
        with expect_raises(StackMagicError, deed="asking a stopped server"):
            stopped.predict([1])
        deployer.start_model_server(uuid, timeout=IN_TIME)
        started = only(deployer, name)
        expect(started.uuid == uuid, "it has another uuid now")
        expect_times(2, started)


def _deletes(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        deployer.delete_model_server(server.uuid)
        left = [s for s in deployer.find_model_server() if s.name == name]
        expect(not left, "a deleted server is listed")
        with expect_raises(StackMagicError, deed="asking a deleted server"):
            server.predict([1])


def _one_a_name(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        first = deployed(deployer, name)
        with expect_raises(NameTakenError, deed="a second server of a model's name"):
            deployed(deployer, name, Times(3))
        expect(only(deployer, name).uuid == first.uuid, "the first is not there any more")
        expect_times(2, first)


def _replaces(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        deployed(deployer, name)
        new = deployed(deployer, name, Times(3), replace=True)
        expect(only(deployer, name).uuid == new.uuid, "the former is the one that is listed")
        expect_times(3, new)


def _keeps_the_former(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        former = deployed(deployer, name)
        with expect_raises(StackMagicError, deed="replacing by a model that cannot be loaded"):
            deployed(deployer, name, BROKEN, replace=True)
        expect(only(deployer, name).uuid == former.uuid, "the former is not there any more")
        expect_times(2, former)


def _leaves_nothing(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        with expect_raises(StackMagicError, deed="deploying a model that cannot be loaded"):
            deployed(deployer, name, BROKEN)
        left = [server for server in deployer.find_model_server() if server.name == name]
        expect(not left, "its server is listed")


def _unknown(deployer: BaseModelDeployer) -> None:
    deeds = (
        deployer.stop_model_server,
        deployer.start_model_server,
        deployer.delete_model_server,
        deployer.get_model_server_logs,
    )
    for deed in deeds:
        with expect_raises(UnknownNameError, deed=f"{deed.__name__} of an unknown server"):
            deed(uuid4())
    expect(not deployer.find_model_server(uuid=uuid4()), "an unknown server is found")


def _logs(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        server.predict([1])
        server.predict([1, 2])
        said = [
            line for line in deployer.get_model_server_logs(server.uuid) if "contract: " in line
        ]
        expected = ["contract: 1 inputs", "contract: 2 inputs"]
        kept = len(said) == len(expected) and all(
            e in s for e, s in zip(expected, said, strict=True)
        )
        expect(kept, f"the log has {said} of what the model said")
        last = list(deployer.get_model_server_logs(server.uuid, tail=1))
        expect(len(last) == 1 and "2 inputs" in last[0], f"its last line is {last}")


def _loopback_only(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        url = urlsplit(deployed(deployer, name).prediction_url or "")
        if url.scheme != "http":
            return
        expect(is_loopback(url.geturl()), f"it answers plain HTTP on {url.hostname}")
        # Another address of this machine: what listens on all of them answers here too.
        with suppress(OSError), socket.create_connection(("127.0.0.2", url.port or 80), 1):
            expect(kept=False, evidence="it listens on every address of this machine")


def _wants_its_token(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        if server.prediction_url is None or server.token is None:
            return
        with expect_raises(StackMagicError, deed="a request without the token"):
            ask(server.prediction_url, name, [1], None, IN_TIME)


def _describes(deployer: BaseModelDeployer) -> None:
    with own_name(deployer) as name:
        server = deployed(deployer, name)
        info = deployer.get_model_server_info(server)
        expect(name in info.values(), "the model's name is not in its description")
        if server.token is not None:
            log = "\n".join(deployer.get_model_server_logs(server.uuid))
            shown = f"{info} {server!r} {server.prediction_url} {log}"
            expect(server.token.get_secret_value() not in shown, "its token is shown")


CONTRACT = Contract(
    (
        Promise("answers with the model's predictions", _answers),
        Promise("serves a function by calling it", _calls_functions),
        Promise("tells what the model raised, and goes on", _tells_errors),
        Promise("finds servers by each criterion, the oldest first", _finds),
        Promise("finds the servers that run", _finds_running),
        Promise("stops a server, keeps it listed, and starts it again", _stops_and_starts),
        Promise("deletes a server", _deletes),
        Promise("serves a model's name once", _one_a_name),
        Promise("replaces a model's server when told to", _replaces),
        Promise("keeps the former server when its replacement fails", _keeps_the_former),
        Promise("leaves nothing of a server that did not start", _leaves_nothing),
        Promise("raises UnknownNameError for an unknown server", _unknown),
        Promise("gives the log, or its last lines", _logs),
        Promise("answers plain HTTP on this machine's own address only", _loopback_only),
        Promise("refuses a request without the token, if there is one", _wants_its_token),
        Promise("describes a server, and never shows its token", _describes),
    )
)
