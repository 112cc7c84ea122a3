"""One key in a form, a form of a hundred fields, a composer among a thousand components."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
from pydantic import Field, create_model

from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.session import Session
from stack_magic_widgets import ComponentForm, StackComposer

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stack_magic_widgets._component_part import ComponentPart

_KEYS = 200


def figures() -> Iterator[Figure]:
    """Yield the figures of the kernel's side."""
    for count in (10, 100):
        yield _one_key(count)
    yield _hundred_fields()
    yield _composer()


def _flavor(count: int) -> type[Any]:
    class Wide(BaseArtifactStore):
        """Has many fields."""

        FLAVOR: ClassVar[str] = f"wide{count}"
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {"/"}

    fields: dict[str, Any] = {
        f"field{n}": (int, Field(n, ge=0, description="A number")) for n in range(count - 1)
    }
    made = create_model(f"Wide{count}", __base__=Wide, **fields)
    made.FLAVOR = f"wide{count}"
    return made


def _form(count: int) -> tuple[Session, type[Any]]:
    session, cls = Session(), _flavor(count)
    session.register_flavor(cls)
    return session, cls


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _one_key(count: int) -> Figure:
    session, cls = _form(count)
    part: ComponentPart = ComponentForm(
        "artifact_store", flavor=f"wide{count}", name="lake", session=session
    ).part
    assert part._values.box is not None  # noqa: S101, SLF001 - what a key comes to
    controls: Any = part._values.box.controls  # noqa: SLF001
    controls["path"].box.value = "/x"
    numbers = iter(range(10**9))

    def key() -> float:
        value = str(next(numbers))
        return _timed(lambda: controls["field0"].box.set_state({"value": value}))

    values = {"name": "lake", "path": "/x", "field0": "1"}
    ours, limit = compare(key, lambda: _timed(lambda: cls(**values)), repeats=_KEYS)
    name = f"one key in a form of {count} fields, kernel side (aim under 2 ms)"
    return Figure(name, ours, limit, 15, "pydantic validating the model alone")


def _hundred_fields() -> Figure:
    session, _ = _form(100)

    def ours() -> float:
        made: list[ComponentForm] = []
        seconds = _timed(
            lambda: made.append(ComponentForm("artifact_store", flavor="wide100", session=session))
        )
        made[0].close()
        return seconds

    def limit() -> float:
        made: list[Any] = []

        def build() -> None:
            made.extend(ipywidgets.Text(description=f"field{n}") for n in range(100))
            made.extend(ipywidgets.HTML() for _ in range(100))

        seconds = _timed(build)
        for widget in made:
            widget.close()
        return seconds

    against = "a hundred bare texts of ipywidgets, each with a line below"
    return Figure("a form of 100 fields is built", *compare(ours, limit, 5), 1.5, against)


def _composer() -> Figure:
    small, large = Session(), Session()
    kind = StackComponentType.ARTIFACT_STORE
    now = large.registry.snapshot
    one = now.component(kind, "default")
    many = {
        (kind, f"lake{n}"): replace(
            one, component=one.component.model_copy(update={"name": f"lake{n}"})
        )
        for n in range(1000)
    }
    large.registry.swap(now, replace(now, components={**now.components, **many}))

    def opened(session: Session) -> float:
        made: list[StackComposer] = []
        seconds = _timed(lambda: made.append(StackComposer(session=session)))
        made[0].close()
        return seconds

    ours, limit = compare(lambda: opened(large), lambda: opened(small), repeats=15)
    return Figure("a composer opens among 1,000 components", ours, limit, 2, "the same among 3")
