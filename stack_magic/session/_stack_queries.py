"""Commands that show stacks and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from stack_magic.display import Document, Line
from stack_magic.enums import Severity
from stack_magic.errors import InvalidStackError, StackMagicError
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Report,
    Snapshot,
    Stack,
    StackComponent,
    diagnose,
    probe,
)

from ._answers import Change, done, listed, told
from ._cards import stack_card, stack_list
from ._command import line
from ._ready import missing_secrets, plain_stack, references_missing, refuse_findings
from ._references import Reference, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.secrets_managers import BaseSecretsManager

    from ._world import World


class GetStack(NamedTuple):
    """Show which stack is active."""

    def __str__(self) -> str:
        return line("stack", "get")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the active stack's name."""
        if snapshot.active is None:
            return Change(snapshot, told("no active stack; %stack set NAME"))
        sentence = f"stack {snapshot.active} is active"
        return Change(snapshot, told(sentence, value=snapshot.active))


class ListStacks(NamedTuple):
    """Show the stacks."""

    def __str__(self) -> str:
        return line("stack", "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the table of stacks."""
        return Change(snapshot, stack_list(snapshot))


class DescribeStack(NamedTuple):
    """Show a stack's ten slots and every finding with its fix."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "describe", *(() if self.name is None else (self.name,)))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the stack's card."""
        return Change(snapshot, stack_card(snapshot.chosen(self.name), snapshot))


class ValidateStack(NamedTuple):
    """Check a stack and show the findings.

    Attributes:
        probe: Whether to ask the outside world too, each component within 5 s.
        strict: Whether an error or a warning is raised, for notebooks in CI.
    """

    name: str | None = None
    probe: bool = False
    strict: bool = False

    def __str__(self) -> str:
        name = () if self.name is None else (self.name,)
        flags = ["--probe"] * self.probe + ["--strict"] * self.strict
        return line("stack", "validate", *name, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the report of every check; with *probe* also of every probe.

        Raises:
            InvalidStackError: There are findings, and it is strict.
        """
        name = snapshot.chosen(self.name)
        report = diagnose(Draft(name, snapshot.slots(name)), snapshot)
        if world.is_preview:
            return Change(snapshot, report)
        stack = plain_stack(snapshot, name)
        found = [*report.diagnostics, *missing_secrets(stack)]
        if Report.of(name, found).ok:
            try:
                stack = stack.resolved()
            except StackMagicError as error:
                kind, fix = "secret-misfit", error.hint or ""
                found.append(Diagnostic(kind, Severity.ERROR, name, error.message, fix))
        report = Report.of(name, found)
        if self.probe:
            report = _probed(report, stack, world)
        if self.strict:
            refuse_findings(report)
        return Change(snapshot, report)


@dataclass(frozen=True, repr=False)
class _Probed(Report):
    """A report that also tells who was asked.

    Attributes:
        asked: What is said of it.
    """

    asked: tuple[str, ...] = ()

    def document(self) -> Document:
        """Return the report, and who was asked under its verdict."""
        head, *rest = super().document().blocks
        return Document((head, *(Line(text, indent=1) for text in self.asked), *rest))


def _probed(report: Report, stack: Stack, world: World) -> Report:
    subject, found = report.subject, report.diagnostics
    if not report.ok:
        return _Probed(subject, found, ("nobody was asked: mend the errors first",))
    names = {kind: f"{kind} {c.name}" for kind, c in stack.components.items()}
    with world.progress(f"probing stack {stack.name}", list(names.values())) as note:
        probed = probe(stack, told=lambda component, words: note(names[component.TYPE], words))
    report = Report.of(subject, [*found, *probed.diagnostics])
    return _Probed(subject, report.diagnostics, tuple(_who_was_asked(stack)))


def _who_was_asked(stack: Stack) -> Iterator[str]:
    components = [(f"{kind} {c.name}", type(c)) for kind, c in stack.components.items()]
    asked = [name for name, cls in components if cls.probe is not StackComponent.probe]
    others = [name for name, cls in components if cls.probe is StackComponent.probe]
    if asked:
        yield f"asked: {listed(asked, len(asked))}"
    if others:
        yield f"asked only whether they run: {listed(others, len(others))}"


class RegisterSecrets(NamedTuple):
    """Ask for the secrets that a stack refers to and its secrets manager lacks."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "register-secrets", *(() if self.name is None else (self.name,)))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Ask for each missing value, and keep each secret when all of its keys are known."""
        stack = plain_stack(snapshot, self.name)
        report = diagnose(Draft(stack.name, snapshot.slots(stack.name)), snapshot)
        if world.is_preview:
            return Change(snapshot, report)
        if not report.ok:
            message = f"stack {stack.name!r} cannot be used:\n{report.as_message()}"
            raise InvalidStackError(message, report=report)
        missing = references_missing(stack)
        report = Report.of(stack.name, () if missing else missing_secrets(stack))
        if not report.ok:  # the secrets manager cannot say what it lacks
            message = (
                f"stack {stack.name!r} cannot be asked for its secrets:\n{report.as_message()}"
            )
            raise InvalidStackError(message, report=report)
        if not missing:
            return Change(snapshot, done(f"stack {stack.name} lacks no secret", value=[]))
        kept = []
        for name, keys in missing.items():
            values = {k: SecretStr(resolve(_PROMPT, f"{name}.{k}", {})) for k in keys}
            _keep(stack, name, values)
            kept += [f"{name}.{key}" for key in keys]
        sentence = f"stack {stack.name} has its secrets: {listed(kept)} registered"
        return Change(snapshot, done(sentence, value=kept))


_PROMPT = Reference("prompt")


def _keep(stack: Stack, name: str, values: dict[str, SecretStr]) -> None:
    """Register a secret, or give it the keys that it lacks."""
    from stack_magic.secrets_managers import Secret

    keeper: BaseSecretsManager = stack.secrets_manager
    if name in keeper.get_all_secret_keys():
        keeper.change_secret(name, values)
    else:
        keeper.register_secret(Secret(name=name, values=values))
