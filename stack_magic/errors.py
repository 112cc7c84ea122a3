"""Everything stack_magic raises on purpose: one family, one class a reaction.

An error names the value, the rule and the way out. At the shell's end it is
shown as a few lines without frames; in Python it is an ordinary exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack_magic.pipelines import Run
    from stack_magic.stack import Report


class StackMagicError(Exception):
    """Base of every error a call of stack_magic raises on purpose.

    Secrets that this process knows are masked in what it says.

    Args:
        message: What is wrong, naming the offending value.
        hint: The one action that would help, usually a line to type.
        report: Every finding behind the message, where there are several.

    Attributes:
        report: Every finding behind the message, where there are several.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, report: Report | None = None
    ) -> None:
        message, hint = masked(message), None if hint is None else masked(hint)
        super().__init__(message if hint is None else f"{message}\nhint: {hint}")
        self.message = message
        self.hint = hint
        self.report = report


class LineError(StackMagicError):
    """A line does not follow the grammar: nothing was looked up or done."""


class UnknownNameError(StackMagicError):
    """A name was used that nothing is registered under."""


class NameTakenError(StackMagicError):
    """A name is already in use by another flavor, component or stack."""


class InvalidNameError(StackMagicError):
    """A name breaks the rule for names."""


class InvalidFlavorError(StackMagicError):
    """A class cannot be a flavor; the message lists every reason."""


class FlavorFailedError(StackMagicError):
    """Code of a flavor raised something that it should not have."""


class InvalidConfigurationError(StackMagicError):
    """Values do not fit a flavor's fields; the message lists every field."""


class InvalidStackError(StackMagicError):
    """A stack has errors and was left as it was."""


class InUseError(StackMagicError):
    """Something cannot be removed while others use it."""


class ReferenceRefusedError(StackMagicError):
    """A reference such as `@env:NAME` cannot be resolved or is not allowed."""


class StorageError(StackMagicError):
    """A file, folder or database could not be read or written."""


class PathRefusedError(StackMagicError):
    """A path leads out of its artifact store, or cannot be a path."""


class NotServedError(StackMagicError):
    """No file system is known for a scheme, and the flavor brings none."""


class ReadOnlyError(StackMagicError):
    """What is written elsewhere is only read here."""


class CorruptArtifactError(StackMagicError):
    """An artifact's bytes are not those that were recorded."""


class InvalidPipelineError(StackMagicError):
    """A pipeline's graph cannot be run: nothing was started."""


class RunEndedError(StackMagicError):
    """A run did not end well; what was done stays.

    Attributes:
        run: The run, with the outcome of every step.
    """

    run: Run | None = None


class RunFailedError(RunEndedError):
    """A run ended with failed steps."""


class RunCancelledError(RunEndedError):
    """A run was interrupted."""


class StepFailedError(StackMagicError):
    """A step that ran elsewhere crashed, was killed, or was over its memory or time."""


class NotApprovedError(StackMagicError):
    """Somebody was asked, and did not agree in time."""


class ConsentNeededError(StackMagicError):
    """Code from elsewhere would be run: the hint is the line by which the user agrees."""


class BrokenContractError(StackMagicError):
    """A component does not keep what its base class promises."""


class MissingDependencyError(StackMagicError):
    """An optional package is needed; the hint is the line that installs it."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to *word*, or None when none is near."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(folded), n=1)
    return folded[near[0]] if near else None
