"""Secrets in an encrypted file: private, whole, shared by processes, opened by one key."""

from __future__ import annotations

import copy
import fcntl
import os
import pickle
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from stack_magic.errors import NameTakenError, StorageError, UnknownNameError
from stack_magic.secrets_managers import LocalSecretsManager, Secret, _secrets_file

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary-in-clear"
FOLDER = Path(".stack_magic/secrets")
FILE = FOLDER / "secrets.enc"
KEY = FOLDER / "secrets.enc.key"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def secret(name: str = "db", **values: str) -> Secret:
    given = values or {"password": CANARY}
    return Secret(name=name, values={key: SecretStr(value) for key, value in given.items()})


def password(manager: LocalSecretsManager, name: str = "db") -> str:
    return manager.get_secret(name).value("password").get_secret_value()


def with_passphrase(text: str) -> LocalSecretsManager:
    return LocalSecretsManager(name="vault", passphrase=SecretStr(text))


@pytest.fixture
def filled() -> LocalSecretsManager:
    manager = LocalSecretsManager(name="vault")
    manager.register_secret(secret())
    return manager


def test_a_secret_is_there_for_the_next_kernel(filled: LocalSecretsManager) -> None:
    assert password(LocalSecretsManager(name="later")) == CANARY


def test_nothing_is_written_until_the_first_secret(project: Path) -> None:
    manager = LocalSecretsManager(name="vault")
    manager.delete_all_secrets()
    assert manager.get_all_secret_keys() == []
    assert list(manager.probe()) == []
    with pytest.raises(UnknownNameError, match="has no secret called 'db'"):
        manager.get_secret("db")
    assert not list(project.iterdir())


def test_a_relative_path_stays_where_the_component_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = LocalSecretsManager(name="vault")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    manager.register_secret(secret())
    assert manager.local_path == os.fspath(tmp_path / FOLDER)
    assert (tmp_path / FILE).exists()


def test_no_file_shows_a_secret_or_its_name(filled: LocalSecretsManager, project: Path) -> None:
    filled.register_secret(secret("mail-account", token=CANARY))
    files = [path for path in project.rglob("*") if path.is_file()]
    assert FILE in [path.relative_to(project) for path in files]
    for path in files:
        content = path.read_bytes()
        assert CANARY.encode() not in content
        assert b"mail-account" not in content


def test_a_secret_is_shown_nowhere(filled: LocalSecretsManager) -> None:
    opened = with_passphrase(CANARY)
    shown = f"{filled!r} {filled} {filled.get_secret('db')!r} {opened!r}"
    dumped = f"{filled.model_dump_json()} {opened.model_dump_json()} {opened.model_dump()}"
    assert CANARY not in shown + dumped
    assert CANARY not in filled.get_secret("db").model_dump_json()
    assert CANARY.encode() not in pickle.dumps(filled)


def test_a_component_with_a_passphrase_does_not_pickle() -> None:
    with pytest.raises(TypeError, match="holds a secret in passphrase"):
        pickle.dumps(with_passphrase("open sesame"))


def test_a_pickled_component_finds_the_same_secrets(
    filled: LocalSecretsManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert password(pickle.loads(pickle.dumps(filled))) == CANARY  # noqa: S301 - our own


def test_components_compare_by_configuration() -> None:
    used = with_passphrase("open sesame")
    used.register_secret(secret())
    twin = copy.deepcopy(used)
    assert used == twin
    assert password(twin) == CANARY


@pytest.mark.parametrize("umask", [0, 0o077])
def test_only_the_owner_reads_the_files(umask: int) -> None:
    former = os.umask(umask)
    try:
        LocalSecretsManager(name="vault").register_secret(secret())
    finally:
        os.umask(former)
    folders = [FOLDER, FOLDER.parent]
    assert {stat.S_IMODE(f.stat().st_mode) for f in folders} == {0o700}
    assert {stat.S_IMODE(f.stat().st_mode) for f in FOLDER.iterdir()} == {0o600}


def test_the_folder_with_the_key_is_kept_out_of_git(filled: LocalSecretsManager) -> None:
    assert (FOLDER / ".gitignore").read_text() == "*\n"


def test_a_folder_of_the_users_gets_no_gitignore(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o755)
    LocalSecretsManager(name="vault", path="mine/secrets").register_secret(secret())
    assert sorted(path.name for path in mine.iterdir()) == [
        "secrets",
        "secrets.key",
        "secrets.lock",
    ]


def test_a_passphrase_opens_the_file_and_leaves_no_key() -> None:
    with_passphrase("Größe").register_secret(secret())
    assert not KEY.exists()
    assert password(with_passphrase("Gro\u0308\u00dfe")) == CANARY  # as another keyboard types it
    for path in FOLDER.iterdir():
        assert "Größe".encode() not in path.read_bytes()


def refuses_everything(manager: LocalSecretsManager) -> None:
    deeds: tuple[Callable[[], object], ...] = (
        manager.get_all_secret_keys,
        lambda: manager.get_secret("db"),
        lambda: manager.register_secret(secret("new")),
        lambda: manager.update_secret(secret()),
        lambda: manager.change_secret("db", {"user": SecretStr("ada")}),
        lambda: manager.delete_secret("db"),
        manager.delete_all_secrets,
    )
    for deed in deeds:
        with pytest.raises(StorageError, match="secrets file"):
            deed()


def test_a_wrong_passphrase_is_refused_and_loses_nothing() -> None:
    with_passphrase("open sesame").register_secret(secret())
    before = FILE.read_bytes()
    wrong = with_passphrase("open barley")
    with pytest.raises(StorageError, match="passphrase does not open secrets file") as refused:
        wrong.get_secret("db")
    assert os.fspath(FILE) in refused.value.message
    assert "--passphrase=@prompt" in str(refused.value.hint)
    assert "barley" not in str(refused.value)
    refuses_everything(wrong)
    assert FILE.read_bytes() == before
    assert [d.code for d in wrong.probe()] == ["secrets-unreadable"]
    assert password(with_passphrase("open sesame")) == CANARY


def test_a_wrong_key_is_refused_and_loses_nothing(filled: LocalSecretsManager) -> None:
    right, before = KEY.read_bytes(), FILE.read_bytes()
    LocalSecretsManager(name="other", path="other/secrets").register_secret(secret())
    KEY.write_bytes(Path("other/secrets.key").read_bytes())
    with pytest.raises(StorageError, match=r"key in .*secrets.enc.key' does not open"):
        filled.get_secret("db")
    refuses_everything(filled)
    assert FILE.read_bytes() == before
    KEY.write_bytes(right)
    assert password(filled) == CANARY


def test_a_missing_key_is_not_replaced(filled: LocalSecretsManager) -> None:
    KEY.rename("key")
    with pytest.raises(StorageError, match=r"the key of secrets file .* is not there"):
        filled.register_secret(secret("new"))
    refuses_everything(filled)
    assert not KEY.exists()
    Path("key").rename(KEY)
    assert password(filled) == CANARY


def test_a_damaged_key_is_left_as_it_is(filled: LocalSecretsManager) -> None:
    KEY.write_bytes(b"no key\n")
    with pytest.raises(StorageError, match=r"key file .* is damaged: it was left as it is"):
        filled.get_secret("db")
    assert KEY.read_bytes() == b"no key\n"


def test_the_wrong_way_to_open_a_file_is_named(filled: LocalSecretsManager) -> None:
    with pytest.raises(StorageError, match="was made without a passphrase") as refused:
        with_passphrase("open sesame").get_secret("db")
    assert refused.value.hint == "%secrets_manager remove-attribute vault --passphrase"
    FILE.unlink()
    with_passphrase("open sesame").register_secret(secret())
    with pytest.raises(StorageError, match="needs its passphrase") as refused:
        filled.get_secret("db")
    assert refused.value.hint == "%secrets_manager update vault --passphrase=@prompt"


def test_whatever_byte_is_damaged_is_noticed_and_left(filled: LocalSecretsManager) -> None:
    whole = FILE.read_bytes()
    for place in range(0, len(whole), 3):
        torn = bytearray(whole)
        torn[place] ^= 1
        FILE.write_bytes(torn)
        with pytest.raises(StorageError, match=r"is damaged: it was left as it is"):
            filled.register_secret(secret("new"))
        assert FILE.read_bytes() == torn
    for end in (0, 1, len(whole) // 2, len(whole) - 2):
        FILE.write_bytes(whole[:end])
        with pytest.raises(StorageError, match="is damaged"):
            filled.get_all_secret_keys()
    FILE.write_bytes(whole)
    assert password(filled) == CANARY


def test_a_file_of_a_newer_version_is_left_as_it_is(filled: LocalSecretsManager) -> None:
    from hashlib import sha256

    body = FILE.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n"
    newer = body.replace(b'"version": 1', b'"version": 2')
    data = newer + sha256(newer).hexdigest().encode() + b"\n"
    FILE.write_bytes(data)
    with pytest.raises(StorageError, match="newer version of stack-magic"):
        filled.register_secret(secret("new"))
    assert FILE.read_bytes() == data


def test_an_altered_file_is_not_trusted_though_it_looks_whole(filled: LocalSecretsManager) -> None:
    from hashlib import sha256

    head, content, _ = FILE.read_bytes().splitlines()
    altered = head + b"\n" + content[:20] + b"AAAA" + content[24:] + b"\n"
    FILE.write_bytes(altered + sha256(altered).hexdigest().encode() + b"\n")
    with pytest.raises(StorageError, match="or somebody altered this one"):
        filled.get_secret("db")


@pytest.mark.parametrize(
    ("path", "mode", "said"),
    [
        (FOLDER, 0o777, "can be written by other users"),
        (FILE, 0o666, "can be written by other users"),
        (KEY, 0o644, "can be read by other users"),
    ],
)
def test_what_others_could_have_made_is_not_trusted(
    filled: LocalSecretsManager, path: Path, mode: int, said: str
) -> None:
    path.chmod(mode)
    with pytest.raises(StorageError, match=said):
        filled.get_secret("db")


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    LocalSecretsManager(name="vault", path="real/secrets").register_secret(secret())
    Path("link").symlink_to("real/secrets")
    linked = LocalSecretsManager(name="vault", path="link")
    linked.register_secret(secret("new"))
    assert Path("link").is_symlink()
    assert LocalSecretsManager(name="vault", path="real/secrets").get_all_secret_keys() == [
        "db",
        "new",
    ]


@pytest.mark.parametrize("path", ["", "  ", "a\0b"])
def test_a_path_names_a_file(path: str) -> None:
    with pytest.raises(ValidationError, match="names no file"):
        LocalSecretsManager(name="vault", path=path)


def test_an_empty_passphrase_is_none() -> None:
    with pytest.raises(ValidationError, match="passphrase is empty"):
        with_passphrase("  ")


def test_a_path_that_cannot_be_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    manager = LocalSecretsManager(name="vault", path="folder")
    with pytest.raises(StorageError, match="cannot be read: is a directory"):
        manager.get_all_secret_keys()
    (tmp_path / "file").write_text("")
    manager = LocalSecretsManager(name="vault", path="file/secrets")
    with pytest.raises(StorageError, match="cannot be written"):
        manager.register_secret(secret())


def test_a_change_that_fails_changes_nothing(filled: LocalSecretsManager) -> None:
    before = FILE.read_bytes()
    with pytest.raises(UnknownNameError, match="has no secret called 'dbb'") as refused:
        filled.update_secret(secret("dbb"))
    assert refused.value.hint == "did you mean 'db'?"
    assert FILE.read_bytes() == before


def test_a_holder_of_the_lock_is_waited_for_and_then_named(
    filled: LocalSecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_secrets_file, "PATIENCE", 0.05)
    with (FOLDER / "secrets.enc.lock").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="held by another process"):
            filled.register_secret(secret("new"))
        assert password(filled) == CANARY  # to read needs no lock
    filled.register_secret(secret("new"))


WRITER = """
import sys
from pydantic import SecretStr
from stack_magic.secrets_managers import LocalSecretsManager, Secret

manager = LocalSecretsManager(name="vault")
who = sys.argv[1]
for number in range(int(sys.argv[2])):
    name = f"{who}-{number}"
    manager.register_secret(Secret(name=name, values={"password": SecretStr(name)}))
    manager.change_secret("shared", {f"{who}-{number}": SecretStr(name)})
    print(number, flush=True)
"""


def writer(who: str, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, who, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_lose_nothing() -> None:
    manager = LocalSecretsManager(name="vault")
    manager.register_secret(secret("shared", begin="0"))
    whos, times = ("left", "right"), 15
    processes = [writer(who, times) for who in whos]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    names = [f"{who}-{number}" for who in whos for number in range(times)]
    assert manager.get_all_secret_keys() == sorted([*names, "shared"])
    assert {password(manager, name) for name in names} == set(names)
    assert manager.get_secret("shared").values.keys() == {"begin", *names}


@pytest.mark.parametrize("acknowledged", [1, 2, 4])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(acknowledged: int) -> None:
    manager = LocalSecretsManager(name="vault")
    manager.register_secret(secret("shared", begin="0"))
    process = writer("killed", 10_000)
    assert process.stdout is not None
    with process.stdout as told:
        for _ in range(acknowledged):
            told.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = [name for name in manager.get_all_secret_keys() if name != "shared"]
    assert len(kept) >= acknowledged
    assert {password(manager, name) for name in kept} == set(kept)
    manager.register_secret(secret("after"))  # the dead writer's lock is nobody's
    assert password(manager, "after") == CANARY


def test_errors_show_no_value(filled: LocalSecretsManager) -> None:
    with pytest.raises(NameTakenError, match="has a secret called 'db'") as taken:
        filled.register_secret(secret())
    with pytest.raises(UnknownNameError, match="has no secret called 'x'") as unknown:
        filled.update_secret(secret("x"))
    for error in (taken.value, unknown.value):
        assert CANARY not in f"{error} {error!r} {error.hint}"
