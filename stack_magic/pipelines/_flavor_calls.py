"""Calls into components: what a user's flavor raises is told with where it did."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.errors import FlavorFailedError, StackMagicError
from stack_magic.secrets import masking

from ._failure import describe_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.stack import StackComponent


@contextmanager
def calling(component: StackComponent, method: str) -> Iterator[None]:
    """Let what *method* of *component* raises be a FlavorFailedError.

    What stack_magic raises on purpose passes as it is, and so does Ctrl-C, also one that
    came on the way into the block, which is then closed.
    """
    with masking():
        try:
            yield
        except (StackMagicError, KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            what = f"{component.TYPE} {component.name!r}: {method}"
            message = f"{what} raised {describe_failure(error)}"
            raise FlavorFailedError(message) from error
