"""Every form of a secret is masked, and of a short one only the whole."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stack_magic.secrets import holds_known_secret, learn, masked, secrets_are_made_up
from stack_magic.secrets._known import KnownSecrets

CANARY = "hunter2-SEKRET"
KEY = "-----BEGIN KEY-----\nMIIEvQ\nabcd\n-----END KEY-----\n"


def known(*secrets: str) -> KnownSecrets:
    made = KnownSecrets()
    made.learn(secrets)
    return made


@pytest.mark.parametrize("before", ["", "m", "me", "me:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_masked_in_base64_wherever_it_begins(before: str, encode: object) -> None:
    assert callable(encode)
    said = encode(f"{before}{CANARY}".encode()).decode()
    shown = known(CANARY).masked(f"Authorization: Basic {said}")
    assert "******" in shown
    middle = base64.b64encode(CANARY[4:10].encode()).decode()
    assert middle not in shown


@pytest.mark.parametrize("line", [line for line in KEY.split("\n") if line])
def test_each_line_of_a_secret_is_masked(line: str) -> None:
    assert known(KEY).masked(f"read {line} there") == "read ****** there"


def test_overlapping_secrets_leave_nothing_of_either() -> None:
    assert known("abcdef", "defghi").masked("xabcdefghix") == "x******x"


def test_a_short_secret_is_masked_as_a_whole_only() -> None:
    secrets = known("abc")
    assert secrets.masked("abc") == "******"
    assert secrets.masked(" abc\n") == " ******\n"
    assert secrets.masked("the abc of it") == "the abc of it"


def test_a_blank_text_is_no_secret() -> None:
    assert known("", "   ").masked("a    b") == "a    b"


TEXT = st.text(min_size=4, max_size=30).filter(lambda text: len(text.strip()) >= 4)


@given(st.lists(TEXT, min_size=1, max_size=5), st.text(max_size=40), st.text(max_size=40))
def test_no_secret_stays_in_any_text(secrets: list[str], before: str, after: str) -> None:
    masked = known(*secrets).masked
    for secret in secrets:
        for said in (secret, json.dumps(secret)[1:-1], quote(secret)):
            shown = masked(f"{before}{said}{after}")
            assert said not in shown.replace("******", "\0" * 6) or said in "\0" * 6


@given(st.text(alphabet="ab\n", max_size=3000))
@example("abba\na")
def test_a_long_text_is_masked_line_by_line_as_it_is_at_once(text: str) -> None:
    assert known("abba").masked(text) == "".join(
        known("abba").masked(line) for line in text.splitlines(keepends=True)
    )


def test_half_of_a_pair_does_not_hide_a_secret() -> None:
    assert known(CANARY).masked(f"\ud800 {CANARY}") == "\ud800 ******"


def test_bytes_tell_a_secret_of_eight_characters() -> None:
    secrets = known(CANARY, "abcd")
    assert secrets.is_in_bytes(b"\x80\x81" + CANARY.encode() + b"\xff")
    assert not secrets.is_in_bytes(b"\x80abcd")
    assert secrets.is_in_bytes(np.array(["x", f"is {CANARY}"]).tobytes())
    assert secrets.is_in_bytes(known_bytes := "pässwörd-pässwörd".encode()) is False
    assert known("pässwörd-pässwörd").is_in_bytes(b"\xc3" + known_bytes)


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        (4711, True),
        ([1, {"pin": 4711.0}], True),
        ([14711, 47110, True], False),
        (["a", "x-hunter2-y"], True),
        ({"a": ("hunter", "2")}, False),
        pytest.param(10**5000, False, id="huge"),
        (["1"], False),
    ],
)
def test_a_value_that_holds_what_is_known_is_found(value: object, *, is_told: bool) -> None:
    learn("hunter2", "4711")
    assert holds_known_secret(value) is is_told


def test_a_text_among_many_is_found() -> None:
    learn("hunter2")
    texts = [str(number) for number in range(5000)]
    assert not holds_known_secret(texts)
    assert holds_known_secret([*texts[:2500], "it is hunter2.", *texts[2500:]])


def test_what_is_made_up_for_a_trial_is_masked_while_it_lasts() -> None:
    learn("hunter2")
    with secrets_are_made_up():
        learn("swordfish", "hunter2", "12")
        assert masked("swordfish, hunter2") == "******, ******"
        assert holds_known_secret(12)
    assert masked("swordfish, hunter2") == "swordfish, ******"
    assert not holds_known_secret(12)
