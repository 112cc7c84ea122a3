"""A line in, a frozen command out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from stack_magic.errors import LineError, did_you_mean
from stack_magic.session import ShowHelp

from ._parts import HelpWantedError
from ._tokens import tokenize
from ._tree import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.session import Command, Session


_MOST_CHOICES = 12


def parse(
    magic: str,
    text: str,
    namespace: Mapping[str, Any] | None = None,
    session: Session | None = None,
) -> Command:
    """Return the command that `%magic text` asks for.

    Args:
        magic: The word after the `%`.
        text: The rest of the line.
        namespace: The variables that names may be given by, as `$name`; None leaves
            such words as they are.
        session: Knows what is registered: an error on a missing word lists the choices.

    Raises:
        LineError: The line does not follow the grammar.
        ReferenceRefusedError: A name is given by a variable that there is not.
        InvalidNameError: A name is given by a variable that holds no text.
    """
    words = tokenize(text)
    root = tree(magic)
    try:
        with root.make_context(f"%{magic}", words, obj=namespace) as context:
            command: Command = root.invoke(context)
            return command
    except HelpWantedError as wanted:
        return ShowHelp(wanted.text, wanted.subject)
    except NoArgsIsHelpError as error:
        return ShowHelp(error.ctx.get_help(), error.ctx.command_path)
    except click.ClickException as error:
        refused = _explained(error, _choices(error, session))
    raise refused


def help_text(magic: str) -> str:
    """Return the help of `%magic`."""
    root = tree(magic)
    return root.get_help(click.Context(root, info_name=f"%{magic}"))


def _choices(error: click.ClickException, session: Session | None) -> list[str]:
    """Return what Tab would offer in the place of a missing word."""
    if session is None or not isinstance(error, click.MissingParameter):
        return []
    if error.param is None or error.ctx is None:
        return []
    context = click.Context(error.ctx.command, obj=session)
    return [item.value for item in error.param.shell_complete(context, "")][:_MOST_CHOICES]


def _explained(error: click.ClickException, choices: list[str]) -> LineError:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    if isinstance(error, click.MissingParameter):
        message = f"{_name_of(error)} is missing"
    elif isinstance(error, click.NoSuchOption):
        message = f"there is no option {error.option_name}"
        known = [o for p in context.command.params for o in p.opts] if context else []
        near = did_you_mean(error.option_name, known)
        if near:
            return LineError(message, hint=f"did you mean {near}?")
    elif message.startswith("Got unexpected extra argument"):
        words = message.partition("(")[2].removesuffix(")")
        message = f"unexpected: {words}"
        if "=" in words and not words.startswith("-"):
            return LineError(message, hint=f"did you mean --{words}?")
    hint = " ".join(context.get_usage().split()) if context else "%stack --help"
    if choices:
        hint = f"known: {', '.join(choices)}; {hint}"
    if not message[:2].isupper():
        message = message[:1].lower() + message[1:]
    return LineError(message, hint=hint.replace("Usage:", "usage:"))


def _name_of(error: click.MissingParameter) -> str:
    if error.param is None:
        return "a word"
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return error.param.make_metavar(error.ctx) if error.ctx else str(error.param.name)
