"""The way from a class to a stack that ZenML's documentation shows, in a shell of ours."""

from __future__ import annotations

import sys
from importlib import import_module
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import stack_magic
from stack_magic.enums import StackComponentType
from stack_magic.errors import StackMagicError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASES = dedent(
    '''
    from abc import ABC
    from typing import ClassVar, Set
    from uuid import UUID, uuid4

    from pydantic import BaseModel, Field
    from stack_magic.enums import StackComponentType

    class StackComponent(BaseModel, ABC):
        """What all have in common."""
        name: str
        uuid: UUID = Field(default_factory=uuid4)
        TYPE: ClassVar[StackComponentType]
        FLAVOR: ClassVar[str]

    from stack_magic.stack import StackComponent

    class BaseArtifactStore(StackComponent):
        """What stores have in common."""
        path: str
        TYPE: ClassVar[StackComponentType] = StackComponentType.ARTIFACT_STORE
        SUPPORTED_SCHEMES: ClassVar[Set[str]]
    '''
)
FLAVOR = dedent(
    '''
    from typing import ClassVar, Set

    from stack_magic.artifact_stores import BaseArtifactStore

    class MyCustomArtifactStore(BaseArtifactStore):
        """A store of one's own."""
        FLAVOR: ClassVar[str] = "custom"
        SUPPORTED_SCHEMES: ClassVar[Set[str]] = {"custom://"}
        ...
    '''
)
TYPES = (
    "orchestrator",
    "artifact-store",
    "metadata-store",
    "container-registry",
    "secrets-manager",
    "step-operator",
    "model-deployer",
    "feature-store",
    "experiment-tracker",
    "alerter",
)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a shell of this process with the extension loaded, and a session of its own."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    stack_magic.session.cache_clear()
    config = Config(HistoryManager={"enabled": False})
    make: Any = InteractiveShell  # which has no types
    made = make(config=config)
    made.run_line_magic("load_ext", "stack_magic")
    yield made
    made.run_line_magic("unload_ext", "stack_magic")
    made.restore_sys_module_state()
    stack_magic.session.cache_clear()


@pytest.fixture
def run(shell: Any) -> Callable[[str], Any]:
    """Return the function that runs a cell and returns its answer, or raises its error."""

    def run_cell(cell: str) -> Any:
        done = shell.run_cell(cell)
        done.raise_error()
        return done.result

    return run_cell


def test_the_bases_are_written_as_shown(run: Callable[[str], Any]) -> None:
    run(BASES)
    assert run("BaseArtifactStore(name='x', path='y').uuid.version") == 4
    assert run("BaseArtifactStore.TYPE") is StackComponentType.ARTIFACT_STORE


def test_a_class_of_a_cell_becomes_a_flavor(run: Callable[[str], Any]) -> None:
    run(FLAVOR)
    answer = run("%artifact-store flavor register MyCustomArtifactStore")
    assert answer.value == "custom"
    listed = repr(run("%artifact-store flavor list"))
    assert "custom  MyCustomArtifactStore  cell" in listed


def test_a_class_of_a_module_becomes_a_flavor(
    run: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_flavors_on_path.py").write_text(FLAVOR)
    monkeypatch.syspath_prepend(tmp_path)
    run("%artifact-store flavor register my_flavors_on_path.MyCustomArtifactStore")
    listed = repr(run("%artifact-store flavor list"))
    assert "module my_flavors_on_path" in listed
    monkeypatch.delitem(sys.modules, "my_flavors_on_path")


def test_a_flavor_is_configured_and_put_into_a_stack(run: Callable[[str], Any]) -> None:
    run(FLAVOR)
    run("%artifact-store flavor register MyCustomArtifactStore")
    run("%artifact-store register mine \\\n    --flavor=custom \\\n    --path=custom://x")
    run("%stack register own \\\n    --artifact-store mine \\\n    -o default -m default")
    stack = stack_magic.session().stack("own")
    assert type(stack.artifact_store).__name__ == "MyCustomArtifactStore"
    assert stack.artifact_store.path == "custom://x"


def test_a_path_of_another_scheme_is_refused(run: Callable[[str], Any]) -> None:
    run(FLAVOR)
    run("%artifact-store flavor register MyCustomArtifactStore")
    with pytest.raises(StackMagicError, match="starts with no scheme of: custom://"):
        run("%artifact-store register mine --flavor=custom --path=s3://x")


def test_a_stack_without_the_mandatory_types_is_refused(run: Callable[[str], Any]) -> None:
    with pytest.raises(StackMagicError, match="needs one metadata_store"):
        run("%stack register own -o default -a default")


def test_the_overview_has_ten_types() -> None:
    assert {name.replace("-", "_") for name in TYPES} == {str(kind) for kind in StackComponentType}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_the_overview_is_a_room_and_a_magic(
    run: Callable[[str], Any], name: str
) -> None:
    kind = StackComponentType(name.replace("-", "_"))
    base = "Base" + "".join(word.capitalize() for word in name.split("-"))
    room = import_module(f"stack_magic.{kind.plural}")
    assert getattr(room, base).TYPE is kind
    for spelling in {name, kind.value}:
        assert run(f"%{spelling} list").value == (["default"] if kind.is_required else [])
        assert f"Usage: %{spelling} " in repr(run(f"%{spelling} --help"))
