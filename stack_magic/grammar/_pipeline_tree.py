"""The trees of pipelines and of flavors of every type: `%pipeline`, `%flavor`."""

from __future__ import annotations

from typing import Any

import click

from stack_magic.errors import LineError
from stack_magic.session import (
    SCHEME,
    CancelRun,
    DescribePackage,
    DescribeRun,
    ExplainRun,
    ListPipelines,
    ListRuns,
    OpenRunPanel,
    PackagePipeline,
    RegisterDefined,
    RunInPanel,
    RunPackage,
    RunPipeline,
    written,
)
from stack_magic.session._pipeline_commands import LAST_RUNS

from ._offers import (
    offer_classes,
    offer_pipelines,
    offer_runs,
    offer_runs_and_steps,
    offer_stacks,
)
from ._parts import Branch, Configured, Leaf
from ._words import argument, read


def pipeline_tree() -> click.Group:
    """Return the tree, newly built."""
    group = Branch(
        "pipeline",
        "Run pipelines and look at their runs.",
        alone=ListPipelines,
    )
    for leaf in (*_running(), *_looking()):
        group.add_command(leaf)
    return group


def _running() -> tuple[Leaf, ...]:
    def run(  # noqa: PLR0913 - its options
        *,
        name: str,
        stack: str | None,
        no_cache: bool,
        trust: bool,
        panel: bool,
        configuration: dict[str, str | None],
    ) -> Any:
        """Run a pipeline, or a package by oci://NAME:TAG; its parameters are options."""
        if name.startswith(SCHEME):
            reference, parameters = name.removeprefix(SCHEME), written(read(configuration))
            return RunPackage(reference, stack, trust, not no_cache, parameters)
        if trust:
            message = f"--trust is for packages, and {name!r} is a pipeline of the notebook"
            raise LineError(message, hint=f"%pipeline run {name}")
        command = RunInPanel if panel else RunPipeline
        return command(name, stack, not no_cache, written(read(configuration)))

    def package(*, name: str, tag: str, stack: str | None) -> Any:
        """Pack a pipeline with its source and stack into the stack's container registry."""
        return PackagePipeline(name, tag, stack)

    no_cache = click.Option(["--no-cache"], is_flag=True, help="Run every step anew.")
    trust = click.Option(["--trust"], is_flag=True, help="Agree to run the code of a package.")
    panel = click.Option(["--panel"], is_flag=True, help="Watch it in a panel.")
    tag = click.Option(["--tag"], default="latest", help="Tag of the package.")
    name = argument("name", offer_pipelines)
    return (
        Configured("run", run, [name, _stack(), no_cache, trust, panel], takes_name=True),
        Leaf("package", package, [name, tag, _stack()]),
    )


def _looking() -> tuple[Leaf, ...]:
    def list_() -> Any:
        """Show the pipelines of the notebook."""
        return ListPipelines()

    def runs(name: str | None, last: int) -> Any:
        """Show the recorded runs, the newest first."""
        return ListRuns(name, last)

    def describe(run: str, stack: str | None) -> Any:
        """Show a recorded run, or a package by oci://NAME:TAG."""
        if run.startswith(SCHEME):
            return DescribePackage(run.removeprefix(SCHEME), stack)
        return DescribeRun(run, stack)

    def explain(run: str, stack: str | None) -> Any:
        """Show why the steps of a run ran or came from the cache: RUN, or RUN/STEP."""
        name, slash, step = run.partition("/")
        return ExplainRun(name, step if slash else None, stack)

    def panel(run: str, stack: str | None) -> Any:
        """Look at a run in a panel: its steps, what they said and made."""
        return OpenRunPanel(run, stack)

    def cancel(run: str) -> Any:
        """Ask for the end of a run that is under way."""
        return CancelRun(run)

    last = click.Option(
        ["--last"],
        type=click.IntRange(min=1),
        default=LAST_RUNS,
        help=f"Only so many, the newest; {LAST_RUNS} by default.",
    )
    return (
        Leaf("panel", panel, [argument("run", offer_runs), _stack()]),
        Leaf("cancel", cancel, [argument("run")]),
        Leaf("list", list_),
        Leaf("runs", runs, [argument("name", offer_pipelines, required=False), last]),
        Leaf("describe", describe, [argument("run", offer_runs), _stack()]),
        Leaf("explain", explain, [argument("run", offer_runs_and_steps), _stack()]),
    )


def _stack() -> click.Option:
    return click.Option(
        ["--stack", "-s"], shell_complete=offer_stacks, help="The stack; the active one if none."
    )


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
