"""The notebook alerter in a real kernel: cards, buttons, and the input box."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from stack_magic import alerters
from tests.alerters.front_end import VIEW, FrontEnd

if TYPE_CHECKING:
    from tests.live_kernel import LiveKernel

SETUP = """
import threading
from contextvars import copy_context
from stack_magic.alerters import NotebookAlerter
alerter = NotebookAlerter(name="here", timeout=60)
"""
OPEN_WIDGETS = "len(__import__('ipywidgets.widgets.widget', fromlist=['_'])._instances)"
SLICES = "while thread.is_alive(): thread.join(0.05)"


@pytest.fixture
def alerting(kernel: LiveKernel) -> LiveKernel:
    assert kernel.run(SETUP).ok
    return kernel


@pytest.fixture
def lab(alerting: LiveKernel) -> FrontEnd:
    """Return a front end that gives widgets a thread in the kernel."""
    told = alerting._ask(alerting._client.kernel_info())
    if "kernel subshells" not in told.get("supported_features", ()):
        pytest.skip("this ipykernel has no subshells")
    return FrontEnd(alerting)


@pytest.fixture
def simple(alerting: LiveKernel) -> FrontEnd:
    """Return a front end that sends clicks to the main thread, where they wait."""
    return FrontEnd(alerting, subshells=False)


def test_a_message_is_a_card_in_html_and_text(alerting: LiveKernel) -> None:
    answer = alerting.run('assert alerter.post("loss <0.1>\\nwell", {"title": "a & b"}) is True')
    (bundle,) = [content["data"] for content in answer.of("display_data")]
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == "a & b\n● loss <0.1>\n  well"
    assert "<b>a &amp; b</b>" in bundle["text/html"]
    assert "● loss &lt;0.1&gt;" in bundle["text/html"]


@pytest.mark.parametrize(
    ("button", "answer", "words"),
    [("Deploy", "True", "✓ yes: Deploy"), ("Stop", "False", "✕ no: Stop")],
)
def test_a_click_answers_while_the_cell_runs(
    lab: FrontEnd, button: str, answer: str, words: str
) -> None:
    lab.begin('print(alerter.ask("Go <on>?", {"yes": "Deploy", "no": "Stop"}))')
    lab.click(button)
    lab.finish()
    assert lab.text == f"{answer}\n"
    assert lab.cards() == [f"Go <on>?\n  {words}"]


def test_nothing_but_the_card_is_left_of_a_question(lab: FrontEnd) -> None:
    lab.begin('alerter.ask("Go <on>?")')
    lab.click("Yes")
    lab.finish()
    buttons, card = lab.outputs
    assert VIEW in buttons.first
    assert buttons.first["text/plain"] == ""
    assert buttons.data == {"text/plain": ""}
    assert set(card.data) == {"text/plain", "text/html"}
    assert "Go &lt;on&gt;?" in card.data["text/html"]
    assert lab.widgets == {}
    assert lab.kernel.value(OPEN_WIDGETS) == 0


def test_what_is_asked_is_escaped_on_the_buttons_card(lab: FrontEnd) -> None:
    lab.begin('alerter.ask("<script>x</script>")')
    lab.until(lab.buttons)
    (text,) = [w["value"] for w in lab.widgets.values() if w["_model_name"] == "HTMLModel"]
    lab.click("No")
    lab.finish()
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert "no answer in 60 s is a no" in text


def test_a_step_in_another_thread_asks_too(lab: FrontEnd) -> None:
    lab.begin(f"""
answers = []
for question in ("first?", "second?"):
    work = lambda: answers.append(alerter.ask(question))
    thread = threading.Thread(target=copy_context().run, args=(work,))
    thread.start()
    {SLICES}
print(answers)
""")
    lab.click("Yes")
    lab.until(lambda: not lab.buttons())
    lab.click("No")
    lab.finish()
    assert lab.text == "[True, False]\n"
    assert lab.cards() == ["first?\n  ✓ yes", "second?\n  ✕ no"]


def test_no_click_in_time_is_a_no(lab: FrontEnd) -> None:
    lab.begin('print(alerter.ask("Go on?", {"timeout": 0.5}))')
    lab.finish()
    assert lab.text == "False\n"
    assert VIEW in lab.outputs[0].first
    assert lab.cards() == ["Go on?\n  ✕ no: nobody answered in time"]


def test_ctrl_c_ends_the_question(lab: FrontEnd) -> None:
    lab.begin('alerter.ask("Go on?")')
    lab.until(lab.buttons)
    lab.interrupt()
    lab.finish()
    assert lab.error == "KeyboardInterrupt"
    assert lab.cards() == ["Go on?\n  ▲ no: interrupted"]
    assert lab.widgets == {}


def test_ctrl_c_ends_the_question_of_a_step_in_another_thread(lab: FrontEnd) -> None:
    lab.begin(f"""
answers = []
work = lambda: answers.append(alerter.ask("Go on?"))
thread = threading.Thread(target=copy_context().run, args=(work,))
thread.start()
{SLICES}
""")
    lab.until(lab.buttons)
    lab.interrupt()
    lab.finish()
    lab.until(lab.cards)
    assert lab.error == "KeyboardInterrupt"
    assert lab.cards() == ["Go on?\n  ▲ no: interrupted"]
    assert lab.kernel.value("thread.join(60) or answers") == [False]


def test_a_front_end_whose_clicks_would_wait_asks_by_text(simple: FrontEnd) -> None:
    simple.begin('print(alerter.ask("Go on?", {"yes": "Deploy", "no": "Stop"}))', stdin=True)
    assert simple.type("perhaps") == "Go on?\nDeploy or Stop (no answer in 60 s is a no): "
    assert simple.type("dep") == "type Deploy or Stop: "
    simple.finish()
    assert simple.text == "True\n"
    assert simple.cards() == ["Go on?\n  ✓ yes: Deploy"]
    assert simple.outputs[0].first == simple.outputs[0].data


def test_an_input_box_that_nobody_fills_in_is_a_no(simple: FrontEnd) -> None:
    simple.begin('print(alerter.ask("Go on?", {"timeout": 0.5}))', stdin=True)
    simple.finish()
    assert simple.text == "False\n"
    assert simple.cards() == ["Go on?\n  ✕ no: nobody answered in time"]
    assert simple.kernel.run("1 + 1").ok


def test_ctrl_c_ends_the_input_box(simple: FrontEnd) -> None:
    simple.begin('alerter.ask("Go on?")', stdin=True)
    simple.prompt()
    simple.interrupt()
    simple.finish()
    assert simple.error == "KeyboardInterrupt"
    assert simple.cards() == ["Go on?\n  ▲ no: interrupted"]


def test_a_notebook_that_is_run_without_a_front_end_says_no(alerting: LiveKernel) -> None:
    answer = alerting.run('print(alerter.ask("Go on?"))')
    assert answer.ok
    assert answer.data("text/plain") == ["Go on?\n  ✕ no: nobody can be asked here"]
    assert answer.of("stream")[0]["text"] == "False\n"


def test_a_question_without_time_shows_its_card_only(alerting: LiveKernel) -> None:
    answer = alerting.run('alerter.ask("Go on?", {"timeout": 0});')
    kinds = [message["msg_type"] for message in answer.messages]
    assert kinds == ["display_data"]
    assert answer.data("text/plain") == ["Go on?\n  ✕ no: nobody answered in time"]


def test_the_flavor_that_the_room_explains_is_one(kernel: LiveKernel) -> None:
    found = re.search(r"^    %%flavor\n(?:    .*\n|\n)+", alerters.__doc__ or "", re.MULTILINE)
    assert found
    assert kernel.run(dedent(found[0])).ok
    assert kernel.run("%alerter register team --flavor=log").ok
    assert "alerter team keeps 5 of 5 promises" in kernel.run("%alerter check team").shown
