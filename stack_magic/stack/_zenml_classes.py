"""What classes that are written for ZenML have otherwise, in words: one sentence each.

Artifact stores, secrets managers and alerters have ZenML 0.12's signatures here too. The
bases of the other types promise more, or are given something else. In later releases a
flavor is three classes, of which the one with the implementation is a flavor here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from stack_magic.enums import Severity, StackComponentType

from ._diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIFFERENCES = {
    StackComponentType.ORCHESTRATOR: (
        "prepare_or_run_pipeline is given a plan and a function that runs one of its steps, "
        "not ZenML's steps, pipeline and stack"
    ),
    StackComponentType.METADATA_STORE: (
        "it records runs, steps and artifacts itself, and does not configure ML Metadata"
    ),
    StackComponentType.CONTAINER_REGISTRY: (
        "it pushes, pulls, lists, resolves and deletes itself, and does not hand images to Docker"
    ),
    StackComponentType.STEP_OPERATOR: (
        "launch is given the step itself as a job, not a command line and its requirements"
    ),
    StackComponentType.MODEL_DEPLOYER: (
        "deploy_model is given the model's bytes with its configuration, and servers are found "
        "by keywords"
    ),
    StackComponentType.FEATURE_STORE: (
        "it keeps features too: ingest, materialize and the views are its own"
    ),
    StackComponentType.EXPERIMENT_TRACKER: (
        "it logs parameters, metrics and artifacts itself and gives them back, "
        "and does not set up a client for steps"
    ),
}

_PARTS = ("Flavor", "Config")


def difference(kind: StackComponentType, subject: str) -> Iterator[Diagnostic]:
    """Yield how a base of ours differs from ZenML's, for the types where it does."""
    if kind in _DIFFERENCES:
        message = f"written for ZenML? Here {_DIFFERENCES[kind]}"
        yield Diagnostic("differs", Severity.ERROR, subject, message, f"%{kind} explain")


def advice_on_parts(thing: Any) -> str | None:
    """Return what to do with *thing*, if it is a flavor's Flavor or Config class of ZenML."""
    if not isinstance(thing, type):
        return None
    bases = [cls.__name__ for cls in thing.__mro__]
    is_flavor = hasattr(thing, "implementation_class") and hasattr(thing, "config_class")
    is_config = "StackComponentConfig" in bases
    return _advice(thing.__name__) if is_flavor or is_config else None


def refusing_parts(room: str) -> Callable[[str], NoReturn]:
    """Return a module's `__getattr__`: imported names of ZenML's parts get their advice."""

    def refuse(name: str) -> NoReturn:
        if name.startswith("Base") and name.endswith(_PARTS):
            raise ImportError(_advice(name), name=room)
        message = f"module {room!r} has no attribute {name!r}"
        raise AttributeError(message)

    return refuse


def _advice(name: str) -> str:
    part = "Config" if name.endswith("Config") else "Flavor"
    return (
        f"{name} is a {part} class of later releases of ZenML: here one class is all of a flavor. "
        "Write the fields of its Config class into the implementation class, with a FLAVOR, "
        "and register that class"
    )
