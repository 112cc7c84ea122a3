"""The browser: everything that is registered, found, shown and acted on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import StackComponentType
from stack_magic_widgets import RegistryBrowser
from tests.sample_flavors import Lake
from tests.widgets.hands import read, type_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Session

STORE = StackComponentType.ARTIFACT_STORE


@pytest.fixture
def session(session: Session) -> Session:
    session.register_flavor(Lake)
    for name in ("blue", "red"):
        session.register_component("artifact_store", name, flavor="lake", path=f"/{name}")
    return session


@pytest.fixture
def browser(session: Session) -> Iterator[RegistryBrowser]:
    made = RegistryBrowser(session=session)
    yield made
    made.close()


def _words(browser: RegistryBrowser) -> list[str]:
    return [label for label, _ in browser._list.options]


def _press(browser: RegistryBrowser, words: str) -> Any:
    buttons = [row.children[0] for row in browser._actions.children[1:]]
    found = next(b for b in buttons if b.description.startswith(words))
    found.click()
    return found


def _filter(browser: RegistryBrowser, text: str) -> None:
    browser._filter.value = text


def test_components_are_shown_with_flavor_and_users(browser: RegistryBrowser) -> None:
    assert "default · orchestrator · local · in default" in _words(browser)
    assert "blue · artifact_store · lake" in _words(browser)


def test_the_filter_looks_at_every_word(browser: RegistryBrowser) -> None:
    _filter(browser, "LAKE blu")
    assert _words(browser) == ["blue · artifact_store · lake"]
    assert "artifact_store blue" in read(browser._card.value)
    _filter(browser, "nothing at all")
    assert _words(browser) == ["nothing is found"]


def test_flavors_are_shown_with_their_origin(browser: RegistryBrowser) -> None:
    browser._kind.value = "flavors"
    assert "lake · artifact_store · module" in _words(browser)
    assert "local · orchestrator · builtin" in _words(browser)


def test_stacks_are_made_active(browser: RegistryBrowser, session: Session) -> None:
    session.register_stack(
        "prod", orchestrator="default", artifact_store="blue", metadata_store="default"
    )
    browser._kind.value = "stacks"
    _filter(browser, "prod")
    _press(browser, "Set active")
    assert session.registry.snapshot.active == "prod"
    assert browser.acts == ["%stack set prod"]
    assert _words(browser) == ["prod · active"]


def test_deleting_asks_once_more(browser: RegistryBrowser, session: Session) -> None:
    _filter(browser, "blue")
    pressed = _press(browser, "Delete")
    assert pressed.description == "Delete blue: sure?"
    assert (STORE, "blue") in session.registry.snapshot.components
    pressed.click()
    assert (STORE, "blue") not in session.registry.snapshot.components
    assert browser.acts == ["%artifact_store delete blue"]


def test_what_is_in_use_is_kept_and_the_reason_shown(browser: RegistryBrowser) -> None:
    _filter(browser, "default artifact_store")
    _press(browser, "Delete").click()
    assert "is in use by stack default" in read(browser.message.value)


def test_every_action_shows_its_line(browser: RegistryBrowser) -> None:
    _filter(browser, "blue")
    shown = [read(row.children[1].value) for row in browser._actions.children[1:]]
    assert [line.strip().removesuffix("Copy").strip() for line in shown] == [
        "%artifact_store describe blue",
        "%artifact_store form blue",
        "%artifact_store delete blue",
    ]


def test_a_component_is_edited_in_place(browser: RegistryBrowser, session: Session) -> None:
    _filter(browser, "blue")
    _press(browser, "Edit")
    part = browser._inner
    type_in(part, retries="7")
    part.act.click()
    assert session.registry.snapshot.component(STORE, "blue").component.retries == 7  # type: ignore[attr-defined]
    assert browser.acts == ["%artifact_store update blue --retries=7"]


def test_a_stack_is_edited_in_place(browser: RegistryBrowser, session: Session) -> None:
    browser._kind.value = "stacks"
    _press(browser, "Edit")
    browser._inner.choose(STORE, "red")
    browser._inner.act.click()
    assert session.registry.snapshot.stacks["default"][STORE] == "red"
    assert browser.acts == ["%stack update default -a red"]


def test_ten_thousand_components_are_paged(session: Session) -> None:
    now = session.registry.snapshot
    blue = now.component(STORE, "blue")
    many = {
        (STORE, f"lake{n:05}"): replace(
            blue, component=blue.component.model_copy(update={"name": f"lake{n:05}"})
        )
        for n in range(10_000)
    }
    session.registry.swap(now, replace(now, components={**now.components, **many}))
    browser = RegistryBrowser(session=session)
    assert len(browser._list.options) == 100
    assert "page 1 of 101" in read(browser._count.value)
    browser._on.click()
    assert "page 2 of 101" in read(browser._count.value)
    _filter(browser, "lake09999")
    assert _words(browser) == ["lake09999 · artifact_store · lake"]


def test_what_was_chosen_stays_chosen_when_others_come(
    browser: RegistryBrowser, session: Session
) -> None:
    browser._list.value = next(v for label, v in browser._list.options if label.startswith("red"))
    session.register_component("artifact_store", "amber", flavor="lake", path="/amber")
    assert "artifact_store red" in read(browser._card.value)


def test_the_document_lists_what_is_found(browser: RegistryBrowser) -> None:
    _filter(browser, "lake")
    told = repr(browser)
    assert "Registry: 2 components" in told
    assert "artifact_store blue" in told
