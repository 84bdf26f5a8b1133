"""What a person at the terminal sees when a command cannot begin."""

import socket
from pathlib import Path

import pytest

from live.cli import COMMANDS, main, redis_server


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, so that neither a `.env` nor `./var` of the checkout takes part."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_command_every_command_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in COMMANDS)


def test_a_taken_port_is_one_sentence_before_anything_is_started(
    capsys: pytest.CaptureFixture[str], elsewhere: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["up", "--port", str(port)]) == 2
    told = capsys.readouterr()
    assert told.err == (
        f"live up: port {port} on 127.0.0.1 is taken by another program;"
        " stop it or set LIVE_PORT.\n"
    )
    assert not (elsewhere / "var" / "redis").exists()


def test_a_wrong_setting_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_BEAT_MS", "soon")
    assert main(["up"]) == 2
    assert "LIVE_BEAT_MS: Input should be a valid integer" in capsys.readouterr().err


def test_no_redis_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "_bundled", lambda: None)
    monkeypatch.setattr(redis_server, "_on_path", lambda: iter(()))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    assert main(["up", "--port", str(port)]) == 2
    assert "no Redis or Valkey server" in capsys.readouterr().err


def test_the_doctor_fails_where_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "FAIL data folder" in told
    assert "FAIL redis" in told
    assert "mend: " in told
