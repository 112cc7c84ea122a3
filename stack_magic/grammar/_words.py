"""Words that several trees share."""

from __future__ import annotations

from typing import Any

import click

from stack_magic.session import Bare, parse_variable

Texts = dict[str, str | None]
"""The configuration on a line: for each option its text, None where it stands alone."""


def argument(name: str, offer: Any = None, *, required: bool = True) -> click.Argument:
    """Return a positional word."""
    return click.Argument([name], required=required, shell_complete=offer, metavar=name.upper())


def read(configuration: Texts) -> dict[str, Any]:
    """Return the texts of a configuration with `$name` and `{name}` as references."""
    return {
        key: Bare() if value is None else parse_variable(value)
        for key, value in configuration.items()
    }


def yes() -> click.Option:
    """Return the option that scripts of other tools give out of habit."""
    return click.Option(["--yes", "-y"], is_flag=True, help="Accepted; nothing is ever asked.")


def force() -> click.Option:
    """Return the option of `down` that removes what is behind a component."""
    return click.Option(["--force", "-f"], is_flag=True, help="Remove what is behind it too.")


def strict() -> click.Option:
    """Return the option that makes an error of what would be shown only."""
    return click.Option(
        ["--strict"], is_flag=True, help="Raise what is found, for notebooks in CI."
    )


def ignoring_yes(callback: Any) -> Any:
    """Return *callback* without the option `--yes`."""

    def delete(*, name: str, yes: bool) -> Any:
        return callback(name)

    delete.__doc__ = callback.__doc__
    return delete
