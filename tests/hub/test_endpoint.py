"""Through a real server: the doors, the talk, and what a client sees when it is slow or we stop."""

import asyncio
import json
import random
import socket
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from live.hub import Hub
from live.hub.close_codes import CloseCode
from tests.hub.fakes import Bench, House, RedisBench, comment, order, until
from tests.hub.visits import OPERATOR, VIEWER, close_code, events, message, next_of, stream


@pytest.fixture
def bench(redis_bench: RedisBench) -> Bench:
    return redis_bench


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


async def test_a_program_says_who_it_is_in_the_subprotocol(server: str, bench: Bench) -> None:
    async with events(server) as client:
        assert client.subprotocol == "live.v1"
        hello = await message(client)
        assert hello["type"] == "hello"
        assert hello["data"]["snapshot"] == {"full": True}
        await bench.append("s", [comment("扣1")])
        assert (await next_of(client, "comment"))["data"]["text"] == "扣1"


async def test_a_first_frame_may_say_it_too(server: str) -> None:
    async with connect(f"{server}/api/v1/shows/s/events") as client:
        await client.send('{"type":"auth","token":"viewer-v1"}')
        assert (await message(client))["data"]["viewer"] == "v1"


@pytest.mark.parametrize(
    "first", ['{"type":"ping"}', "nonsense", b"\x00", '{"type":"auth","token":"wrong"}']
)
async def test_whoever_says_something_else_first_is_turned_away(
    server: str, first: str | bytes
) -> None:
    async with connect(f"{server}/api/v1/shows/s/events") as client:
        await client.send(first)
        assert await close_code(client) == CloseCode.NOT_SIGNED_IN


async def test_whoever_says_nothing_is_turned_away(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.endpoint.AUTH_S", 0.1)
    async with connect(f"{server}/api/v1/shows/s/events") as client:
        assert await close_code(client) == CloseCode.NOT_SIGNED_IN


async def test_a_crowd_is_let_in_one_by_one_and_the_last_are_told_when_to_come(
    server: str, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.turnstile.PER_TURN", 2)
    monkeypatch.setattr("live.hub.turnstile.TURN_S", 0.01)

    async def visit() -> str:
        async with events(server) as client:
            return str((await message(client))["type"])

    assert await asyncio.gather(*(visit() for _ in range(30))) == ["hello"] * 30
    monkeypatch.setattr("live.hub.turnstile.TURN_S", 5.0)
    monkeypatch.setattr("live.hub.turnstile.WAIT_MAX_S", 1.0)
    visits = [asyncio.create_task(visit()) for _ in range(6)]
    with pytest.raises(InvalidStatus) as refused:
        await asyncio.gather(*visits)
    assert refused.value.response.status_code == 503
    assert int(refused.value.response.headers["retry-after"]) > 0
    for one in visits:
        one.cancel()
    await asyncio.wait(visits)


async def test_the_other_refusals_have_codes_of_their_own(server: str) -> None:
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    async with connect(
        f"{server}/api/v1/shows/nowhere/events", additional_headers=headers
    ) as client:
        assert await close_code(client) == CloseCode.NO_SUCH_SHOW
    async with stream(server, "kitchen", OPERATOR) as client:
        assert await close_code(client) == CloseCode.MALFORMED
    async with stream(server, "control", "wrong") as client:
        assert await close_code(client) == CloseCode.NOT_SIGNED_IN
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            f"{server}/shows/s/stream?screen=viewer", origin=Origin("https://elsewhere.example")
        )
    assert refused.value.response.status_code == 403


async def test_too_many_sockets_of_one_address_are_refused_before_the_handshake(
    server: str, house: House
) -> None:
    house.wait_s = 1.5
    for path in ("/api/v1/shows/s/events", "/shows/s/stream?screen=viewer&lang=zh&token=viewer-v1"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(server + path)
        answer = refused.value.response
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.body or b"")["code"] == "too_fast"


async def test_dropped_lines_lose_and_double_nothing(server: str, bench: Bench) -> None:
    chance, total, last = random.Random(7), 1_000, "e1:0"
    texts: list[str] = []

    async def talk() -> None:
        for start in range(0, total, 10):
            await bench.append("s", [comment(str(n)) for n in range(start, start + 10)])
            await asyncio.sleep(0.002)

    talking = asyncio.create_task(talk())
    while len(texts) < total:
        async with events(server, since=last) as client:
            for _ in range(chance.randint(1, 120)):
                if len(texts) == total:
                    break
                read = await message(client)
                last = str(read["id"])
                texts += [read["data"]["text"]] if read["type"] == "comment" else []
            client.transport.abort()
    await talking
    assert texts == [str(n) for n in range(total)]


async def test_a_viewer_orders_and_comments_over_the_socket(server: str, house: House) -> None:
    async with events(server, VIEWER) as client:
        await client.send(
            json.dumps({"type": "order", "ref": 7, "offer_id": "s-o1", "quantity": 2, "key": "k"})
        )
        answer = await next_of(client, "order_result")
        assert answer == {
            "type": "order_result", "ref": 7, "status": 201, "id": "s-1", "state": "held", "quantity": 2,
        }  # fmt: skip
        await client.send(json.dumps({"type": "comment", "ref": "c", "text": "扣1"}))
        assert (await next_of(client, "comment_result"))["status"] == 201
        await client.send(json.dumps({"type": "ping"}))
        await next_of(client, "pong")
    assert house.orders == [("v1", 2, "k")]


@pytest.mark.parametrize(
    ("token", "offer", "quantity", "status", "code"),
    [
        (VIEWER, "other-o1", 1, 404, "not_found"),
        (VIEWER, "s-unknown", 1, 404, "not_found"),
        (VIEWER, "s-o1", 101, 429, "too_fast"),
        (OPERATOR, "s-o1", 1, 403, "forbidden"),
    ],
)
async def test_a_refusal_is_answered_as_over_http(
    server: str, token: str, offer: str, quantity: int, status: int, code: str
) -> None:
    async with events(server, token) as client:
        await client.send(
            json.dumps(
                {"type": "order", "ref": "r", "offer_id": offer, "quantity": quantity, "key": "k"}
            )
        )
        answer = await next_of(client, "order_result")
        assert (answer["status"], answer["code"]) == (status, code)
        fields = {"type", "ref", "status", "title", "detail", "code"}
        assert answer.keys() - {"retry_after_s"} == fields
        assert ("retry_after_s" in answer) is (status == 429)


@pytest.mark.parametrize(
    ("bad", "times", "code"),
    [
        ("nonsense", 3, CloseCode.MALFORMED),
        ('{"type":"auth","token":"again"}', 3, CloseCode.MALFORMED),
        ("秒" * 2_000, 2, CloseCode.TOO_BIG),
        (b"\x00", 1, CloseCode.BINARY),
        (r'{"type":"comment","ref":"\ud800","text":"x"}', 3, CloseCode.MALFORMED),
    ],
)
async def test_bad_messages_are_named_and_repeated_ones_close(
    server: str, bad: str | bytes, times: int, code: CloseCode
) -> None:
    async with events(server, VIEWER) as client:
        for _ in range(times - 1):
            await client.send(bad)
            assert (await next_of(client, "error"))["code"] in ("malformed", "too_large")
        await client.send(bad)
        assert await close_code(client) == code


async def test_a_page_gets_everything_and_then_what_changed(
    server: str, bench: Bench, house: House
) -> None:
    async with stream(server, "viewer", VIEWER) as client:
        assert str((await message(client))["content"]).startswith("<b id=stock>9</b>")
        assert (await message(client))["content"] == "<p id=my-order>v1</p>"
        house.partials["stock"] = "<b id=stock>8</b>"
        await bench.append("s", [order("take", 1, "v1")])
        assert [(await message(client))["content"] for _ in range(2)] == [
            "<b id=stock>8</b>",
            "<p id=my-order>v1</p>",
        ]
        await client.send('{"type":"order","ref":1,"offer_id":"s-o1","quantity":1,"key":"k"}')
        assert (await message(client))["code"] == "forbidden"
    await until(lambda: any("v1" in change.came for change in house.told))
    assert house.orders == []


async def test_a_client_that_stops_reading_is_cut_and_nobody_else_notices(
    server: str, bench: Bench, hub: Hub
) -> None:
    address = urlsplit(server)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.connect((address.hostname, address.port))
    narrow.setblocking(False)
    request = (
        "GET /api/v1/shows/s/events?since=e1:0 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer operator\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(narrow, request.encode())
    async with events(server, since="e1:0") as client:
        await until(lambda: hub.clients()["events"] == 2)
        read = asyncio.create_task(_count_comments(client, 1_600))
        for _ in range(80):
            await bench.append("s", [comment("长" * 1_000)] * 20)
            await asyncio.sleep(0)
        assert await read == 1_600
        await until(lambda: hub.stats.closed["slow"] == 1)
        await until(lambda: hub.clients()["events"] == 1)
        assert hub.stats.resets == 0
    narrow.close()


async def _count_comments(client: ClientConnection, wanted: int) -> int:
    count = 0
    while count < wanted:
        count += (await message(client))["type"] == "comment"
    return count


async def test_when_the_hub_stops_everyone_is_asked_to_come_back(server: str, hub: Hub) -> None:
    async with events(server) as client, stream(server, "host", "host") as page:
        await message(client)
        await message(page)
        assert hub.clients() == {"events": 1, "host": 1}
        await hub.stop()
        assert await close_code(client) == await close_code(page) == CloseCode.RESTART
        with pytest.raises(InvalidStatus):
            await connect(f"{server}/api/v1/shows/s/events")
        assert not hub.is_running


async def test_a_storm_of_clients_comes_and_goes_without_a_trace(
    server: str, bench: Bench, hub: Hub
) -> None:
    async def visit(number: int) -> None:
        async with events(server, f"viewer-v{number}") as client:
            await message(client)
            await next_of(client, "comment")

    visits = [asyncio.create_task(visit(n)) for n in range(100)]
    await until(lambda: hub.clients()["events"] == 100)
    await bench.append("s", [comment("秒杀")])
    await asyncio.gather(*visits)
    await until(lambda: hub.clients() == {"events": 0})
