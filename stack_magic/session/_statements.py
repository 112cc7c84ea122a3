"""Runs the statements of a package, one after the other, each by its name."""

from __future__ import annotations
import __future__

import ast
import linecache
import sys
import types
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Program, name_of
from stack_magic.errors import InvalidPipelineError, StackMagicError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def made_by(
    what: str,
    source: str,
    module: types.ModuleType,
    variable: str,
    begin: Callable[[str], None] = lambda _: None,
) -> Any:
    """Run *source* as a notebook would, its lines known to tracebacks; return what it makes.

    Args:
        what: What it is the source of.
        source: Statements that define.
        module: Gets the names.
        variable: The name of what is returned.
        begin: Called with the name of each statement before it is run.

    Raises:
        InvalidPipelineError: A statement raised something, or nothing has that name.
    """
    filename = f"<{what}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    statements = Program(source).statements
    is_postponed = any(getattr(node, "module", None) == "__future__" for node in statements)
    flags = __future__.annotations.compiler_flag if is_postponed else 0
    for node in statements:
        begin(name_of(node))
        code = compile(ast.Module([node], []), filename, "exec", flags, dont_inherit=True)
        try:
            exec(code, vars(module))  # noqa: S102 - what the user trusted
        except StackMagicError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of the user's
            raise _failed(what, name_of(node), error) from None
    if variable not in vars(module):
        message = f"{what}: its source defines no {variable!r}"
        raise InvalidPipelineError(message, hint="%pipeline package NAME packs it anew")
    return vars(module)[variable]


@contextmanager
def apart() -> Iterator[types.ModuleType]:
    """Let a new module be `__main__`: that is where pydantic looks annotations up."""
    former = sys.modules["__main__"]
    sys.modules["__main__"] = module = types.ModuleType("__main__")
    try:
        yield module
    finally:
        sys.modules["__main__"] = former


def _failed(what: str, name: str, error: BaseException) -> InvalidPipelineError:
    message = f"{what}: {name} cannot be made in a process of its own: "
    message += f"{type(error).__name__}: {error}"
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    hint = (
        f"from {missing} import NAME: what is named is followed, and goes along"
        if missing
        else f"mend {name}, and run its cell again"
    )
    return InvalidPipelineError(message, hint=hint)
