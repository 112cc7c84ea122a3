"""What a step needs of the machine that runs it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
)

_LETTERS = "KMGTP"
UNITS = {
    **{f"{letter}B": 1000**power for power, letter in enumerate(_LETTERS, 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate(_LETTERS, 1)},
}
"""Bytes of each unit of memory: KB to PB, KiB to PiB."""

_MEMORY = re.compile(rf"([1-9]\d*)({'|'.join(UNITS)})", re.ASCII)


class ResourceConfiguration(BaseModel):
    """Processors, GPUs and memory; what is not set may be anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu_count: PositiveFloat | None = Field(
        default=None, description="Processors, also a part of one"
    )
    gpu_count: PositiveInt | None = Field(default=None, description="Number of GPUs")
    memory: str | None = Field(default=None, description="Memory, as 4GB or 512MiB")

    @field_validator("memory")
    @classmethod
    def _memory_has_a_unit(cls, memory: str | None) -> str | None:
        if memory is not None and not _MEMORY.fullmatch(memory):
            units = ", ".join(UNITS)
            message = f"memory {memory!r} is not a number with a unit of: {units}"
            raise ValueError(message)
        return memory

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        asked: list[Any] = [self.cpu_count, self.gpu_count, self.memory]
        return all(value is None for value in asked)

    def get_memory(self, unit: str = "GB") -> float | None:
        """Return the memory in *unit*, None if any will do.

        Raises:
            ValueError: There is no such unit.
        """
        if unit not in UNITS:
            message = f"no unit of memory is called {unit!r}; known: {', '.join(UNITS)}"
            raise ValueError(message)
        match = _MEMORY.fullmatch(self.memory or "")
        return int(match[1]) * UNITS[match[2]] / UNITS[unit] if match else None
