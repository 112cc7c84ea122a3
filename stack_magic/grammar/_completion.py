"""What can follow a half-typed line: click's own completion over the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from click.shell_completion import ShellComplete

from stack_magic.session import quoted

from ._tokens import is_in_quotes, open_tokens
from ._tree import tree

if TYPE_CHECKING:
    from stack_magic.session import Session


class Completion(NamedTuple):
    """One word that may stand at the cursor, and what kind of word it is."""

    text: str
    kind: str


class Completions(NamedTuple):
    """Every word that may stand at the cursor, the best first.

    Attributes:
        fragment: The typed text that a word replaces.
    """

    fragment: str
    items: tuple[Completion, ...]


def complete(magic: str, text: str, session: Session) -> Completions:
    """Return what may follow `%magic text`, the cursor being at its end."""
    words, incomplete = open_tokens(text)
    shell = ShellComplete(tree(magic), {"obj": session}, f"%{magic}", "")
    option, _, value = incomplete.partition("=")
    fragment = value if _is_value(incomplete) else incomplete
    # click takes a value that begins with a dash for another option.
    is_dashed = _is_value(incomplete) and value.startswith("-")
    found = shell.get_completions(words, f"{option}=" if is_dashed else incomplete)
    is_quoted = is_in_quotes(text)
    items = dict.fromkeys(
        Completion(item.value if is_quoted else quoted(item.value), _kind(item.type, item.value))
        for item in found
        if item.value.startswith(fragment) and item.type not in {"file", "dir"}
    )
    return Completions(fragment, tuple(items))


def _is_value(incomplete: str) -> bool:
    return incomplete.startswith("-") and "=" in incomplete


def _kind(kind: str, value: str) -> str:
    if kind != "plain":
        return kind
    return "option" if value.startswith("-") else "command"
