"""What `%model_deployer` has beyond the commands of every type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from stack_magic.enums import StackComponentType
from stack_magic.session import (
    ComponentLogs,
    DeleteModelServer,
    DeployModel,
    DescribeComponent,
    DescribeModelServer,
    ListModelServers,
    ModelServerLogs,
    StartModelServer,
    StopModelServer,
)

from ._offers import offer_components, offer_runs, offer_stacks
from ._parts import Leaf
from ._words import argument, yes

if TYPE_CHECKING:
    from stack_magic.session import Session

_KIND = StackComponentType.MODEL_DEPLOYER


def deployer_leaves() -> tuple[Leaf, ...]:
    """Return the commands on served models; some stand in the place of a type's own."""
    return (*_changing(), *_showing())


def _changing() -> tuple[Leaf, ...]:
    def deploy(*, name: str, **options: Any) -> Any:
        """Serve a model that a run has made."""
        return DeployModel(name, **options)

    def stop(name: str) -> Any:
        """Stop the server of a model; it stays listed."""
        return StopModelServer(name)

    def start(name: str) -> Any:
        """Start the stopped server of a model again."""
        return StartModelServer(name)

    def delete(*, name: str, component: bool | None, yes: bool) -> Any:
        """Delete a served model, or a component that no stack holds."""
        return DeleteModelServer(name, component)

    server = argument("name", _offer_servers)
    either = argument("name", _offer_both)
    return (
        Leaf("deploy", deploy, [argument("name"), *_how_to_deploy()]),
        Leaf("stop", stop, [server]),
        Leaf("start", start, [server]),
        Leaf("delete", delete, [either, _which(), yes()]),
    )


def _how_to_deploy() -> list[click.Parameter]:
    whose = "Stack that has the model and serves it."
    seconds = click.IntRange(min=0)
    return [
        click.Option(
            ["--model", "-m"],
            required=True,
            metavar="RUN/STEP",
            help="Where the model is: RUN/STEP, or RUN/STEP/OUTPUT.",
            shell_complete=_offer_artifacts,
        ),
        click.Option(["--replace"], is_flag=True, help="Take the place of the model's server."),
        click.Option(["--keep"], is_flag=True, help="Let the server outlive this kernel."),
        click.Option(["--port"], type=click.IntRange(0, 65535), default=0, help="0: any free."),
        click.Option(["--timeout"], type=seconds, default=300, help="Seconds to wait; 0: none."),
        click.Option(["--stack", "-s"], shell_complete=offer_stacks, help=whose),
    ]


def _showing() -> tuple[Leaf, ...]:
    def list_() -> Any:
        """Show the components of this type, and the served models."""
        return ListModelServers()

    def describe(*, name: str | None, component: bool | None) -> Any:
        """Show a served model, or a component; the active stack's by default."""
        if name is None:
            return DescribeComponent(_KIND)
        return DescribeModelServer(name, component)

    def logs(*, name: str | None, tail: int, component: bool | None) -> Any:
        """Show the end of the log of a served model, or of a component."""
        if name is None:
            return ComponentLogs(_KIND, None, tail)
        return ModelServerLogs(name, tail, component)

    optional = argument("name", _offer_both, required=False)
    tail = click.Option(["--tail"], type=click.IntRange(min=1), default=100, help="Lines.")
    return (
        Leaf("list", list_),
        Leaf("describe", describe, [optional, _which()]),
        Leaf("logs", logs, [optional, tail, _which()]),
    )


def _which() -> click.Option:
    """Return the option that decides between a model and a component of the same name."""
    return click.Option(
        ["--component/--server"],
        default=None,
        help="Whether NAME is a component or a served model.",
    )


def _offer_servers(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the models that the active stack's deployer serves."""
    session: Session = context.find_root().obj
    try:
        servers = session.active_stack.model_deployer.find_model_server()
    except Exception:  # noqa: BLE001 - the deployer may be the user's; Tab never fails
        return []
    names = sorted({server.name for server in servers})
    return [CompletionItem(name, type="model") for name in names if name.startswith(incomplete)]


def _offer_both(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the served models, then the components."""
    models = _offer_servers(context, parameter, incomplete)
    components: list[CompletionItem] = offer_components(_KIND)(context, parameter, incomplete)
    return [*models, *components]


def _offer_artifacts(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer `RUN/`, then the steps of that run, and outputs where a step has several."""
    name, slash, _ = incomplete.partition("/")
    if not slash:
        runs = offer_runs(context, parameter, incomplete)
        return [CompletionItem(f"{run.value}/", type="run") for run in runs]
    session: Session = context.find_root().obj
    try:
        steps = session.active_stack.metadata_store.get_pipeline_run_steps(name)
    except Exception:  # noqa: BLE001 - the store may be the user's; Tab never fails
        return []
    places = [
        f"{name}/{step.name}" if len(step.outputs) == 1 else f"{name}/{step.name}/{output}"
        for step in steps
        for output in step.outputs
    ]
    return [CompletionItem(p, type="artifact") for p in places if p.startswith(incomplete)]
