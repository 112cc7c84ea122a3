"""The contract: every built-in flavor keeps it, each promise has a flavor that breaks it."""

from __future__ import annotations

import inspect
import textwrap
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import PrivateAttr, SecretStr

import stack_magic.secrets_managers as room
from stack_magic.secrets_managers import (
    BaseSecretsManager,
    EnvSecretsManager,
    LocalSecretsManager,
    Secret,
)
from stack_magic.secrets_managers._contract import CONTRACT
from stack_magic.stack import check_flavor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def secret(name: str, **values: str) -> Secret:
    return Secret(name=name, values={key: SecretStr(value) for key, value in values.items()})


class Simple(BaseSecretsManager):
    """Keeps secrets in memory, and keeps its promises."""

    FLAVOR: ClassVar[str] = "simple"

    _kept: dict[str, Secret] = PrivateAttr(default_factory=dict)

    def register_secret(self, secret: Secret) -> None:
        if secret.name in self._kept:
            raise self.secret_taken(secret.name)
        self._kept[secret.name] = secret

    def get_secret(self, name: str) -> Secret:
        if name not in self._kept:
            raise self.unknown_secret(name)
        return self._kept[name]

    def get_all_secret_keys(self) -> list[str]:
        return sorted(self._kept)

    def update_secret(self, secret: Secret) -> None:
        self.get_secret(secret.name)
        self._kept[secret.name] = secret

    def delete_secret(self, name: str) -> None:
        self.get_secret(name)
        del self._kept[name]

    def delete_all_secrets(self) -> None:
        self._kept.clear()


MANAGERS: dict[str, Callable[[], BaseSecretsManager]] = {
    "simple": lambda: Simple(name="example"),
    "local": lambda: LocalSecretsManager(name="example"),
    "passphrase": lambda: LocalSecretsManager(name="example", passphrase=SecretStr("open sesame")),
    "env": lambda: EnvSecretsManager(name="example", prefix="CONTRACT_TEST_"),
}


@pytest.mark.parametrize("which", MANAGERS)
def test_a_good_flavor_keeps_every_promise(which: str) -> None:
    card = CONTRACT.check(MANAGERS[which]())
    assert card.broken == ()


@pytest.mark.parametrize("which", MANAGERS)
def test_a_contract_leaves_the_users_secrets_alone(which: str) -> None:
    manager = MANAGERS[which]()
    mine = secret("mine", pin="kept")
    manager.register_secret(mine)
    assert CONTRACT.check(manager).broken == ()
    assert manager.get_all_secret_keys() == ["mine"]
    assert manager.get_secret("mine") == mine
    manager.delete_secret("mine")


@pytest.mark.parametrize("flavor", [LocalSecretsManager, EnvSecretsManager, Simple])
def test_a_flavor_has_no_findings(flavor: type[BaseSecretsManager]) -> None:
    assert check_flavor(flavor, BaseSecretsManager).diagnostics == ()


def test_the_flavor_that_the_room_shows_keeps_its_contract() -> None:
    explained = inspect.getdoc(room) or ""
    source = explained.partition("    class ")[2].partition("\nValues are")[0]
    names: dict[str, Any] = {
        "__name__": __name__,
        "BaseSecretsManager": BaseSecretsManager,
        "PrivateAttr": PrivateAttr,
        "Secret": Secret,
    }
    exec(textwrap.dedent(f"    class {source}"), names)  # noqa: S102 - our own docstring
    flavor = names["SessionSecrets"]
    assert check_flavor(flavor, BaseSecretsManager).diagnostics == ()
    assert CONTRACT.check(flavor(name="example")).broken == ()


class Renaming(Simple):
    def get_secret(self, name: str) -> Secret:
        found = super().get_secret(name)
        return Secret(name=f"{name}-v1", values=found.values)


class Tidying(Simple):
    def get_secret(self, name: str) -> Secret:
        found = super().get_secret(name)
        tidy = {k: SecretStr(v.get_secret_value().strip()) for k, v in found.values.items()}
        return Secret(name=name, values=tidy)


class Overwriting(Simple):
    def register_secret(self, secret: Secret) -> None:
        self._kept[secret.name] = secret


class Forgiving(Simple):
    def delete_secret(self, name: str) -> None:
        self._kept.pop(name, None)


class Unsorted(Simple):
    def get_all_secret_keys(self) -> list[str]:
        return sorted(self._kept, reverse=True)


class Merging(Simple):
    def update_secret(self, secret: Secret) -> None:
        values = {**self.get_secret(secret.name).values, **secret.values}
        self._kept[secret.name] = Secret(name=secret.name, values=values)


class Replacing(Simple):
    def change_secret(self, name: str, values: Mapping[str, SecretStr]) -> None:
        self.update_secret(Secret(name=name, values=dict(values)))


class Sweeping(Simple):
    def delete_secret(self, name: str) -> None:
        self.get_secret(name)
        self._kept.clear()


def in_clear(manager: Simple) -> str:
    values = [v for kept in manager._kept.values() for v in kept.values.values()]
    return str([value.get_secret_value() for value in values])


class InClear(Simple):
    def __repr__(self) -> str:
        return in_clear(self)


class Pickled(Simple):
    def __reduce_ex__(self, protocol: Any) -> Any:
        return str, (in_clear(self),)


class Wandering(Simple):
    def get_secret(self, name: str) -> Secret:
        if "/" in name:
            raise FileNotFoundError(name)
        return super().get_secret(name)


class OneThread(Simple):
    def register_secret(self, secret: Secret) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        super().register_secret(secret)


class Hoarding(Simple):
    def delete_all_secrets(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    ("flavor", "broken"),
    [
        (Renaming, "gives back a secret as it was registered"),
        (Tidying, "keeps any text as it is"),
        (Overwriting, "registers a name once"),
        (Forgiving, "raises UnknownNameError for an unknown name"),
        (Unsorted, "lists the names of all secrets, sorted"),
        (Merging, "replaces the values of a secret"),
        (Replacing, "changes some values of a secret and keeps the others"),
        (Sweeping, "deletes the secret that is named and no other"),
        (InClear, "shows no value, neither in a repr nor in a pickle"),
        (Pickled, "shows no value, neither in a repr nor in a pickle"),
        (Wandering, "knows no secret by a name that leads elsewhere"),
        (OneThread, "loses nothing when threads register secrets"),
        (Hoarding, "deletes all secrets (tried where there are no others)"),
    ],
)
def test_a_broken_flavor_breaks_its_promise_only(
    flavor: type[BaseSecretsManager], broken: str
) -> None:
    assert CONTRACT.check(flavor(name="broken")).broken == (broken,)
