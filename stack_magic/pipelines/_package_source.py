"""The source of a package: all that a definition needs, and nothing that stays here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.capture import Program, capture, needs_of, origins_of
from stack_magic.errors import InvalidPipelineError
from stack_magic.secrets import holds_secret, secrets_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_AWAY = (
    "such a value is given where it is used: to a parameter of the pipeline, as in "
    "%pipeline run oci://NAME:TAG --trust --{name}=$variable, or to a field of a component, "
    "as in --field='{{{{secret.key}}}}'"
)
_IN_A_STEP = "define it in a cell as a function, a class or plain data, or import it"


def source_of(thing: Any, what: str) -> str:
    """Return the runnable source of a class, function, step or pipeline with all it needs.

    Raises:
        InvalidPipelineError: Part of it cannot be written as source, or must not leave.
    """
    secret = {n.name: "is a secret" for n in needs_of(thing) if holds_secret(n.value)}
    origins = {**origins_of(thing), **secret}
    captured = capture(thing)
    source = captured.source
    if source is None:
        lost = [need.name for need in captured.needs if need.source is None]
        lost += [captured.name] if captured.definition is None else []
        parts = ", ".join(lost) or captured.name
        _refuse_secrets(origins, what)
        raise _refusal(what, [f"{parts} cannot be written as source"], _IN_A_STEP)
    looks = dict.fromkeys(secrets_in(source), "looks like a secret")
    _refuse_secrets({**looks, **origins}, what)
    refused = [f"{one.name} {one.why}" for one in Program(source).refusals()]
    if refused:
        hint = f"let a step do it: only definitions go into a package; {_IN_A_STEP}"
        raise _refusal(what, refused, hint)
    return source


def _refuse_secrets(origins: dict[str, str], what: str) -> None:
    if origins:
        reasons = [f"{name} {words}" for name, words in origins.items()]
        raise _refusal(what, reasons, _AWAY.format(name=next(iter(origins))))


def _refusal(what: str, reasons: Iterable[str], hint: str) -> InvalidPipelineError:
    message = f"{what} cannot be packaged: {'; '.join(dict.fromkeys(reasons))}"
    return InvalidPipelineError(message, hint=hint)
