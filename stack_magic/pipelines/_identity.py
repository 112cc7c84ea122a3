"""What a step, a pipeline or a flavor is, told so that two processes can compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester

from ._pipeline import Pipeline
from ._step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS = ("name", "outputs", "cache", "step_operator", "resources", "timeout")
_OF_PIPELINES = ("name", "on_success", "on_failure")


def identity_of(thing: Any) -> dict[str, str]:
    """Return a digest of each part of *thing* and of all it reads, by its name."""
    walk = Digester().walk(getattr(thing, "__wrapped__", thing))
    steps = [visit.thing for visit in walk.visits if _is_set(visit.thing)]
    settings = {f"@{one.__name__}": _settings(one) for one in (thing, *steps) if _is_set(one)}
    return {**walk.identity, **settings}


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """Return the names of what is not the same in two identities; none if all is."""
    names = dict.fromkeys((*here, *there))
    differing = (name for name in names if here.get(name) != there.get(name))
    return list(dict.fromkeys(name.removeprefix("@") for name in differing))


def _is_set(thing: Any) -> bool:
    return isinstance(thing, Step | Pipeline)


def _settings(thing: Step[..., Any] | Pipeline) -> str:
    names = _SETTINGS if isinstance(thing, Step) else _OF_PIPELINES
    return Digester().digest({name: getattr(thing, name) for name in names})
