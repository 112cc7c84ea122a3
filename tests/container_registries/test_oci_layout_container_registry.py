"""The default container registry: a folder in OCI layout, never half changed."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from stack_magic.container_registries import OciLayoutContainerRegistry, _layout
from stack_magic.errors import (
    CorruptArtifactError,
    InUseError,
    InvalidNameError,
    PathRefusedError,
    StorageError,
    UnknownNameError,
)
from tests.container_registries.layouts import (
    INDEX,
    MANIFEST,
    REF_NAME,
    blob,
    blobs,
    entries,
    family,
    finish,
    image_layout,
    layer_of,
    named,
    push,
    put,
    put_image,
    unsound,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Registry = OciLayoutContainerRegistry


# What it is.


def test_making_and_asking_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    registry = Registry(name="r")
    asked = (registry.list_images(), registry.tags("model"), list(registry.probe()))
    assert asked == ([], [], [])
    for ask in (registry.resolve, registry.delete):
        with pytest.raises(UnknownNameError, match="no image is called 'm:1'"):
            ask("m:1")
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_stays_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    registry = Registry(name="r")
    monkeypatch.chdir("/")
    assert registry.local_path == str(tmp_path / ".stack_magic" / "registry")
    assert registry.is_local
    copy = pickle.loads(pickle.dumps(registry))  # noqa: S301 - made on the line itself
    assert copy.local_path == registry.local_path


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://ghcr.io/team", "uri has scheme https, but only a path or oci:PATH fits"),
        ("oci:docker:x", "uri has scheme docker"),
        ("oci:", "names no folder"),
        ("/", "is empty"),
        ("a\0b", "contains '.x00': a folder's path is wanted"),
    ],
)
def test_a_uri_that_is_no_folder_is_refused(uri: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Registry(name="r", uri=uri)


def test_everything_is_for_its_owner_only(registry: Registry, folder: Path) -> None:
    former = os.umask(0)
    try:
        push(registry, folder, "m:1")
        registry.pull("m:1", folder.parent / "target")
    finally:
        os.umask(former)
    tops = (folder, folder.parent / "target")
    paths = [*tops, *(path for top in tops for path in top.rglob("*"))]
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in paths}
    assert modes == {(True, 0o700), (False, 0o600)}


# Push and pull.


def test_what_is_pushed_is_pulled_byte_by_byte(registry: Registry, folder: Path) -> None:
    pushed = push(registry, folder, "team/model:1")
    target = folder.parent / "deep" / "target"
    assert registry.pull("team/model:1", target) == registry.resolve("team/model:1") == pushed
    assert blobs(target) == blobs(folder.parent / "source-hello") == blobs(folder)
    assert unsound(target) == []
    assert [entry["annotations"][REF_NAME] for entry in entries(target)] == ["team/model:1"]
    assert registry.push(target, "again:1").digest == pushed.digest


def test_the_index_names_every_image_by_tag_and_by_digest(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1")
    push(registry, folder, "m:2")
    names = [entry["annotations"][REF_NAME] for entry in entries(folder)]
    assert sorted(names) == ["m:1", "m:2", f"m@{image.digest}"]
    assert [i.reference for i in registry.list_images()] == ["m:1", "m:2"]


def test_a_tag_moves_and_its_digests_stay(registry: Registry, folder: Path) -> None:
    first = push(registry, folder, "m:1", "first")
    second = push(registry, folder, "m:1", "second")
    assert registry.resolve("m:1").digest == second.digest
    assert registry.resolve(f"m@{first.digest}").size == first.size
    assert [i.reference for i in registry.list_images()] == ["m:1", f"m@{first.digest}"]
    assert registry.tags("m") == ["1"]


def test_an_index_of_indexes_comes_back_whole(registry: Registry, folder: Path) -> None:
    source, parts = family(folder.parent / "source")
    pushed = registry.push(source, "multi:1")
    assert pushed.media_type == INDEX
    assert pushed.size == sum(f.stat().st_size for f in (source / "blobs/sha256").iterdir())
    registry.pull("multi:1", folder.parent / "target")
    assert blobs(folder.parent / "target") == blobs(source)
    part = registry.pull(f"multi@{parts[1]['digest']}", folder.parent / "part")
    assert part.media_type == MANIFEST
    assert len(blobs(folder.parent / "part")) == 3


def test_a_part_of_an_index_is_not_deleted_alone(registry: Registry, folder: Path) -> None:
    source, parts = family(folder.parent / "source")
    registry.push(source, "multi:1")
    with pytest.raises(InUseError, match="is a part of an image index, which needs it"):
        registry.delete(f"multi@{parts[1]['digest']}")
    registry.delete("multi:1")
    assert blobs(folder) == set()


def test_of_several_images_the_named_one_is_pushed(registry: Registry, folder: Path) -> None:
    source = folder.parent / "several"
    one, two, three = (put_image(source, text) for text in ("one", "two", "three"))
    finish(source, named(one, "m:1"), named(two, "2"), three)
    assert registry.push(source, "m:1").digest == one["digest"]
    assert registry.push(source, "other:2").digest == two["digest"]
    assert registry.push(source, f"m@{three['digest']}").digest == three["digest"]
    with pytest.raises(
        UnknownNameError,
        match=r"holds 3 images, and not one that is called 'm:3'\nhint: it has 2, m:1",
    ):
        registry.push(source, "m:3")
    with pytest.raises(UnknownNameError, match="holds 0 images"):
        registry.push(finish(folder.parent / "none"), "m:1")


def test_a_blob_that_is_there_is_not_copied_again(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1")
    layer = layer_of(folder, image.digest)
    number = layer.stat().st_ino
    push(registry, folder, "other:1")
    assert layer.stat().st_ino == number


def test_a_push_mends_a_blob_that_was_damaged(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1")
    layer_of(folder, image.digest).write_bytes(b"damaged")
    push(registry, folder, "m:1")
    assert unsound(folder) == []


# What is refused.


def test_an_index_that_nothing_could_read_again_is_not_written(
    registry: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(registry, folder, "m:1")
    before = entries(folder)
    monkeypatch.setattr(_layout, "LARGEST_INDEX", len((folder / "index.json").read_bytes()) + 10)
    with pytest.raises(StorageError, match="is full: its index may have"):
        push(registry, folder, "m:2")
    assert entries(folder) == before


def test_a_folder_of_something_else_is_left_alone(registry: Registry, folder: Path) -> None:
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match=r"is no OCI layout and holds 'mine\.txt'"):
        push(registry, folder, "m:1")
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert [found.code for found in registry.probe()] == ["registry-unreadable"]


def test_a_reference_that_is_none_is_refused_everywhere(registry: Registry, folder: Path) -> None:
    source = image_layout(folder.parent / "source")
    bad = "../../outside:1"
    calls: list[Callable[[], Any]] = [
        lambda: registry.push(source, bad),
        lambda: registry.pull(bad, folder.parent / "target"),
        lambda: registry.resolve(bad),
        lambda: registry.delete(bad),
        lambda: registry.list_images("../.."),
        lambda: registry.tags("../.."),
        lambda: registry.full_name(bad),
    ]
    for call in calls:
        with pytest.raises(InvalidNameError, match=r"'\.\.' is not"):
            call()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["source"]


# What is wrong in the registry.


def test_a_tampered_blob_is_never_pulled(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1")
    layer = layer_of(folder, image.digest)
    layer.write_bytes(layer.read_bytes()[::-1])
    target = folder.parent / "target"
    with pytest.raises(CorruptArtifactError, match=f"blob sha256:{layer.name} .* other bytes"):
        registry.pull("m:1", target)
    assert sorted(p.name for p in folder.parent.iterdir()) == ["registry", "source-hello"]


def test_a_link_in_the_registry_is_not_followed(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1")
    linked_blob_of = layer_of(folder, image.digest)
    linked_blob_of.rename(folder.parent / "outside")
    linked_blob_of.symlink_to(folder.parent / "outside")
    with pytest.raises(PathRefusedError, match="a symbolic link"):
        registry.pull("m:1", folder.parent / "target")


def test_a_tampered_manifest_hides_no_other_image(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1", "one")
    push(registry, folder, "m:2", "two")
    blob(folder, {"digest": image.digest}).write_bytes(b"{}")
    assert [i.reference for i in registry.list_images()] == ["m:1", "m:2"]
    with pytest.raises(CorruptArtifactError, match="other bytes"):
        registry.resolve("m:1")
    assert registry.resolve("m:2").reference == "m:2"
    found = {(d.code, d.message.partition(" cannot")[0]) for d in registry.probe()}
    assert found == {
        ("image-incomplete", "image 'm:1'"),
        ("image-incomplete", f"image 'm@{image.digest}'"),
    }


def test_a_name_by_digest_that_lies_is_not_believed(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1", "one")
    other = push(registry, folder, "x:1", "two")
    lie = named({**entries(folder)[0], "digest": other.digest}, f"m@{image.digest}")
    finish(folder, lie)
    with pytest.raises(UnknownNameError, match="no image is called"):
        registry.resolve(f"m@{image.digest}")


def test_entries_of_other_tools_stay(registry: Registry, folder: Path) -> None:
    push(registry, folder, "m:1")
    foreign = [
        named(put_image(folder, "theirs"), "latest"),
        {"mediaType": "text/plain", "digest": f"sha512:{'0' * 128}", "size": 1},
    ]
    finish(folder, *entries(folder), *foreign)
    push(registry, folder, "m:2", "two")
    registry.delete("m:1")
    assert [entry for entry in entries(folder) if entry in foreign] == foreign
    assert [i.reference for i in registry.list_images()] == ["m:2"]


def test_the_probe_finds_a_missing_blob_and_a_shared_folder(
    registry: Registry, folder: Path
) -> None:
    image = push(registry, folder, "m:1")
    assert list(registry.probe()) == []
    layer_of(folder, image.digest).unlink()
    folder.chmod(0o777)
    found = [found.code for found in registry.probe()]
    assert found == ["registry-shared", "image-incomplete", "image-incomplete"]
    (folder / "index.json").write_text("{")
    assert [found.code for found in registry.probe()] == ["registry-unreadable"]


def test_the_probe_finds_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    registry = Registry(name="r", uri=str(tmp_path / "file" / "registry"))
    (found,) = registry.probe()
    assert found.code == "registry-read-only"
    with pytest.raises(StorageError, match="'m:1' was not pushed to container_registry 'r'"):
        push(registry, tmp_path / "x", "m:1")


def test_a_folder_that_only_others_may_write_is_read(registry: Registry, folder: Path) -> None:
    pushed = push(registry, folder, "m:1")
    (folder / ".blobs.lock").unlink()
    (folder / ".blobs.lock").mkdir()  # cannot be opened to write, not even by root
    assert registry.pull("m:1", folder.parent / "target") == pushed
    assert registry.list_images() == [pushed]
    with pytest.raises(StorageError, match=r"'m:1' was not deleted from .*: is a directory"):
        registry.delete("m:1")
    assert registry.resolve("m:1") == pushed


# Delete.


def test_deleting_keeps_the_blobs_that_others_share(registry: Registry, folder: Path) -> None:
    source = folder.parent / "source"
    parts = [put_image(source, "same", arch) for arch in ("amd64", "arm64")]
    for part in parts:
        registry.push(finish(source, part), f"m:{part['size']}-{part['digest'][7:11]}")
    assert len(blobs(folder)) == 5
    tags = registry.tags("m")
    registry.delete(f"m:{tags[0]}")
    assert len(blobs(folder)) == 3
    assert unsound(folder) == []
    registry.delete(f"m:{tags[1]}")
    assert blobs(folder) == set()


def test_deleting_a_digest_deletes_its_tags_in_one_repository(
    registry: Registry, folder: Path
) -> None:
    image = push(registry, folder, "m:1")
    for reference in ("m:2", "other:1"):
        push(registry, folder, reference)
    registry.delete(f"m@{image.digest}")
    assert [i.reference for i in registry.list_images()] == ["other:1"]
    assert unsound(folder) == []


def test_deleting_sweeps_what_interrupted_pushes_left(registry: Registry, folder: Path) -> None:
    push(registry, folder, "m:1")
    put(folder, "text/plain", b"never named")
    (folder / "blobs" / "sha256" / f".{'0' * 32}.tmp").write_text("half")
    (folder / f".{'0' * 32}.tmp").write_text("half")
    (folder / "blobs" / "sha256" / "mine.txt").write_text("mine")
    registry.delete("m:1")
    assert blobs(folder) == {"mine.txt"}
    assert not list(folder.glob("*.tmp"))


def test_nothing_is_swept_while_a_manifest_cannot_be_read(registry: Registry, folder: Path) -> None:
    image = push(registry, folder, "m:1", "one")
    push(registry, folder, "m:2", "two")
    manifest = blob(folder, {"digest": image.digest})
    sound = manifest.read_bytes()
    manifest.write_bytes(b"{}")
    registry.delete("m:2")
    assert len(blobs(folder)) == 6
    manifest.write_bytes(sound)
    assert unsound(folder) == []


def test_a_wrong_tag_gets_the_right_one_to_type(registry: Registry, folder: Path) -> None:
    push(registry, folder, "model:1.0")
    with pytest.raises(UnknownNameError, match=r"'modle:1\.0'.*\nhint: did you mean 'model:1\.0'"):
        registry.pull("modle:1.0", folder.parent / "target")


def test_a_target_that_holds_something_is_left_alone(registry: Registry, folder: Path) -> None:
    push(registry, folder, "m:1")
    taken = folder.parent / "taken"
    taken.write_text("mine")
    for target in (taken, folder, folder.parent):
        with pytest.raises(StorageError, match="is not empty: what it holds is left alone"):
            registry.pull("m:1", target)
    assert taken.read_text() == "mine"
    assert unsound(folder) == []
