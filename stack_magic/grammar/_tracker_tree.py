"""What `%experiment_tracker` has beyond the commands of every type."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from stack_magic.session._tracker_commands import LAST, CompareRuns

from ._offers import offer_pipelines, offer_stacks
from ._parts import Leaf
from ._words import argument


def tracker_leaves() -> tuple[Leaf, ...]:
    """Return the commands, newly built."""

    def runs(*, pipeline: str | None, last: int, metric: tuple[str, ...], stack: str | None) -> Any:
        """Compare the newest runs: params, last values, curves."""
        return CompareRuns(pipeline, last, metric, stack)

    how_many = click.Option(
        ["--last"],
        type=click.IntRange(min=1),
        default=LAST,
        help=f"Only so many, the newest; {LAST} by default.",
    )
    metric = click.Option(
        ["--metric"], multiple=True, shell_complete=_offer_metrics, help="Only this one; repeat it."
    )
    stack = click.Option(
        ["--stack", "-s"], shell_complete=offer_stacks, help="Ask the tracker of this stack."
    )
    pipeline = argument("pipeline", offer_pipelines, required=False)
    return (Leaf("runs", runs, [pipeline, how_many, metric, stack]),)


def _offer_metrics(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the metrics of the newest runs of the active stack's tracker."""
    from stack_magic.pipelines import tracked

    try:
        stack = context.find_root().obj.active_stack
        parts = stack.experiment_tracker, stack.metadata_store
        runs = tracked(*parts, context.params.get("pipeline"), last=LAST).runs
        names = dict.fromkeys(name for run in reversed(runs) for name in run.metrics)
    except Exception:  # noqa: BLE001 - the tracker may be the user's; Tab never fails
        return []
    return [CompletionItem(name, type="metric") for name in names if name.startswith(incomplete)]
