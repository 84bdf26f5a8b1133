"""What a person at the terminal sees when a command cannot begin."""

import os
import socket
import sqlite3
from contextlib import closing
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVE_PORT", "abc"),
        ("LIVE_SHOP_JWT_SECRET", "short"),
        ("LIVE_REDIS_URL", "localhost:6379"),
        ("LIVE_REDIS_URL", "redis://localhost:port/0"),
        ("LIVE_DATABASE_URL", "mysql://u:pa55word@host/live"),
        ("LIVE_DATABASE_URL", "postgresql+psycopg2://host/live"),
        ("LIVE_DATABASE_URL", "live.db"),
    ],
)
@pytest.mark.parametrize("command", ["up", "doctor", "work"])
def test_a_setting_that_cannot_work_is_blamed_alone_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert main([command]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(f"live {command}: a setting is wrong: {name}: ")
    assert told.count("LIVE_") == 1
    assert "pa55word" not in told


def test_a_redis_elsewhere_that_does_not_answer_is_one_sentence_before_anything_is_started(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    monkeypatch.setenv("LIVE_REDIS_URL", f"redis://:pa55word@127.0.0.1:{port}/0")
    monkeypatch.setenv("LIVE_PORT", str(port))
    monkeypatch.setattr(redis_server.expect_answer, "__defaults__", (0.5,))  # seconds of patience
    assert main(["up"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("live up: the Redis at redis://")
    assert told.err.count("\n") == 1
    assert "pa55word" not in told.err
    assert "schema" not in told.out


TOKEN = ["token", "create", "--role", "operator", "--name", "bot"]


def test_a_first_command_in_an_empty_folder_makes_a_private_schema(
    capsys: pytest.CaptureFixture[str], elsewhere: Path
) -> None:
    was = os.umask(0o022)
    try:
        assert main(TOKEN) == 0
    finally:
        os.umask(was)
    assert capsys.readouterr().out.startswith("lk_")
    file = elsewhere / "var" / "live.db"
    assert file.stat().st_mode & 0o777 == 0o600
    account = ["account", "create", "--email", "lin@shop.example", "--name", "Lin"]
    assert main([*account, "--role", "host"]) == 0


def test_a_schema_of_another_program_is_said_so(
    capsys: pytest.CaptureFixture[str], elsewhere: Path
) -> None:
    assert main(["migrate"]) == 0
    with closing(sqlite3.connect(elsewhere / "var" / "live.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
        database.commit()
    assert main(TOKEN) == 2
    assert "run `live migrate` first" in capsys.readouterr().err


def test_tokens_are_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOKEN) == 0
    token = capsys.readouterr().out.strip()
    assert main(["token", "list"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.split()[1::3] == ["operator", "bot"]
    assert token not in line
    assert main(["token", "revoke", "bot"]) == 0
    assert line.split()[0] in capsys.readouterr().out
    assert main(["token", "revoke", "bot"]) == 2
    assert "No valid token" in capsys.readouterr().err
    assert main(["token", "list"]) == 0
    assert "revoked 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [*TOKEN[:-1], ""],
        ["token", "create", "--role", "king", "--name", "bot"],
        ["account", "create", "--role", "host", "--name", "Lin", "--email", "notanemail"],
        ["account", "create", "--role", "host", "--name", " ", "--email", "a@b.example"],
    ],
)
def test_a_name_or_address_that_is_none_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"live {words[0]}: The ")
    assert told.count("\n") == 1


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
