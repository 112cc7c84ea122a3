"""Where a check of the contract works, and leaves nothing behind."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from ._artifact import read_artifact
from ._samples import sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseContainerRegistry, Image


class Place:
    """A repository that nobody else uses, and an empty folder of this machine.

    Args:
        registry: The component that is checked.
        folder: The folder; whoever made it removes it.
    """

    def __init__(self, registry: BaseContainerRegistry, folder: Path) -> None:
        self.registry, self.folder = registry, folder
        self.repository = f"contract-{uuid4().hex[:12]}"
        self._pushed: set[tuple[str, str]] = set()

    def push(self, name: str, text: str = "") -> dict[str, bytes]:
        """Push an artifact as `REPOSITORY` and *name*, and return its files."""
        source = self.folder / uuid4().hex
        files = sample(source, text)
        self.push_layout(source, name)
        return files

    def push_layout(self, source: Path, name: str) -> Image:
        """Push the layout in folder *source* as `REPOSITORY` and *name*."""
        image = self.registry.push(source, f"{self.repository}{name}")
        repository = f"{self.repository}{name}".partition("@")[0].partition(":")[0]
        self._pushed.add((repository, image.digest))
        return image

    def pulled(self, reference: str) -> dict[str, bytes]:
        """Pull an artifact and return its files."""
        target = self.folder / uuid4().hex
        self.registry.pull(reference, target)
        return read_artifact(target).files

    def digest(self, name: str) -> str:
        """Return the digest of what is there under a name."""
        return self.registry.resolve(f"{self.repository}{name}").digest

    def clear(self) -> None:
        """Delete what was pushed: by digest, so that what lost its tag goes too."""
        for repository, digest in self._pushed:
            with suppress(Exception):
                self.registry.delete(f"{repository}@{digest}")


def in_own_repository(check: Callable[[Place], None]) -> Callable[[BaseContainerRegistry], None]:
    """Give a check a place of its own, cleared whatever happens."""

    @wraps(check)
    def checked(registry: BaseContainerRegistry) -> None:
        with TemporaryDirectory() as folder:
            place = Place(registry, Path(folder))
            try:
                check(place)
            finally:
                place.clear()

    return checked
