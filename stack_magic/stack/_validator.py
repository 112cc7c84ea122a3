"""A check that a component asks of the stack it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Severity, StackComponentType

from ._diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from ._stack import Stack

_PAIR = 2


@dataclass(frozen=True)
class StackValidator:
    """Types that must be filled, and a function of the stack.

    Attributes:
        required_components: Types that the stack must have.
        custom_validation_function: Returns whether the stack is fine, and why not.
    """

    required_components: AbstractSet[StackComponentType] = frozenset()
    custom_validation_function: Callable[[Stack], tuple[bool, str]] | None = None

    def validate(self, stack: Stack, owner: str = "") -> Iterator[Diagnostic]:
        """Yield every finding: missing types do not hide the function's answer."""
        asked_by = f" (asked by {owner})" if owner else ""
        for kind in sorted(self.required_components):
            if kind not in stack.components:
                yield Diagnostic(
                    "component-required",
                    Severity.ERROR,
                    stack.name,
                    f"needs one {kind}{asked_by}",
                    fix=f"{kind.short_option} NAME",
                )
        if self.custom_validation_function is not None:
            answer: Any = self.custom_validation_function(stack)
            if not isinstance(answer, tuple) or len(answer) != _PAIR:
                message = (
                    f"the validation function{asked_by} answers {type(answer).__name__}, "
                    "but must answer whether the stack is fine and why not"
                )
                fix = 'return (fine, "why not")'
                yield Diagnostic("validator-failed", Severity.ERROR, stack.name, message, fix)
                return
            fine, why = answer
            if not fine:
                message = f"{why}{asked_by}"
                yield Diagnostic("validator", Severity.ERROR, stack.name, message)
