"""What the registry's folder holds, skopeo reads; what skopeo writes, the registry takes."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from stack_magic.container_registries import OciLayoutContainerRegistry, write_artifact
from tests.container_registries.layouts import (
    entries,
    finish,
    image_layout,
    put_image,
    put_index,
    unsound,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("skopeo") is None,
    reason="skopeo is not installed, the independent reader of OCI layouts: apt-get install skopeo",
)


def skopeo(*arguments: str) -> str:
    command = ["skopeo", "--insecure-policy", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_inspects_an_image_by_tag_and_by_digest(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    image_layout(tmp_path / "b", "other")
    registry.push(tmp_path / "b", "other:1")
    image = registry.push(image_layout(tmp_path / "a"), "team/my-model:1.0")
    for reference in ("team/my-model:1.0", f"team/my-model@{image.digest}"):
        seen = json.loads(skopeo("inspect", registry.full_name(reference)))
        assert seen["Digest"] == image.digest
        assert seen["Architecture"] == "amd64"


def test_it_finds_what_a_tag_was_before_it_moved(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    first = registry.push(image_layout(tmp_path / "a"), "m:1")
    second = registry.push(image_layout(tmp_path / "b", "other"), "m:1")
    former = skopeo("inspect", registry.full_name(f"m@{first.digest}"))
    assert json.loads(former)["Digest"] == first.digest
    assert json.loads(skopeo("inspect", registry.full_name("m:1")))["Digest"] == second.digest


def test_it_copies_out_an_image_that_is_pushed_again(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    pushed = registry.push(image_layout(tmp_path / "a"), "team/model:1")
    out = tmp_path / "out"
    skopeo("copy", "--preserve-digests", registry.full_name("team/model:1"), f"oci:{out}:copy")
    assert unsound(out) == []
    assert registry.push(out, "copy:1").digest == pushed.digest


def test_it_copies_into_a_layout_of_several_that_push_takes(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    source, layout = image_layout(tmp_path / "a"), tmp_path / "layout"
    skopeo("copy", f"oci:{source}", f"oci:{layout}:team/model:1")
    skopeo("copy", f"oci:{image_layout(tmp_path / 'b', 'other')}", f"oci:{layout}:other:2")
    wanted = {e["annotations"]["org.opencontainers.image.ref.name"]: e for e in entries(layout)}
    assert registry.push(layout, "team/model:1").digest == wanted["team/model:1"]["digest"]
    assert registry.push(layout, "other:2").digest == wanted["other:2"]["digest"]


def test_it_copies_an_image_index_whole(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    source = tmp_path / "a"
    parts = [
        put_image(source, arch, arch, platform={"os": "linux", "architecture": arch})
        for arch in ("amd64", "arm64")
    ]
    pushed = registry.push(finish(source, put_index(source, parts)), "multi:1")
    out = tmp_path / "out"
    skopeo("copy", "--all", "--preserve-digests", registry.full_name("multi:1"), f"oci:{out}:m:1")
    assert registry.push(out, "again:1").digest == pushed.digest


def test_it_copies_an_artifact(registry: OciLayoutContainerRegistry, tmp_path: Path) -> None:
    kind = "application/vnd.example.v1"
    digest = write_artifact(tmp_path / "a", {"f.txt": b"hello"}, artifact_type=kind)
    registry.push(tmp_path / "a", "art:1")
    raw = json.loads(skopeo("inspect", "--raw", registry.full_name("art:1")))
    assert raw["artifactType"] == kind
    out = tmp_path / "out"
    skopeo("copy", "--preserve-digests", registry.full_name("art:1"), f"oci:{out}:art:1")
    assert registry.push(out, "copy:1").digest == digest


def test_what_it_copies_straight_into_the_folder_is_there(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    first = registry.push(image_layout(tmp_path / "a"), "m:1")
    skopeo("copy", f"oci:{image_layout(tmp_path / 'b', 'other')}", registry.full_name("m:1"))
    second = registry.resolve("m:1")
    assert second.digest != first.digest
    assert registry.resolve(f"m@{first.digest}").size == first.size
    third = registry.push(image_layout(tmp_path / "c", "third"), "m:1")
    assert registry.resolve(f"m@{second.digest}").digest == second.digest
    registry.delete("m:1")
    left = [image.digest for image in registry.list_images("m")]
    assert sorted(left) == sorted([first.digest, second.digest])
    assert third.digest not in left
    assert unsound(tmp_path / "registry") == []


def test_it_reads_a_folder_after_every_change(
    registry: OciLayoutContainerRegistry, tmp_path: Path
) -> None:
    for tag in ("1", "2"):
        registry.push(image_layout(tmp_path / tag, tag), f"m:{tag}")
    registry.delete("m:1")
    assert json.loads(skopeo("inspect", registry.full_name("m:2")))["Os"] == "linux"
