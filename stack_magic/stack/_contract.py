"""A contract: what a base promises, as small checks against any instance."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Document, Line, Shown, Table
from stack_magic.errors import BrokenContractError, StackMagicError
from stack_magic.secrets import masked, secrets_are_made_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._component import StackComponent


def _every(_component: Any) -> bool:
    return True


class Promise(NamedTuple):
    """One promise: its sentence, and a check that raises AssertionError when broken.

    The check gets the component and removes what it made. Where a base has several sorts of
    components, *applies* says whether the promise is one of a component's sort.
    """

    sentence: str
    check: Callable[[Any], None]
    applies: Callable[[Any], bool] = _every


def expect(kept: object, evidence: str) -> None:
    """Raise AssertionError with the evidence unless *kept* is true, also under `-O`."""
    if not kept:
        raise AssertionError(evidence)


@contextmanager
def expect_raises(*kinds: type[Exception], deed: str) -> Iterator[None]:
    """Expect that the block raises one of *kinds*; *deed* names it in the evidence."""
    wanted = " or ".join(kind.__name__ for kind in kinds)
    try:
        yield
    except kinds:
        return
    except Exception as error:  # noqa: BLE001 - whatever a flavor raises instead
        expect(kept=False, evidence=f"{deed} raised {type(error).__name__}, not {wanted}")
    expect(kept=False, evidence=f"{deed} did not raise {wanted}")


class Verdict(NamedTuple):
    """Whether one promise is kept; *evidence* says what was seen when it is not."""

    sentence: str
    kept: bool
    evidence: str = ""


@dataclass(frozen=True, repr=False)
class ScoreCard(Shown):
    """Each promise of a contract, kept or broken, with the evidence."""

    subject: str
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise is kept."""
        return all(v.kept for v in self.verdicts)

    @property
    def broken(self) -> tuple[str, ...]:
        """The sentences of the broken promises."""
        return tuple(v.sentence for v in self.verdicts if not v.kept)

    def raise_if_broken(self) -> None:
        """Raise BrokenContractError with the evidence unless every promise is kept."""
        if not self.ok:
            lines = [f"  - {v.sentence}: {v.evidence}" for v in self.verdicts if not v.kept]
            message = f"{self.subject} breaks its contract:\n" + "\n".join(lines)
            kind = self.subject.partition(" ")[0]
            raise BrokenContractError(message, hint=f"%{kind} explain")

    def document(self) -> Document:
        """Return the score and a row for each promise."""
        kept = sum(v.kept for v in self.verdicts)
        head = Line(
            f"{self.subject} keeps {kept} of {len(self.verdicts)} promises",
            mark="✓" if self.ok else "✕",
        )
        rows = tuple(
            ("✓ kept" if v.kept else "✕ broken", v.sentence, v.evidence) for v in self.verdicts
        )
        return Document((head, Table(("", "promise", "evidence"), rows)))


class Contract(NamedTuple):
    """All promises of one base."""

    promises: tuple[Promise, ...]

    def check(self, component: StackComponent) -> ScoreCard:
        """Try every promise that applies to *component* and return the score."""
        with secrets_are_made_up():
            verdicts = tuple(
                verdict._replace(evidence=masked(verdict.evidence))
                for verdict in (
                    _verdict(promise, component)
                    for promise in self.promises
                    if promise.applies(component)
                )
            )
        return ScoreCard(f"{component.TYPE} {component.name}", verdicts)


def _verdict(promise: Promise, component: StackComponent) -> Verdict:
    try:
        promise.check(component)
    except AssertionError as error:
        return Verdict(promise.sentence, kept=False, evidence=str(error) or "not so")
    except StackMagicError as error:
        return Verdict(promise.sentence, kept=False, evidence=error.message)
    except Exception as error:  # noqa: BLE001 - the component's code is the user's
        evidence = f"{type(error).__name__}: {error}"[:200]
        return Verdict(promise.sentence, kept=False, evidence=evidence)
    return Verdict(promise.sentence, kept=True)
