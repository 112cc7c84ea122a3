"""The key with which a user signs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.trust import is_signed, signature_of

if TYPE_CHECKING:
    from pathlib import Path

FACTS = ("artifact", "ab" * 32)
SIGNING = "from stack_magic.trust import signature_of; print(signature_of('artifact', 'ab' * 32))"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a user who has signed nothing yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path / "user" / "stack-magic"


def test_what_was_signed_is_known_again_and_nothing_else(folder: Path) -> None:
    signature = signature_of(*FACTS)
    assert is_signed(signature, *FACTS)
    assert not is_signed(signature, "model server", FACTS[1])
    assert not is_signed(signature, "artifact" + FACTS[1])
    assert not is_signed(signature[:-1], *FACTS)
    assert not is_signed("\N{LATIN SMALL LETTER E WITH ACUTE}", *FACTS)
    assert not is_signed("", *FACTS)


def test_only_its_owner_can_read_the_key(folder: Path) -> None:
    signature_of(*FACTS)
    assert stat.S_IMODE((folder / "signing.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_to_look_makes_no_key(folder: Path) -> None:
    assert not is_signed("ab" * 32, *FACTS)
    assert not folder.exists()


def test_kernels_that_begin_at_once_share_one_key(folder: Path) -> None:
    command = [sys.executable, "-c", SIGNING]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    signed = {process.communicate(timeout=60)[0].strip() for process in both}
    assert len(signed) == 1
    assert is_signed(signed.pop(), *FACTS)


def test_another_user_has_another_key(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = signature_of(*FACTS)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert not is_signed(signature, *FACTS)
    assert signature_of(*FACTS) != signature


def test_a_key_that_others_can_read_signs_nothing(folder: Path) -> None:
    folder.mkdir(parents=True)
    key = folder / "signing.key"
    key.write_text("a" * 43 + "=")
    key.chmod(0o644)
    with pytest.raises(StorageError, match=r"can be read by other users.*\nhint: chmod 600 "):
        signature_of(*FACTS)
    key.chmod(0o600)
    assert is_signed(signature_of(*FACTS), *FACTS)


def test_without_a_place_for_a_file_a_key_lasts_as_long_as_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    signature = signature_of(*FACTS)
    assert is_signed(signature, *FACTS)
    other = subprocess.run(
        [sys.executable, "-c", SIGNING], check=True, capture_output=True, text=True
    )
    assert other.stdout.strip() != signature
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names are compared
