"""What posts messages to people, and asks them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Mapping


class BaseAlerter(StackComponent):
    """Posts messages, and asks questions that are answered by yes or no.

    Both are abstract: an alerter that forgot `ask` must not approve everything. Steps may
    call them from several threads at the same time.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.ALERTER

    @abstractmethod
    def post(self, message: str, /, config: Mapping[str, Any] | None) -> bool:
        """Send *message* and return whether it was sent; no text makes it raise.

        Args:
            message: Plain text; the flavor escapes it where needed.
            config: What the flavor allows a step to choose, such as a channel; None for
                nothing. A flavor may give it this default; its callers do not rely on it.

        Raises:
            InvalidConfigurationError: *config* has a key or a value that does not fit.
        """

    @abstractmethod
    def ask(self, question: str, /, config: Mapping[str, Any] | None) -> bool:
        """Send *question*, wait for an answer, and return whether it was yes.

        No answer in time is a no, and so is a question that reaches nobody.

        Args:
            question: Plain text; the flavor escapes it where needed.
            config: As for `post`. Every flavor knows `timeout`:
                the seconds to wait at most; with 0 it does not wait.

        Raises:
            InvalidConfigurationError: *config* has a key or a value that does not fit.
        """
