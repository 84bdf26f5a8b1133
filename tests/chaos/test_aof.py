"""What a cut of the append-only file takes away is what Redis has lost after it."""

import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from live.cli import redis_server
from live.domain.ids import ShowId
from live.hotpath import keys
from scripts.faults import aof

SHOW = ShowId("show1")
SELL = """
redis.call('XADD', KEYS[2], ARGV[1] .. '-0', 'f', cmsgpack.pack({{'comment', 1, {text = ARGV[1]}}}))
redis.call('HSET', KEYS[1], 'seq', ARGV[1])
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="live-") as name:
        yield Path(name)


def start(folder: Path) -> "subprocess.Popen[bytes]":
    place = folder / "redis.sock"
    argv = redis_server.prepare(redis_server.find_binary(), folder, place)
    process = subprocess.Popen(argv)
    deadline = time.monotonic() + 10
    while not redis_server.answers(place):
        assert time.monotonic() < deadline, redis_server.last_words(folder)
        time.sleep(0.02)
    return process


def end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


@pytest.mark.parametrize("seed", range(4))
def test_a_cut_takes_what_it_says(folder: Path, seed: int) -> None:
    dice = random.Random(seed)
    process = start(folder)
    with Redis(unix_socket_path=str(folder / "redis.sock")) as redis:
        redis.hset(keys.meta(SHOW), mapping={"epoch": "e1", "seq": 0})
        for seq in range(1, 31):
            redis.eval(SELL, 2, keys.meta(SHOW), keys.log(SHOW), seq)
    end(process)
    path = aof.growing_file(folder)
    writes = aof.read_writes(path.read_bytes())
    assert aof.stands(writes, SHOW)[-1] == aof.Stand("e1", 30)
    kept = dice.randrange(len(writes) - 25, len(writes))
    with path.open("r+b") as file:
        file.truncate(dice.randrange(writes[kept].start, writes[kept].end))
    gone = [fact.seq for write in writes[kept:] for fact in aof.facts_of(write, SHOW)]
    process = start(folder)
    with Redis(unix_socket_path=str(folder / "redis.sock")) as redis:
        left = [int(entry.split(b"-")[0]) for entry, _ in redis.xrange(keys.log(SHOW))]
        seq = int(redis.hget(keys.meta(SHOW), "seq") or 0)
    end(process)
    assert [*left, *gone] == list(range(1, 31))
    assert seq == aof.stands(writes[:kept], SHOW)[-1].seq


def test_a_show_that_was_put_back_has_a_new_epoch(folder: Path) -> None:
    process = start(folder)
    meta = keys.meta(SHOW)
    with Redis(unix_socket_path=str(folder / "redis.sock")) as redis:
        redis.hset(meta, mapping={"epoch": "e1", "seq": 7})
        redis.delete(meta)
        redis.hset(meta, mapping={"epoch": "e2", "seq": 5})
    end(process)
    writes = aof.read_writes(aof.growing_file(folder).read_bytes())
    stands = [aof.Stand("e1", 7), aof.Stand(), aof.Stand("e2", 5)]
    assert [stand for stand in aof.stands(writes, SHOW) if stand in stands][-3:] == stands
