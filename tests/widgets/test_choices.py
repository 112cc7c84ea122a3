"""A choice that comes while other options are offered is not lost."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

from ipywidgets import Dropdown

from stack_magic_widgets._choices import Choices


def test_a_choice_from_another_thread_counts_while_options_change() -> None:
    box = Dropdown(options=[("none", ""), ("a", "a")], value="")
    heard: list[str] = []
    choices = Choices(box, lambda change: heard.append(change.new))  # type: ignore[attr-defined]
    chosen = Event()

    def choose(_: Any) -> None:
        def user() -> None:
            box.value = "a"
            chosen.set()

        Thread(target=user).start()
        assert chosen.wait(30)

    box.observe(choose, "options")
    choices.offer([("none", ""), ("a", "a"), ("b", "b")], "")
    assert choices.value == "a"
    assert "a" in heard


def test_offering_is_no_choice() -> None:
    box = Dropdown(options=["a", "b"], value="b")
    heard: list[object] = []
    choices = Choices(box, heard.append)
    choices.offer(["c", "b"], "b")
    assert (choices.value, heard) == ("b", [])
    choices.choose("c")
    assert len(heard) == 1
