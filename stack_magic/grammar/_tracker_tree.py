"""What `%experiment_tracker` has beyond the commands of every type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from stack_magic.errors import LineError
from stack_magic.session._tracker_commands import LAST, CompareRuns, DiffRuns

from ._offers import offer_pipelines, offer_runs, offer_stacks
from ._parts import Leaf

if TYPE_CHECKING:
    from stack_magic.experiment_trackers import ComparedRun

_LAST_NAME = re.compile(r"[^\W\d][\w.]*$")


def tracker_leaves() -> tuple[Leaf, ...]:
    """Return the commands, newly built."""

    def runs(*, names: tuple[str, ...], stack: str | None, **choosing: Any) -> Any:
        """Compare runs, a row a run, or show what differs between two: RUN OTHER."""
        if len(names) <= 1:
            return CompareRuns(
                names[0] if names else None,
                choosing["last"],
                choosing["metric"],
                stack,
                choosing["sort"],
                choosing["where"],
            )
        _refuse_more(names, choosing)
        return DiffRuns(names[0], names[1], stack)

    names = click.Argument(
        ["names"], nargs=-1, metavar="[PIPELINE | RUN OTHER]", shell_complete=_offer_names
    )
    stack = click.Option(
        ["--stack", "-s"], shell_complete=offer_stacks, help="Ask the tracker of this stack."
    )
    return (Leaf("runs", runs, [names, *_choosing(), stack]),)


def _refuse_more(names: tuple[str, ...], choosing: dict[str, Any]) -> None:
    """Refuse a third name, and options that choose runs where two are named."""
    hint = f"%experiment_tracker runs {names[0]} {names[1]}"
    if len(names) > 2:  # noqa: PLR2004 - the two
        message = f"runs takes a pipeline, or two runs, and {len(names)} names are given"
        raise LineError(message, hint=hint)
    defaults = {"last": LAST, "metric": (), "sort": None, "where": None}
    given = [f"--{name}" for name, value in defaults.items() if choosing[name] != value]
    if given:
        message = f"{', '.join(given)} chooses among runs, and two are named"
        raise LineError(message, hint=hint)


def _offer_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer pipelines and runs; after a run, runs."""
    offers = [] if context.params.get("names") else offer_pipelines(context, parameter, incomplete)
    return [*offers, *offer_runs(context, parameter, incomplete)]


def _choosing() -> tuple[click.Option, ...]:
    return (
        click.Option(
            ["--last"],
            type=click.IntRange(min=1),
            default=LAST,
            help=f"Only so many: the newest, or the first by --sort; {LAST} by default.",
        ),
        click.Option(
            ["--metric"],
            multiple=True,
            shell_complete=_offer_metrics,
            help="Only this one; repeat it.",
        ),
        click.Option(
            ["--sort"],
            shell_complete=_offer_orders,
            help="By a metric or param, the lowest first; --sort=-auc has the highest first.",
        ),
        click.Option(
            ["--where"],
            shell_complete=_offer_conditions,
            help="Only runs that match: --where 'auc > 0.9 and C != 1'.",
        ),
    )


def _newest(context: click.Context) -> list[ComparedRun]:
    """Return the newest runs of the active stack's tracker; none where it fails."""
    from stack_magic.pipelines import tracked

    try:
        stack = context.find_root().obj.active_stack
        parts = stack.experiment_tracker, stack.metadata_store
        pipeline = next(iter(context.params.get("names") or ()), None)
        return tracked(*parts, pipeline, last=LAST).runs
    except Exception:  # noqa: BLE001 - the tracker may be the user's; Tab never fails
        return []


def _offer_metrics(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the metrics of the newest runs."""
    names = dict.fromkeys(name for run in reversed(_newest(context)) for name in run.metrics)
    return [CompletionItem(name, type="metric") for name in names if name.startswith(incomplete)]


def _offer_orders(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the metrics and params of the newest runs, after `-` for the highest first."""
    from stack_magic.experiment_trackers import known_names

    known = known_names(_newest(context))
    names = (*known, *(f"-{name}" for name in known))
    return [CompletionItem(name, type="order") for name in names if name.startswith(incomplete)]


def _offer_conditions(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the metrics and params of the newest runs where a name is typed."""
    from stack_magic.experiment_trackers import known_names

    typed = _LAST_NAME.search(incomplete)
    begun, before = (typed[0], incomplete[: typed.start()]) if typed else ("", incomplete)
    names = (_as_written(name) for name in known_names(_newest(context)))
    return [CompletionItem(before + n, type="condition") for n in names if n.startswith(begun)]


def _as_written(name: str) -> str:
    """Return a name as an expression has it: between backticks where Python reads none."""
    return name if all(part.isidentifier() for part in name.split(".")) else f"`{name}`"
