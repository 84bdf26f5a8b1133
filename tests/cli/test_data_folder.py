"""The data folder has one owner, and one key that never changes."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from live.cli import data_folder
from live.cli.refusal import Refusal


def test_a_second_claim_is_refused_and_names_the_first_owner(tmp_path: Path) -> None:
    lock = data_folder.claim(tmp_path / "var")
    with pytest.raises(Refusal, match=rf"in use by another `live up` \(process {os.getpid()}\)"):
        data_folder.claim(tmp_path / "var")
    os.close(lock)
    os.close(data_folder.claim(tmp_path / "var"))


def test_a_lock_left_by_a_dead_owner_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after kill -9 of `live up`: its Redis still holds the lock while it ends."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "lock").write_text(str(dead.pid))
    orphan = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(orphan, fcntl.LOCK_EX)
    monkeypatch.setattr("time.sleep", lambda _: fcntl.flock(orphan, fcntl.LOCK_UN))
    os.close(data_folder.claim(tmp_path))
    os.close(orphan)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="cannot be made"):
        data_folder.claim(tmp_path / "file" / "var")


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = data_folder.secret_key(tmp_path)
    assert len(key) >= 32
    assert data_folder.secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_half_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(Refusal, match="does not hold a key"):
        data_folder.secret_key(tmp_path)
