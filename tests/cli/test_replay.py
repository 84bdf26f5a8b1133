"""A recorded show goes through the door of a real server."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from live.cli import main
from live.features.accounts.actions import create_token
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database
from tests.adapters.recorded import danmaku, social, youtube_line
from tests.adapters.recorded import said as line
from tests.engines import TOP, served

SUMMARY = re.compile(
    r"run (\w{6}): sent (\d+) of (\d+), accepted (\d+), duplicates (\d+), refused (\d+)"
    r"(?: \((.+)\))?; late [\d.]+ s \(median\), [\d.]+ s \(most\)\n"
)


class House:
    """A running server and a show on air in it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        headers = {"authorization": f"Bearer {token}"}
        self.client = httpx2.Client(base_url=f"{url}/api/v1", headers=headers)
        self.show = self.client.post("/shows", json={"title": "夜场"}).json()["id"]
        self.client.post(f"/shows/{self.show}/start")

    def comments(self) -> int:
        return int(self.client.get(f"/shows/{self.show}/tally").json()["comments"])


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with served(settings) as url:
        found = House(url, asyncio.run(_token(settings)))
        yield found
        found.client.close()


async def _token(settings: Settings) -> str:
    database = Database.from_url(settings.database_url)
    token = await create_token(database, role="operator", name="replay", now=Clock().now())
    await database.close()
    return token


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[[bytes | str], str]:
    def make(content: bytes | str) -> str:
        path = tmp_path / "recording"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return make


@pytest.fixture
def replay(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, re.Match[str]]]:
    monkeypatch.setenv("LIVE_TOKEN", house.token)

    def run(*arguments: str, base_url: str = "") -> tuple[int, re.Match[str]]:
        where = ["--show", house.show, "--base-url", base_url or house.url]
        code = main(["replay", *where, "--speed", "1000", *arguments])
        summary = SUMMARY.fullmatch(capsys.readouterr().out)
        assert summary
        return code, summary

    return run


def numbers(summary: re.Match[str]) -> tuple[int, ...]:
    """Sent, of, accepted, duplicates, refused."""
    return tuple(int(summary[n]) for n in range(2, 7))


Replay = Callable[..., tuple[int, re.Match[str]]]
Recorded = Callable[[bytes | str], str]


@pytest.mark.parametrize(
    "content",
    [
        danmaku(*(line(f"想要 {n}", n / 10, user="小南") for n in range(40))),
        "\n".join(youtube_line(f"want {n}", n * 100) for n in range(40)),
        json.dumps([social(id=n, timestamp=1_700_000_000_000 + n) for n in range(40)]),
    ],
)
def test_a_recording_is_in_the_show_and_once_more_if_it_is_played_again(
    content: bytes | str, house: House, recorded: Recorded, replay: Replay
) -> None:
    file = recorded(content)
    for total in (40, 80):
        code, summary = replay(file)
        assert (code, numbers(summary)) == (0, (40, 40, 40, 0, 0))
        assert house.comments() == total


def test_a_part_of_it_is_what_lies_between_two_moments(
    house: House, recorded: Recorded, replay: Replay
) -> None:
    file = recorded(danmaku(*(line(f"{n}", n, row=n + 1) for n in range(20))))
    assert numbers(replay(file, "--from", "5", "--to", "8.5")[1]) == (4, 4, 4, 0, 0)
    assert main(["replay", "--show", house.show, "--token", "t", file, "--from", "100"]) == 2
    assert house.comments() == 4


def test_several_platforms_in_one_file(house: House, recorded: Recorded, replay: Replay) -> None:
    messages = [social(id=n, type=("kick", "twitch")[n % 2]) for n in range(6)]
    code, summary = replay(recorded("\n".join(map(json.dumps, messages))))
    assert (code, numbers(summary)) == (0, (6, 6, 6, 0, 0))


def test_what_the_show_refuses_is_told_by_its_reason(
    house: House, recorded: Recorded, replay: Replay
) -> None:
    rules = house.client.get(f"/shows/{house.show}/chat-rules").json()
    house.client.put(f"/shows/{house.show}/chat-rules", json={**rules, "links_off": True})
    texts = ["hi", "see https://example.com", "x" * 500]
    file = recorded(danmaku(*(line(text, 1, row=n + 1) for n, text in enumerate(texts))))
    code, summary = replay(file)
    assert (code, numbers(summary), summary[7]) == (0, (3, 3, 2, 0, 1), "links_off 1")


def test_an_answer_that_is_lost_costs_nothing(
    house: House, recorded: Recorded, replay: Replay
) -> None:
    file = recorded(danmaku(*(line(f"{n}", 0, row=n + 1) for n in range(7))))
    with losing_the_first_answer(house.url) as base_url:
        code, summary = replay(file, base_url=base_url)
    assert (code, numbers(summary)) == (0, (7, 7, 0, 7, 0))
    assert house.comments() == 7


@contextlib.contextmanager
def losing_the_first_answer(url: str) -> Iterator[str]:
    """In front of the server: passes every request on, and keeps the first answer to itself."""
    host, _, port = url.removeprefix("http://").partition(":")

    def pump(listener: socket.socket) -> None:
        is_first = True
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, socket.create_connection((host, int(port))) as server:
                server.sendall(client.recv(1 << 20))
                answer = server.recv(1 << 20)
                if not is_first:
                    client.sendall(answer)
                is_first = False

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=pump, args=(listener,))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


class TestPace:
    @pytest.fixture
    def knobs(self) -> dict[str, Any]:
        return {"rate_limits": "on"}

    def test_who_is_told_to_wait_waits_and_loses_nothing(
        self, house: House, recorded: Recorded, replay: Replay
    ) -> None:
        count = 9_000
        file = recorded(danmaku(*(line(f"{n}", n / 1000, row=n + 1) for n in range(count))))
        code, summary = replay(file)
        assert (code, numbers(summary)) == (0, (count, count, count, 0, 0))
        assert house.comments() == count


def test_a_show_that_has_ended_ends_the_replay(
    house: House, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    house.client.post(f"/shows/{house.show}/end")
    file = recorded(youtube_line("x", 0))
    where = ["--show", house.show, "--base-url", house.url, "--token"]
    assert main(["replay", file, *where, house.token]) == 1
    assert "409 ended: The show has ended." in capsys.readouterr().err
    assert main(["replay", file, *where, "lk_wrong"]) == 1
    assert "401 not_signed_in" in capsys.readouterr().err


def test_what_cannot_begin_says_why(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LIVE_TOKEN", raising=False)
    file = recorded("not a recording")
    for arguments, said in (
        ([file], "set LIVE_TOKEN"),
        ([file, "--token", "t"], "is not a recording: It is neither XML nor JSON."),
        ([f"{file}.none", "--token", "t"], "cannot be read: No such file"),
    ):
        assert main(["replay", "--show", "s", *arguments]) == 2
        assert said in capsys.readouterr().err
    empty = recorded(danmaku())
    assert main(["replay", "--show", "s", empty, "--token", "t"]) == 2
    assert "has no comment to play." in capsys.readouterr().err
    for wrong in (["--speed", "0"], ["--speed", "fast"], ["--from", "-1"], ["--to", "nan"]):
        with pytest.raises(SystemExit):
            main(["replay", file, "--show", "s", *wrong])
    for nowhere in (
        "localhost:8000",
        "http://",
        "ftp://a.example",
        "http://[::1",
        "http://a:99999",
    ):
        with pytest.raises(SystemExit):
            main(["replay", file, "--show", "s", "--base-url", nowhere])
        assert "must be an address such as http://127.0.0.1:8000" in capsys.readouterr().err


def test_control_c_ends_it_with_what_was_done(house: House, recorded: Recorded) -> None:
    file = recorded(danmaku(*(line(f"{n}", n / 10, row=n + 1) for n in range(5_000))))
    command = [sys.executable, "-m", "live", "replay", file, "--show", house.show]
    replaying = subprocess.Popen(
        [*command, "--base-url", house.url],
        cwd=TOP,
        env=os.environ | {"LIVE_TOKEN": house.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not house.comments():
        assert time.monotonic() < deadline, "nothing comes"
        time.sleep(0.05)
    replaying.send_signal(signal.SIGINT)
    out, err = replaying.communicate(timeout=30)
    assert replaying.returncode == 130
    summary = SUMMARY.fullmatch(out)
    assert summary
    sent, of, accepted, *_ = numbers(summary)
    assert 0 < accepted == sent < of == 5_000
    assert "Traceback" not in err
