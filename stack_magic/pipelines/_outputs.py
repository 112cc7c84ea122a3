"""What a step returned, as bytes by output: the same here and in another process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import InvalidPipelineError, StepFailedError
from stack_magic.materializers import dump, is_pickle, type_name
from stack_magic.secrets import SECRETS, bytes_tell_secret, holds_known_secret, holds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._graph import Node

_LENGTH = 8


class Output(NamedTuple):
    """One output of a step as bytes.

    Attributes:
        name: Name of the output.
        materializer: Name of the materializer that reads it back.
        suffix: End of its file's name.
        type_name: Its type as users write it.
        content: The bytes.
    """

    name: str
    materializer: str
    suffix: str
    type_name: str
    content: bytes


def outputs_of(node: Node, returned: Any) -> Iterator[Output]:
    """Yield the outputs in what the step of *node* returned.

    Raises:
        InvalidPipelineError: It returned another number of values than it declares.
        TypeError: A value cannot be kept, or holds a secret.
    """
    for name, value in _by_output(node, returned):
        try:
            materializer, content = dump(value)
        except Exception as error:
            message = (
                f"output {name!r} ({type(value).__name__}) cannot be kept: "
                f"{type(error).__name__}: {error}"
            )
            raise TypeError(message) from error
        if holds_known_secret(value) or bytes_tell_secret(content):
            raise TypeError(_holds_secret(name, value))
        if is_pickle(materializer.name):
            _refuse_secrets(name, value, content)
        yield Output(name, materializer.name, materializer.suffix, type_name(value), content)


def _refuse_secrets(name: str, value: Any, content: bytes) -> None:
    """Raise TypeError when the pickle of *value* has a secret in it, at any depth."""
    if b"Secret" not in content:  # the name of each of their classes
        return
    from stack_magic.capture import CodePickler

    class Pickler(CodePickler):
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, SECRETS) and holds_secret(obj):
                raise TypeError(_holds_secret(name, value))
            return super().reducer_override(obj)

    Pickler(io.BytesIO()).dump(value)


def _holds_secret(name: str, value: Any) -> str:
    return (
        f"output {name!r} ({type(value).__name__}) holds a secret, and what a step "
        "returns is kept in clear: take it from get_step_context().stack in the "
        "step that needs it"
    )


def _by_output(node: Node, returned: Any) -> list[tuple[str, Any]]:
    names = node.step.outputs
    if len(names) == 1:
        return [(names[0], returned)]
    if not isinstance(returned, tuple | list) or len(returned) != len(names):
        count = len(returned) if isinstance(returned, tuple | list) else 1
        message = (
            f"step {node.name!r} returned {count} value{'s' if count != 1 else ''}, "
            f"and its outputs are {', '.join(names)}"
        )
        raise InvalidPipelineError(message)
    return list(zip(names, returned, strict=True))


class Answer(NamedTuple):
    """What a step that ran elsewhere sends back: its outputs, or why there are none.

    It is read as data: no code is in it but that of outputs, which are loaded only when
    they are recorded.

    Attributes:
        outputs: What the step returned.
        error: Why there are no outputs; empty if there are.
        parts: What the code was there, by name, if it was not the code that was sent.
        strangers: The project's modules that the step imported from the disk there.
    """

    outputs: tuple[Output, ...] = ()
    error: str = ""
    parts: Mapping[str, str] = {}
    strangers: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return a length, a JSON head of that length, and the outputs' bytes."""
        heads = [[*output[:-1], len(output.content)] for output in self.outputs]
        more = {"parts": dict(self.parts), "strangers": self.strangers}
        head = json.dumps({"error": self.error, "outputs": heads, **more}).encode()
        parts = (output.content for output in self.outputs)
        return b"".join((len(head).to_bytes(_LENGTH, "big"), head, *parts))

    @classmethod
    def from_bytes(cls, written: bytes, node: Node) -> Answer:
        """Return what `to_bytes` wrote for the step of *node*.

        Raises:
            StepFailedError: It is something else, or not whole.
        """
        try:
            end = _LENGTH + int.from_bytes(written[:_LENGTH], "big")
            head = json.loads(written[_LENGTH:end])
            outputs = tuple(_read_outputs(head["outputs"], written, end))
            parts = {str(name): str(part) for name, part in head["parts"].items()}
            answer = cls(outputs, str(head["error"]), parts, tuple(map(str, head["strangers"])))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            answer = cls()
        made = tuple(output.name for output in answer.outputs)
        if not answer.error and made != node.step.outputs:
            message = f"step {node.name!r} ended by itself, without an answer"
            raise StepFailedError(message)
        return answer


def _read_outputs(heads: Sequence[Any], written: bytes, at: int) -> Iterator[Output]:
    for name, materializer, suffix, kind, size in heads:
        content = written[at : at + size]
        if len(content) != size:
            raise ValueError(name)
        at += size
        yield Output(str(name), str(materializer), str(suffix), str(kind), content)
    if at != len(written):
        raise ValueError(at)
