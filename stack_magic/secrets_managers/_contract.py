"""What every secrets manager promises.

No check touches a secret of the user's: each has secrets of its own, under fresh names,
and forgets them whatever happens.
"""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING
from uuid import uuid4

from pydantic import SecretStr

from stack_magic.errors import InvalidNameError, NameTakenError, UnknownNameError
from stack_magic.stack import Contract, Promise, expect, expect_raises

from ._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseSecretsManager

    Check = Callable[[BaseSecretsManager, list[str]], None]

_OWN = 4


def _with_own_names(check: Check) -> Callable[[BaseSecretsManager], None]:
    """Give a check fresh names, sorted; the secrets under them are deleted in the end."""

    @wraps(check)
    def checked(manager: BaseSecretsManager) -> None:
        stem = uuid4().hex[:12]
        names = [f"contract_{stem}_{number}" for number in range(_OWN)]
        try:
            check(manager, names)
        finally:
            for name in names:
                with suppress(Exception):
                    manager.delete_secret(name)

    return checked


def _secret(name: str, **values: str) -> Secret:
    return Secret(name=name, values={key: SecretStr(value) for key, value in values.items()})


def _plain(secret: Secret) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in secret.values.items()}


@_with_own_names
def _gives_back(manager: BaseSecretsManager, names: list[str]) -> None:
    secret = _secret(names[0], user="ada", pin="correct horse")
    manager.register_secret(secret)
    found = manager.get_secret(names[0])
    expect(found.name == names[0], f"gave back {found.name!r}")
    expect(found == secret, "gave back other keys or values")


@_with_own_names
def _keeps_any_text(manager: BaseSecretsManager, names: list[str]) -> None:
    text = " {{a.b}} $HOME %s \"'\\ zwölf\t\n-----END KEY-----\n\U0001f680 "
    manager.register_secret(_secret(names[0], text=text, empty="", long="x" * 10_000))
    kept = _plain(manager.get_secret(names[0]))
    expect(kept.get("text") == text, "the text came back otherwise")
    expect(kept.get("empty") == "", "the empty text came back otherwise")
    expect(kept.get("long") == "x" * 10_000, "the long text came back otherwise")


@_with_own_names
def _registers_once(manager: BaseSecretsManager, names: list[str]) -> None:
    name = names[0]
    manager.register_secret(_secret(name, pin="first"))
    again = _secret(name, pin="second")
    with expect_raises(NameTakenError, deed="registering a name twice"):
        manager.register_secret(again)
    kept = _plain(manager.get_secret(name))
    expect(kept == {"pin": "first"}, "the first secret's values are gone")


@_with_own_names
def _knows_no_other(manager: BaseSecretsManager, names: list[str]) -> None:
    secret = _secret(names[0], pin="1")
    deeds: dict[str, Callable[[], object]] = {
        "get_secret": lambda: manager.get_secret(names[0]),
        "update_secret": lambda: manager.update_secret(secret),
        "change_secret": lambda: manager.change_secret(names[0], secret.values),
        "delete_secret": lambda: manager.delete_secret(names[0]),
    }
    for name, deed in deeds.items():
        with expect_raises(UnknownNameError, deed=f"{name} of an unknown name"):
            deed()


@_with_own_names
def _lists(manager: BaseSecretsManager, names: list[str]) -> None:
    for name in reversed(names):
        manager.register_secret(_secret(name, pin="1"))
    found = manager.get_all_secret_keys()
    own = [name for name in found if name in names]
    expect(sorted(own) == names, f"listed {len(own)} of {len(names)} names")
    expect(found == sorted(found), "the names are not sorted")


@_with_own_names
def _replaces(manager: BaseSecretsManager, names: list[str]) -> None:
    manager.register_secret(_secret(names[0], user="ada", pin="1"))
    manager.update_secret(_secret(names[0], pin="2", host="db"))
    keys = _plain(manager.get_secret(names[0]))
    expect(keys == {"pin": "2", "host": "db"}, f"it now has the keys {sorted(keys)}")


@_with_own_names
def _changes(manager: BaseSecretsManager, names: list[str]) -> None:
    manager.register_secret(_secret(names[0], user="ada", pin="1"))
    changed = {"pin": SecretStr("2"), "host": SecretStr("db")}
    manager.change_secret(names[0], changed)
    keys = _plain(manager.get_secret(names[0]))
    kept = keys == {"user": "ada", "pin": "2", "host": "db"}
    expect(kept, f"it now has the keys {sorted(keys)}")


@_with_own_names
def _deletes(manager: BaseSecretsManager, names: list[str]) -> None:
    gone, other = names[:2]
    for name in (gone, other):
        manager.register_secret(_secret(name, pin="1"))
    manager.delete_secret(gone)
    found = manager.get_all_secret_keys()
    expect(gone not in found, "a deleted secret is listed")
    expect(other in found, "another secret went with it")


@_with_own_names
def _shows_nothing(manager: BaseSecretsManager, names: list[str]) -> None:
    value = uuid4().hex
    manager.register_secret(_secret(names[0], pin=value))
    shown = f"{manager!r} {manager} {manager.get_secret(names[0])!r}"
    expect(value not in shown, "a value is in a repr")
    try:
        pickled = pickle.dumps(manager)
    except Exception:  # noqa: BLE001 - one that refuses shows nothing
        return
    expect(value.encode() not in pickled, "a value is in the pickle of the component")


@_with_own_names
def _keeps_inside(manager: BaseSecretsManager, names: list[str]) -> None:
    for name in (f"../{names[0]}", f"/{names[0]}", f"{names[0]}\0", ""):
        with expect_raises(UnknownNameError, InvalidNameError, deed=f"get_secret({name!r})"):
            manager.get_secret(name)


@_with_own_names
def _serves_threads(manager: BaseSecretsManager, names: list[str]) -> None:
    secrets = [_secret(name, pin=name) for name in names]
    with ThreadPoolExecutor(_OWN) as pool:
        list(pool.map(manager.register_secret, secrets))
    kept = [_plain(manager.get_secret(name))["pin"] for name in names]
    expect(kept == names, "a secret was lost, or has another's value")


@_with_own_names
def _deletes_all(manager: BaseSecretsManager, names: list[str]) -> None:
    for name in names[:2]:
        manager.register_secret(_secret(name, pin="1"))
    # What others keep is not ours to delete: a manager with secrets is not tried.
    if manager.get_all_secret_keys() == names[:2]:
        manager.delete_all_secrets()
        left = len(manager.get_all_secret_keys())
        expect(not left, f"{left} secrets are left")


CONTRACT = Contract(
    (
        Promise("gives back a secret as it was registered", _gives_back),
        Promise("keeps any text as it is", _keeps_any_text),
        Promise("registers a name once", _registers_once),
        Promise("raises UnknownNameError for an unknown name", _knows_no_other),
        Promise("lists the names of all secrets, sorted", _lists),
        Promise("replaces the values of a secret", _replaces),
        Promise("changes some values of a secret and keeps the others", _changes),
        Promise("deletes the secret that is named and no other", _deletes),
        Promise("shows no value, neither in a repr nor in a pickle", _shows_nothing),
        Promise("knows no secret by a name that leads elsewhere", _keeps_inside),
        Promise("loses nothing when threads register secrets", _serves_threads),
        Promise("deletes all secrets (tried where there are no others)", _deletes_all),
    )
)
