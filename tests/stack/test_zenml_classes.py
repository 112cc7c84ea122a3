"""Classes that are written for ZenML: what fits is a flavor, what does not is told how."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import stack_magic
from stack_magic.alerters import BaseAlerter
from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidFlavorError
from stack_magic.secrets_managers import BaseSecretsManager
from stack_magic.stack import check_flavor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    PathType = bytes | str

ALIKE = {
    StackComponentType.ARTIFACT_STORE,
    StackComponentType.SECRETS_MANAGER,
    StackComponentType.ALERTER,
}


class Store(BaseArtifactStore):
    FLAVOR: ClassVar[str] = "zenml_store"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"zen://"}

    def open(self, path: PathType, mode: str = "r") -> Any: ...  # type: ignore[override]
    def copyfile(self, src: PathType, dst: PathType, overwrite: bool = False) -> None: ...  # type: ignore[override]
    def exists(self, path: PathType) -> bool: ...  # type: ignore[override, empty-body]
    def glob(self, pattern: PathType) -> list[PathType]: ...  # type: ignore[override, empty-body]
    def isdir(self, path: PathType) -> bool: ...  # type: ignore[override, empty-body]
    def listdir(self, path: PathType) -> list[PathType]: ...  # type: ignore[override, empty-body]
    def makedirs(self, path: PathType) -> None: ...  # type: ignore[override]
    def mkdir(self, path: PathType) -> None: ...  # type: ignore[override]
    def remove(self, path: PathType) -> None: ...  # type: ignore[override]
    def rename(self, src: PathType, dst: PathType, overwrite: bool = False) -> None: ...  # type: ignore[override]
    def rmtree(self, path: PathType) -> None: ...  # type: ignore[override]
    def stat(self, path: PathType) -> Any: ...  # type: ignore[override]
    def walk(  # type: ignore[override, empty-body]
        self,
        top: PathType,
        topdown: bool = True,
        onerror: Callable[..., None] | None = None,
    ) -> Iterable[tuple[PathType, list[PathType], list[PathType]]]: ...


class Manager(BaseSecretsManager):
    FLAVOR: ClassVar[str] = "zenml_manager"

    def register_secret(self, secret: Any) -> None: ...
    def get_secret(self, secret_name: str) -> Any: ...
    def get_all_secret_keys(self) -> list[str]: ...  # type: ignore[empty-body]
    def update_secret(self, secret: Any) -> None: ...
    def delete_secret(self, secret_name: str) -> None: ...
    def delete_all_secrets(self) -> None: ...


class Alerter(BaseAlerter):
    FLAVOR: ClassVar[str] = "zenml_alerter"

    def post(self, message: str, config: Any) -> bool: ...  # type: ignore[empty-body]
    def ask(self, message: str, config: Any) -> bool: ...  # type: ignore[empty-body]


@pytest.mark.parametrize("cls", [Store, Manager, Alerter])
def test_zenml_s_signatures_are_accepted(cls: type[Any]) -> None:
    base = cls.__mro__[1]
    assert check_flavor(cls, base).errors == ()


class Launcher:
    """ZenML's signatures of the methods that other bases promise otherwise."""

    def launch(
        self,
        pipeline_name: str,
        run_name: str,
        requirements: list[str],
        entrypoint_command: list[str],
        resource_configuration: Any,
    ) -> None: ...

    def prepare_or_run_pipeline(
        self,
        sorted_steps: list[Any],
        pipeline: Any,
        pb2_pipeline: Any,
        stack: Any,
        runtime_configuration: Any,
    ) -> Any: ...

    def deploy_model(self, config: Any, replace: bool = False, timeout: int = 300) -> Any: ...


@pytest.mark.parametrize("kind", [kind for kind in StackComponentType if kind not in ALIKE])
def test_the_others_say_in_a_line_how_they_differ(kind: StackComponentType) -> None:
    words = "".join(word.capitalize() for word in kind.split("_"))
    base = getattr(import_module(f"stack_magic.{kind.plural}"), f"Base{words}")
    cls = type("Mine", (Launcher, base), {"FLAVOR": "mine", "__module__": __name__})
    found = [d for d in check_flavor(cls, base).errors if d.code == "differs"]
    assert [d.fix for d in found] == [f"%{kind} explain"]
    assert found[0].message.startswith("written for ZenML? Here ")
    assert "\n" not in found[0].message


def test_one_that_fits_is_told_nothing_of_it() -> None:
    from stack_magic.step_operators import BaseStepOperator, StepJob

    class Fine(BaseStepOperator):
        FLAVOR: ClassVar[str] = "fine"

        def launch(self, job: StepJob) -> bytes:
            return b""

    assert check_flavor(Fine, BaseStepOperator).diagnostics == ()


class StackComponentConfig:
    """As in ZenML's later releases."""


class MyStoreConfig(StackComponentConfig):
    path: str


class MyStoreFlavor:
    name = "mine"
    config_class = MyStoreConfig
    implementation_class = Store


@pytest.mark.parametrize(("part", "word"), [(MyStoreConfig, "Config"), (MyStoreFlavor, "Flavor")])
def test_a_flavor_s_other_classes_are_told_where_their_fields_go(
    part: type[Any], word: str
) -> None:
    said = f"{part.__name__} is a {word} class of later releases of ZenML"
    advice = f"{said}.*into the implementation class, with a FLAVOR"
    with pytest.raises(InvalidFlavorError, match=advice):
        stack_magic.session().register_flavor(part)
    (found,) = check_flavor(part, BaseArtifactStore).errors
    assert found.message.startswith(said)


@pytest.mark.parametrize("kind", StackComponentType)
@pytest.mark.parametrize("part", ["Flavor", "Config"])
def test_importing_them_from_here_says_so_too(kind: StackComponentType, part: str) -> None:
    room = import_module(f"stack_magic.{kind.plural}")
    with pytest.raises(ImportError, match="Write the fields of its Config class into the"):
        getattr(room, f"BaseThing{part}")
    assert not hasattr(room, "BaseThing")
