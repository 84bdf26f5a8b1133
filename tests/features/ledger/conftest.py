from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from live.hotpath.client import Client
from live.settings import Settings
from live.store.db import Database
from live.store.schema import migrate
from tests.engines import SECRET
from tests.features.ledger.stand import Stand
from tests.hotpath.server import RedisServer, binaries


@pytest.fixture(params=binaries()[:1], ids=str)
def ledger_server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A Redis of the test's own, durable, to be killed."""
    server = RedisServer(request.param, durable=True)
    yield server
    server.remove()


@pytest.fixture
async def ledger_client(ledger_server: RedisServer) -> AsyncIterator[Client]:
    client = Client(ledger_server.url)
    await client.sample_clock()
    yield client
    await client.close()


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "live.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def ledger_settings(ledger_server: RedisServer, ledger_file: Path) -> Settings:
    """Of a worker on the stand's own stores."""
    return Settings(
        data_dir=ledger_file.parent,
        redis_url=ledger_server.url,
        database_url=f"sqlite:///{ledger_file}",
        secret_key=SecretStr(SECRET),
    )


@pytest.fixture
async def ledger_db(ledger_file: Path) -> AsyncIterator[Database]:
    db = Database.from_url(f"sqlite:///{ledger_file}")
    yield db
    await db.close()


@pytest.fixture
async def stand(ledger_client: Client, ledger_db: Database) -> Stand:
    """A live show in both stores."""
    return await Stand(ledger_client, db=ledger_db).start()
