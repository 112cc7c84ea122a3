from __future__ import annotations

import pytest

from stack_magic.secrets import looks_secret


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("password", "hunter2"),
        ("DB_PASSWORD", "hunter2"),
        ("dbPassword", "hunter2"),
        ("api_key", "abcd"),
        ("OPENAI_API_KEY", "abcd"),
        ("client_secret", "abcd"),
        ("token", "correct horse"),
        ("x", "postgresql://me:pw@host/db"),
        ("x", "AKIAABCDEFGHIJKLMNOP"),
        ("x", "ghp_abcdefghijklmnop1234"),
        ("x", "sk-abcdefghijklmnopqrst"),
        ("x", "-----BEGIN RSA PRIVATE KEY-----\nabc"),
        ("x", "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2ln"),
    ],
)
def test_what_looks_like_a_secret(name: str, text: str) -> None:
    assert looks_secret(text, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key", "column"),
        ("primary_key", "number"),
        ("tokens", "the"),
        ("tokenizer", "words"),
        ("token", "[PAD]"),
        ("password", "{{vault.password}}"),
        ("password", "@env:PASSWORD"),
        ("password", "<password>"),
        ("password", "***"),
        ("compass", "north"),
        ("url", "https://example.org/a:b@c"),
    ],
)
def test_what_does_not(name: str, text: str) -> None:
    assert not looks_secret(text, name)
