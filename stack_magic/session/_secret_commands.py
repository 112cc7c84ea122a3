"""Commands on the secrets that a stack's secrets manager keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Command, Fields, Line, Table, Title
from stack_magic.secrets import MASK, secret_reference
from stack_magic.stack import Report, check_name

from ._answers import Answer, Change, done, told, undone_by
from ._command import NOTHING, line, quoted
from ._secret_keeper import calling, kept, secrets_manager_of, shown
from ._secret_values import given_values, is_the_same, resolved_values, written
from ._short_secrets import short_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from stack_magic.secrets_managers import BaseSecretsManager, Secret
    from stack_magic.stack import Snapshot

    from ._world import World


class RegisterSecret(NamedTuple):
    """Keep a new secret.

    Attributes:
        values: For each key, the reference to its value; Python may give a `SecretStr`.
        stack: Whose secrets manager keeps it; None is the active stack.
    """

    name: str
    values: Mapping[str, Any] = NOTHING
    stack: str | None = None

    def __str__(self) -> str:
        return _with_values("register", self)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Resolve the references and keep the values."""
        name, given = check_name(self.name), given_values(self.values)
        manager = secrets_manager_of(snapshot, self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"secret {name} can be registered in {shown(manager)}"))
        with calling(manager, "get_secret"):
            former = manager.get_secret(name) if name in manager.get_all_secret_keys() else None
        if former is not None:
            if not is_the_same(former, given, world):
                raise manager.secret_taken(name)
            advice = Line(f"%secret update {name} --KEY=@prompt changes it", indent=1)
            sentence = f"secret {name} is already registered in {shown(manager)}"
            return Change(snapshot, done(sentence, advice, value=name))
        secret = _secret(name, resolved_values(name, given, world))
        with calling(manager, "register_secret"):
            manager.register_secret(secret)
        keys = ", ".join(secret.values)
        sentence = f"registered secret {name} in {shown(manager)} (keys: {keys})"
        report = Report.of(name, short_values(name, secret.values))
        return Change(snapshot, done(sentence, _use_of(secret), report=report, value=name))


class UpdateSecret(NamedTuple):
    """Give some keys of a secret new values; the others stay.

    Attributes:
        values: For each key, the reference to its value; Python may give a `SecretStr`.
        stack: Whose secrets manager keeps it; None is the active stack.
    """

    name: str
    values: Mapping[str, Any] = NOTHING
    stack: str | None = None

    def __str__(self) -> str:
        return _with_values("update", self)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Resolve the references and put the values in their places."""
        name, given = check_name(self.name), given_values(self.values)
        manager = secrets_manager_of(snapshot, self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"secret {name} can be updated in {shown(manager)}"))
        former = kept(manager, name)  # nobody is asked for what has no place
        values = resolved_values(name, given, world)
        _secret(name, {**former.values, **values})
        with calling(manager, "change_secret"):
            manager.change_secret(name, values)
        changed = [key for key in values if key in former.values]
        added = [key for key in values if key not in former.values]
        verbs = (("changed", changed), ("added", added))
        deeds = [f"{verb} {', '.join(keys)}" for verb, keys in verbs if keys]
        sentence = f"updated secret {name} in {shown(manager)}: {'; '.join(deeds)}"
        report = Report.of(name, short_values(name, values))
        return Change(snapshot, done(sentence, report=report, value=name))


class ListSecrets(NamedTuple):
    """Show the secrets of a stack's secrets manager, with their keys."""

    stack: str | None = None

    def __str__(self) -> str:
        return line("secret", "list", *_flags(self.stack))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return a table of names and keys."""
        manager = secrets_manager_of(snapshot, self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"secrets of {shown(manager)} can be listed"))
        with calling(manager, "get_secret"):
            secrets = [manager.get_secret(name) for name in manager.get_all_secret_keys()]
        if not secrets:
            sentence = f"{shown(manager)} has no secrets; %secret register NAME --KEY=@prompt"
            return Change(snapshot, told(sentence, value=[]))
        rows = tuple((secret.name, ", ".join(secret.values)) for secret in secrets)
        blocks = (Title(f"Secrets in {shown(manager)}"), Table(("secret", "keys"), rows))
        return Change(snapshot, Answer(blocks, value=[secret.name for secret in secrets]))


class GetSecret(NamedTuple):
    """Show a secret's keys; with *reveal*, the answer has that key's value in `.value`."""

    name: str
    reveal: str | None = None
    stack: str | None = None

    def __str__(self) -> str:
        flags = [] if self.reveal is None else ["--reveal", self.reveal]
        return line("secret", "get", self.name, *flags, *_flags(self.stack))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the masked values; what is shown may be saved in a notebook."""
        name = check_name(self.name)
        manager = secrets_manager_of(snapshot, self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"secret {name} of {shown(manager)} can be shown"))
        secret = kept(manager, name)
        head = Title(f"Secret {name} in {shown(manager)}")
        if self.reveal is None:
            masked = Fields(tuple((key, MASK) for key in secret.values))
            return Change(snapshot, Answer((head, masked), value=list(secret.values)))
        value = secret.value(self.reveal)
        blocks = (
            head,
            Fields(((self.reveal, MASK),)),
            Line("what is shown may be saved, so the value is in the answer's .value only:"),
            Command(f"answer = {self}"),
            Command("answer.value"),
        )
        return Change(snapshot, Revealed(blocks, value=value.get_secret_value()))


class DeleteSecret(NamedTuple):
    """Remove a secret for good."""

    name: str
    stack: str | None = None

    def __str__(self) -> str:
        return line("secret", "delete", self.name, *_flags(self.stack))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Remove it; nothing brings it back."""
        name = check_name(self.name)
        manager = secrets_manager_of(snapshot, self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"secret {name} can be deleted from {shown(manager)}"))
        keys = _keys(manager, name)
        with calling(manager, "delete_secret"):
            manager.delete_secret(name)
        sentence = f"deleted secret {name} from {shown(manager)}"
        again = RegisterSecret(name, dict.fromkeys(keys, "@prompt"), self.stack)
        asked = Line("its values are gone: the line below asks for them", indent=1)
        more = (asked, undone_by(again)) if keys else ()
        return Change(snapshot, done(sentence, *more, value=name))


def _keys(manager: BaseSecretsManager, name: str) -> tuple[str, ...]:
    """Return the keys of a secret; none where it cannot be read, and can be deleted still."""
    try:
        return tuple(manager.get_secret(name).values)
    except Exception:  # noqa: BLE001 - a secrets manager is the user's code
        return ()


class Revealed(Answer):
    """An answer whose `.value` is a secret in clear: shown masked, and never pickled."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to pickle: a pickle would show the value."""
        message = "a secret's value does not leave by pickle: pass the secret's name"
        raise TypeError(message)


def _secret(name: str, values: Mapping[str, SecretStr]) -> Secret:
    from stack_magic.secrets_managers import Secret

    return Secret(name=name, values=dict(values))


def _use_of(secret: Secret) -> Line:
    reference = f"{{{{{secret.name}.{next(iter(secret.values))}}}}}"
    if secret_reference(reference) is None:
        return Line("its name has a dot: no field of a component can refer to it", indent=1)
    return Line(f"a component's field refers to a value as {reference}", indent=1)


# The lines.


def _flags(stack: str | None) -> list[str]:
    return [] if stack is None else ["--stack", stack]


def _with_values(verb: str, command: RegisterSecret | UpdateSecret) -> str:
    # Keys are spelled as they are given: `api-key` and `api_key` are two keys.
    pairs = [f"--{key}={quoted(written(value))}" for key, value in command.values.items()]
    return " ".join([line("secret", verb, command.name, *_flags(command.stack)), *pairs])
