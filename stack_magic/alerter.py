"""Alerters, by the name that ZenML has for them: `from stack_magic.alerter import BaseAlerter`."""

from .alerters import BaseAlerter, Choices, NotebookAlerter

__all__ = ["BaseAlerter", "Choices", "NotebookAlerter"]
