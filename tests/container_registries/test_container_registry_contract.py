"""The contract of container registries: kept by the default, and noticed where broken."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest

from stack_magic.container_registries import (
    BaseContainerRegistry,
    Image,
    OciLayoutContainerRegistry,
    Reference,
)
from stack_magic.errors import CorruptArtifactError, StorageError, UnknownNameError
from stack_magic.stack import check_flavor
from stack_magic.testing import check_contract
from tests.container_registries.layouts import INDEX, blob, blobs, entries


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def by_digest(reference: str, image: Image) -> str:
    return str(Reference(Reference.parse(reference).repository, digest=image.digest))


class Sound(OciLayoutContainerRegistry):
    FLAVOR: ClassVar[str] = "sound"


class Twice(Sound):
    """Names what it pulls twice."""

    def pull(self, reference: str, target: Path) -> Image:
        image = super().pull(reference, target)
        found = entries(Path(target))
        if image.media_type != INDEX:
            index = {"schemaVersion": 2, "manifests": found * 2}
            (Path(target) / "index.json").write_text(json.dumps(index))
        return image


class Rounding(Sound):
    """Tells another size when it resolves."""

    def resolve(self, reference: str) -> Image:
        image = super().resolve(reference)
        return replace(image, size=image.size + 1)


class Nameless(Sound):
    """Does not know its own address."""

    def parse_reference(self, reference: str) -> Reference:
        return Reference.parse(reference)


class Unsorted(Sound):
    """Lists a repository as it comes."""

    def list_images(self, repository: str | None = None) -> list[Image]:
        images = super().list_images(repository)
        return images if repository is None else images[::-1]


class Catalogue(Sound):
    """Lists all repositories as they come."""

    def list_images(self, repository: str | None = None) -> list[Image]:
        images = super().list_images(repository)
        return images[::-1] if repository is None else images


class UnsortedTags(Sound):
    """Lists tags backwards."""

    def tags(self, repository: str) -> list[str]:
        return super().tags(repository)[::-1]


class Immovable(Sound):
    """Puts a tag back to what it was."""

    def push(self, source: Path, reference: str) -> Image:
        try:
            former = self.resolve(reference)
        except UnknownNameError:
            return super().push(source, reference)
        with TemporaryDirectory() as folder:
            self.pull(by_digest(reference, former), Path(folder))
            image = super().push(source, reference)
            super().push(Path(folder), reference)
        return image


class Overwriting(Sound):
    """Drops what a tag was before it moved."""

    def push(self, source: Path, reference: str) -> Image:
        try:
            former = self.resolve(reference)
        except UnknownNameError:
            return super().push(source, reference)
        image = super().push(source, reference)
        if former.digest != image.digest:
            self.delete(by_digest(reference, former))
        return image


class TagsOnly(Sound):
    """Pushes under tags only."""

    def push(self, source: Path, reference: str) -> Image:
        if self.parse_reference(reference).digest:
            message = "push under a tag"
            raise StorageError(message)
        return super().push(source, reference)


class Clinging(Sound):
    """Deletes no digests."""

    def delete(self, reference: str) -> None:
        self.resolve(reference)
        if "@" not in reference:
            super().delete(reference)


class Sweeping(Sound):
    """Deletes what a tag is of, as some servers do."""

    def delete(self, reference: str) -> None:
        super().delete(by_digest(reference, self.resolve(reference)))


class Littering(Sound):
    """Makes the target before it looks."""

    def pull(self, reference: str, target: Path) -> Image:
        self.parse_reference(reference)
        Path(target).mkdir(exist_ok=True)
        return super().pull(reference, target)


class Lenient(Sound):
    """Strips what it does not like."""

    def parse_reference(self, reference: str) -> Reference:
        return super().parse_reference(reference.rstrip("\0"))


class Trusting(Sound):
    """Says that it pushed what it did not."""

    def push(self, source: Path, reference: str) -> Image:
        try:
            return super().push(source, reference)
        except CorruptArtifactError:
            return Image(reference, f"sha256:{'0' * 64}", 0, "")


class Overriding(Sound):
    """Empties the target first."""

    def pull(self, reference: str, target: Path) -> Image:
        shutil.rmtree(target, ignore_errors=True)
        return super().pull(reference, target)


class OnlyChild(Sound):
    """Pulls one of several."""

    def pull(self, reference: str, target: Path) -> Image:
        image = super().pull(reference, target)
        if image.media_type == INDEX:
            (top,) = entries(Path(target))
            document = json.loads(blob(Path(target), top).read_bytes())
            blob(Path(target), document["manifests"][1]).unlink()
        return image


class MainThread(Sound):
    """Drops what other threads push."""

    def push(self, source: Path, reference: str) -> Image:
        if threading.current_thread() is threading.main_thread():
            return super().push(source, reference)
        return Image(reference, f"sha256:{'0' * 64}", 0, "")


BROKEN: dict[type[Sound], str] = {
    Twice: "gives back the files that were pushed",
    Rounding: "tells the same of an image when it is pushed, resolved and pulled",
    Nameless: "takes a reference with the registry's address in front",
    Unsorted: "lists the images of a repository, sorted",
    Catalogue: "lists the images of every repository, sorted",
    UnsortedTags: "lists the tags of a repository, sorted",
    Immovable: "moves a tag to what was pushed last",
    Overwriting: "keeps what a digest is when its tag moves",
    TagsOnly: "pushes and pulls by digest",
    Clinging: "deletes a tag, or a digest with its tags",
    Sweeping: "keeps what other tags refer to when one is deleted",
    Littering: "raises UnknownNameError for an unknown reference",
    Lenient: "refuses what is no reference",
    Trusting: "refuses bytes that are not those of their digest",
    Overriding: "pulls into an empty folder only",
    OnlyChild: "keeps every manifest below an image index",
    MainThread: "takes pushes of several threads at once",
}


@pytest.mark.parametrize("flavor", [OciLayoutContainerRegistry, Sound])
def test_a_sound_flavor_keeps_every_promise(flavor: type[OciLayoutContainerRegistry]) -> None:
    card = check_contract(flavor(name="sound"))
    assert card.broken == ()
    assert {verdict.sentence for verdict in card.verdicts} == set(BROKEN.values())


@pytest.mark.parametrize(("flavor", "promise"), BROKEN.items())
def test_a_broken_flavor_breaks_its_promise_only(flavor: type[Sound], promise: str) -> None:
    assert check_contract(flavor(name="broken")).broken == (promise,)


def test_the_contract_leaves_no_image_and_no_blob(project: Path) -> None:
    registry = OciLayoutContainerRegistry(name="r")
    check_contract(registry)
    assert registry.list_images() == []
    assert blobs(project / ".stack_magic" / "registry") == set()


def test_the_default_flavor_has_no_findings() -> None:
    assert check_flavor(OciLayoutContainerRegistry, BaseContainerRegistry).diagnostics == ()
