"""References: the grammar of the OCI distribution spec, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stack_magic.container_registries import OciLayoutContainerRegistry, Reference
from stack_magic.errors import InvalidNameError

DIGEST = f"sha256:{'0af9' * 16}"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("model:1", Reference("model", "1")),
        ("team/my-model/v__2.x:1.0_rc-1", Reference("team/my-model/v__2.x", "1.0_rc-1")),
        ("a---b:_", Reference("a---b", "_")),
        ("a:" + "T" * 128, Reference("a", "T" * 128)),
        ("x" * 255 + ":1", Reference("x" * 255, "1")),
        (f"model@{DIGEST}", Reference("model", digest=DIGEST)),
    ],
)
def test_a_reference_is_read_and_written_the_same(text: str, reference: Reference) -> None:
    assert Reference.parse(text) == reference
    assert str(reference) == text


BAD = [
    ("", "the repository is empty"),
    (":1", "the repository is empty"),
    ("model", "it has no tag"),
    ("model:", "the tag is empty"),
    ("model@", "a digest is sha256:..., not ''"),
    ("Model:1", "'M' is upper case, and a repository is lower case"),
    ("mödel:1", "a repository has no 'ö'"),
    ("\uff0e\uff0e/x:1", "a repository has no '\uff0e'"),
    ("../x:1", "'..' is not"),
    ("a/../b:1", "'..' is not"),
    ("a/./b:1", "'.' is not"),
    ("/a:1", "'' is not"),
    ("a/:1", "'' is not"),
    ("a//b:1", "'' is not"),
    ("a..b:1", "'a..b' is not"),
    ("a___b:1", "'a___b' is not"),
    ("-a:1", "'-a' is not"),
    ("%2e%2e/x:1", "a repository has no '%'"),
    ("a\\b:1", r"a repository has no '\\'"),
    ("a\0:1", r"a repository has no '\x00'"),
    ("a b:1", "a repository has no ' '"),
    ("a:1\0", r"a tag has no '\x00'"),
    ("a:1\n", r"a tag has no '\n'"),
    ("a:1%", "a tag has no '%'"),
    ("a:.1", "a tag does not begin with '.'"),
    ("a:-1", "a tag does not begin with '-'"),
    ("a:" + "t" * 129, "a tag has at most 128 characters"),
    ("x" * 256 + ":1", "a repository has at most 255 characters"),
    ("a:1:2", "a tag has no ':'"),
    ("localhost:5000/a:1", "the address of another registry"),
    (f"a:1@{DIGEST}", "it has a tag and a digest"),
    ("a@sha512:" + "0" * 128, "a digest is sha256:..., not 'sha512'"),
    ("a@sha256:0", "sha256: and 64 digits"),
    (f"a@{DIGEST.upper()}", "not 'SHA256'"),
    (f"a@{DIGEST}0", "sha256: and 64 digits"),
    (f"a@{DIGEST}\n", "sha256: and 64 digits"),
    ("a@sha256:../../../../etc/passwd", "sha256: and 64 digits"),
]


@pytest.mark.parametrize(("text", "rule"), BAD)
def test_what_breaks_the_grammar_is_refused_by_its_rule(text: str, rule: str) -> None:
    with pytest.raises(InvalidNameError, match=re.escape(rule)):
        Reference.parse(text)


@pytest.mark.parametrize("thing", [None, 7, b"model:1"])
def test_what_is_no_text_is_no_reference(thing: Any) -> None:
    with pytest.raises(InvalidNameError, match="a reference is text, not"):
        Reference.parse(thing)


def test_a_name_without_tag_gets_a_tag_to_type() -> None:
    with pytest.raises(InvalidNameError, match=r"no tag\nhint: team/model:latest"):
        Reference.parse("team/model")


def test_the_longest_wrong_name_takes_no_time_and_little_room() -> None:
    with pytest.raises(InvalidNameError, match="at most 255") as refused:
        Reference.parse("a-" * 1_000_000)
    assert len(str(refused.value)) < 400


def test_a_reference_may_have_the_registrys_address_in_front(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    registry = OciLayoutContainerRegistry(name="r", uri="oci:images")
    full = f"oci:{tmp_path}/images:team/model:1"
    assert registry.full_name("team/model:1") == full
    assert registry.full_name(full) == full
    assert registry.full_name("oci:images:team/model:1") == full
    assert registry.parse_repository(f"oci:{tmp_path}/images:team/model") == "team/model"
    with pytest.raises(InvalidNameError, match="'a:1' is no repository: a repository has no ':'"):
        registry.parse_repository("a:1")
