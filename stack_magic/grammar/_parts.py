"""The parts of the tree: click's commands, with our words for what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stack_magic.errors import LineError, did_you_mean

from ._names import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_SHORT = len("-f")


class HelpWantedError(Exception):
    """Carries the help text out of click, which would print it."""

    def __init__(self, context: click.Context) -> None:
        super().__init__(context.command_path)
        self.text = context.get_help()
        self.subject = context.command_path


def _want_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's call
    if wanted and not context.resilient_parsing:
        raise HelpWantedError(context)


def _help_option() -> click.Option:
    return click.Option(
        ["-h", "--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_want_help,
        help="Show this.",
    )


class Leaf(click.Command):
    """A command that ends a line: its callback returns a frozen command."""

    def __init__(
        self,
        name: str,
        callback: Callable[..., Any],
        params: Sequence[click.Parameter] = (),
    ) -> None:
        for param in params:
            param.type = NAME if param.type is click.STRING else param.type
        super().__init__(
            name,
            callback=callback,
            params=[*params, _help_option()],
            help=callback.__doc__,
            short_help=callback.__doc__,  # else click cuts it at 45 characters
            add_help_option=False,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what click would read otherwise than it was meant; click does the rest."""
        if not ctx.resilient_parsing:
            options = [param for param in self.params if isinstance(param, click.Option)]
            by_name = {name: option for option in options for name in option.opts}
            _refuse_single_dashes(args, by_name)
            _refuse_twice(args, by_name, ctx)
            args = [_spelled_out(word, by_name) for word in args]
        return super().parse_args(ctx, args)


def _refuse_single_dashes(args: list[str], by_name: dict[str, click.Option]) -> None:
    """Refuse `-flavor=custom`, which click reads as `-f lavor=custom`."""
    for word in args:
        name, equals, _ = word.partition("=")
        is_single = name[:1] == "-" and name[1:2] != "-" and len(name) > _SHORT
        if is_single and name not in by_name and (equals or f"-{name}" in by_name):
            message = f"{name} has one dash: words of several letters have two"
            # The value of a field may be a secret; those of our own options are names.
            meant = word if f"-{name}" in by_name or not equals else f"{name}=…"
            raise LineError(message, hint=f"did you mean -{meant}?")


def _refuse_twice(args: list[str], by_name: dict[str, click.Option], ctx: click.Context) -> None:
    seen: set[click.Option] = set()
    for word in args:
        option = by_name.get(word.partition("=")[0])
        if option is None or option.is_flag or option.multiple:
            continue
        if option in seen:
            message = f"{' or '.join(option.opts)} is given twice to {ctx.info_name}"
            raise LineError(message, hint="give it once")
        seen.add(option)


def _spelled_out(word: str, by_name: dict[str, click.Option]) -> str:
    """Return the long spelling of a short option.

    Beside `-al`, click takes each `-o` for a mistyped long option first and looks for the
    nearest ones: a millisecond a line.
    """
    option = by_name.get(word)
    return option.opts[-1] if option is not None and word[:2] != "--" else word


class Branch(click.Group):
    """A word that more words follow."""

    def __init__(
        self,
        name: str,
        help: str,
        alone: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(
            name,
            help=help,
            short_help=help,
            callback=None if alone is None else _unless_followed(alone),
            invoke_without_command=alone is not None,
            params=[_help_option()],
            add_help_option=False,
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the sub-command, or raise LineError with the nearest one."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            near = did_you_mean(args[0], self.commands)
            known = ", ".join(self.commands)
            message = f"{ctx.command_path} has no command {args[0]!r}"
            hint = f"did you mean {near!r}?" if near else f"known: {known}"
            raise LineError(message, hint=hint)
        return super().resolve_command(ctx, args)


def _unless_followed(alone: Callable[..., Any]) -> Callable[..., Any]:
    def callback(**given: Any) -> Any:
        followed = click.get_current_context().invoked_subcommand is not None
        return None if followed else alone(**given)

    return callback


class Configured(Leaf):
    """A command that also takes a flavor's fields: `--key=value` or `--key value`.

    What is not an option of its own ends, by key, in the parameter `configuration`. Where
    *fields* knows the flavor (while completing), its fields become real options. A field
    called `name` is refused, since components have theirs as a word; *takes_name* lets it be.
    """

    def __init__(
        self,
        name: str,
        callback: Callable[..., Any],
        params: Sequence[click.Parameter] = (),
        fields: Callable[[click.Context, list[str]], list[click.Option]] | None = None,
        *,
        takes_name: bool = False,
    ) -> None:
        super().__init__(name, callback, params)
        self._fields = fields
        self._takes_name = takes_name

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options, with the flavor's fields when they are known."""
        return [*super().get_params(ctx), *ctx.meta.get("stack_magic.fields", ())]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the configuration out of *args*; click parses the rest."""
        if ctx.resilient_parsing:
            if self._fields is not None:
                ctx.meta["stack_magic.fields"] = self._fields(ctx, args)
            ctx.ignore_unknown_options = ctx.allow_extra_args = True
            return super().parse_args(ctx, args)
        known = {name: param for param in self.params for name in param.opts}
        rest, pairs = _separated(args, known)
        configuration = _as_mapping(pairs, self)
        if "name" in configuration and not self._takes_name:
            message = "--name is not an option: the name is the word after the command"
            raise LineError(message, hint=f"{self.name} NAME")
        ctx.params["configuration"] = configuration
        try:
            return super().parse_args(ctx, rest)
        except click.MissingParameter as error:
            _refuse_misspelled(error, list(configuration))
            raise

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage with the options that every such command has."""
        pieces = [piece for piece in super().collect_usage_pieces(ctx) if "OPTIONS" not in piece]
        required = [
            f"{param.opts[0]}={param.name.upper()}"
            for param in self.params
            if isinstance(param, click.Option) and param.required and param.name
        ]
        return [*pieces, *required, "[--key=value …]"]


def _refuse_misspelled(error: click.MissingParameter, keys: list[str]) -> None:
    """Refuse the misspelled option where a required one was taken for a field's."""
    if not isinstance(error.param, click.Option):
        return
    wanted = error.param.opts[0]
    near = did_you_mean(wanted, [f"--{key}" for key in keys])
    if near:
        message = f"there is no option {near}, and {wanted} is missing"
        raise LineError(message, hint=f"did you mean {wanted}?") from None


def _separated(
    args: list[str], known: dict[str, click.Parameter]
) -> tuple[list[str], list[tuple[str, str | None]]]:
    rest: list[str] = []
    pairs: list[tuple[str, str | None]] = []
    words = list(reversed(args))
    while words:
        word = words.pop()
        name, equals, value = word.partition("=")
        follows = bool(words) and not _is_long_option(words[-1])
        if name in known:
            rest.append(word)
            option = known[name]
            takes_value = isinstance(option, click.Option) and not option.is_flag
            if takes_value and not equals and words:
                rest.append(words.pop())
        elif _is_long_option(name):
            pairs.append((name, value if equals else words.pop() if follows else None))
        else:
            rest.append(word)
    return rest, pairs


def _as_mapping(
    pairs: list[tuple[str, str | None]], command: click.Command
) -> dict[str, str | None]:
    configuration: dict[str, str | None] = {}
    for option, value in pairs:
        key = option[2:].replace("-", "_")
        if not key.isidentifier():
            message = f"{option} cannot be the name of a field"
            raise LineError(message, hint="fields are named like variables: --path=…")
        if key in configuration:
            message = f"{option} is given twice to {command.name}"
            raise LineError(message, hint="give it once")
        configuration[key] = value
    return configuration


def _is_long_option(word: str) -> bool:
    return word.startswith("--") and word != "--"
