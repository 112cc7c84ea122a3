"""A message as it is shown."""

from __future__ import annotations

from stack_magic.display import Document, Line, Title

from ._choices import Choices


class MessageChoices(Choices):
    """What a step may choose for one message."""

    title: str = ""


def message_card(message: str, choices: MessageChoices) -> Document:
    """Return *message* line by line, under its title if it has one."""
    first, *rest = message.replace("\r\n", "\n").split("\n")
    title = (Title(choices.title),) if choices.title else ()
    return Document((*title, Line(first, "●"), *(Line(line, indent=1) for line in rest)))
