"""A model on its way to a server: its bytes, and how they are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from stack_magic.errors import CorruptArtifactError


@dataclass(frozen=True)
class ServedModel:
    """A model as bytes, which other processes can read.

    Attributes:
        content: The bytes.
        materializer: Name of the materializer that wrote them: `cloudpickle-3.11`.
        sha256: Hex digest of the bytes.

    Raises:
        CorruptArtifactError: The bytes are not those of the digest.
    """

    content: bytes = field(repr=False)
    materializer: str
    sha256: str

    def __post_init__(self) -> None:
        if hashlib.sha256(self.content).hexdigest() != self.sha256:
            message = "the model has changed since it was written: it is not loaded"
            raise CorruptArtifactError(message, hint="run its pipeline again with cache=False")

    @classmethod
    def of(cls, model: Any) -> ServedModel:
        """Return *model*, any Python value, as bytes.

        Raises:
            Exception: Whatever cloudpickle raised: *model* cannot be written.
        """
        from stack_magic.materializers import dump

        materializer, content = dump(model)
        return cls(content, materializer.name, hashlib.sha256(content).hexdigest())

    def load(self) -> Any:
        """Return the model. What was pickled runs code: load what you made only.

        Raises:
            CorruptArtifactError: Nobody here can read it.
            MissingDependencyError: A package is needed that is not installed.
        """
        from stack_magic.materializers import load

        return load(self.materializer, self.content, "the model")
