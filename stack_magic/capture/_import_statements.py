"""The import statements within a function, read from its instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._tokens import IMPORT, MEMBER, OTHER, STORE, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

_BETWEEN_IMPORTS = {(OTHER, "SWAP"), (OTHER, "POP_TOP")}


class Import(NamedTuple):
    """An import statement within a function: `from ..module import names`.

    Attributes:
        module: As it is written, without the dots.
        level: The number of dots.
        names: What is taken from it.
        bound: The local name of `import module`; empty where it is not known.
    """

    module: str
    level: int = 0
    names: tuple[str, ...] = ()
    bound: str = ""


class Bound(NamedTuple):
    """What an import statement gives a name to.

    Attributes:
        module: The module, as `Import` has it.
        level: The number of dots.
        member: What of it; empty for the module itself.
    """

    module: str
    level: int
    member: str = ""


def imports_in(tokens: tuple[Token, ...]) -> Iterator[Import]:
    """Yield the import statements among instructions."""
    for at, (kind, name) in enumerate(tokens):
        if kind != IMPORT:
            continue
        level, taken = (token.value for token in tokens[at - 2 : at])
        following = tokens[at + 1]
        bound = following.value if following.kind == STORE else ""
        yield Import(name, level, tuple(taken or ()), bound)


def bound_in(tokens: tuple[Token, ...]) -> Iterator[tuple[str, Bound]]:
    """Yield the names that import statements give, with what each stands for."""
    for at, (kind, name) in enumerate(tokens):
        if kind != IMPORT:
            continue
        level, taken = (token.value for token in tokens[at - 2 : at])
        member = ""
        for following, value in tokens[at + 1 :]:
            if following == MEMBER:
                member = value
            elif following == STORE:
                # `import a.b` names a, `import a.b as c` names b of it.
                module = name if taken or member else name.partition(".")[0]
                yield value, Bound(module, level, member if taken else "")
            elif (following, value) not in _BETWEEN_IMPORTS:
                break
