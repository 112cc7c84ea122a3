'''Artifact stores keep what steps read and write.

Every output of a step is a file in the stack's artifact store, below its `path`. A flavor
says which paths it accepts, `SUPPORTED_SCHEMES`. For a scheme that fsspec serves, that is
all there is to write:

    class ScratchStore(BaseArtifactStore):
        """Keeps artifacts in memory, until the session ends."""

        FLAVOR = "scratch"
        SUPPORTED_SCHEMES = {"memory://"}

For a scheme of your own, override `filesystem` to return an fsspec file system, or the 13
operations themselves, with ZenML's parameters: open, copyfile, exists, glob, isdir,
listdir, makedirs, mkdir, remove, rename, rmtree, stat, walk. Whatever calls them, they are
given full paths below `path`, as text, and give full paths back; `self.key_of(path)` is
what is below the root, `self.path_of(key)` the way back. `%artifact_store check NAME` tries
every promise of the type on a component.

What is pickled runs code when it is read. Of a store only your own pickles are read, which are
signed with a key of yours; `%artifact_store trust NAME` has those of all who write to it read
too, until `%artifact_store distrust NAME`.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseArtifactStore
from ._local import LocalArtifactStore

__all__ = ["BaseArtifactStore", "LocalArtifactStore"]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
