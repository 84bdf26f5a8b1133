"""Which fault comes when: drawn from one seed before the first buyer is there. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

KINDS = (
    "kill_web",
    "kill_worker",
    "kill_redis",
    "kill_all",
    "stop_web",
    "stop_worker",
    "stop_redis",
    "cut_aof",  # only what the ledger has: nothing may be lost
    "cut_aof_deep",  # also what the ledger has not: only that may be lost
    "wipe_redis",
    "lock_database",
    "cut_replies",
    "cut_redis_links",
)
# seconds. A stopped Redis is given up after 3, a locked SQLite after 5: both sides of each are visited.
LONG_STOP_S, LONG_LOCK_S = 3.6, 5.5
LONG_SHARE = 0.2
PAUSE_S = (0.5, 1.5)  # of calm between "on sale again" and the next fault


@dataclass(frozen=True, slots=True)
class Point:
    """One crash point. `share` and `dice` are for what is only known at the time (how much of a file)."""

    n: int
    kind: str
    pause_s: float  # before it
    lasts_s: float  # of what lasts: a stop, a lock, a bad network
    share: float  # 0 to 1
    dice: int


def draw_points(seed: int, kinds: Sequence[str] = KINDS) -> Iterator[Point]:
    """Without end: deck after deck, in which every kind comes once, in shuffled order."""
    dice = random.Random(f"{seed}:faults")
    n = 0
    while True:
        deck = list(kinds)
        dice.shuffle(deck)
        for kind in deck:
            n += 1
            yield Point(
                n=n,
                kind=kind,
                pause_s=dice.uniform(*PAUSE_S),
                lasts_s=_lasting(dice, kind),
                share=dice.random(),
                dice=dice.getrandbits(32),
            )


def _lasting(dice: random.Random, kind: str) -> float:
    is_long = dice.random() < LONG_SHARE
    if kind == "lock_database":
        return LONG_LOCK_S if is_long else dice.uniform(0.2, 1.5)
    if kind.startswith("stop_"):
        return LONG_STOP_S if is_long else dice.uniform(0.2, 1.5)
    return dice.uniform(0.3, 1.0)
