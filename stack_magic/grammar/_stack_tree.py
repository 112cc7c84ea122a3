"""The tree of stacks: `%stack`."""

from __future__ import annotations

from typing import Any

import click

from stack_magic.enums import StackComponentType
from stack_magic.errors import LineError
from stack_magic.session import (
    ActivateStack,
    CopyStack,
    DeleteStack,
    DescribeStack,
    GetStack,
    ListStacks,
    OpenBrowser,
    OpenComposer,
    OpenReport,
    RegisterSecrets,
    RegisterStack,
    RemoveSlots,
    RenameStack,
    ShowHistory,
    StackDown,
    StackUp,
    UpdateStack,
    ValidateStack,
)

from ._offers import offer_for_slot, offer_stacks
from ._parts import Branch, Leaf
from ._words import argument, force, ignoring_yes, strict, yes


def _slot_options(*, flags: bool) -> list[click.Option]:
    return [
        click.Option(
            [
                kind.short_option,
                *dict.fromkeys((f"--{kind.value.replace('_', '-')}", f"--{kind.value}")),
                kind.value,
            ],
            is_flag=flags,
            metavar=None if flags else "NAME",
            help=f"{kind.title}." if not kind.is_required else f"{kind.title} (required).",
            shell_complete=None if flags else offer_for_slot(kind),
        )
        for kind in StackComponentType
    ]


def _filled(options: dict[str, Any]) -> dict[StackComponentType, Any]:
    return {t: options[t.value] for t in StackComponentType if options.get(t.value)}


def stack_tree() -> click.Group:
    """Return the tree, newly built."""
    group = Branch(
        "stack",
        "Compose stacks of components and choose the active one.",
        alone=DescribeStack,
    )
    for leaf in (*_composing(), *_views(), *_on_stacks()):
        group.add_command(leaf)
    return group


def _composing() -> tuple[Leaf, ...]:
    def register(
        *, name: str, activate: bool, validate_only: bool, strict: bool, **slots: Any
    ) -> Any:
        """Compose a new stack."""
        if strict and not validate_only:
            message = "--strict raises what --validate-only finds, and that is not given"
            raise LineError(message, hint="--validate-only --strict, or none of both")
        return RegisterStack(name, _filled(slots), activate, validate_only, strict)

    def update(*, name: str | None, activate: bool, removed: tuple[str, ...], **slots: Any) -> Any:
        """Put other components into some slots; the active stack's by default."""
        emptied = tuple(StackComponentType(kind) for kind in dict.fromkeys(removed))
        return UpdateStack(name, _filled(slots), activate, emptied)

    def remove_component(name: str | None, **slots: Any) -> Any:
        """Empty some optional slots."""
        return RemoveSlots(name, tuple(_filled(slots)))

    stack = argument("name", offer_stacks, required=False)
    set_option = click.Option(["--set", "activate"], is_flag=True, help="Make it active.")
    only = click.Option(
        ["--validate-only"], is_flag=True, help="Show the findings, register nothing."
    )
    remove = click.Option(
        ["--remove", "removed"],
        multiple=True,
        type=click.Choice([kind.value for kind in StackComponentType]),
        help="A slot to empty.",
    )
    filling = _slot_options(flags=False)
    return (
        Leaf("register", register, [argument("name"), *filling, set_option, only, strict()]),
        Leaf("update", update, [stack, *filling, remove, set_option]),
        Leaf("remove-component", remove_component, [stack, *_slot_options(flags=True)]),
    )


def _views() -> tuple[Leaf, ...]:
    def compose(name: str | None) -> Any:
        """Compose a stack with your hands: every problem shows while you do."""
        return OpenComposer(name)

    def browse() -> Any:
        """Browse flavors, components and stacks."""
        return OpenBrowser()

    def history(*, lines: bool) -> Any:
        """Show what changed the registry, by line, form or Python."""
        return ShowHistory(lines)

    lines = click.Option(["--lines"], is_flag=True, help="As a cell that does it all again.")
    return (
        Leaf("compose", compose, [argument("name", offer_stacks, required=False)]),
        Leaf("browse", browse),
        Leaf("history", history, [lines]),
    )


def _on_stacks() -> tuple[Leaf, ...]:
    def rename(old: str, new: str) -> Any:
        """Give a stack another name."""
        return RenameStack(old, new)

    def copy(source: str, target: str) -> Any:
        """Register the same choice of components under another name."""
        return CopyStack(source, target)

    def delete(name: str) -> Any:
        """Forget a stack; its components stay."""
        return DeleteStack(name)

    def set_(name: str) -> Any:
        """Make a stack the active one."""
        return ActivateStack(name)

    stack = argument("name", offer_stacks)
    return (
        *_showing_stacks(argument("name", offer_stacks, required=False)),
        *_states(argument("name", offer_stacks, required=False)),
        Leaf("set", set_, [stack]),
        Leaf("rename", rename, [argument("old", offer_stacks), argument("new")]),
        Leaf("copy", copy, [argument("source", offer_stacks), argument("target")]),
        Leaf("delete", ignoring_yes(delete), [stack, yes()]),
    )


def _showing_stacks(stack: click.Argument) -> tuple[Leaf, ...]:
    def get() -> Any:
        """Show which stack is active."""
        return GetStack()

    def list_() -> Any:
        """Show the stacks."""
        return ListStacks()

    def describe(name: str | None) -> Any:
        """Show a stack's slots and findings; the active one by default."""
        return DescribeStack(name)

    def validate(*, name: str | None, probe: bool, strict: bool, panel: bool) -> Any:
        """Check a stack; the active one by default."""
        if panel and (probe or strict):
            once = "--probe asks" if probe else "--strict raises"
            message = f"{once} once, and --panel follows what changes"
            raise LineError(message, hint="say one of both")
        return OpenReport(name) if panel else ValidateStack(name, probe, strict)

    probe = click.Option(["--probe"], is_flag=True, help="Ask the outside world too.")
    panel = click.Option(["--panel"], is_flag=True, help="In a panel that follows changes.")
    return (
        Leaf("list", list_),
        Leaf("describe", describe, [stack]),
        Leaf("validate", validate, [stack, probe, strict(), panel]),
        Leaf("get", get),
    )


def _states(stack: click.Argument) -> tuple[Leaf, ...]:
    def up(name: str | None) -> Any:
        """Provision and start everything that a stack needs, or nothing."""
        return StackUp(name)

    def down(*, name: str | None, force: bool) -> Any:
        """Stop the components of a stack; --force removes what is behind them."""
        return StackDown(name, force)

    def register_secrets(name: str | None) -> Any:
        """Ask for the secrets that a stack refers to and lacks."""
        return RegisterSecrets(name)

    return (
        Leaf("up", up, [stack]),
        Leaf("down", down, [stack, force()]),
        Leaf("register-secrets", register_secrets, [stack]),
    )
