"""The words with a fixed set of values."""

from __future__ import annotations

from enum import StrEnum


class StackComponentType(StrEnum):
    """The ten kinds of place in a stack, the three mandatory ones first."""

    ORCHESTRATOR = "orchestrator"
    ARTIFACT_STORE = "artifact_store"
    METADATA_STORE = "metadata_store"
    CONTAINER_REGISTRY = "container_registry"
    SECRETS_MANAGER = "secrets_manager"
    STEP_OPERATOR = "step_operator"
    FEATURE_STORE = "feature_store"
    MODEL_DEPLOYER = "model_deployer"
    EXPERIMENT_TRACKER = "experiment_tracker"
    ALERTER = "alerter"

    @property
    def is_required(self) -> bool:
        """Whether every stack needs a component of this type."""
        return self in _REQUIRED

    @property
    def title(self) -> str:  # type: ignore[override]
        """The type as people write it: `Artifact store`."""
        return self.value.replace("_", " ").capitalize()

    @property
    def plural(self) -> str:
        """The type's name for several: `artifact_stores`, as the rooms are called."""
        stem = self.value
        return f"{stem[:-1]}ies" if stem.endswith("y") else f"{stem}s"

    @property
    def short_option(self) -> str:
        """The short option that fills this slot: `-a`."""
        return _SHORT_OPTIONS[self]


_REQUIRED = frozenset(
    {
        StackComponentType.ORCHESTRATOR,
        StackComponentType.ARTIFACT_STORE,
        StackComponentType.METADATA_STORE,
    }
)

_SHORT_OPTIONS = dict(
    zip(
        StackComponentType,
        ("-o", "-a", "-m", "-c", "-x", "-s", "-f", "-d", "-e", "-al"),
        strict=True,
    )
)


class Severity(StrEnum):
    """How much a diagnostic matters: errors stop apply and run."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def mark(self) -> str:
        """The sign shown beside the word."""
        return {"error": "✕", "warning": "▲", "hint": "○"}[self.value]


class Reach(StrEnum):
    """From where a component can be used: this machine only, or others too."""

    LOCAL = "local"
    REMOTE = "remote"


class Origin(StrEnum):
    """What lies behind a flavor."""

    BUILTIN = "builtin"
    CELL = "cell"
    MODULE = "module"
    ENTRY_POINT = "entry point"


class Outcome(StrEnum):
    """How a step or a run ended."""

    DONE = "done"
    CACHED = "cached"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def mark(self) -> str:
        """The sign shown beside the word."""
        marks = {
            "done": "✓",
            "cached": "✓",
            "failed": "✕",
            "skipped": "○",
            "cancelled": "▲",
        }
        return marks[self.value]

    @property
    def is_good(self) -> bool:
        """Whether the step's outputs exist."""
        return self in {Outcome.DONE, Outcome.CACHED}


NOT_GOOD: tuple[Outcome, ...] = (Outcome.FAILED, Outcome.CANCELLED, Outcome.SKIPPED)
"""The outcomes without outputs, the reasons before what they lead to."""


MAGICS: tuple[str, ...] = (
    "stack",
    "pipeline",
    "flavor",
    "secret",
    *(
        spelling
        for t in StackComponentType
        for spelling in dict.fromkeys((t.value, t.value.replace("_", "-")))
    ),
)
"""Every word that begins a line: a type in both its spellings."""
