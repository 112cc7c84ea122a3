"""The tree of secrets: `%secret`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from stack_magic.errors import LineError
from stack_magic.session import (
    DeleteSecret,
    GetSecret,
    ListSecrets,
    RegisterSecret,
    UpdateSecret,
    parse_variable,
    secrets_manager_of,
)

from ._offers import offer_stacks
from ._parts import Branch, Configured, Leaf
from ._words import argument, yes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack_magic.secrets_managers import BaseSecretsManager
    from stack_magic.session import Reference

Values = dict[str, "Reference | str"]


def secret_tree() -> click.Group:
    """Return the tree, newly built."""
    group = Branch("secret", "Secrets of a stack's secrets manager.", alone=ListSecrets)
    for leaf in (*_changing(), *_showing()):
        group.add_command(leaf)
    return group


def _changing() -> tuple[Leaf, ...]:
    def register(name: str, stack: str | None, configuration: Values) -> Any:
        """Keep a new secret: --KEY=@prompt ..."""
        return RegisterSecret(name, configuration, stack)

    def update(name: str, stack: str | None, configuration: Values) -> Any:
        """Give some keys of a secret new values; the others stay."""
        return UpdateSecret(name, configuration, stack)

    def delete(*, name: str, stack: str | None, yes: bool) -> Any:
        """Remove a secret for good."""
        return DeleteSecret(name, stack)

    known = argument("name", _offer_secrets)
    return (
        _Keyed("register", register, [argument("name"), _stack()]),
        _Keyed("update", update, [known, _stack()], _keys_as_options),
        Leaf("delete", delete, [known, _stack(), yes()]),
    )


def _showing() -> tuple[Leaf, ...]:
    def list_(stack: str | None) -> Any:
        """Show the secrets with their keys."""
        return ListSecrets(stack)

    def get(name: str, reveal: str | None, stack: str | None) -> Any:
        """Show a secret's keys, the values masked."""
        return GetSecret(name, reveal, stack)

    reveal = click.Option(
        ["--reveal"],
        metavar="KEY",
        help="Put this key's value into the answer's .value, unseen.",
        shell_complete=_offer_keys,
    )
    return (
        Leaf("list", list_, [_stack()]),
        Leaf("get", get, [argument("name", _offer_secrets), reveal, _stack()]),
    )


def _stack() -> click.Option:
    words = "Use the secrets manager of this stack; the active one by default."
    return click.Option(["--stack", "-s"], shell_complete=offer_stacks, help=words)


class _Keyed(Configured):
    """A command whose options are the keys of a secret, spelled as they are typed.

    What is refused here is not repeated: it may be the secret itself.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take keys and values out of *args*; click parses the rest."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        options = [param for param in self.params if isinstance(param, click.Option)]
        own, names, pairs = _sorted_out(args, {name: o for o in options for name in o.opts})
        if len(names) > 1 or any(name.startswith("-") for name in names):
            message = "only the secret's name stands alone: each key is an option"
            raise LineError(message, hint=f"%secret {self.name} NAME --KEY=@prompt")
        ctx.params["configuration"] = _by_key(pairs)
        return Leaf.parse_args(self, ctx, [*names, *own])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage with keys as options."""
        return ["NAME", "--KEY=@prompt …", "[--stack=STACK]"]


Pairs = list[tuple[str, str | None]]


def _sorted_out(
    args: Sequence[str], options: Mapping[str, click.Option]
) -> tuple[list[str], list[str], Pairs]:
    """Return the command's own options, the words that stand alone, and the keys."""
    own: list[str] = []
    names: list[str] = []
    pairs: Pairs = []
    words = list(reversed(args))
    while words:
        word = words.pop()
        name, equals, text = word.partition("=")
        option = options.get(name)
        follows = bool(words) and not words[-1].startswith("--")
        if option is not None:
            own.append(word)
            if not equals and not option.is_flag and words:
                own.append(words.pop())
        elif name[:2] == "--" and name != "--":
            pairs.append((name[2:], text if equals else words.pop() if follows else None))
        else:
            names.append(word)
    return own, names, pairs


def _by_key(pairs: Pairs) -> Values:
    values: Values = {}
    for key, text in pairs:
        if key in values:
            message = f"--{key} is given twice"
            raise LineError(message, hint="give it once")
        if text is None:
            message = f"--{key} needs a value: --{key}=@prompt"
            raise LineError(message, hint=f"--{key}=@prompt asks for it")
        values[key] = _read(text)
    return values


def _read(text: str) -> Reference | str:
    try:
        return parse_variable(text)
    except LineError:  # it would repeat what may be a secret: the command refuses it
        return text


# What Tab offers: names and keys, never values; the flavor may be the user's, and Tab
# never fails.


def _manager(context: click.Context) -> BaseSecretsManager:
    snapshot = context.find_root().obj.registry.snapshot
    return secrets_manager_of(snapshot, context.params.get("stack"))


def _offer_secrets(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    try:
        names = _manager(context).get_all_secret_keys()
    except Exception:  # noqa: BLE001 - see above
        return []
    return [CompletionItem(n, type="secret") for n in names if n.startswith(incomplete)]


def _keys(context: click.Context, name: str | None) -> list[str]:
    try:
        return [] if name is None else list(_manager(context).get_secret(name).values)
    except Exception:  # noqa: BLE001 - see above
        return []


def _offer_keys(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    # Before a value is typed, click leaves the name among the words that it has not read.
    keys = _keys(context, context.params.get("name") or next(iter(context.args), None))
    return [CompletionItem(k, type="key") for k in keys if k.startswith(incomplete)]


def _keys_as_options(context: click.Context, args: list[str]) -> list[click.Option]:
    names = [word for word in args if not word.startswith("-")]
    keys = _keys(context, names[0] if names else None)
    # click wants an identifier for each, which a key need not be.
    return [
        click.Option([f"key_{number}", f"--{key}"], help="A key of the secret.")
        for number, key in enumerate(keys)
    ]
