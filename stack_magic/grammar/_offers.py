"""What completion offers: names that are registered, those that fit first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from stack_magic.configuration import fields_of
from stack_magic.enums import StackComponentType
from stack_magic.pipelines import Pipeline
from stack_magic.session import GIVEN_ELSEWHERE, literal
from stack_magic.stack import Draft, StackComponent, diagnose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack_magic.configuration import FieldSpec
    from stack_magic.session import Session

MOST = 200
"""Components beyond this many are offered by name only: fitting them would take too long.

Of runs no more are offered."""


def _session(context: click.Context) -> Session:
    found: Session = context.find_root().obj
    return found


def _starting(names: Iterable[str], incomplete: str, kind: str) -> list[CompletionItem]:
    return [CompletionItem(n, type=kind) for n in names if n.startswith(incomplete)]


def offer_stacks(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the registered stacks."""
    stacks = _session(context).registry.snapshot.stacks
    return _starting(sorted(stacks), incomplete, "stack")


def offer_pipelines(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the pipelines of the notebook."""
    values = _session(context).namespace.values()
    names = {value.name for value in list(values) if isinstance(value, Pipeline)}
    return _starting(sorted(names), incomplete, "pipeline")


def offer_runs(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the runs that the active stack's metadata store has, the newest first."""
    try:
        store = _session(context).active_stack.metadata_store
        names = store.find_run_names(incomplete, last=MOST)
    except Exception:  # noqa: BLE001 - the store may be the user's; Tab never fails
        return []
    return _starting(names, incomplete, "run")


def offer_runs_and_steps(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the runs, and after `RUN/` the steps of that run."""
    run, slash, _ = incomplete.partition("/")
    if not slash:
        return offer_runs(context, parameter, incomplete)
    try:
        steps = _session(context).active_stack.metadata_store.get_pipeline_run(run).steps
    except Exception:  # noqa: BLE001 - the store may be the user's; Tab never fails
        return []
    return _starting((f"{run}/{step}" for step in steps), incomplete, "step")


def offer_flavors(kind: StackComponentType) -> Any:
    """Return the offer of the flavors of a type."""

    def offer(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        names = _session(context).registry.snapshot.flavor_names(kind)
        return _starting(names, incomplete, "flavor")

    return offer


def offer_components(kind: StackComponentType) -> Any:
    """Return the offer of the components of a type."""

    def offer(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        names = _session(context).registry.snapshot.component_names(kind)
        return _starting(names, incomplete, "component")

    return offer


def offer_for_slot(kind: StackComponentType) -> Any:
    """Return the offer for a slot: components that leave fewer findings come first."""

    def offer(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        snapshot = _session(context).registry.snapshot
        names = [n for n in snapshot.component_names(kind) if n.startswith(incomplete)]
        chosen = {
            t: context.params[t.value] for t in StackComponentType if context.params.get(t.value)
        }

        def findings(name: str) -> int:
            report = diagnose(Draft("draft", {**chosen, kind: name}), snapshot)
            return 2 * len(report.errors) + len(report.warnings)

        if len(names) <= MOST:
            names.sort(key=findings)
        return _starting(names, incomplete, "component")

    return offer


def offer_classes(kind: StackComponentType | None) -> Any:
    """Return the offer of the notebook's classes: those of the type, or of any."""

    def offer(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        namespace = dict(_session(context).namespace)
        names = [
            name
            for name, value in namespace.items()
            if _can_be_flavor(value, kind) and not name.startswith("_")
        ]
        return _starting(sorted(names), incomplete, "class")

    return offer


def _can_be_flavor(value: Any, kind: StackComponentType | None) -> bool:
    if not (isinstance(value, type) and issubclass(value, StackComponent)):
        return False
    if not hasattr(value, "FLAVOR"):
        return False
    return kind is None or getattr(value, "TYPE", None) is kind


def fields_of_flavor(kind: StackComponentType) -> Any:
    """Return a function from a half-typed `register` to options for the flavor's fields."""

    def fields(context: click.Context, args: list[str]) -> list[click.Option]:
        if context.find_root().obj is None:
            return []
        snapshot = _session(context).registry.snapshot
        words = iter(args)
        for word in words:
            name, _, value = word.partition("=")
            if name in {"--flavor", "-f"}:
                flavor = snapshot.flavors.get((kind, value or next(words, "")))
                return [] if flavor is None else _options(flavor.cls)
        return []

    return fields


def fields_of_component(kind: StackComponentType) -> Any:
    """Return a function from a half-typed `update` to options for the component's fields."""

    def fields(context: click.Context, args: list[str]) -> list[click.Option]:
        if context.find_root().obj is None:
            return []
        snapshot = _session(context).registry.snapshot
        for word in args:
            registered = snapshot.components.get((kind, word))
            if registered is not None:
                return _options(snapshot.flavor_of(registered).cls)
        return []

    return fields


def _options(cls: type[StackComponent]) -> list[click.Option]:
    fields = [field for field in fields_of(cls).values() if field.name not in GIVEN_ELSEWHERE]
    return [
        click.Option([f"--{field.name}"], help=field.meaning, type=_choice(field))
        for field in fields
    ]


def _choice(field: FieldSpec) -> click.Choice[str] | None:
    """Return the words that the line takes: what a list holds is no value of it."""
    return click.Choice([literal(choice) for choice in field.choices]) if field.choices else None
