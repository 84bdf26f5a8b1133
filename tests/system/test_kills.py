"""kill -9 of each process in the middle of a rush: nobody notices but by a short wait."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.protocol import State
from websockets.typing import Subprotocol

from live.features.screens.presenters.tail import ORDERS_KEPT
from scripts.faults.tree import Tree
from tests.asking import eventually
from tests.system.client import Crowd, Operator

pytestmark = pytest.mark.long

STOCK, ORDERS, VIEWERS, LIMIT = 150, 400, 100, 4
RUSH_S = 2.0


@pytest.fixture(scope="module")
def system_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    house = Tree(tmp_path_factory.mktemp("house"))
    house.start()
    yield house
    assert house.stop() == 0, house.said()


@pytest.fixture(scope="module")
def system_token(system_house: Tree) -> str:
    """An operator's."""
    return system_house.token()


@pytest.fixture
async def system_operator(system_house: Tree, system_token: str) -> AsyncIterator[Operator]:
    operator = Operator(system_house.url, system_token)
    yield operator
    await operator.close()


@pytest.mark.parametrize("part", ["redis", "worker", "web"])
@pytest.mark.parametrize("stock", [STOCK, ORDERS + 50])
async def test_no_order_is_lost_or_doubled_when_a_process_is_killed(
    system_house: Tree, system_operator: Operator, part: str, stock: int
) -> None:
    show = await system_operator.open_show()
    offer = await system_operator.open_offer(show, stock, LIMIT)
    crowd = Crowd(system_house.url, mark=STOCK // 2)
    await crowd.arrive(VIEWERS)

    rush = asyncio.create_task(crowd.rush(offer, ORDERS, RUSH_S))
    await crowd.reached.wait()
    killed = system_house.kill(part)
    await rush

    assert crowd.wrong == []
    assert crowd.troubles or part != "redis", "nobody was kept waiting: it was not in the middle"
    assert len(crowd.accepted) == min(ORDERS, stock)
    assert set(crowd.refused) <= {"sold_out"}
    proof = await system_operator.settled_audit(show)
    [line] = proof["offers"]
    assert (line["difference"], line["held"]) == (0, min(ORDERS, stock))
    assert proof["ledger_lag"] == 0
    rows = {row["key"]: row["id"] for row in await system_operator.orders(show)}
    assert rows == {key: answer["id"] for key, answer in crowd.accepted.items()}
    assert len(await system_operator.orders(show)) == len(rows)
    assert len(set(rows.values())) == len(rows)
    assert killed not in system_house.pids(part)


async def test_a_killed_web_process_comes_back_with_the_same_list_of_orders(
    system_house: Tree, system_operator: Operator
) -> None:
    show = await system_operator.open_show()
    offer = await system_operator.open_offer(show, 200, 10)
    crowd = Crowd(system_house.url)
    await crowd.arrive(20)
    page = f"/shows/{show}/control"
    assert await system_operator.listed(page) == []  # the board is there before the first order
    await crowd.rush(offer, ORDERS_KEPT + 25, 1.0)
    await system_operator.settled_audit(show)
    placed = [row["id"] for row in await system_operator.orders(show)]
    await system_operator.post(f"/orders/{placed[3]}/pay")  # it has left the list
    await system_operator.post(f"/orders/{placed[-3]}/pay")
    before = await system_operator.listed(page)
    assert [order for order, _ in before] == placed[: -ORDERS_KEPT - 1 : -1]
    assert before[2] == (placed[-3], "paid")

    killed = system_house.kill("web")

    async def is_back() -> bool:
        if killed in system_house.pids("web"):
            return False
        try:
            return await system_operator.listed(page) == before
        except httpx2.HTTPError:
            return False

    await eventually(is_back)


async def test_a_killed_redis_sells_again_by_itself(
    system_house: Tree, system_operator: Operator
) -> None:
    show = await system_operator.open_show()
    offer = await system_operator.open_offer(show, 100, 100)
    crowd = Crowd(system_house.url)
    await crowd.arrive(1)
    await asyncio.sleep(0.5)
    system_house.kill("redis")
    await crowd.rush(offer, 1, 0)
    assert len(crowd.accepted) == 1


def test_a_second_one_in_the_same_folder_is_refused_in_one_sentence(system_house: Tree) -> None:
    second = system_house.run("up", "--port", "1")
    assert second.returncode == 2
    assert "in use by another `live up`" in second.stderr + second.stdout
    assert len((second.stderr + second.stdout).strip().splitlines()) == 1


def test_a_taken_port_is_refused_in_one_sentence(system_house: Tree, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        other = system_house.run("up", LIVE_PORT=port, LIVE_DATA_DIR=str(tmp_path))
    assert other.returncode == 2
    assert port in other.stderr + other.stdout
    assert len((other.stderr + other.stdout).strip().splitlines()) == 1


async def test_who_was_in_a_killed_process_is_gone_and_was_here(
    system_house: Tree, system_operator: Operator
) -> None:
    show = await system_operator.open_show()
    crowd = Crowd(system_house.url, mark=0)
    await crowd.arrive(3)
    socket_url = system_house.url.replace("http", "ws") + f"/api/v1/shows/{show}/events"

    async with contextlib.AsyncExitStack() as stack:
        sockets = []
        for token in crowd.viewers:
            offered = [Subprotocol("live.v1"), Subprotocol(f"bearer.{token}")]
            sockets.append(
                await stack.enter_async_context(connect(socket_url, subprotocols=offered))
            )

        async def tally_has_the_open_ones() -> bool:
            try:
                tally = await system_operator.get(f"/shows/{show}/tally")
            except (AssertionError, httpx2.HTTPError):  # it is being started again
                return False
            now = sum(one.state is State.OPEN for one in sockets)
            figures = [tally[name] for name in ("viewers", "peak_viewers", "unique_viewers")]
            return figures == [now, 3, 3]

        await eventually(tally_has_the_open_ones)
        for pid in system_house.pids("web"):  # nobody of those who were in it comes back
            system_house.signal(pid, signal.SIGKILL)
            await eventually(tally_has_the_open_ones)
        assert not any(one.state is State.OPEN for one in sockets)
