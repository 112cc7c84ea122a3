"""Artifacts: named files that go into a layout and come back, every byte verified."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.container_registries import (
    OciLayoutContainerRegistry,
    _artifact,
    read_artifact,
    write_artifact,
)
from stack_magic.errors import (
    CorruptArtifactError,
    InvalidNameError,
    PathRefusedError,
    StorageError,
)
from tests.container_registries.layouts import (
    MANIFEST,
    blob,
    entries,
    finish,
    image_layout,
    put,
    put_json,
    unsound,
)

if TYPE_CHECKING:
    from pathlib import Path

KIND = "application/vnd.example.pipeline.v1"
FILES = {"pipeline.json": b"{}", "src/steps.py": b"x = 1\n", "src/same.py": b"x = 1\n", "e": b""}


def foreign(folder: Path, *titles: str | None, **changes: Any) -> Path:
    """Write an artifact as another tool would, with these titles."""
    empty = put(folder, "application/vnd.oci.empty.v1+json", b"{}")
    title = "org.opencontainers.image.title"
    layers = [
        put(folder, "text/plain", b"text", **({} if t is None else {"annotations": {title: t}}))
        for t in titles
    ]
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": KIND, "config": empty}
    return finish(folder, put_json(folder, MANIFEST, {**document, "layers": layers, **changes}))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_artifact(tmp_path / "a", FILES, artifact_type=KIND, annotations={"by": "zwölf"})
    assert read_artifact(tmp_path / "a") == (KIND, {"by": "zwölf"}, FILES)
    assert unsound(tmp_path / "a") == []


def test_an_artifact_travels_through_a_registry(tmp_path: Path) -> None:
    registry = OciLayoutContainerRegistry(name="r", uri=str(tmp_path / "r"))
    digest = write_artifact(tmp_path / "a", FILES, artifact_type=KIND)
    assert registry.push(tmp_path / "a", "train:1").digest == digest
    registry.pull(f"train@{digest}", tmp_path / "b")
    assert read_artifact(tmp_path / "b") == (KIND, {}, FILES)


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    backwards = dict(reversed(FILES.items()))
    first = write_artifact(
        tmp_path / "a", FILES, artifact_type=KIND, annotations={"x": "1", "y": "2"}
    )
    again = write_artifact(
        tmp_path / "b", backwards, artifact_type=KIND, annotations={"y": "2", "x": "1"}
    )
    other = write_artifact(tmp_path / "c", FILES, artifact_type=f"{KIND}+json")
    assert first == again != other


def test_its_manifest_is_that_of_oci_1_1(tmp_path: Path) -> None:
    write_artifact(tmp_path / "a", {"f.txt": b"hello"}, artifact_type=KIND)
    (top,) = entries(tmp_path / "a")
    document = json.loads(blob(tmp_path / "a", top).read_bytes())
    assert document["artifactType"] == KIND
    assert document["config"] == {
        "mediaType": "application/vnd.oci.empty.v1+json",
        "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "size": 2,
    }
    assert [layer["annotations"] for layer in document["layers"]] == [
        {"org.opencontainers.image.title": "f.txt"}
    ]


def test_an_artifact_without_files_is_one(tmp_path: Path) -> None:
    write_artifact(tmp_path / "a", {}, artifact_type=KIND)
    assert read_artifact(tmp_path / "a").files == {}


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        write_artifact(tmp_path / "a", FILES, artifact_type=KIND)
    finally:
        os.umask(former)
    modes = {(p.is_dir(), p.stat().st_mode & 0o777) for p in (tmp_path / "a").rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}


NOT_NAMES = [
    "", ".", "..", "../x", "a/../../x", "a/./b", "/etc/passwd", "a//b", "a/", "C:x", "a\\b",
    "a\0b", "a\nb", "\udcff", "x" * 1025,
]  # fmt: skip


@pytest.mark.parametrize("name", NOT_NAMES)
def test_a_name_that_leads_elsewhere_is_refused_both_ways(tmp_path: Path, name: str) -> None:
    with pytest.raises(PathRefusedError, match="is no name of a file in an artifact"):
        write_artifact(tmp_path / "a", {name: b""}, artifact_type=KIND)
    assert not (tmp_path / "a").exists()
    with pytest.raises(PathRefusedError, match="is no name of a file in an artifact"):
        read_artifact(foreign(tmp_path / "b", name))


def test_a_layer_without_name_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PathRefusedError, match="'' is no name"):
        read_artifact(foreign(tmp_path / "a", None))
    with pytest.raises(StorageError, match="two files that are called 'x'"):
        read_artifact(foreign(tmp_path / "b", "x", "x"))


def test_what_is_no_artifact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="holds an image, and an artifact"):
        read_artifact(image_layout(tmp_path / "image"))
    with pytest.raises(StorageError, match="holds 0 images, and one artifact is wanted"):
        read_artifact(finish(tmp_path / "none"))
    with pytest.raises(StorageError, match="is no OCI layout: it has no oci-layout"):
        read_artifact(tmp_path)
    with pytest.raises(CorruptArtifactError, match="artifactType is no text"):
        read_artifact(foreign(tmp_path / "number", "x", artifactType=7))


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    write_artifact(tmp_path / "a", {"f": b"hello"}, artifact_type=KIND)
    (top,) = entries(tmp_path / "a")
    layer = json.loads(blob(tmp_path / "a", top).read_bytes())["layers"][0]
    blob(tmp_path / "a", layer).write_bytes(b"hallo")
    with pytest.raises(CorruptArtifactError, match=f"blob {layer['digest']} .* has other bytes"):
        read_artifact(tmp_path / "a")


@pytest.mark.parametrize("kind", ["", "text", "a/b/c", "a b/c", "a/b\n", "/x"])
def test_what_is_no_media_type_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InvalidNameError, match="is no media type"):
        write_artifact(tmp_path / "a", {}, artifact_type=kind)


def test_too_much_is_refused_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_artifact(tmp_path / "a", {"f": b"12345"}, artifact_type=KIND)
    monkeypatch.setattr(_artifact, "LARGEST_ARTIFACT", 4)
    with pytest.raises(StorageError, match="too large: files of an artifact have 4 bytes"):
        read_artifact(tmp_path / "a")
    with pytest.raises(StorageError, match="too large"):
        write_artifact(tmp_path / "b", {"f": b"12345"}, artifact_type=KIND)
    assert not (tmp_path / "b").exists()


def test_annotations_that_make_a_manifest_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is larger than 4194304 bytes"):
        write_artifact(tmp_path / "a", {}, artifact_type=KIND, annotations={"x": "y" * 2**22})


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StorageError, match="is not empty: what it holds is left alone"):
        write_artifact(tmp_path, {}, artifact_type=KIND)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"was not written: (not a directory|file exists)"):
        write_artifact(tmp_path / "file" / "a", {}, artifact_type=KIND)
