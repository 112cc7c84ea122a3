"""A session with a flavor that has a field of every kind."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads it
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BaseModel, Field, HttpUrl, SecretStr, field_validator

from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.session import Session


class Region(StrEnum):
    EU = "eu-west-1"
    US = "us-east-1"


class Retry(BaseModel):
    attempts: int = Field(3, ge=1, le=10)
    backoff: float = Field(1.5, gt=0)


class ByKey(BaseModel):
    kind: Literal["key"] = "key"
    key: str = Field(min_length=3)
    secret: SecretStr


class ByProfile(BaseModel):
    kind: Literal["profile"] = "profile"
    profile: str


class Every(BaseArtifactStore):
    """Has a field of every kind."""

    FLAVOR: ClassVar[str] = "every"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"/"}

    bucket: str = Field(
        pattern=r"^[a-z][a-z0-9-]*$", description="Where it all is", examples=["my-bucket"]
    )
    workers: int = Field(4, ge=1, le=64, title="Uploads", json_schema_extra={"unit": "threads"})
    token: SecretStr | None = Field(None, min_length=8)
    mode: Literal["fast", "safe"] = "safe"
    level: Literal[1, 2] = 1
    region: Region = Region.EU
    note: str | None = None
    tags: list[str] = Field([])
    ports: list[int] = Field([])
    labels: dict[str, str] = Field({"team": "ml"})
    retry: Retry = Retry()
    login: Annotated[ByKey | ByProfile, Field(discriminator="kind")] | None = None
    folder: Path = Path("work")
    endpoint: HttpUrl | None = None
    since: datetime | None = None
    verbose: bool = False

    @field_validator("note")
    @classmethod
    def _no_shouting(cls, note: str | None) -> str | None:
        if note and note.isupper():
            message = "a note is not shouted"
            raise ValueError(message)
        return note


class Fewer(Every):
    """The flavor again, with a field less and one that is stricter."""

    FLAVOR: ClassVar[str] = "fewer"

    workers: int = Field(4, ge=8)


@pytest.fixture
def session() -> Session:
    made = Session()
    made.namespace = {}
    made.register_flavor(Every)
    made.register_flavor(Fewer)
    return made
