"""Commands on the models that the active stack's model deployer serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Preformatted, Title
from stack_magic.enums import StackComponentType
from stack_magic.secrets import masked, masking
from stack_magic.stack import check_name

from ._answers import Answer, Change, counted, done, told
from ._cards import component_list
from ._command import line
from ._component_commands import DeleteComponent
from ._component_queries import DescribeComponent
from ._ready import STORES, plain_stack, ready_component, ready_parts
from ._served_models import artifact_of, card_blocks, is_component, list_blocks, meant, server_of
from ._state_commands import ComponentLogs

if TYPE_CHECKING:
    from stack_magic.model_deployers import BaseModelDeployer
    from stack_magic.stack import Snapshot

    from ._world import World

_KIND = StackComponentType.MODEL_DEPLOYER
_TIMEOUT = 300
_TAIL = 100
_PATIENCE = 10
"""Seconds that requests under way get when a server is stopped by a line."""


class DeployModel(NamedTuple):
    """Serve a model that a run has made.

    Attributes:
        name: What the model is called from now on.
        model: Where it is: `RUN/STEP`, or `RUN/STEP/OUTPUT`.
        stack: Whose stores have it, and whose deployer serves it; None is the active one.
        replace: Whether to take the place of the server of this name.
        keep: Whether the server outlives this kernel.
        port: Where it listens; 0 is any free port.
        timeout: Seconds to wait until it answers; 0 does not wait.
    """

    name: str
    model: str
    stack: str | None = None
    replace: bool = False
    keep: bool = False
    port: int = 0
    timeout: int = _TIMEOUT

    def __str__(self) -> str:
        flags = ["--replace"] * self.replace + ["--keep"] * self.keep
        options = {"model": self.model}
        if self.stack is not None:
            options["stack"] = self.stack
        if self.port:
            options["port"] = str(self.port)
        if self.timeout != _TIMEOUT:
            options["timeout"] = str(self.timeout)
        return line(_KIND, "deploy", self.name, *flags, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Read the artifact, start the server and return it in `.value`."""
        name = check_name(self.name)
        if world.is_preview:
            deployer = plain_stack(snapshot, self.stack).component(_KIND)
            return Change(snapshot, told(f"model {name} can be deployed on {deployer.name}"))
        stack = ready_parts(snapshot, [*STORES, _KIND], self.stack)
        deployer = stack.component(_KIND)
        given = {"model_name": name, "port": self.port, "keep": self.keep}
        configuration, model = artifact_of(stack, self.model, given)
        with world.progress(f"deploying {name}", [name]) as note, masking():
            note(name, "starting")
            server = deployer.deploy_model(
                configuration, model, replace=self.replace, timeout=self.timeout
            )
            blocks = card_blocks(deployer, server)
        return Change(snapshot, done(f"deployed model {name}", *blocks, value=server))


class ListModelServers(NamedTuple):
    """Show the model deployers, and the models that the active stack's one serves."""

    def __str__(self) -> str:
        return line(_KIND, "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the table of components, then that of servers."""
        components = component_list(_KIND, snapshot)
        if world.is_preview:
            return Change(snapshot, components)
        blocks = (*components.blocks, *list_blocks(snapshot))
        return Change(snapshot, Answer(blocks, value=components.value))


class DescribeModelServer(NamedTuple):
    """Show a served model, or a component of that name.

    Attributes:
        component: Whether the component is meant (True) or the model (False); None takes
            whichever there is.
    """

    name: str
    component: bool | None = None

    def __str__(self) -> str:
        return line(_KIND, "describe", self.name, *_which(self.component))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the card; a model's server is in `.value`."""
        if world.is_preview and not is_component(snapshot, self.name, self.component):
            return Change(snapshot, told(f"model {self.name} can be described"))
        found = None if world.is_preview else meant(snapshot, self.name, self.component)
        if found is None:
            return DescribeComponent(_KIND, self.name).on(snapshot, world)
        deployer, server = found
        with masking():
            blocks = card_blocks(deployer, server)
        title = Title(f"model {server.name} on {_KIND} {deployer.name}")
        return Change(snapshot, Answer((title, *blocks), value=server))


class ModelServerLogs(NamedTuple):
    """Show the end of the log of a served model, or of a component of that name.

    Attributes:
        tail: How many lines.
        component: As for `DescribeModelServer`.
    """

    name: str
    tail: int = _TAIL
    component: bool | None = None

    def __str__(self) -> str:
        options = {} if self.tail == _TAIL else {"tail": str(self.tail)}
        return line(_KIND, "logs", self.name, *_which(self.component), **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the last lines, the deployer's secrets masked."""
        if world.is_preview:
            return Change(snapshot, told(f"the log of {self.name} can be shown"))
        found = meant(snapshot, self.name, self.component)
        if found is None:
            return ComponentLogs(_KIND, self.name, self.tail).on(snapshot, world)
        deployer, server = found
        with masking():
            lines = list(deployer.get_model_server_logs(server.uuid, tail=self.tail))
        if not lines:
            return Change(snapshot, told(f"model {server.name} has written no log yet", value=[]))
        text = masked("\n".join(lines))
        title = Title(f"model {server.name}: the last {counted(len(lines), 'line')} of its log")
        answer = Answer((title, Preformatted(text)), value=text.split("\n"))
        return Change(snapshot, answer)


class StopModelServer(NamedTuple):
    """Stop the server of a model; it stays listed."""

    name: str

    def __str__(self) -> str:
        return line(_KIND, "stop", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Stop it; requests under way get a few seconds."""
        if world.is_preview:
            return Change(snapshot, told(f"model {self.name} can be stopped"))
        deployer, server = server_of(_active(snapshot), self.name)
        with masking():
            deployer.stop_model_server(server.uuid, timeout=_PATIENCE)
        sentence = f"stopped model {server.name}; %{_KIND} start {server.name} starts it again"
        return Change(snapshot, done(sentence, value=server.name))


class StartModelServer(NamedTuple):
    """Start the stopped server of a model again."""

    name: str

    def __str__(self) -> str:
        return line(_KIND, "start", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Start it and return it in `.value`."""
        if world.is_preview:
            return Change(snapshot, told(f"model {self.name} can be started"))
        deployer, server = server_of(_active(snapshot), self.name)
        with world.progress(f"starting {server.name}", [server.name]) as note, masking():
            note(server.name, "starting")
            deployer.start_model_server(server.uuid, timeout=_TIMEOUT)
            _, started = server_of(deployer, str(server.uuid))
            blocks = card_blocks(deployer, started)
        return Change(snapshot, done(f"started model {server.name}", *blocks, value=started))


class DeleteModelServer(NamedTuple):
    """Delete the server of a model, or a component of that name.

    Attributes:
        component: As for `DescribeModelServer`.
    """

    name: str
    component: bool | None = None

    def __str__(self) -> str:
        return line(_KIND, "delete", self.name, *_which(self.component))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Stop the server for good, or forget the component."""
        if world.is_preview and not is_component(snapshot, self.name, self.component):
            return Change(snapshot, told(f"model {self.name} can be deleted"))
        found = None if world.is_preview else meant(snapshot, self.name, self.component)
        if found is None:
            return DeleteComponent(_KIND, self.name).on(snapshot, world)
        deployer, server = found
        with masking():
            deployer.delete_model_server(server.uuid, timeout=_PATIENCE)
        sentence = f"deleted model {server.name} from {_KIND} {deployer.name}"
        return Change(snapshot, done(sentence, value=server.name))


def _which(component: bool | None) -> list[str]:  # noqa: FBT001 - a field's value
    return [] if component is None else ["--component" if component else "--server"]


def _active(snapshot: Snapshot) -> BaseModelDeployer:
    deployer: Any = ready_component(snapshot, _KIND)
    return deployer  # type: ignore[no-any-return]
