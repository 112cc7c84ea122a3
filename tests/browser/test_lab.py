"""JupyterLab, as it is used: by mouse, by keyboard, while cells run and run again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.cells import CANARY, EVERY, LOAD, PIPELINE, SHELF, SLOW
from tests.browser.notebooks import notebooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from tests.browser.notebooks import Notebooks

COUNT = "len(__import__('ipywidgets').widgets.widget._instances)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebooks]:
    with notebooks("lab", tmp_path_factory.mktemp("lab")) as started:
        yield started


def _press(view: Locator, name: str) -> None:
    view.get_by_role("button", name=name, exact=True).first.click()


def _choose(view: Locator, slot: str, words: str) -> None:
    view.get_by_label(slot, exact=True).select_option(label=words)


def test_from_the_first_flavor_to_a_run_with_the_mouse(lab: Notebooks) -> None:
    cells = [
        LOAD,
        SHELF,
        "%artifact_store form --flavor shelf",
        "%stack compose",
        PIPELINE,
        "%pipeline run first --panel",
        "%stack history --lines",
    ]
    lab.open("mouse", cells)
    lab.run(0)
    lab.run(1)
    form = lab.run(2)
    form.get_by_label("name *").fill("top_shelf")
    form.get_by_label("path *").fill("shelf://top")
    lab.shot("form", form)
    _press(form, "Register")
    expect(form).to_contain_text("✓ registered artifact_store top_shelf (flavor shelf)")
    composer = lab.run(3)
    composer.get_by_label("Stack name").fill("demo")
    _choose(composer, "Orchestrator", "default · local")
    _choose(composer, "Artifact store", "top_shelf · shelf")
    lab.shot("composer", composer)
    expect(composer.get_by_role("button", name="Choose default")).to_have_count(1)
    _press(composer, "Choose default")
    composer.get_by_label("set active").check()
    expect(composer).to_contain_text("✓ valid")
    expect(composer).to_contain_text("--set")  # the line is drawn anew, with its button
    _press(composer, "Copy the line")
    expect(composer).to_contain_text("Copied")
    lab.shot("composer_valid", composer)
    _press(composer, "Register stack")
    expect(composer).to_contain_text("✓ registered stack demo")
    lab.run(4)
    panel = lab.run(5)
    expect(panel).to_contain_text("✓ done in")
    expect(panel).to_contain_text("loading three numbers")
    lab.shot("run", panel)
    expect(lab.run(6)).to_contain_text(
        "%stack register demo -o default -a top_shelf -m default --set"
    )
    assert not lab.errors


def test_a_stack_is_composed_with_the_keyboard_only(lab: Notebooks) -> None:
    lab.open("keyboard", [LOAD, "%stack compose", "%stack describe keys"])
    lab.run(0)
    composer = lab.run(1)
    composer.get_by_label("Stack name").focus()
    press = lab.page.keyboard.press
    lab.page.keyboard.type("keys")
    for _ in range(3):
        press("Tab")  # to a choice
        press("d")  # default
        press("Tab")  # to its +
    expect(composer).to_contain_text("✓ valid")
    focused = "document.activeElement.textContent"
    for _ in range(40):
        press("Tab")
        if lab.page.evaluate(focused) == "Register stack":
            break
    press("Enter")
    expect(composer).to_contain_text("✓ registered stack keys")
    expect(lab.run(2)).to_contain_text("stack keys: valid")


BAD = [
    ("bucket *", "Bad Bucket", "must match ^[a-z][a-z0-9-]*$, not 'Bad Bucket'"),
    ("Uploads [threads]", "99", "must be at most 64, not '99'"),
    ("note", "LOUD", "a note is not shouted"),
    ("ports", "80\nhttp", "must be a whole number"),
    ("labels", "team", "line 1 must be key=value, not 'team'"),
    ("endpoint", "nowhere", "input should be a valid URL"),
    ("since", "yesterday", "input should be a valid datetime"),
    ("attempts", "0", "must be at least 1"),
]


def test_a_bad_value_is_said_at_once_in_every_kind_of_field(lab: Notebooks) -> None:
    lab.open("bad", [LOAD, EVERY, "%artifact_store form lake --flavor every"])
    lab.run(0)
    lab.run(1)
    form = lab.run(2)
    for label, value, words in BAD:
        box = form.get_by_label(label, exact=True)
        box.fill(value)
        expect(form).to_contain_text(f"✕ {words}")
    _bad_secret(form)
    _bad_union(form)
    _bad_reference(form)
    lab.shot("bad_values", form)
    expect(form.get_by_role("button", name="Register", exact=True)).to_be_disabled()
    form.get_by_label("folder", exact=True).press_sequentially("@env:NOT_THERE")
    expect(form).to_contain_text("✕ environment variable 'NOT_THERE' is not set")


def _bad_secret(form: Locator) -> None:
    form.get_by_label("token", exact=True).fill("short")
    form.get_by_label("token", exact=True).press("Enter")
    expect(form).to_contain_text("✕ must be 8 or longer")
    expect(form.get_by_label("token", exact=True)).to_have_value("")


def _bad_union(form: Locator) -> None:
    form.get_by_role("button", name="key", exact=True).click()
    form.get_by_label("key *", exact=True).fill("ab")
    expect(form).to_contain_text("✕ must have at least 3 characters")


def _bad_reference(form: Locator) -> None:
    """A choice and a switch cannot be wrong, but by reference."""
    form.get_by_role("button", name="@", exact=True).first.click()
    form.get_by_role("textbox", name="mode", exact=True).fill("$not_there")
    expect(form).to_contain_text("✕ the notebook has no variable 'not_there'")


def test_a_flavor_that_is_defined_again_changes_open_views(lab: Notebooks) -> None:
    stricter = SHELF.replace("Field(3, ge=1", "Field(5, ge=4")
    cells = [
        LOAD,
        SHELF,
        "%artifact_store register low --flavor=shelf --path=shelf://x --shelves=2",
        "%stack compose",
        stricter,
    ]
    lab.open("again", cells)
    for number in range(3):
        lab.run(number)
    composer = lab.run(3)
    composer.get_by_label("Stack name").fill("demo")
    _choose(composer, "Artifact store", "low · shelf")
    expect(composer).not_to_contain_text("former definition")
    lab.run(4)
    expect(composer).to_contain_text("low is of a former definition of flavor shelf")
    expect(composer.get_by_label("Stack name")).to_have_value("demo")
    chosen = composer.get_by_label("Artifact store", exact=True)
    words = str(chosen.evaluate("e => e.selectedOptions[0].textContent"))
    assert words.replace("\xa0", " ").startswith("low · shelf — does not fit: made by a former")


def test_a_cell_that_runs_again_leaves_no_widgets_behind(lab: Notebooks) -> None:
    lab.open("reruns", [LOAD, "%stack compose", COUNT])
    lab.run(0)
    lab.run(1)
    before = lab.run(2).inner_text()
    for _ in range(20):
        lab.run(1)
    assert lab.run(2).inner_text().split(":")[-1] == before.split(":")[-1]


def _say_something(composer: Locator) -> None:
    """Let the front end open its thread in the kernel, which it does when a widget speaks."""
    composer.get_by_label("Stack name").fill("idle")
    expect(composer).to_contain_text("%stack register idle")


def test_a_view_answers_while_a_cell_runs(lab: Notebooks) -> None:
    wait = "import time, pathlib\nwhile not pathlib.Path('over').exists(): time.sleep(0.05)"
    lab.open("busy", [LOAD, "%stack compose", wait])
    lab.run(0)
    composer = lab.run(1)
    _say_something(composer)
    lab.start(2)
    composer.get_by_label("Stack name").fill("busy")
    expect(composer).to_contain_text("%stack register busy")
    lab.path("over").with_suffix("").touch()
    lab.wait_for_kernel()


def test_a_run_is_cancelled_and_resumed_by_a_click(lab: Notebooks) -> None:
    run = "%pipeline run slow --panel"
    lab.open("cancel", [LOAD, SLOW, run, "%pipeline runs slow", "%stack compose"])
    lab.run(0)
    lab.run(1)
    _say_something(lab.run(4))
    panel = lab.start(2)
    panel.get_by_label("Step").select_option(label="wait")
    expect(panel).to_contain_text("▶ running")
    lab.shot("running", panel)
    _press(panel, "Cancel")
    expect(panel).to_contain_text("▲ cancelled in")
    lab.path("go-on").with_suffix("").touch()
    _press(panel, "Resume")
    expect(panel).to_contain_text("✓ cached")
    expect(panel).to_contain_text("✓ done in")
    runs = lab.run(3)
    expect(runs).to_contain_text("slow-2")
    expect(runs).to_contain_text("cancelled")


def test_after_a_restart_the_lines_bring_the_views_back(lab: Notebooks) -> None:
    lab.open("restart", [LOAD, "%stack compose", "%stack browse"])
    for number in range(3):
        lab.run(number)
    lab.page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    lab.wait_for_kernel()
    lab.run(0)
    expect(lab.run(1)).to_contain_text("0/3 required")
    expect(lab.run(2)).to_contain_text("3 components")


def test_the_browser_of_the_registry(lab: Notebooks) -> None:
    lab.open("browse", [LOAD, "%stack copy default other", "%stack browse"])
    lab.run(0)
    lab.run(1)
    browser = lab.run(2)
    _press(browser, "stacks")
    browser.get_by_label("Filter").fill("oth")
    expect(browser).to_contain_text("1 stacks")
    _press(browser, "Set active")
    expect(browser).to_contain_text("✓ stack other is active")
    expect(browser).to_contain_text("%stack set other")
    lab.shot("registry", browser)


VIEWS: list[Any] = [
    "%artifact_store form lake --flavor every",
    "%stack compose",
    "%stack browse",
    "%stack validate --panel",
]


def test_the_rules_of_accessibility_are_kept(lab: Notebooks) -> None:
    lab.open("axe", [LOAD, EVERY, *VIEWS, PIPELINE, "%pipeline run first --panel"])
    for number in range(len(VIEWS) + 4):
        output = lab.run(number)
        if number > 1 and number != len(VIEWS) + 2:
            output.locator(".sm-root").first.wait_for()
    assert violations(lab.page) == []


def test_where_our_script_cannot_run_a_line_asks_instead(lab: Notebooks) -> None:
    lab.page.route("**/extensions/anywidget/**", lambda route: route.abort())
    lab.open("script", [LOAD, SHELF, "%artifact_store form top --flavor shelf"])
    lab.run(0)
    lab.run(1)
    form = lab.run(2)
    form.get_by_label("path *").fill("shelf://top")
    _press(form, "Ask for token")
    expect(form).to_contain_text("copy the line below into a cell")
    expect(form).to_contain_text("--flavor=shelf --path=shelf://top --token=@prompt")
    lab.page.unroute("**/extensions/anywidget/**")


def test_a_secret_is_kept_in_the_kernel_only(lab: Notebooks) -> None:
    lab.open("secret", [LOAD, SHELF, "%artifact_store form --flavor shelf"])
    lab.run(0)
    lab.run(1)
    form = lab.run(2)
    form.get_by_label("name *").fill("top")
    form.get_by_label("path *").fill("shelf://top")
    form.get_by_label("token", exact=True).fill(CANARY)
    form.get_by_label("token", exact=True).press("Enter")
    expect(form).to_contain_text("✓ set: in the memory of this kernel only")
    expect(form).to_contain_text("--token=@prompt")
    expect(form.get_by_role("button", name="Ask for token")).to_be_hidden()
    _press(form, "Register")
    expect(form).to_contain_text("✓ registered artifact_store top")
    assert CANARY not in lab.page.content()
    assert CANARY not in lab.save("secret")


def test_without_our_style_everything_is_still_there(lab: Notebooks) -> None:
    lab.open("bare", [LOAD, "%stack compose"])
    lab.run(0)
    composer = lab.run(1)
    lab.page.evaluate("document.querySelectorAll('.sm-root style').forEach(s => s.remove())")
    composer.get_by_label("Stack name").fill("bare")
    fixes = composer.get_by_role("button", name="Choose default")
    for left in (2, 1, 0):
        fixes.first.click()
        expect(fixes).to_have_count(left)
    expect(composer).to_contain_text("✓ valid")
    lab.shot("without_style", composer)
    _press(composer, "Register stack")
    expect(composer).to_contain_text("✓ registered stack bare")
