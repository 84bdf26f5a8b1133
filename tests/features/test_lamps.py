"""The lamps of the control room, in words; and the figures that are held against those of before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from live.domain.attendance import Attendance, Pictures
from live.features.screens.presenters.host_views import HostSide
from live.features.screens.presenters.numbers import (
    LAG_WARN,
    host_lamp,
    lamps_of,
    numbers_of,
    picture_lamp,
)
from live.hotpath.shows import Totals
from live.hotpath.stock import Unpaid
from live.web.words import translate

WELL: dict[str, Any] = {
    "database": "ok", "is_proven": True, "lag": 3, "behind_s": 0.2, "stuck_s": 0.0,
    "has_worker": True, "late_ms": 4.0,
}  # fmt: skip
NOW = datetime(2026, 11, 22, 20, 41, 20, tzinfo=UTC)


def said(lang: str, **trouble: Any) -> list[tuple[str, str]]:
    lamps = lamps_of(**WELL | trouble)
    return [
        (lamp.state, translate(lang, f"lamp.word.{lamp.word}", **lamp.values)) for lamp in lamps
    ]


@pytest.mark.parametrize(
    ("trouble", "state", "en"),
    [
        ({"is_proven": False}, "warn", "Redis checking…"),
        ({"database": "fail"}, "fail", "Database not answering"),
        ({"database": "fail"}, "warn", "Ledger waiting"),
        ({"lag": LAG_WARN, "behind_s": 3.2}, "warn", "Ledger 3 s behind"),
        ({"lag": LAG_WARN, "behind_s": 0.0}, "warn", "Ledger 2,000 behind"),
        ({"lag": 1, "stuck_s": 8.4}, "warn", "Ledger stuck for 8 s"),
        ({"has_worker": False}, "fail", "Ledger: no worker"),
        ({"late_ms": 612.0}, "warn", "Screens 0.6 s late"),
    ],
)
def test_each_trouble_is_told_in_words(trouble: dict[str, Any], state: str, en: str) -> None:
    assert (state, en) in said("en", **trouble)
    assert {state for state, _ in said("zh", **trouble)} == {s for s, _ in said("en", **trouble)}


def test_what_is_well_is_said_quietly_of_each() -> None:
    assert said("en") == [
        ("ok", "Redis fine"),
        ("ok", "Database fine"),
        ("ok", "Ledger up to date"),
        ("ok", "Screens on time"),
    ]


@pytest.mark.parametrize(
    ("pictures", "is_live", "state", "en"),
    [
        (Pictures(0, 0), True, "unknown", "Video: nobody yet"),
        (Pictures(4, 0), False, "unknown", "Video: nobody yet"),
        (Pictures(206, 8), True, "ok", "Video plays for 96% of 214"),
        (Pictures(1, 1), True, "ok", "Video plays for 50% of 2"),
        (Pictures(1, 0), True, "ok", "Video plays for 100% of 1 viewer"),
        (Pictures(70, 30), True, "warn", "Video plays for 70% of 100"),
        (Pictures(0, 3), True, "fail", "Video plays for none of 3"),
    ],
)
def test_the_picture_is_what_the_players_of_the_viewers_say(
    pictures: Pictures, is_live: bool, state: str, en: str
) -> None:
    lamp = picture_lamp("https://cdn.example/a.m3u8", pictures, is_live=is_live)
    assert (lamp.state, translate("en", f"lamp.word.{lamp.word}", **lamp.values)) == (state, en)
    without = picture_lamp(None, pictures, is_live=is_live)
    assert (without.state, without.word) == ("unknown", "stream_none")


def test_a_host_that_went_is_missed_on_air_and_one_that_never_came_is_not() -> None:
    def told(host: HostSide, *, is_live: bool) -> tuple[str, str]:
        lamp = host_lamp(host, is_live=is_live)
        return lamp.state, lamp.word

    assert told(HostSide(), is_live=True) == ("unknown", "host_none")
    assert told(HostSide(screens=1), is_live=True) == ("ok", "host_on")
    gone = HostSide(away_since=NOW)
    assert told(gone, is_live=True) == ("warn", "host_away")
    assert told(gone, is_live=False) == ("unknown", "host_away")
    assert host_lamp(gone, is_live=True).since == NOW


def totals(pace: dict[str, int]) -> Totals:
    return Totals(
        epoch="e", state="live", orders=sum(pace.values()), units=0, gmv_placed=0, paid_orders=0, gmv_paid=0,
        comments=0, seq=1, now=0, viewers=0, attendance=Attendance(), places={}, words=(), comments_held=0,
        pictures=Pictures(), pace=pace, chain=(0, ""),
    )  # fmt: skip


def test_the_last_ten_minutes_are_held_against_the_ten_before_once_there_are_twenty() -> None:
    bucket = int(NOW.timestamp()) // 10
    pace = {f"o:{bucket - back}": 2 if back < 60 else 1 for back in range(180)}

    def lately(minutes: int) -> tuple[int, int] | None:
        began = NOW - timedelta(minutes=minutes)
        return numbers_of(totals(pace), Unpaid(), [], NOW, failed=0, began=began).lately

    assert lately(20) == lately(300) == (120, 60)
    assert lately(19) is None
    assert numbers_of(totals(pace), Unpaid(), [], NOW, failed=0, began=None).lately is None
