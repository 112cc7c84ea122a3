"""From `%load_ext` to a composed stack with a cell-defined flavor, in a fresh kernel."""

from __future__ import annotations

import shutil
import tempfile
import time
from typing import TYPE_CHECKING

from jupyter_client.manager import KernelManager

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OURS = (
    "%load_ext stack_magic",
    """
from typing import ClassVar
from pydantic import Field
from stack_magic.artifact_stores import BaseArtifactStore

class Lake(BaseArtifactStore):
    FLAVOR: ClassVar[str] = "lake"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"s3://"}
    retries: int = Field(default=3, ge=0, description="Tries before giving up")
""",
    "%artifact_store flavor register Lake",
    "%artifact_store register lake --flavor=lake --path=s3://bucket",
    "%stack register prod -o default -a lake -m default",
)
_CLASSES = """
from typing import ClassVar
from uuid import UUID, uuid4
from pydantic import BaseModel, ConfigDict, Field

class Component(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    uuid: UUID = Field(default_factory=uuid4)

class Lake(Component):
    path: str
    retries: int = Field(default=3, ge=0, description="Tries before giving up")

class Orchestrator(Component):
    max_parallel: int = Field(default=1, ge=1, le=64, description="At the same time")

class Meta(Component):
    uri: str = Field(default="metadata.db", description="Where it is")
"""
_LIMIT = (
    _CLASSES,
    "flavors = {('artifact_store', 'lake'): Lake}",
    "lake = Lake(name='lake', path='s3://bucket')",
    """
stack = {
    'orchestrator': Orchestrator(name='default'),
    'artifact_store': lake,
    'metadata_store': Meta(name='default'),
}
""",
)
_PEERS = ("import ipywidgets, pydantic", *_LIMIT)


def _seconds(cells: Sequence[str]) -> float:
    # Not TCP: kernels that start side by side may be given the same port.
    folder = tempfile.mkdtemp(prefix="kernel-")
    manager = KernelManager(transport="ipc", connection_file=f"{folder}/k.json")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive("1", output_hook=lambda _: None)
        begin = time.perf_counter()
        for cell in cells:
            reply = client.execute_interactive(cell, output_hook=lambda _: None)
            if reply["content"]["status"] != "ok":
                raise RuntimeError(reply["content"])
        return time.perf_counter() - begin
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        shutil.rmtree(folder, ignore_errors=True)


def figures() -> Iterator[Figure]:
    """Yield the figure against both limits in use."""
    name = "load, flavor, component, stack; fresh kernel"
    ours, limit = compare(lambda: _seconds(_OURS), lambda: _seconds(_PEERS), repeats=9)
    against = "bare pydantic cells after importing pydantic and ipywidgets (as peers are measured)"
    yield Figure(name, ours, limit, 1.5, against)
    ours, limit = compare(lambda: _seconds(_OURS), lambda: _seconds(_LIMIT), repeats=9)
    yield Figure(name, ours, limit, 1.5, "bare pydantic cells after importing pydantic alone")
