"""Names on a line: as they are typed, or by a variable that holds one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from click.types import StringParamType

from stack_magic.errors import InvalidNameError
from stack_magic.session import Reference, parse_variable, resolve

if TYPE_CHECKING:
    import click


_EMBEDDED = re.compile(r"(?<!\$)\$([^\W\d]\w*)")
"""A variable within a name, which has no sign `$` of its own: `lake_$n`."""


class NameType(StringParamType):
    """A name; `$name` and braces stand for what variables hold, also in a loop: `lake_{n}`."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name that a word stands for.

        Raises:
            ReferenceRefusedError: The notebook has no such variable.
            InvalidNameError: Its value is no text.
        """
        namespace = None if ctx is None else ctx.find_root().obj
        if not isinstance(namespace, Mapping) or not isinstance(value, str):
            return value
        reference = parse_variable(_EMBEDDED.sub(r"{\1}", value))
        if not isinstance(reference, Reference):
            return value
        found = resolve(reference, str(param and param.name), namespace)
        if isinstance(found, str):
            return str(found)
        message = f"{reference} is a {type(found).__name__}, and a name is text"
        raise InvalidNameError(message, hint=f"{reference.target} = str({reference.target})")


NAME = NameType()
