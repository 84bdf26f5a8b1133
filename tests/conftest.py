from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from starlette.applications import Starlette

from live.app import create_app
from live.features.accounts.actions import create_token
from live.runtime import Runtime
from live.settings import Settings
from live.store.schema import migrate
from tests.asking import Api, connected
from tests.engines import TOP, RedisServer, running, settings_for

TESTS, PAGES, CHAOS = TOP / "tests", "pages", "chaos"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`scripts/test` runs two processes: a module stays in one of them, and so do all pages, whose
    installation and browser are shared. The pages come first, as nothing takes longer; what kills
    processes comes last and is alone."""

    def group(item: pytest.Item) -> str:
        parts = item.path.relative_to(TESTS).parts
        return parts[0] if parts[0] in (PAGES, CHAOS) else str(item.path)

    groups = {item: group(item) for item in items}
    items.sort(key=lambda item: (groups[item] != PAGES, groups[item] == CHAOS))
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis for all tests; `redis_url` empties it before each."""
    server = RedisServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    with Redis(unix_socket_path=str(redis_server.socket)) as redis:
        redis.flushall()
    return redis_server.url


@pytest.fixture
def knobs() -> dict[str, Any]:
    """Settings that a test module wants different: it overrides this fixture."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, migrated: Path, redis_url: str, knobs: dict[str, Any]) -> Settings:
    return settings_for(tmp_path, migrated, redis_url, **knobs)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Starlette]:
    """The whole application, with the ledger of a worker beside it."""
    application = create_app(settings)
    async with running(application):
        yield application


@pytest.fixture
def runtime(app: Starlette) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
async def operator(runtime: Runtime) -> str:
    """An operator's API token."""
    return await create_token(runtime.db, role="operator", name="bot", now=runtime.clock.now())


@pytest.fixture
async def api(app: Starlette, operator: str) -> AsyncIterator[Api]:
    """A client of the application; it speaks as the operator unless told otherwise."""
    async with connected(app, operator) as client:
        yield client
