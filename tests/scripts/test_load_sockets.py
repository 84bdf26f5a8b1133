"""The load client over sockets, against a server of another make (the `websockets` library)."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode

from scripts.benchmarks.load.plan import Plan
from scripts.benchmarks.load.press import press
from scripts.benchmarks.load.run import run
from scripts.benchmarks.load.socket_orders import frame_bounds, masked

Serve = Callable[["Shop", ServerConnection, dict[str, Any]], Awaitable[None]]


class Shop:
    """Greets, keeps every order with its socket's token, and lets `answer` speak."""

    def __init__(self, answer: Serve) -> None:
        self.answer = answer
        self.orders: list[tuple[str, dict[str, Any]]] = []

    async def talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        token = socket.request.headers["Authorization"].removeprefix("Bearer ")
        await socket.send(json.dumps({"type": "hello", "data": {"snapshot": "x" * 70_000}}))
        async for text in socket:
            order = json.loads(text)
            self.orders.append((token, order))
            await self.answer(self, socket, order)


def result(order: dict[str, Any], status: int = 201) -> str:
    told = {"id": "o1", "state": "held", "type": "order_result", "ref": order["ref"]}
    return json.dumps(told | {"status": status}, separators=(",", ":"))


async def take(shop: Shop, socket: ServerConnection, order: dict[str, Any]) -> None:
    await socket.send(result(order))


@asynccontextmanager
async def open_shop(answer: Serve) -> AsyncIterator[tuple[Shop, Plan]]:
    shop = Shop(answer)
    async with serve(shop.talk, "127.0.0.1", 0, compression=None) as server:
        yield (
            shop,
            Plan(
                kind="socket",
                host="127.0.0.1",
                port=next(iter(server.sockets)).getsockname()[1],
                path="/events",
                tokens=("a", "b", "c"),
                run="r",
                connections=3,
                seconds=0.2,
                offers=("first", "second"),
                per_offer=5,
            ),
        )


async def test_each_socket_is_one_viewer_and_each_order_has_a_key_of_its_own():
    async with open_shop(take) as (shop, plan):
        report = await run(plan)
        assert report.accepted == report.intended == len(shop.orders) > 30
        assert report.blow.others == 0
        assert {token for token, _ in shop.orders} == {"a", "b", "c"}
        keys = {order["key"] for _, order in shop.orders}
        assert len(keys) == len(shop.orders)
        assert all(order["type"] == "order" and order["quantity"] == 1 for _, order in shop.orders)


async def test_a_viewer_goes_on_to_the_next_sale_before_the_limit_is_reached():
    async with open_shop(take) as (shop, plan):
        await run(plan)
        for viewer in plan.tokens:
            asked = [order["offer_id"] for token, order in shop.orders if token == viewer]
            assert asked[:6] == ["first"] * 5 + ["second"]


async def test_other_frames_and_refusals_are_told_apart():
    async def chatter(shop: Shop, socket: ServerConnection, order: dict[str, Any]) -> None:
        own = {"id": "1-1", "type": "order", "data": {"status": 201, "long": "扣1" * 100}}
        await socket.send(json.dumps(own, ensure_ascii=False))
        await socket.send(result(order, 409 if len(shop.orders) % 4 == 0 else 201))

    async with open_shop(chatter) as (shop, plan):
        report = await run(plan)
        assert report.refused == len(shop.orders) // 4 > 0
        assert report.accepted == len(shop.orders) - report.refused
        assert report.other_frames == len(shop.orders)
        assert json.loads(report.remark)["status"] == 409


async def test_an_answer_to_another_order_is_no_answer():
    async def confused(shop: Shop, socket: ServerConnection, order: dict[str, Any]) -> None:
        await socket.send(result(order | {"ref": order["ref"] + "0"}))

    async with open_shop(confused) as (_, plan):
        report = await run(plan)
        assert (report.accepted, report.lost) == (0, plan.connections)
        assert report.remark == "an answer to another order"


async def test_a_socket_that_is_closed_tells_its_code():
    async def close(shop: Shop, socket: ServerConnection, order: dict[str, Any]) -> None:
        if len(shop.orders) == 7:
            await socket.close(4008)
        else:
            await take(shop, socket, order)

    async with open_shop(close) as (shop, plan):
        report = await run(plan)
        assert report.lost == 1
        assert report.accepted == len(shop.orders) - 1 > 7
        assert report.remark.endswith("with 4008")


async def test_a_ping_is_answered():
    heard: list[bytes] = []

    async def wait_for_pong(shop: Shop, socket: ServerConnection, order: dict[str, Any]) -> None:
        if not heard:
            heard.append(b"")
            await (await socket.ping(b"there?"))
            heard[0] = b"there?"
        await take(shop, socket, order)

    async with open_shop(wait_for_pong) as (_, plan):
        report = await run(replace(plan, connections=1))
        assert heard == [b"there?"]
        assert report.accepted > 0
        assert report.blow.others == 0


async def test_the_open_loop_works_over_sockets_and_in_a_process_of_its_own():
    async with open_shop(take) as (shop, plan):
        report = await press(replace(plan, rate=300.0, arrivals="fixed"))
        assert report.accepted == report.intended == len(shop.orders) == 60


async def test_a_door_that_stays_shut_is_said_in_a_sentence():
    async with open_shop(take) as (_, plan):
        with pytest.raises(RuntimeError, match="no socket: HTTP"):
            await run(replace(plan, path="/events HTTP/1.1\r\nUpgrade: nonsense\r\nX: y"))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 40_000])
def test_frames_are_whole_and_masked(size):
    payload = bytes(n % 251 for n in range(size))
    frame = masked(0x1, payload, b"\x01\x02\x03\x04")
    assert frame[1] & 0x80
    assert frame.endswith(bytes(b ^ (n % 4 + 1) for n, b in enumerate(payload)))
    assert len(frame) == size + (6 if size < 126 else 8)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_the_bounds_of_a_servers_frame_are_found_when_it_is_whole(size):
    frame = Frame(Opcode.TEXT, b"x" * size).serialize(mask=False)
    start, stop = frame_bounds(b"??" + frame + b"more", 2)
    assert (stop - start, stop) == (size, 2 + len(frame))
    for cut in {1, 2, 3, len(frame) - 1} - {len(frame)}:
        if cut < len(frame):
            assert frame_bounds(frame[:cut], 0)[1] > cut


@pytest.mark.parametrize("first", [b"\x01\x00", b"\x80\x00", b"\x81\x80"])
def test_pieces_and_masks_from_a_server_are_refused(first):
    with pytest.raises(ValueError, match="a frame"):
        frame_bounds(first, 0)
