"""The bases of the ten rooms: abstract, documented, and light."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError

from stack_magic.container_registries import BaseContainerRegistry
from stack_magic.enums import StackComponentType
from stack_magic.errors import UnknownNameError
from stack_magic.model_deployers import (
    BaseModelDeployer,
    ModelServer,
    ModelServerConfiguration,
    ServerState,
)
from stack_magic.secrets_managers import Secret
from stack_magic.stack import StackComponent, check_flavor
from stack_magic.step_operators import ResourceConfiguration


def base_of(kind: StackComponentType) -> type[StackComponent]:
    room = import_module(f"stack_magic.{kind.plural}")
    (base,) = (
        thing
        for name, thing in vars(room).items()
        if name.startswith("Base") and issubclass(thing, StackComponent)
    )
    return base  # type: ignore[no-any-return]


def implemented(base: Any, **members: Any) -> Any:
    """Return a flavor of *base* whose abstract methods do nothing."""

    def stub(name: str) -> Any:
        def method(*_: Any, **__: Any) -> None: ...

        method.__signature__ = inspect.signature(getattr(base, name))  # type: ignore[attr-defined]
        return method

    stubs = {name: stub(name) for name in base.__abstractmethods__}
    return type("Mine", (base,), {"FLAVOR": "mine", "__module__": __name__, **stubs, **members})


@pytest.mark.parametrize("kind", StackComponentType)
def test_a_type_has_one_base_and_explains_itself(kind: StackComponentType) -> None:
    base = base_of(kind)
    assert base.TYPE is kind
    explanation = import_module(f"stack_magic.{kind.plural}").__doc__ or ""
    assert len(explanation.splitlines()) > 3
    assert "flavor" in explanation.lower()


@pytest.mark.parametrize("kind", StackComponentType)
def test_implementing_the_abstract_methods_makes_a_flavor(kind: StackComponentType) -> None:
    schemes = {"SUPPORTED_SCHEMES": {""}} if kind is StackComponentType.ARTIFACT_STORE else {}
    base = base_of(kind)
    assert check_flavor(implemented(base, **schemes), base).diagnostics == ()


def test_a_forgotten_ask_is_an_error() -> None:
    base = base_of(StackComponentType.ALERTER)
    flavor = type("Half", (base,), {"FLAVOR": "half", "__module__": __name__})
    missing = [d.message for d in check_flavor(flavor, base).errors]
    assert "abstract method ask is not implemented" in missing


def test_the_rooms_import_nothing_heavy() -> None:
    rooms = ", ".join(f"stack_magic.{kind.plural}" for kind in StackComponentType)
    program = f"""
import sys
import {rooms}
heavy = {{"IPython", "ipywidgets", "sqlalchemy", "fsspec", "pandas", "numpy", "starlette"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_registry_has_one_form_of_its_uri() -> None:
    flavor = implemented(BaseContainerRegistry)
    registry = flavor(name="r", uri="ghcr.io/team//")
    assert registry.uri == "ghcr.io/team"
    assert registry.full_name("model:1") == "ghcr.io/team/model:1"
    assert registry.full_name("ghcr.io/team/model:1") == "ghcr.io/team/model:1"
    with pytest.raises(ValidationError, match="uri '/' is empty"):
        flavor(name="r", uri="/")


@pytest.mark.parametrize(
    ("uri", "local"),
    [
        ("localhost:5000", True),
        ("127.0.0.1:5000/team", True),
        ("localhost.evil.example", False),
        ("ghcr.io/localhost:5000", False),
    ],
)
def test_a_registry_knows_whether_it_is_local(uri: str, local: bool) -> None:
    assert implemented(BaseContainerRegistry)(name="r", uri=uri).is_local is local


def test_a_secret_is_masked_and_does_not_pickle() -> None:
    secret = Secret(name="db", values={"password": SecretStr("hunter2")})
    assert "hunter2" not in repr(secret)
    assert secret.value("password").get_secret_value() == "hunter2"
    with pytest.raises(TypeError, match="secret 'db' does not leave by pickle"):
        pickle.dumps(secret)


def test_an_unknown_key_names_the_nearest() -> None:
    secret = Secret(name="db", values={"password": SecretStr("x")})
    with pytest.raises(UnknownNameError, match=r"no key 'pasword'\nhint: did you mean 'password'"):
        secret.value("pasword")


@pytest.mark.parametrize(
    ("memory", "unit", "amount"),
    [("4GB", "GB", 4.0), ("512MiB", "GiB", 0.5), ("1KiB", "KB", 1.024), ("2PB", "TB", 2000.0)],
)
def test_memory_is_given_in_any_unit(memory: str, unit: str, amount: float) -> None:
    assert ResourceConfiguration(memory=memory).get_memory(unit) == amount


def test_no_memory_is_none_and_a_unit_must_be_known() -> None:
    resources = ResourceConfiguration(cpu_count=0.5)
    assert resources.get_memory() is None
    assert not resources.empty
    assert ResourceConfiguration().empty
    with pytest.raises(ValueError, match="no unit of memory is called 'GBit'"):
        resources.get_memory("GBit")


@pytest.mark.parametrize(
    "values", [{"memory": "4"}, {"memory": "0GB"}, {"cpu_count": 0}, {"gpu_count": -1}, {"x": 1}]
)
def test_resources_that_make_no_sense_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(values))):
        ResourceConfiguration(**values)


def test_a_model_server_describes_itself() -> None:
    configuration = ModelServerConfiguration(model_name="digits", model_uri="run-1/model")
    server = ModelServer(uuid4(), configuration, ServerState.ACTIVE, "http://127.0.0.1:1")
    described = implemented(BaseModelDeployer)(name="d").get_model_server_info(server)
    assert described["model"] == "digits"
    assert described["state"] == "active"
    assert server.is_running
