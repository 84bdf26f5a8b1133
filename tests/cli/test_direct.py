"""Orders over a socket, the short way and the usual one: the same answers, whatever pieces the bytes come in."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import closing
from socket import create_server
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from websockets.frames import Frame, Opcode

from live.cli.direct import DirectProtocol, ends_whole
from live.hub.short_way import ShortWay
from live.runtime import Runtime
from tests.asking import Api
from tests.factories import Viewer, make_offer, make_show, make_viewer


def framed(message: object, opcode: Opcode = Opcode.TEXT, *, mask: bool = True) -> bytes:
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    return Frame(opcode, data).serialize(mask=mask)


def order(offer: str, key: str, ref: object = 1, quantity: int = 1) -> bytes:
    wish = {"type": "order", "ref": ref, "offer_id": offer, "quantity": quantity, "key": key}
    return framed(wish)


def escaped(offer: str, key: str, quantity: int) -> bytes:
    """The same order with the ref "r" written otherwise: what is escaped goes the usual way."""
    wish = {"type": "order", "ref": "r", "offer_id": offer, "quantity": quantity, "key": key}
    return framed(json.dumps(wish).replace('"r"', '"\\u0072"').encode())


class Wire:
    """A viewer's socket as bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.01)  # so that each is read by itself

    async def frame(self) -> tuple[int, bytes]:
        first, size = await self.reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        return first & 0x0F, await self.reader.readexactly(size)

    async def answer(self, kind: str = "order_result") -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                opcode, payload = await self.frame()
                if opcode != Opcode.TEXT:
                    continue
                found: dict[str, Any] = json.loads(payload)
                if found["type"] == kind:
                    return found

    async def close_code(self) -> int:
        async with asyncio.timeout(5):
            while True:
                opcode, payload = await self.frame()
                if opcode == Opcode.CLOSE:
                    return int.from_bytes(payload[:2])


@pytest.fixture
async def port(app: Starlette) -> AsyncIterator[int]:
    config = uvicorn.Config(
        app, ws=DirectProtocol, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with closing(create_server(("127.0.0.1", 0))) as listener:
        serving = asyncio.create_task(server._serve([listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.fixture
async def show(api: Api) -> str:
    return await make_show(api)


@pytest.fixture
async def viewer(api: Api) -> Viewer:
    return await make_viewer(api)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went the short way."""
    took: list[bytes] = []
    take = ShortWay.take

    def kept(self: ShortWay, payload: bytes) -> bool:
        is_taken = take(self, payload)
        if is_taken:
            took.append(payload)
        return is_taken

    monkeypatch.setattr(ShortWay, "take", kept)
    return took


@pytest.fixture
async def wire(port: int, show: str, viewer: Viewer, short: list[bytes]) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /api/v1/shows/{show}/events HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {'a' * 22}==\r\nAuthorization: Bearer {viewer.token}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    wire = Wire(reader, writer)
    await wire.answer("hello")
    yield wire
    writer.close()


async def test_both_ways_give_one_answer(
    wire: Wire, api: Api, show: str, short: list[bytes]
) -> None:
    open_, small = await make_offer(api, show), await make_offer(api, show, quantity=1)
    draft = await make_offer(api, show, push=False)
    wishes = [
        (open_, "k1", 1, 201),
        (open_, "k2", 2, 409),  # over the limit
        (small, "k3", 1, 201),
        (small, "k4", 1, 409),
        (draft, "k5", 1, 409),
        (f"{show}-onothing", "k6", 1, 404),
    ]
    for offer, key, quantity, status in wishes:
        answers = []
        plainly = order(offer, key, ref="r", quantity=quantity)
        for sent in (plainly, escaped(offer, key, quantity)):
            went = len(short)
            await wire.send(sent)
            answers.append(await wire.answer())
            assert (len(short) > went) is (sent is plainly)
        plain, usual = answers
        if status == 409 and "attempt" in plain:
            plain["attempt"] += 1  # the second try is one more
        assert plain == usual
        assert plain["status"] == status
        assert plain["ref"] == "r"


async def test_the_pace_of_a_viewer_counts_on_both_ways(
    wire: Wire, api: Api, show: str, runtime: Runtime, short: list[bytes]
) -> None:
    offer = await make_offer(api, show, quantity=100, per_buyer_limit=100)
    runtime.limits.enabled = True
    await wire.send(b"".join(order(offer, f"k{n}", n) for n in range(40)))
    answers = [await wire.answer() for _ in range(40)]
    assert {answer["ref"] for answer in answers} == set(range(40))
    assert {answer["status"] for answer in answers} == {201, 429}
    assert len(short) == sum(answer["status"] == 201 for answer in answers)


async def test_orders_between_other_messages_are_all_answered(
    wire: Wire, api: Api, show: str, short: list[bytes]
) -> None:
    offer = await make_offer(api, show, per_buyer_limit=10)
    ping = framed({"type": "ping"})
    await wire.send(order(offer, "a", 1) + order(offer, "b", 2) + ping + order(offer, "c", 3))
    answers = [await wire.answer() for _ in range(3)]
    assert sorted(answer["ref"] for answer in answers) == [1, 2, 3]
    assert len(short) == 2, "what stands behind another message in the same piece follows it"
    await wire.send(framed(b"x", Opcode.PING), order(offer, "d", 4))
    assert (await wire.answer())["status"] == 201
    assert len(short) == 3


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 20, -1])
async def test_an_order_in_pieces_goes_the_usual_way_and_so_does_what_follows(
    wire: Wire, api: Api, show: str, short: list[bytes], cut: int
) -> None:
    offer = await make_offer(api, show, per_buyer_limit=10)
    whole = order(offer, "a", 1)
    await wire.send(whole[:cut], whole[cut:])
    assert (await wire.answer())["status"] == 201
    await wire.send(order(offer, "b", 2))
    assert (await wire.answer())["status"] == 201
    assert short == []


async def test_a_frame_that_is_not_masked_closes_the_socket(
    wire: Wire, api: Api, show: str
) -> None:
    offer = await make_offer(api, show)
    wish = {"type": "order", "ref": 1, "offer_id": offer, "quantity": 1, "key": "k"}
    await wire.send(framed(wish, mask=False))
    assert await wire.close_code() == 1002


@given(st.lists(st.binary(max_size=200), max_size=4), st.data())
def test_only_whole_messages_end_whole(payloads: list[bytes], data: st.DataObject) -> None:
    frames = [framed(payload, Opcode.BINARY) for payload in payloads]
    ends = {sum(map(len, frames[:n])) for n in range(len(frames) + 1)}
    joined = b"".join(frames)
    cut = data.draw(st.integers(0, len(joined)))
    assert ends_whole(joined[:cut]) is (cut in ends)


def test_a_message_in_fragments_does_not_end_whole() -> None:
    first = Frame(Opcode.TEXT, os.urandom(5), fin=False).serialize(mask=True)
    last = Frame(Opcode.CONT, os.urandom(5)).serialize(mask=True)
    assert not ends_whole(first)
    assert not ends_whole(last)
