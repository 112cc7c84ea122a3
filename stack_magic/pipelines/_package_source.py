"""The source of a package: all that a definition needs, and nothing that stays here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.capture import Program, capture, origins_of
from stack_magic.errors import InvalidPipelineError

from ._source_secrets import secrets_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_AWAY = (
    "make it a parameter of the pipeline, given by %pipeline run oci://NAME:TAG --trust "
    "--{name}=$variable, or of a component, as --field='{{{{secret.key}}}}' or --field=@env:NAME"
)
_IN_A_STEP = "define it in a cell as a function, a class or plain data, or import it"


def source_of(thing: Any, what: str) -> str:
    """Return the runnable source of a class, function, step or pipeline with all it needs.

    Raises:
        InvalidPipelineError: Part of it cannot be written as source, or must not leave.
    """
    origins = origins_of(thing)
    captured = capture(thing)
    source = captured.source
    if source is None:
        lost = [need.name for need in captured.needs if need.source is None]
        lost += [captured.name] if captured.definition is None else []
        parts = ", ".join(lost) or captured.name
        _refuse_secrets(origins, what)
        raise _refusal(what, [f"{parts} cannot be written as source"], _IN_A_STEP)
    looks = dict.fromkeys(secrets_in(source), "a secret, as it looks")
    _refuse_secrets({**looks, **origins}, what)
    refused = [f"{one.name} {one.why}" for one in Program(source).refusals()]
    if refused:
        hint = f"let a step do it: only definitions go into a package; {_IN_A_STEP}"
        raise _refusal(what, refused, hint)
    return source


def _refuse_secrets(origins: dict[str, str], what: str) -> None:
    if origins:
        told = [f"{name} is from {where}" for name, where in origins.items()]
        reasons = [*told, "such a value does not leave the session"]
        raise _refusal(what, reasons, _AWAY.format(name=next(iter(origins))))


def _refusal(what: str, reasons: Iterable[str], hint: str) -> InvalidPipelineError:
    message = f"{what} cannot be packaged: {'; '.join(dict.fromkeys(reasons))}"
    return InvalidPipelineError(message, hint=hint)
