"""Folders in OCI image layout, as other tools or nobody wrote them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stack_magic.container_registries import (
    OciLayoutContainerRegistry,
    read_artifact,
    write_artifact,
)
from tests.fuzzing.damage import content_of, damaged_file
from tests.fuzzing.target import Target, result_or_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

_TYPE = "application/vnd.example.model.v1"
_NAME = "team/model:1"


def _pushed(folder: Path) -> OciLayoutContainerRegistry:
    source = folder / "source"
    write_artifact(source, {"a": b"weights", "b/c": b""}, artifact_type=_TYPE)
    registry = OciLayoutContainerRegistry(name="here", uri=str(folder / "registry"))
    registry.push(source, _NAME)
    return registry


def _manifest(folder: Path) -> Path:
    index = json.loads((folder / "index.json").read_bytes())
    digest = str(index["manifests"][0]["digest"]).removeprefix("sha256:")
    return folder / "blobs" / "sha256" / digest


def inputs() -> SearchStrategy[list[str]]:
    """Return a file of the layout and what it shall hold; `manifest` is the image's."""
    with tempfile.TemporaryDirectory() as temporary:
        _pushed(Path(temporary))
        folder = Path(temporary) / "registry"
        files = {name: folder / name for name in ("index.json", "oci-layout")}
        files["manifest"] = _manifest(folder)
        documents = {name: json.loads(file.read_bytes()) for name, file in files.items()}
    return st.sampled_from(sorted(documents)).flatmap(
        lambda name: st.tuples(st.just(name), damaged_file(documents[name])).map(list)
    )


def _damage(folder: Path, name: str, content: bytes) -> None:
    if name != "manifest":
        (folder / name).write_bytes(content)
        return
    former, digest = _manifest(folder), hashlib.sha256(content).hexdigest()
    former.with_name(digest).write_bytes(content)
    index = json.loads((folder / "index.json").read_bytes())
    for entry in index["manifests"]:
        entry.update(digest=f"sha256:{digest}", size=len(content))
        name = entry["annotations"]["org.opencontainers.image.ref.name"]
        entry["annotations"] = {
            "org.opencontainers.image.ref.name": name.replace(former.name, digest)
        }
    (folder / "index.json").write_text(json.dumps(index))


def begin(folder: Path) -> Callable[[Any], None]:
    """Return the trial: listed, resolved, pulled, read, probed, deleted and pushed again."""
    registry = _pushed(folder)
    numbers = count()

    def trial(value: Any) -> None:
        name, content = value
        place = folder / str(next(numbers))
        shutil.copytree(folder / "registry", place)
        _damage(place, name, content_of(content))
        damaged = OciLayoutContainerRegistry(name="here", uri=str(place))
        digest = registry.resolve(_NAME).digest
        for call in (
            damaged.list_images,
            lambda: damaged.tags("team/model"),
            lambda: damaged.resolve(_NAME),
            lambda: damaged.resolve(f"team/model@{digest}"),
            lambda: list(damaged.probe()),
            lambda: read_artifact(place),
            lambda: damaged.pull(_NAME, place / "pulled"),
            lambda: registry.push(place, "team/other:1"),
            lambda: damaged.delete(_NAME),
            lambda: damaged.push(folder / "source", _NAME),
        ):
            with result_or_error():
                call()
        shutil.rmtree(place)

    return trial


LAYOUTS = Target("layouts", inputs, begin)
