"""Shows messages in the cell's output, and asks with two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic

from ._base import BaseAlerter
from ._buttons import ask_by_buttons
from ._message import MessageChoices, message_card
from ._output import notebook_shell, show
from ._question import INTERRUPTED, LATE, LONGEST, Question, QuestionChoices
from ._typed import ask_in_input_box, ask_in_terminal, is_listened_to
from ._waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._question import Answer
    from ._waiting import Waiting


class NotebookAlerter(BaseAlerter):
    """Shows messages in the cell's output, and asks there with two buttons.

    In a terminal it prints them, and asks by text. Where nobody can be asked (a script
    without a terminal, a notebook that no front end shows) the answer is no, at once.
    """

    FLAVOR: ClassVar[str] = "notebook"

    timeout: float = Field(
        default=300,
        ge=0,
        le=LONGEST,
        allow_inf_nan=False,
        description="Seconds to wait for an answer; none in time is a no",
    )

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        """Show *message*, and return whether it was shown.

        Args:
            message: Plain text, of one line or several.
            config: May have `title`, a line above the message.

        Raises:
            InvalidConfigurationError: *config* has a key or a value that does not fit.
        """
        return show(message_card(message, MessageChoices.read(config)))

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        """Show *question*, wait for the answer, and return whether it was yes.

        Ctrl-C ends the question: with KeyboardInterrupt, or with a no in another thread
        than the main one.

        Args:
            question: Plain text, of one line or several.
            config: May have `timeout` (seconds; by default the field's) and the words
                for the answers: `{"timeout": 5, "yes": "Deploy", "no": "Stop"}`.

        Raises:
            InvalidConfigurationError: *config* has a key or a value that does not fit.
        """
        asked = Question(question, QuestionChoices.read(config, timeout=self.timeout))
        try:
            with waiting(asked.timeout) as time_left:
                answer = _answer(asked, time_left)
        except KeyboardInterrupt:
            show(asked.card(INTERRUPTED))
            raise
        show(asked.card(answer))
        return answer.yes

    def probe(self) -> Iterator[Diagnostic]:
        """Yield whether nobody can be asked here."""
        if notebook_shell() is None and not is_listened_to():
            message = "nobody can be asked here: every answer is no"
            yield Diagnostic("nobody-to-ask", Severity.WARNING, f"{self.TYPE} {self.name}", message)


def _answer(question: Question, time_left: Waiting) -> Answer:
    if not time_left.left:
        return LATE
    shell = notebook_shell()
    if shell is None:
        return ask_in_terminal(question, time_left)
    answer = ask_by_buttons(shell, question, time_left)
    return ask_in_input_box(question, time_left) if answer is None else answer
