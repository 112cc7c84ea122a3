"""A class under the name of a built-in flavor takes its place, until it is deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.artifact_stores import LocalArtifactStore as BuiltinStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import InUseError, NameTakenError
from stack_magic.grammar import parse
from stack_magic.secrets_managers import LocalSecretsManager as BuiltinManager
from stack_magic.session import Session, ShowHistory

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Cell

STORE = StackComponentType.ARTIFACT_STORE
REGISTER = "%artifact_store flavor register LocalArtifactStore"
DELETE = "%artifact_store flavor delete local"


class LocalArtifactStore(BuiltinStore):
    """A store of the user's under the name of the built-in one."""

    FLAVOR: ClassVar[str] = "local"

    shelf: str = "top"


class Again(LocalArtifactStore):
    """The same, defined again with another field."""

    row: int = 1


class LocalSecretsManager(BuiltinManager):
    """A secrets manager of the user's under the name of the built-in one."""

    FLAVOR: ClassVar[str] = "local"


NAMES = {each.__name__: each for each in (LocalArtifactStore, Again, LocalSecretsManager)}


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


def class_of(session: Session, name: str) -> type:
    return type(session.registry.snapshot.component(STORE, name).component)


@pytest.fixture
def session(fresh: Session) -> Session:
    fresh.namespace = NAMES
    run(fresh, "%artifact_store register old --flavor=local")
    return fresh


@pytest.fixture
def replaced(session: Session) -> Session:
    run(session, REGISTER)
    run(session, "%artifact_store register new --flavor=local --shelf=low")
    return session


def test_it_is_told_when_registered(session: Session) -> None:
    assert repr(run(session, REGISTER)).splitlines() == [
        "✓ registered artifact_store flavor local (LocalArtifactStore)",
        f"  takes the place of the built-in local; {DELETE} brings it back",
        "  made with the built-in local, which they keep: default, old",
    ]
    card = repr(run(session, "%artifact_store flavor describe local"))
    assert f"in the place of the built-in local; {DELETE}" in card
    answer = repr(run(session, "%secrets_manager flavor register LocalSecretsManager"))
    assert "%secrets_manager flavor delete local brings it back" in answer


def test_components_keep_the_class_that_they_were_made_with(replaced: Session) -> None:
    assert class_of(replaced, "old") is BuiltinStore
    assert class_of(replaced, "new") is LocalArtifactStore
    run(replaced, "%artifact_store update old --path=here")
    run(replaced, "%artifact_store update new --shelf=high")
    assert class_of(replaced, "old") is BuiltinStore
    assert class_of(replaced, "new") is LocalArtifactStore
    assert "components new" in " ".join(
        repr(run(replaced, "%artifact_store flavor describe local")).split()
    )


def test_a_redefinition_rebuilds_those_of_the_former_class_only(replaced: Session) -> None:
    assert "rebuilt: new" in repr(run(replaced, "%artifact_store flavor register Again"))
    assert class_of(replaced, "new") is Again
    assert class_of(replaced, "old") is BuiltinStore


def test_deleting_it_brings_the_built_in_one_back(replaced: Session) -> None:
    with pytest.raises(InUseError, match="is used by 1 component: new"):
        run(replaced, DELETE)
    run(replaced, "%artifact_store delete new")
    assert "the built-in local is back" in repr(run(replaced, DELETE))
    run(replaced, "%artifact_store register new --flavor=local")
    assert class_of(replaced, "new") is BuiltinStore
    with pytest.raises(InUseError, match="is used by 3 components"):
        run(replaced, DELETE)


def test_undo_brings_the_built_in_one_back_however_often_it_was_redefined(
    session: Session,
) -> None:
    answers = [run(session, REGISTER)]
    for number in range(5):
        cls = type("Again", (Again,), {"__doc__": f"Number {number}."})
        answers.append(session.register_flavor(cls))
    for _ in range(3):
        answers.pop().undo()
    run(session, DELETE).undo()
    run(session, DELETE)
    assert session.registry.snapshot.flavor(STORE, "local").cls is BuiltinStore
    first = run(session, REGISTER)
    made = run(session, "%artifact_store register new --flavor=local")
    with pytest.raises(InUseError, match="'new' was made of the present class"):
        first.undo()
    made.undo()
    first.undo()
    assert session.registry.snapshot.flavor(STORE, "local").cls is BuiltinStore
    assert class_of(session, "old") is BuiltinStore


def test_the_history_does_the_same(replaced: Session) -> None:
    lines: Any = replaced.apply(ShowHistory(lines=True))
    again = Session()
    again.namespace = NAMES
    for line in lines.value:
        run(again, line)
    assert class_of(again, "old") is BuiltinStore
    assert class_of(again, "new") is LocalArtifactStore


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Inherits", 'FLAVOR = "local" in it takes the place'), ("BuiltinStore", DELETE)],
)
def test_it_is_not_replaced_by_mistake(replaced: Session, name: str, hint: str) -> None:
    class Inherits(BuiltinStore):
        pass

    replaced.namespace = {"Inherits": Inherits, "BuiltinStore": BuiltinStore}
    with pytest.raises(NameTakenError, match=re.escape(hint)):
        run(replaced, f"%artifact_store flavor register {name}")


NOTEBOOK = """
from typing import ClassVar
from stack_magic import pipeline, step
from stack_magic.artifact_stores import LocalArtifactStore as Builtin

class LocalArtifactStore(Builtin):
    FLAVOR: ClassVar[str] = "local"
    def listdir(self, path):
        print("listed by the notebook's class")
        return super().listdir(path)

@step
def one() -> int:
    return 1

@pipeline
def count():
    one()
"""


def test_a_package_has_the_class_of_its_store(
    fresh: Session, cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fresh.namespace = cell(NOTEBOOK)
    run(fresh, REGISTER)
    run(fresh, "%artifact_store register new --flavor=local --path=new")
    run(fresh, "%container_registry register reg --flavor=oci_layout")
    for stack, store, count in (("its", "new", 1), ("ours", "default", 0)):
        run(fresh, f"%stack register {stack} -o default -a {store} -m default -c reg --set")
        run(fresh, "%pipeline package count")
        package: Any = run(fresh, "%pipeline describe oci://count:latest").value
        assert len(package.stack["flavors"]) == count
        ran = run(fresh, "%pipeline run oci://count:latest --trust --no-cache")
        assert ran["one"].output == 1
    fresh.active_stack.metadata_store.close()
