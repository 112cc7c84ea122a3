"""Acme's artifact store: the folder of each team apart."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from stack_magic.artifact_stores import BaseArtifactStore


class LakeStore(BaseArtifactStore):
    """Keeps artifacts where the path names the team that they belong to."""

    FLAVOR: ClassVar[str] = "lake"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"/", "s3://"}

    team: str = Field(description="Whose artifacts these are")

    @model_validator(mode="after")
    def _path_names_the_team(self) -> Self:
        if self.team not in self.path.split("/"):
            message = f"path {self.path!r} has no folder {self.team!r}: it is the team's"
            raise ValueError(message)
        return self
