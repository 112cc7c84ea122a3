'''Artifact stores keep what steps read and write.

Every output of a step is a file in the stack's artifact store, below its `path`. A flavor
says which paths it accepts, `SUPPORTED_SCHEMES`. For a scheme that fsspec serves, that is
all there is to write:

    class ScratchStore(BaseArtifactStore):
        """Keeps artifacts in memory, until the session ends."""

        FLAVOR = "scratch"
        SUPPORTED_SCHEMES = {"memory://"}

For a scheme of your own, override `filesystem` to return an fsspec file system, or the 13
operations themselves: open, copyfile, exists, glob, isdir, listdir, makedirs, mkdir,
remove, rename, rmtree, stat, walk. They take and give keys relative to the store's root;
`self.key_of(path)` refuses what leads outside. `%artifact_store check NAME` tries every
promise of the type on a component.
'''

from ._base import BaseArtifactStore
from ._local import LocalArtifactStore

__all__ = ["BaseArtifactStore", "LocalArtifactStore"]
