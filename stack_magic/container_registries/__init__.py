'''Container registries keep images and other OCI artifacts, below one address.

Orchestrators and step operators that run elsewhere find their images here. A flavor
implements five methods in terms of *references*, `NAME:TAG` or `NAME@sha256:...`, below
its `uri`:

    class TeamRegistry(BaseContainerRegistry):
        """The registry of the team."""

        FLAVOR = "team"

        def push(self, source, reference): ...
        def pull(self, reference, target): ...
        def list_images(self, repository=None): ...
        def resolve(self, reference): ...
        def delete(self, reference): ...

`source` and `target` are folders in OCI image layout, which podman, skopeo and buildah
write and read.
'''

from ._base import BaseContainerRegistry, Image

__all__ = ["BaseContainerRegistry", "Image"]
