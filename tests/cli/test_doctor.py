"""What the doctor finds in a house whose stores answer."""

import subprocess
import sys

import pytest
from redis import Redis

from live.cli import open_files
from live.cli.doctor import look_at_open_files, look_at_worker
from live.hotpath import keys
from live.settings import Settings


def found(settings: Settings) -> dict[str, bool]:
    return {finding.what: finding.ok for finding in look_at_worker(settings)}


def test_a_missing_worker_is_found_and_so_is_one_that_came_back(settings: Settings) -> None:
    assert found(settings) == {"worker": False, "ledger": True, "live shows": True}
    with Redis.from_url(settings.redis_url) as redis:
        redis.set(keys.WORKER, 1, px=keys.WORKER_MS)
    assert found(settings) == {"worker": True, "ledger": True, "live shows": True}


def test_too_few_open_files_for_a_large_audience_are_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_files, "WANTED", 10**9)
    [finding] = look_at_open_files(settings)
    assert not finding.ok
    assert "LimitNOFILE" in finding.mend


def test_a_process_takes_as_many_open_files_as_it_is_let() -> None:
    ask = "import resource; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    code = f"from live.cli.open_files import raise_limit; raise_limit(); {ask}"
    command = ["sh", "-c", 'ulimit -Sn 256; exec "$@"', "sh", sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == told[1] != "256"
