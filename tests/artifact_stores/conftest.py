"""Stores over three back ends: a folder, fsspec's memory, and S3 as moto's server speaks it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from moto.server import ThreadedMotoServer

from stack_magic.artifact_stores import BaseArtifactStore, LocalArtifactStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class AnyStore(BaseArtifactStore):
    """Names schemes, and nothing more."""

    FLAVOR: ClassVar[str] = "any"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"memory://", "s3://", "file://"}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Return the address of an S3 that has the bucket `bucket`, for this whole session."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "tester")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tester")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("bucket")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_store(s3_server: str) -> AnyStore:
    return AnyStore(name="s3", path=f"s3://bucket/{uuid4().hex}")


@pytest.fixture
def memory_store() -> Iterator[AnyStore]:
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield AnyStore(name="memory", path="memory://top")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture
def local_store(tmp_path: Path) -> LocalArtifactStore:
    return LocalArtifactStore(name="local", path=str(tmp_path / "store"))


@pytest.fixture(params=["local_store", "memory_store", "s3_store"])
def store(request: pytest.FixtureRequest) -> BaseArtifactStore:
    """Return a store that is empty, over each back end in turn."""
    store: BaseArtifactStore = request.getfixturevalue(request.param)
    return store
