'''Container registries keep images and other OCI artifacts, below one address.

Orchestrators and step operators that run elsewhere find their images here, and packaged
pipelines travel as artifacts. The default, `oci_layout`, is a folder of this machine in
OCI image layout, which podman, skopeo and buildah read:

    skopeo copy oci:.stack_magic/registry:team/model:1.0 docker://ghcr.io/team/model:1.0

A flavor implements five methods in terms of *references*, `NAME:TAG` or
`NAME@sha256:...`, below its `uri`:

    class TeamRegistry(BaseContainerRegistry):
        """The registry of the team."""

        FLAVOR = "team"

        def push(self, source, reference):
            wanted = self.parse_reference(reference)   # refuses what is no reference
            ...
            return Image(str(wanted), digest, size, media_type)

        def pull(self, reference, target): ...
        def list_images(self, repository=None): ...
        def resolve(self, reference): ...
        def delete(self, reference): ...

Define it in a cell, then `%container_registry flavor register TeamRegistry`. `source` and
`target` are folders in OCI image layout. `write_artifact(folder, files, artifact_type=...)`
makes one of any files, and `read_artifact(folder)` gives them back, verified.
`%container_registry check NAME` tries every promise of the type on a component: tags that
move while digests stay, nothing lost when something fails, every byte verified.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._artifact import Artifact, read_artifact, write_artifact
from ._base import BaseContainerRegistry, Image
from ._oci_layout import OciLayoutContainerRegistry
from ._reference import Reference

__all__ = [
    "Artifact",
    "BaseContainerRegistry",
    "Image",
    "OciLayoutContainerRegistry",
    "Reference",
    "read_artifact",
    "write_artifact",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
