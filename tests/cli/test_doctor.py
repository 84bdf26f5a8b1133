"""What the doctor finds in a house whose stores answer."""

from redis import Redis

from live.cli.doctor import look_at_worker
from live.hotpath import keys
from live.settings import Settings


def found(settings: Settings) -> dict[str, bool]:
    return {finding.what: finding.ok for finding in look_at_worker(settings)}


def test_a_missing_worker_is_found_and_so_is_one_that_came_back(settings: Settings) -> None:
    assert found(settings) == {"worker": False, "ledger": True, "live shows": True}
    with Redis.from_url(settings.redis_url) as redis:
        redis.set(keys.WORKER, 1, px=keys.WORKER_MS)
    assert found(settings) == {"worker": True, "ledger": True, "live shows": True}
