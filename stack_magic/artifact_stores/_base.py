"""Where the artifacts of every run are kept."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

from . import _listing
from ._operations import PATHS, with_full_paths
from ._paths import Path, Root, absolute
from ._scheme_findings import at_the_root, findings_of_class, not_served
from ._schemes import LOCAL, are_schemes, protocol_of, reason_against, without_scheme
from ._whole import not_read, nothing_saved, read_whole, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fsspec import AbstractFileSystem

    from stack_magic.stack import Diagnostic

    from ._files import Files


class BaseArtifactStore(StackComponent):
    """Keeps files below `path`, by the 13 file operations of ZenML 0.12.

    A flavor names the schemes it accepts; for those that fsspec serves (`file://`,
    `memory://`, `s3://` with s3fs installed ...) nothing more is needed. For a scheme of
    its own it overrides `filesystem`, or the operations themselves. `"/"` accepts
    absolute local paths, `""` any local path.

    Every operation can be called with a full path or URI below the root, or with a key
    relative to it (`run-1/model.json`). The flavor's own code is always given the full
    path, as text, and gives back full paths: see `path_of` and `key_of`. What leads
    outside is a PathRefusedError. A missing file is a FileNotFoundError.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.ARTIFACT_STORE
    SUPPORTED_SCHEMES: ClassVar[set[str]]

    path: str = Field(description="Folder or URI that holds the artifacts of every run")

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)

    @field_validator("path")
    @classmethod
    def _path_has_a_scheme(cls, path: str) -> str:
        schemes = getattr(cls, "SUPPORTED_SCHEMES", None)
        reason: str | None = f"{cls.__name__}.SUPPORTED_SCHEMES must be a set of strings"
        if are_schemes(schemes):
            reason = reason_against(path, schemes or ())
        if reason:
            raise ValueError(reason)
        return path

    @classmethod
    def flavor_diagnostics(cls) -> Iterator[Diagnostic]:
        """Yield whether SUPPORTED_SCHEMES is there, well-formed, and served."""
        yield from findings_of_class(cls, brings_its_own=cls._brings_its_own())

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield whether `path` is all of a file system, and whether nobody serves its scheme."""
        yield from at_the_root(self._absolute, self.name)
        if not self._brings_its_own():
            yield from not_served(f"{protocol_of(self.path)}://", self.name, type(self))

    def probe(self) -> Iterator[Diagnostic]:
        """Yield nothing when the root can be asked for; what that raises is told."""
        self.exists("")
        yield from ()

    @classmethod
    def _brings_its_own(cls) -> bool:
        return (
            cls.filesystem is not BaseArtifactStore.filesystem
            or cls.open is not BaseArtifactStore.open
        )

    # Where the files are.

    def filesystem(self) -> AbstractFileSystem:
        """Return the fsspec file system that serves `path`: the point to override.

        Paths are given to it without the scheme: `custom://lake/a` is `lake/a`.

        Raises:
            NotServedError: fsspec knows nobody for the scheme.
        """
        from ._served import serve

        return serve(self._absolute, type(self).__name__)

    def key_of(self, path: Path) -> str:
        """Return *path* as a key relative to the root; pure.

        Raises:
            PathRefusedError: It leads outside the store, or cannot be a path.
        """
        return self._root.key(path)

    def path_of(self, key: Path) -> str:
        """Return *key* as a full path or URI, as the operations are given it; pure.

        Raises:
            PathRefusedError: It leads outside the store, or cannot be a path.
        """
        return self._root.full(key)

    @property
    def _absolute(self) -> str:
        return absolute(self.path, self._made_in)

    @property
    def _root(self) -> Root:
        full = self._absolute
        local = protocol_of(self.path) in LOCAL
        return Root(self.path, full, without_scheme(full) if local else None)

    @property
    def _files(self) -> Files:
        from ._files import Files
        from ._served import root_in_filesystem

        top = root_in_filesystem(self._absolute)
        return Files(self.filesystem(), self._root, top, self.makedirs)

    if not TYPE_CHECKING:  # where it would make every attribute one of any type

        def __getattribute__(self, name: str) -> Any:
            found = super().__getattribute__(name)
            return with_full_paths(name, found, self._root) if name in PATHS else found

    # An artifact as a whole: what pipelines use, built on the operations below.

    def write_bytes(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all, else StorageError; folders are made."""
        if type(self).open is BaseArtifactStore.open:
            from ._served import is_object_store

            if is_object_store(self.filesystem()):
                with nothing_saved(key, self.path):
                    self._files.put(self.path_of(key), data)
                return
        write_whole(self, key, data)

    def read_bytes(self, key: str) -> bytes:
        """Return a file's bytes; FileNotFoundError if there is none.

        Raises:
            StorageError: It is there and could not be read.
        """
        if type(self).open is BaseArtifactStore.open:
            with not_read(key, self.path):
                return self._files.read(self.path_of(key))
        return read_whole(self, key)

    # The 13 operations, with ZenML's parameters in its order: hence the plain booleans.

    def open(self, name: Path, /, mode: str = "r") -> IO[Any]:
        """Open a file to "r", "w", "a" or "x", with "b" for bytes; text is UTF-8.

        The folders above a file that is written are made.
        """
        return self._files.open(name, mode)

    def copyfile(self, src: Path, dst: Path, overwrite: bool = False) -> None:  # noqa: FBT001, FBT002
        """Copy one file; FileExistsError if the target exists, unless *overwrite*."""
        self._files.copy(src, dst, overwrite=overwrite)

    def exists(self, path: Path) -> bool:
        """Whether a file or folder is there."""
        return self._files.kind(path) is not None

    def glob(self, pattern: Path) -> list[str]:
        """Return the paths that match, sorted: `*`, `?`, `[ab]`, and `**` for any folders."""
        return self._files.matching(pattern)

    def isdir(self, path: Path) -> bool:
        """Whether a folder is there."""
        return self._files.kind(path) == "directory"

    def listdir(self, path: Path) -> list[str]:
        """Return the names in a folder, sorted."""
        return [entry.name for entry in self._files.entries(path)]

    def makedirs(self, path: Path) -> None:
        """Make a folder and those above it; one that exists is fine."""
        self._files.make_folders(path)

    def mkdir(self, path: Path) -> None:
        """Make a folder; FileExistsError if it exists, and its parent must."""
        self._files.make_folder(path)

    def remove(self, path: Path) -> None:
        """Remove one file."""
        self._files.remove(path)

    def rename(self, src: Path, dst: Path, overwrite: bool = False) -> None:  # noqa: FBT001, FBT002
        """Move a file or folder; FileExistsError if the target exists, unless *overwrite*.

        Never onto a folder, and never below itself: that is an OSError.
        """
        self._files.move(src, dst, overwrite=overwrite)

    def rmtree(self, path: Path) -> None:
        """Remove a folder with all that is in it; not the root itself."""
        self._files.remove_tree(path)

    def stat(self, path: Path) -> dict[str, Any]:
        """Return what is known of a file or folder: at least `name`, `size` and `type`.

        `type` is "file" or "directory", whose size is 0.
        """
        return self._files.described(path)

    def walk(
        self,
        top: Path,
        topdown: bool = True,  # noqa: FBT001, FBT002
        onerror: Callable[[OSError], object] | None = None,
    ) -> Iterator[_listing.Walked]:
        """Yield (folder, names of folders in it, of files in it) as `os.walk` does."""
        top = self.path_of(top)
        return _listing.walk(self._files.entries, top, topdown=topdown, onerror=onerror)
