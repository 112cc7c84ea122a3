"""Several processes push into one folder, and some of them die: nothing named is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from stack_magic.container_registries import OciLayoutContainerRegistry, write_artifact
from stack_magic.errors import UnknownNameError
from tests.container_registries.layouts import image_layout, unsound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUSHER = """
import os, sys
from pathlib import Path
from stack_magic.container_registries import OciLayoutContainerRegistry, write_artifact
registry = OciLayoutContainerRegistry(name="r", uri=sys.argv[1])
work, name, count = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    source = work / f"{name}-{number}"
    files = {"a": os.urandom(300_000), "same": b"shared" * 10_000}
    write_artifact(source, files, artifact_type="application/vnd.example.v1")
    image = registry.push(source, f"{name}:{number}")
    print(f"{image.reference} {image.digest}", flush=True)
    if number % 3 == 2:
        registry.delete(f"{name}:{number}")
        print(f"{image.reference} deleted", flush=True)
"""


def spawn(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PUSHER, str(folder), str(folder.parent), name, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def acknowledged(process: subprocess.Popen[str], most: int = sys.maxsize) -> Iterator[list[str]]:
    """Yield what the process says it did, as words."""
    assert process.stdout is not None
    for _, line in zip(range(most), process.stdout, strict=False):
        yield line.split()


def close(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    process.wait()


def test_two_processes_that_push_at_once_lose_nothing(
    registry: OciLayoutContainerRegistry, folder: Path
) -> None:
    processes = [spawn(folder, name, 15) for name in ("one", "two")]
    for process in processes:
        start(process)
    told = [words for process in processes for words in acknowledged(process)]
    for process in processes:
        close(process)
        assert process.returncode == 0
    digests = dict(words for words in told if words[1] != "deleted")
    gone = {name for name, word in told if word == "deleted"}
    there = {image.reference: image.digest for image in registry.list_images()}
    assert len(digests) == 30
    assert there == {name: digest for name, digest in digests.items() if name not in gone}
    assert unsound(folder) == []


def test_a_process_killed_while_it_pushes_loses_nothing_acknowledged(
    registry: OciLayoutContainerRegistry, folder: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    kept: dict[str, str] = {}
    for cycle in range(6):
        process = spawn(folder, f"c{cycle}", 10_000)
        start(process)
        # The moment of death: after some acknowledged push, and some of the next one's work.
        told = list(acknowledged(process, chance.randint(1, 12)))
        killer = threading.Timer(chance.random() * 0.03, process.send_signal, [signal.SIGKILL])
        killer.start()
        told += list(acknowledged(process))
        killer.join()
        close(process)
        kept |= dict(told)
        # What was being done when it died was done or was not: both are sound.
        assert unsound(folder) == []
        for name, word in kept.items():
            if word == "deleted":
                with pytest.raises(UnknownNameError, match="no image is called"):
                    registry.resolve(name)
    there = {image.reference: image.digest for image in registry.list_images()}
    missing = {n: d for n, d in kept.items() if d != "deleted" and there.get(n) != d}
    # The last push of a cycle may have been deleted, the word of it not been said.
    assert all(int(name.rpartition(":")[2]) % 3 == 2 for name in missing)
    assert len(missing) <= 6
    assert list(registry.probe()) == []
    write_artifact(folder.parent / "last", {}, artifact_type="application/vnd.example.v1")
    registry.push(folder.parent / "last", "last:1")
    registry.delete("last:1")
    assert not list(folder.rglob("*.tmp"))


def test_an_image_deleted_while_it_is_pulled_is_whole_or_unknown(
    registry: OciLayoutContainerRegistry, folder: Path
) -> None:
    source = image_layout(folder.parent / "source")
    both = threading.Barrier(2)

    def delete() -> None:
        both.wait()
        registry.delete("m:1")

    for number in range(40):
        registry.push(source, "m:1")
        target = folder.parent / f"target-{number}"
        thread = threading.Thread(target=delete)
        thread.start()
        both.wait()
        with suppress(UnknownNameError):
            registry.pull("m:1", target)
        thread.join()
        assert not target.exists() or unsound(target) == []
    assert registry.list_images() == []
