"""Where the artifacts of every run are kept."""

from __future__ import annotations

import os
from pathlib import Path as LocalPath
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.errors import PathRefusedError
from stack_magic.stack import StackComponent

from . import _listing
from ._paths import Path, Root, absolute
from ._scheme_findings import findings_of_class, not_served
from ._schemes import LOCAL, are_schemes, protocol_of, reason_against, without_scheme
from ._whole import read_whole, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fsspec import AbstractFileSystem

    from stack_magic.stack import Diagnostic


class BaseArtifactStore(StackComponent):
    """Keeps files below `path`, by the 13 file operations of ZenML 0.12.

    A flavor names the schemes it accepts; for those that fsspec serves (`file://`,
    `memory://`, `s3://` with s3fs installed ...) nothing more is needed. For a scheme of
    its own it overrides `filesystem`, or the operations themselves. `"/"` accepts
    absolute local paths, `""` any local path.

    Every operation takes a key relative to the root (`run-1/model.json`), or a full path
    or URI below it, and gives back keys; what leads outside is a PathRefusedError. A
    missing file is a FileNotFoundError.
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
        """Yield whether nobody serves the scheme of `path`."""
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

    @property
    def _absolute(self) -> str:
        return absolute(self.path, self._made_in)

    @property
    def _root(self) -> Root:
        local = protocol_of(self.path) in LOCAL
        return Root(self.path, without_scheme(self._absolute) if local else None)

    def _at(self, path: Path) -> tuple[AbstractFileSystem, str]:
        """Return the file system and what *path* is in it."""
        from ._served import is_local, root_in_filesystem

        key, top = self.key_of(path), root_in_filesystem(self._absolute)
        filesystem = self.filesystem()
        inside = _listing.joined(top.rstrip("/"), key) if key else top
        if is_local(filesystem):
            inside = self._root.contained(top, inside)
        return filesystem, inside

    def _below_root(self, path: Path) -> tuple[AbstractFileSystem, str]:
        if not self.key_of(path):
            message = f"{os.fspath(path)!r} is the whole artifact store {self.path!r}"
            raise PathRefusedError(message, hint="name what is below it")
        return self._at(path)

    # An artifact as a whole: what pipelines use, built on the operations below.

    def write_bytes(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all, else StorageError; folders are made."""
        write_whole(self, key, data)

    def read_bytes(self, key: str) -> bytes:
        """Return a file's bytes; FileNotFoundError if there is none.

        Raises:
            StorageError: It is there and could not be read.
        """
        return read_whole(self, key)

    # The 13 operations, with ZenML's parameters in its order: hence the plain booleans.

    def open(self, name: Path, mode: str = "r") -> IO[Any]:
        """Open a file; text is UTF-8. Folders above it must exist."""
        filesystem, inside = self._at(name)
        encoding = {} if "b" in mode else {"encoding": "utf-8"}
        return cast("IO[Any]", filesystem.open(inside, mode, **encoding))

    def copyfile(self, src: Path, dst: Path, overwrite: bool = False) -> None:  # noqa: FBT001, FBT002
        """Copy one file; FileExistsError if the target exists, unless *overwrite*."""
        self._require_free(dst, overwrite=overwrite)
        filesystem, inside = self._at(src)
        filesystem.cp_file(inside, self._at(dst)[1])

    def exists(self, path: Path) -> bool:
        """Whether a file or folder is there."""
        filesystem, inside = self._at(path)
        return bool(filesystem.exists(inside))

    def glob(self, pattern: str) -> list[str]:
        """Return the keys that match, sorted: `*`, `[ab]`, and `**` for any folders."""
        key = self.key_of(pattern)
        if not _listing.has_wildcard(key):
            return [key] if self.exists(key) else []
        return _listing.matching(self.walk(_listing.fixed_part(key)), key)

    def isdir(self, path: Path) -> bool:
        """Whether a folder is there."""
        filesystem, inside = self._at(path)
        return bool(filesystem.isdir(inside))

    def listdir(self, path: Path = "") -> list[str]:
        """Return the names in a folder, sorted."""
        return [entry.name for entry in self._entries(path)]

    def makedirs(self, path: Path) -> None:
        """Make a folder and those above it; one that exists is fine."""
        filesystem, inside = self._at(path)
        filesystem.makedirs(inside, exist_ok=True)

    def mkdir(self, path: Path) -> None:
        """Make a folder; FileExistsError if it exists, and its parent must."""
        self._require_free(path, overwrite=False)
        filesystem, inside = self._at(path)
        filesystem.mkdir(inside, create_parents=False)

    def remove(self, path: Path) -> None:
        """Remove one file."""
        filesystem, inside = self._below_root(path)
        filesystem.rm_file(inside)

    def rename(self, src: Path, dst: Path, overwrite: bool = False) -> None:  # noqa: FBT001, FBT002
        """Move a file or folder; FileExistsError if the target exists."""
        from ._served import is_local

        self._require_free(dst, overwrite=overwrite)
        filesystem, inside = self._below_root(src)
        target = self._below_root(dst)[1]
        if is_local(filesystem):
            LocalPath(inside).replace(target)
        else:
            filesystem.mv(inside, target, recursive=filesystem.isdir(inside))

    def rmtree(self, path: Path) -> None:
        """Remove a folder with all that is in it; not the root itself."""
        filesystem, inside = self._below_root(path)
        filesystem.rm(inside, recursive=True)

    def stat(self, path: Path) -> dict[str, Any]:
        """Return what is known of a file: at least `size` and `type`."""
        filesystem, inside = self._at(path)
        return dict(filesystem.info(inside))

    def walk(
        self,
        top: Path = "",
        topdown: bool = True,  # noqa: FBT001, FBT002
        onerror: Callable[[OSError], object] | None = None,
    ) -> Iterator[_listing.Walked]:
        """Yield (folder, folders in it, files in it) as `os.walk` does, with keys."""
        top = self.key_of(top)
        return _listing.walk(self._entries, top, topdown=topdown, onerror=onerror)

    def _entries(self, path: Path) -> list[_listing.Entry]:
        return _listing.entries_of(*self._at(path))

    def _require_free(self, path: Path, *, overwrite: bool) -> None:
        if not overwrite and self.exists(path):
            raise FileExistsError(os.fspath(path))
