from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from live.features.accounts.actions import passwords
from live.store.db import Database
from live.store.schema import migrate
from live.web.rate_limits import RateLimits
from live.web.tokens import ViewerTokens
from tests.web.conftest import pages as pages

PASSWORD = "correct horse battery"
EMAIL = "lin@shop.example"


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "live.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    database = Database.from_url(url)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weak parameters: what is tested is the way, not argon2."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)


@pytest.fixture
def runtime(db: Database, clock: Clock) -> SimpleNamespace:
    return SimpleNamespace(
        db=db,
        clock=clock,
        limits=RateLimits(),
        settings=SimpleNamespace(demo=False),
        viewer_tokens=ViewerTokens("s" * 32),
    )
