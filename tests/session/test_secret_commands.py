"""Commands on secrets: values come by reference, are kept whole, and are shown nowhere."""

from __future__ import annotations

import getpass
import pickle
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import PrivateAttr, SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    InvalidNameError,
    LineError,
    NameTakenError,
    ReferenceRefusedError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.grammar import complete, parse
from stack_magic.secrets_managers import BaseSecretsManager, LocalSecretsManager, Secret
from stack_magic.session import (
    DeleteSecret,
    GetSecret,
    ListSecrets,
    Reference,
    RegisterComponent,
    RegisterSecret,
    Session,
    UpdateSecret,
)
from stack_magic.session import secrets_manager_of as keeper_of
from stack_magic.stack import Registered
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Answer, Command
    from stack_magic.stack import Snapshot

MANAGER = StackComponentType.SECRETS_MANAGER
CANARY = "canary-in-clear"


@pytest.fixture
def session(fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session whose active stack keeps secrets, in an empty project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_PASSWORD", CANARY)
    monkeypatch.setattr(getpass, "getpass", refuse_to_answer)
    fresh.register_component("secrets_manager", "vault", flavor="local")
    fresh.apply(parse("stack", "update default -x vault"))
    return fresh


def refuse_to_answer(prompt: str) -> str:
    raise AssertionError(prompt)


def secrets_manager_of(session: Session) -> BaseSecretsManager:
    found = session.registry.snapshot.component(MANAGER, "vault").component
    assert isinstance(found, BaseSecretsManager)
    return found


def kept(session: Session, name: str = "db") -> dict[str, str]:
    values = secrets_manager_of(session).get_secret(name).values
    return {key: value.get_secret_value() for key, value in values.items()}


def apply(session: Session, line: str) -> Answer:
    answer: Any = session.apply(parse("secret", line))
    assert CANARY not in f"{answer!r} {answer._repr_mimebundle_()}"
    return answer  # type: ignore[no-any-return]


def refused(session: Session, line: str, kind: type[StackMagicError], match: str) -> str:
    with pytest.raises(kind, match=match) as raised:
        session.apply(parse("secret", line))
    said = f"{raised.value} {raised.value.hint}"
    assert CANARY not in said
    return said


def test_a_secret_is_registered_by_reference(session: Session, tmp_path: Path) -> None:
    session.namespace = {"user": "adah", "pin": SecretStr("1234")}
    (tmp_path / "token").write_text("from file\n")
    answer = apply(
        session,
        f"register db --user=$user --pin=$pin --password @env:THE_PASSWORD "
        f"--api-key=@file:{tmp_path}/token",
    )
    assert kept(session) == {
        "user": "adah",
        "pin": "1234",
        "password": CANARY,
        "api-key": "from file",
    }
    assert repr(answer) == (
        "✓ registered secret db in secrets_manager vault (keys: user, pin, password, api-key)\n"
        "  a component's field refers to a value as {{db.user}}"
    )
    assert answer.value == "db"


def test_the_user_is_asked_once_for_each_value(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []

    def answering(prompt: str) -> str:
        prompts.append(prompt)
        return CANARY

    monkeypatch.setattr(getpass, "getpass", answering)
    apply(session, "register db --password=@prompt --token=@prompt")
    assert prompts == ["db.password: ", "db.token: "]
    assert kept(session) == {"password": CANARY, "token": CANARY}


@pytest.mark.parametrize(
    "value",
    [CANARY, f"@@{CANARY}", f"@{CANARY}", f"'{{{CANARY} x}}'", f"$${CANARY}", f"a-{CANARY}", "''"],
)
@pytest.mark.parametrize("verb", ["register", "update"])
def test_a_literal_is_refused_and_not_repeated(session: Session, verb: str, value: str) -> None:
    said = refused(
        session, f"{verb} db --password={value}", ReferenceRefusedError, "password is a secret"
    )
    for words in ("history", "@env:NAME", "@file:PATH", "@prompt", "$variable"):
        assert words in said
    assert secrets_manager_of(session).get_all_secret_keys() == []


@pytest.mark.parametrize(
    "words",
    [
        f"db password={CANARY}",
        f"db -password={CANARY}",
        f"db -p {CANARY}",
        f"db {CANARY}",
        f"-password={CANARY}",
    ],
)
def test_a_value_that_went_astray_is_not_repeated(session: Session, words: str) -> None:
    said = refused(session, f"register {words}", LineError, "only the secret's name stands alone")
    assert "--KEY=@prompt" in said


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("db", "a key with its value is missing"),
        ("db --password", "--password needs a value"),
        ("db --password --user=@prompt", "--password needs a value"),
        ("db --password=@prompt --password=@prompt", "--password is given twice"),
        ("--password=@prompt", "NAME is missing"),
    ],
)
def test_a_line_that_says_too_little_is_refused(session: Session, words: str, match: str) -> None:
    refused(session, f"register {words}", LineError, match)


@pytest.mark.parametrize("value", ["{{mail.password}}", "'{{ mail.password }}'", "$reference"])
def test_a_secret_does_not_refer_to_another(session: Session, value: str) -> None:
    session.namespace = {"reference": SecretStr("{{mail.password}}")}
    match = "refers to another secret"
    refused(session, f"register db --password={value}", ReferenceRefusedError, match)


def test_a_value_is_text(session: Session) -> None:
    session.namespace = {"number": 5}
    match = r"db.pin: \$number is of type int, and a secret is text"
    refused(session, "register db --pin=$number", ReferenceRefusedError, match)


def test_one_reference_that_leads_nowhere_registers_nothing(session: Session) -> None:
    line = "register db --password=@env:THE_PASSWORD --token=@env:NOT_THERE"
    refused(session, line, ReferenceRefusedError, "'NOT_THERE' is not set")
    assert secrets_manager_of(session).get_all_secret_keys() == []


@pytest.mark.parametrize("name", ["../db", "list", "a/b"])
@pytest.mark.parametrize("verb", ["register {} --x=@prompt", "get {}", "delete {}"])
def test_a_name_follows_the_rule_for_names(session: Session, verb: str, name: str) -> None:
    refused(session, verb.format(name), InvalidNameError, "cannot be a name")


def test_a_key_follows_the_rule_for_keys(session: Session) -> None:
    refused(session, "register db --a.b=@prompt", InvalidNameError, "'a.b' cannot be a key")
    command = RegisterSecret("db", {"stack": SecretStr(CANARY)})
    with pytest.raises(InvalidNameError, match="--stack is an option of the command"):
        session.apply(command)


def test_a_cell_that_registered_a_secret_may_run_again_without_asking(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "register db --password=@env:THE_PASSWORD --pin=@prompt"
    with monkeypatch.context() as asking:
        asking.setattr(getpass, "getpass", lambda _: "1234")
        apply(session, line)
    assert "is already registered" in repr(apply(session, line))
    monkeypatch.setenv("THE_PASSWORD", "another")
    hint = refused(session, line, NameTakenError, "has a secret called 'db' already")
    assert "%secret update db" in hint
    assert kept(session) == {"password": CANARY, "pin": "1234"}


def test_nobody_is_asked_for_a_name_that_is_taken(session: Session) -> None:
    apply(session, "register db --password=@env:THE_PASSWORD")
    refused(session, "register db --pin=@prompt", NameTakenError, "has a secret called 'db'")
    refused(session, "update bd --pin=@prompt", UnknownNameError, "no secret called 'bd'")


def test_an_update_keeps_the_other_keys_and_says_what_is_new(session: Session) -> None:
    session.namespace = {"new": "2222", "user": "adah"}
    apply(session, "register db --password=@env:THE_PASSWORD --pin=$new")
    answer = apply(session, "update db --pin=$user --pinn=$new")
    assert kept(session) == {"password": CANARY, "pin": "adah", "pinn": "2222"}
    assert repr(answer) == "✓ updated secret db in secrets_manager vault: changed pin; added pinn"


def test_a_list_has_names_and_keys(session: Session) -> None:
    assert "has no secrets" in repr(apply(session, ""))
    apply(session, "register mail --token=@env:THE_PASSWORD")
    apply(session, "register db --user=@env:THE_PASSWORD --password=@env:THE_PASSWORD")
    answer = apply(session, "list")
    assert repr(answer).splitlines()[3:] == ["db      user, password", "mail    token"]
    assert answer.value == ["db", "mail"]


def test_a_secret_is_shown_masked(session: Session) -> None:
    apply(session, "register db --password=@env:THE_PASSWORD")
    answer = apply(session, "get db")
    assert "password  ******" in repr(answer)
    assert answer.value == ["password"]


def test_a_revealed_value_is_in_the_answers_value_only(session: Session) -> None:
    apply(session, "register db --password=@env:THE_PASSWORD --pin=@env:THE_PASSWORD")
    answer = apply(session, "get db --reveal password")
    assert answer.value == CANARY
    assert "answer = %secret get db --reveal password" in repr(answer)
    assert "answer.value" in repr(answer)
    assert "pin" not in repr(answer)
    with pytest.raises(TypeError, match="a secret's value does not leave by pickle"):
        pickle.dumps(answer)


def test_an_unknown_key_is_not_revealed(session: Session) -> None:
    apply(session, "register db --password=@env:THE_PASSWORD")
    said = refused(session, "get db --reveal pasword", UnknownNameError, "has no key 'pasword'")
    assert "did you mean 'password'?" in said


@pytest.mark.parametrize("yes", ["", " --yes", " -y"])
def test_a_deleted_secret_is_gone(session: Session, yes: str) -> None:
    apply(session, "register db --password=@env:THE_PASSWORD")
    apply(session, f"delete db{yes}")
    refused(session, "get db", UnknownNameError, "has no secret called 'db'")


def test_a_name_with_a_dot_is_kept_and_said_to_have_no_reference(session: Session) -> None:
    answer = apply(session, "register team.db --password=@env:THE_PASSWORD")
    assert "no field of a component can refer to it" in repr(answer)
    assert kept(session, "team.db") == {"password": CANARY}


def test_a_stack_without_a_secrets_manager_says_how_to_get_one(fresh: Session) -> None:
    said = refused(fresh, "list", UnknownNameError, "stack 'default' has no secrets manager")
    assert "%secrets_manager register local --flavor=local" in said
    assert "%stack update default -x local" in said


def test_the_stack_says_whose_secrets(session: Session) -> None:
    path = {"path": "other/secrets"}
    session.apply(RegisterComponent(MANAGER, "other", "local", path))
    session.apply(parse("stack", "copy default prod"))
    session.apply(parse("stack", "update prod -x other"))
    apply(session, "register db --password=@env:THE_PASSWORD --stack=prod")
    assert apply(session, "list").value == []
    assert apply(session, "list -s prod").value == ["db"]
    refused(session, "list --stack=nowhere", UnknownNameError, "no stack is called 'nowhere'")


def test_a_preview_asks_reads_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    lines = (
        "register db --password=@prompt --pin=@env:NOT_THERE",
        "update db --password=@prompt",
        "get db",
        "get db --reveal password",
        "list",
        "delete db",
    )
    for line in lines:
        assert session.preview(parse("secret", line)).ok
    assert not list(tmp_path.iterdir())
    literal = session.preview(parse("secret", f"register db --password={CANARY}"))
    assert not literal.ok
    assert CANARY not in repr(literal)


def test_a_secret_is_registered_for_a_stack_that_waits_for_it(session: Session) -> None:
    session.register_flavor(Pager)
    session.apply(
        RegisterComponent(StackComponentType.ALERTER, "ops", "pager", {"token": "{{db.password}}"})
    )
    session.apply(parse("stack", "update default -al ops"))
    apply(session, "register db --password=@env:THE_PASSWORD")
    alerter: Any = session.stack().alerter
    assert alerter.token == SecretStr(CANARY)


def test_a_manager_that_needs_a_secret_of_its_own_is_not_asked(session: Session) -> None:
    manager = LocalSecretsManager(name="own", passphrase=SecretStr("{{db.password}}"))
    with pytest.raises(ReferenceRefusedError, match="cannot take passphrase from itself"):
        keeper_of(snapshot_with(session, manager), None)


def snapshot_with(session: Session, manager: BaseSecretsManager) -> Snapshot:
    snapshot = session.registry.snapshot.with_component(Registered(manager, {}))
    return snapshot.with_stack("default", {**snapshot.slots("default"), MANAGER: manager.name})


class Leaky(BaseSecretsManager):
    """Tells in its errors what it was given."""

    FLAVOR: ClassVar[str] = "leaky"

    _kept: dict[str, Secret] = PrivateAttr(default_factory=dict)

    def register_secret(self, secret: Secret) -> None:
        raise RuntimeError(secret.values["password"].get_secret_value())

    def get_secret(self, name: str) -> Secret:
        raise RuntimeError(CANARY)

    def get_all_secret_keys(self) -> list[str]:
        return ["broken"]

    def update_secret(self, secret: Secret) -> None:
        raise RuntimeError(CANARY)

    def delete_secret(self, name: str) -> None:
        raise RuntimeError(CANARY)

    def delete_all_secrets(self) -> None:
        raise RuntimeError(CANARY)


@pytest.mark.parametrize(
    "line",
    [
        "register db --password=@env:THE_PASSWORD",
        "update broken --password=@env:THE_PASSWORD",
        "get broken",
        "delete broken",
        "list",
    ],
)
def test_what_a_flavor_raises_is_told_without_its_words(session: Session, line: str) -> None:
    session.register_flavor(Leaky)
    session.register_component("secrets_manager", "leaky", flavor="leaky")
    session.apply(parse("stack", "update default -x leaky"))
    refused(session, line, FlavorFailedError, "secrets_manager leaky: .* raised RuntimeError")
    assert [i.text for i in complete("secret", "get broken --reveal ", session).items] == []


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("re", ["register"]),
        ("get ", ["db", "mail"]),
        ("get d", ["db"]),
        ("update m", ["mail"]),
        ("delete ", ["db", "mail"]),
        ("get db --reveal ", ["2fa", "api-key", "user"]),
        ("get db --reveal=u", ["user"]),
        ("update db --a", ["--api-key"]),
        ("get nobody --reveal ", []),
        ("list --stack=d", ["default"]),
        ("get --stack=nowhere ", []),
    ],
)
def test_names_and_keys_are_offered(session: Session, line: str, offered: list[str]) -> None:
    apply(session, "register mail --token=@env:THE_PASSWORD")
    keys = " ".join(f"--{key}=@env:THE_PASSWORD" for key in ("2fa", "api-key", "user"))
    apply(session, f"register db {keys}")
    assert [item.text for item in complete("secret", line, session).items] == offered


def test_tab_offers_nothing_where_there_is_no_manager(fresh: Session) -> None:
    assert complete("secret", "get ", fresh).items == ()


@pytest.mark.parametrize(
    "command",
    [
        RegisterSecret("db", {"password": CANARY}),
        RegisterSecret("db", {"password": SecretStr(CANARY)}),
        RegisterSecret("db", {"password": f"@{CANARY}"}),
        UpdateSecret("db", {"password": f"@@{CANARY}"}),
    ],
)
def test_no_line_shows_a_value(command: Command) -> None:
    assert str(command).endswith(" db --password=@prompt")


def test_python_may_give_the_value_itself(session: Session) -> None:
    session.apply(RegisterSecret("db", {"password": SecretStr(CANARY)}))
    assert kept(session) == {"password": CANARY}


names = st.sampled_from(["db", "team.mail", "größe", "a-b", "s3"])
stacks = st.one_of(st.none(), st.sampled_from(["prod", "on-prem"]))
keys = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True).filter(
    lambda key: key not in {"stack", "yes", "help"} and not key.startswith("-")
)
references = st.one_of(
    st.sampled_from(["@prompt", "@keyring:mail/ada", "@file:~/a b", "@file:it's", "@env:A"]),
    st.builds(Reference, st.just("variable"), st.sampled_from(["token", "login.token"])),
)
values = st.dictionaries(keys, references, min_size=1, max_size=3)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(RegisterSecret, names, values, stacks),
    st.builds(UpdateSecret, names, values, stacks),
    st.builds(GetSecret, names, st.one_of(st.none(), keys), stacks),
    st.builds(ListSecrets, stacks),
    st.builds(DeleteSecret, names, stacks),
)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(command=commands)
def test_a_command_is_read_back_from_its_line(command: Command) -> None:
    again = parse("secret", str(command).removeprefix("%secret "))
    assert type(again) is type(command)
    assert str(again) == str(command)
    assert _plain(again) == _plain(command)


def _plain(command: Any) -> Any:
    """Return a command's fields, the references as they are written."""
    texts = {k: str(v) for k, v in getattr(command, "values", {}).items()}
    return command._replace(values=texts) if texts else command
