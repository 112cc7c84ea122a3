"""The trees of pipelines and of flavors of every type: `%pipeline`, `%flavor`."""

from __future__ import annotations

from typing import Any

import click

from stack_magic.session import DescribeRun, ListPipelines, ListRuns, RegisterDefined, RunPipeline

from ._offers import offer_classes, offer_pipelines, offer_runs, offer_stacks
from ._parts import Branch, Configured, Leaf
from ._words import argument, read


def pipeline_tree() -> click.Group:
    """Return the tree, newly built."""

    def run(
        *, name: str, stack: str | None, no_cache: bool, configuration: dict[str, str | None]
    ) -> Any:
        """Run a pipeline; its parameters are options."""
        return RunPipeline(name, stack, not no_cache, read(configuration))

    def list_() -> Any:
        """Show the pipelines of the notebook."""
        return ListPipelines()

    def runs(name: str | None) -> Any:
        """Show the recorded runs, the newest first."""
        return ListRuns(name)

    def describe(run: str) -> Any:
        """Show a recorded run."""
        return DescribeRun(run)

    group = Branch(
        "pipeline",
        "Run pipelines and look at their runs.",
        alone=ListPipelines,
    )
    stack = click.Option(["--stack", "-s"], shell_complete=offer_stacks, help="Run on this stack.")
    no_cache = click.Option(["--no-cache"], is_flag=True, help="Run every step anew.")
    name = argument("name", offer_pipelines)
    group.add_command(Configured("run", run, [name, stack, no_cache]))
    group.add_command(Leaf("list", list_))
    group.add_command(Leaf("runs", runs, [argument("name", offer_pipelines, required=False)]))
    group.add_command(Leaf("describe", describe, [argument("run", offer_runs)]))
    return group


def flavor_tree() -> click.Group:
    """Return the tree, newly built."""

    def register(targets: tuple[str, ...]) -> Any:
        """Make classes flavors, each of its own type."""
        return RegisterDefined(targets)

    group = Branch("flavor", "Flavors of every type.")
    targets = click.Argument(
        ["targets"],
        nargs=-1,
        metavar="CLASS_NAME...",
        shell_complete=offer_classes(None),
    )
    group.add_command(Leaf("register", register, [targets]))
    return group
