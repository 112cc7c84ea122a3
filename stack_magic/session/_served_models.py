"""Served models as the commands name and show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from stack_magic.display import Command, Fields, Line, Preformatted, Table, Title
from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    InvalidPipelineError,
    LineError,
    StackMagicError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.secrets import masking

from ._answers import listed
from ._ready import plain_stack, ready_component

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.display import Block
    from stack_magic.model_deployers import (
        BaseModelDeployer,
        ModelServer,
        ModelServerConfiguration,
        ServedModel,
    )
    from stack_magic.pipelines import StepRun
    from stack_magic.stack import Snapshot, Stack

    Found = tuple[BaseModelDeployer, ModelServer]

_KIND = StackComponentType.MODEL_DEPLOYER


# Which model.


def artifact_of(
    stack: Stack, text: str, given: Mapping[str, Any]
) -> tuple[ModelServerConfiguration, ServedModel]:
    """Return the model that `RUN/STEP[/OUTPUT]` names, its bytes verified.

    Raises:
        LineError: *text* has another form.
        UnknownNameError: The stack's stores have no such run, step or output.
        CorruptArtifactError: The bytes are lost, or not those that were recorded.
        ConsentNeededError: They are a pickle of somebody else's.
    """
    from stack_magic.model_deployers import ModelServerConfiguration, ServedModel
    from stack_magic.pipelines import Run

    run_name, step_name, output = _parts(text)
    run = Run.load(stack, run_name)
    step = run[step_name]
    name = _output_name(step, output)
    record, content = step.record.outputs[name], step.outputs.content(name)
    facts = {
        "model_uri": text,
        "model_type": record.type_name,
        "pipeline_name": run.pipeline,
        "pipeline_run_id": run.name,
        "pipeline_step_name": step.name,
    }
    configuration = ModelServerConfiguration.model_validate({**facts, **given})
    return configuration, ServedModel(content, record.materializer, record.sha256)


def _parts(text: str) -> tuple[str, str, str | None]:
    match text.split("/"):
        case [run, step] if run and step:
            return run, step, None
        case [run, step, output] if run and step and output:
            return run, step, output
    message = f"{text!r} names no model: RUN/STEP is wanted, or RUN/STEP/OUTPUT"
    raise LineError(message, hint="%pipeline runs shows the runs")


def _output_name(step: StepRun, output: str | None) -> str:
    outputs = step.record.outputs
    if output is None and len(outputs) == 1:
        return next(iter(outputs))
    if output is not None and output in outputs:
        return output
    if not outputs:
        message = f"step {step.name!r} has no output: it is {step.outcome}"
        raise InvalidPipelineError(message)
    known = ", ".join(outputs)
    if output is None:
        message = f"step {step.name!r} has several outputs: {known}"
        raise InvalidPipelineError(message, hint=f"--model=RUN/{step.name}/OUTPUT")
    near = did_you_mean(output, outputs)
    hint = f"did you mean {near!r}?" if near else f"known: {known}"
    message = f"step {step.name!r} has no output {output!r}"
    raise UnknownNameError(message, hint=hint)


# Which server.


def is_component(snapshot: Snapshot, name: str, component: bool | None) -> bool:  # noqa: FBT001 - a command's field
    """Whether *name* may mean a component: one of that name is registered."""
    return component is not False and (component is True or (_KIND, name) in snapshot.components)


def meant(snapshot: Snapshot, name: str, component: bool | None) -> Found | None:  # noqa: FBT001 - a command's field
    """Return the served model that *name* means, or None for the component.

    Args:
        snapshot: What is registered.
        name: Of a model that the active stack's deployer serves, or of a component.
        component: Whether the component is meant; None takes whichever there is.

    Raises:
        LineError: There are both, and *component* is None.
        UnknownNameError: There is neither.
    """
    if component is True:
        return None
    registered = component is None and (_KIND, name) in snapshot.components
    if registered and not _has_deployer(snapshot):
        return None
    deployer: Any = ready_component(snapshot, _KIND)
    with masking():
        known = deployer.find_model_server()
    found = _of_name(known, name)
    if found and registered:
        message = f"{name!r} is a model that {deployer.name} serves, and a {_KIND}"
        raise LineError(message, hint="add --server for the model, --component for the other")
    if registered:
        return None
    return deployer, _only(found, known, name, deployer)


def server_of(deployer: BaseModelDeployer, name: str) -> Found:
    """Return the server of a model, by the model's name or the server's uuid.

    Raises:
        UnknownNameError: There is none, or there are several.
    """
    with masking():
        known = deployer.find_model_server()
    return deployer, _only(_of_name(known, name), known, name, deployer)


def _of_name(known: list[ModelServer], name: str) -> list[ModelServer]:
    try:
        uuid = UUID(name)
    except ValueError:
        return [server for server in known if server.name == name]
    return [server for server in known if server.uuid == uuid]


def _only(
    found: list[ModelServer], known: list[ModelServer], name: str, deployer: BaseModelDeployer
) -> ModelServer:
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{_KIND} {deployer.name!r} has {len(found)} servers of a model {name!r}"
        uuids = ", ".join(str(server.uuid) for server in found)
        raise UnknownNameError(message, hint=f"name one by its uuid: {uuids}")
    names = sorted({server.name for server in known})
    near = did_you_mean(name, names)
    hint = f"did you mean {near!r}?" if near else f"known: {listed(names) or 'none'}"
    message = f"{_KIND} {deployer.name!r} serves no model {name!r}"
    raise UnknownNameError(message, hint=hint)


def _has_deployer(snapshot: Snapshot) -> bool:
    return snapshot.active is not None and _KIND in plain_stack(snapshot).components


# How they look.


def card_blocks(deployer: BaseModelDeployer, server: ModelServer) -> tuple[Block, ...]:
    """Return what a server does, where it is, and how it is called; no token is shown."""
    info = deployer.get_model_server_info(server)
    facts = [(k, v) for k, v in info.items() if v and k not in {"uuid", "state", "last error"}]
    blocks: list[Block] = [Fields((("state", f"{server.state.mark} {server.state}"), *facts))]
    if server.last_error:
        blocks.append(Preformatted(server.last_error))
    if server.is_running:
        blocks.append(Command(f"answer = %{_KIND} describe {server.name}", label="to ask it:"))
        blocks.append(Command("answer.value.predict([...])"))
    elif not server.last_error:
        blocks.append(Command(f"%{_KIND} start {server.name}", label="to start it:"))
    return tuple(blocks)


def list_blocks(snapshot: Snapshot) -> tuple[Block, ...]:
    """Return the table of the models that the active stack's deployer serves."""
    if not _has_deployer(snapshot):
        return (Line(f"the active stack {snapshot.active} has no {_KIND}: it serves no models"),)
    try:
        deployer: Any = ready_component(snapshot, _KIND)
        with masking():
            servers = deployer.find_model_server()
    except StackMagicError as error:
        return (Line(f"the served models cannot be listed: {error.message}", mark="▲"),)
    except Exception as error:  # noqa: BLE001 - the flavor may be the user's
        reason = f"find_model_server raised {type(error).__name__}"
        return (Line(f"the served models cannot be listed: {reason}", mark="▲"),)
    if not servers:
        first = f"%{_KIND} deploy NAME --model=RUN/STEP"
        return (Line(f"{_KIND} {deployer.name} serves no models; {first}"),)
    # No url: its port differs from run to run.
    rows = tuple((s.name, f"{s.state.mark} {s.state}", s.configuration.model_uri) for s in servers)
    more = f"%{_KIND} describe NAME shows one"
    title = Title(f"Models on {_KIND} {deployer.name}")
    return (title, Table(("model", "state", "made by"), rows, more))
