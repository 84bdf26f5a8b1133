"""The services that we compare ourselves with do what they are there for: fair is only what works."""

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from live.crowd.client import Answer, Client
from scripts import peers
from scripts.benchmarks.contestants import Contestant, peers_on
from scripts.postgres import PostgresServer, find_binary, running_postgres

pytestmark = pytest.mark.skipif(
    find_binary("postgres") is None, reason="no PostgreSQL server on this machine"
)
NAMES = [
    "FastAPI + Redis + PostgreSQL",
    "FastAPI + PostgreSQL, transaction",
    "FastAPI + PostgreSQL, one statement",
]


@pytest.fixture(scope="module")
def durable() -> Iterator[PostgresServer]:
    with running_postgres(durable=True) as server:
        yield server


@pytest.fixture
async def services(
    durable: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, Contestant]]:
    names = [await asyncio.to_thread(durable.create) for _ in NAMES]
    async with AsyncExitStack() as stack:
        folder = tmp_path_factory.mktemp("p")
        found = await stack.enter_async_context(peers_on(folder, durable, names))
        yield {one.name: one for one in found}


async def order(client: Client, path: str, buyer: str, key: str, quantity: int = 1) -> Answer:
    return await client.request("POST", path, {"quantity": quantity}, token=buyer, key=key)


async def test_each_sells_exactly_what_there_is_and_knows_a_key_again(services):
    assert list(services) == NAMES
    for name, peer in services.items():
        path = await peer.new_sale(20)
        client = Client(peer.base_url, connections=16)
        first = await order(client, path, "b0", "again", 2)
        repeat = await order(client, path, "b0", "again", 2)
        assert first.ok, name
        assert repeat.ok, name
        assert repeat.json() == first.json(), name
        assert first.json()["amount"] == 200, name
        wishes = (order(client, path, f"b{n}", f"k{n}") for n in range(60))
        answers = await asyncio.gather(*wishes)
        assert sorted(answer.status for answer in answers) == [201] * 18 + [409] * 42, name
        tally = await client.call("GET", path.removesuffix("/orders"))
        assert tally == {"left": 0, "rows": 19, "units": 20}, name
        client.close()


async def test_a_commit_is_on_disk_before_it_is_answered(durable):
    assert await durable.ask("SHOW fsync") == "on"
    assert await durable.ask("SHOW synchronous_commit") == "on"


def test_no_peer_leans_on_our_code():
    for path in Path(peers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] == "live"], path.name
