"""The notebook alerter without a notebook: in plain Python and in IPython, in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("there are no such terminals", allow_module_level=True)

from tests.alerters.terminal import terminal

if TYPE_CHECKING:
    from pathlib import Path

SETUP = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from stack_magic.alerters import NotebookAlerter
alerter = NotebookAlerter(name="here", timeout=60)
"""
ASK = SETUP + 'print("answer:", alerter.ask("Go on?"))'
PROMPT = "Go on?\nYes or No (no answer in 60 s is a no): "


@pytest.mark.parametrize(
    ("typed", "words", "answer"), [("y", "✓ yes", True), ("No", "✕ no", False)]
)
def test_an_answer_is_typed(tmp_path: Path, typed: str, words: str, answer: bool) -> None:
    with terminal(ASK, tmp_path) as person:
        person.until(PROMPT)
        person.type(f"{typed}\n")
        person.until(f"Go on?\n  {words}\nanswer: {answer}")


def test_other_words_are_asked_again(tmp_path: Path) -> None:
    with terminal(ASK, tmp_path) as person:
        person.until(PROMPT)
        person.type("perhaps\n")
        person.until("type Yes or No: ")
        person.type("yes\n")
        person.until("answer: True")


def test_no_answer_in_time_is_a_no(tmp_path: Path) -> None:
    program = SETUP + 'print("answer:", alerter.ask("Go on?", {"timeout": 0.3}))'
    with terminal(program, tmp_path) as person:
        person.until("(no answer in 0.3 s is a no): \n")
        person.until("Go on?\n  ✕ no: nobody answered in time\nanswer: False")


def test_ctrl_c_ends_the_question(tmp_path: Path) -> None:
    with terminal(ASK, tmp_path) as person:
        person.until(PROMPT)
        person.type("\x03")
        person.until("Go on?\n  ▲ no: interrupted\n")
        person.until("KeyboardInterrupt")


def test_the_end_of_input_is_a_no(tmp_path: Path) -> None:
    with terminal(ASK, tmp_path) as person:
        person.until(PROMPT)
        person.type("\x04")
        person.until("  ✕ no: nobody can be asked here\nanswer: False")


def test_what_was_typed_before_the_question_does_not_answer_it(tmp_path: Path) -> None:
    program = f"""{SETUP}
import select, sys
print("working")
select.select([sys.stdin], [], [])
print("answer:", alerter.ask("Go on?", {{"timeout": 0.3}}))
"""
    with terminal(program, tmp_path) as person:
        person.until("working")
        person.type("y\n")
        person.until("answer: False")


def test_steps_side_by_side_ask_one_after_the_other(tmp_path: Path) -> None:
    program = f"""{SETUP}
import threading
answers = []
def work():
    answers.append(alerter.ask("Go on?"))
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("answers:", sorted(answers))
"""
    with terminal(program, tmp_path) as person:
        person.until(PROMPT)
        person.type("y\n")
        person.until("✓ yes")
        person.seen = person.seen.replace(PROMPT, "", 1)
        person.until(PROMPT)
        person.type("n\n")
        person.until("answers: [False, True]")


def test_a_job_that_does_not_own_the_terminal_asks_nobody(tmp_path: Path) -> None:
    with terminal(ASK, tmp_path, own=False) as person:
        person.until("Go on?\n  ✕ no: nobody can be asked here\nanswer: False")


def test_in_ipython_an_answer_is_typed_too(tmp_path: Path) -> None:
    program = """
import IPython
IPython.start_ipython(argv=["--simple-prompt", "--no-banner", "--colors=NoColor"])
"""
    with terminal(program, tmp_path) as person:
        person.until("In [1]: ")
        person.type("from stack_magic.alerters import NotebookAlerter\n")
        person.until("In [2]: ")
        person.type('NotebookAlerter(name="here", timeout=60).ask("Go on?")\n')
        person.until(PROMPT)
        person.type("y\n")
        person.until("Go on?\n  ✓ yes\nOut[2]: True")
