from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis
from redis import Redis
from starlette.applications import Starlette
from xdist.scheduler import LoadScopeScheduling

from live.app import create_app
from live.features.accounts.actions import create_token
from live.runtime import Runtime
from live.settings import Settings
from live.store.schema import migrate
from tests.asking import Api, connected
from tests.engines import RedisServer, running, settings_for

# The same examples each time: a landing hangs on what was changed, not on chance. To look for more:
# `scripts/test --hypothesis-profile=search tests/domain`.
hypothesis.register_profile("same", derandomize=True, deadline=None)
hypothesis.register_profile("search", max_examples=2000, deadline=None)
hypothesis.load_profile("same")

PAGES = "tests/pages/"
SECOND_HALF = f"{PAGES}test_k"
MADE_UP = "tests/features/test_openapi.py"
LATE = ("tests/scripts/", "tests/store/", "tests/web/", "tests/domain/")


def lane_of(nodeid: str) -> str:
    """A module stays in one process. So does each half of the pages, whose installation and browser are shared;
    the many made-up calls are two lanes."""
    module = nodeid.partition("::")[0]
    if module == MADE_UP:
        return nodeid.partition("[")[0]
    return f"{PAGES}{module < SECOND_HALF}" if module.startswith(PAGES) else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = lane_of
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages first, as nothing takes longer; last what waits for nobody, its long modules before the short ones, so that
    none is left to run alone at the end."""

    def turn(item: pytest.Item) -> int:
        if item.nodeid.startswith(PAGES):
            return 0
        found = [n for n, folder in enumerate(LATE, start=2) if item.nodeid.startswith(folder)]
        return found[0] if found else 1

    items.sort(key=turn)


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
