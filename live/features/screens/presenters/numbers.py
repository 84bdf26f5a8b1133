"""A board's figures and lamps, from what Redis told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from live.domain.attendance import Pictures
from live.features.screens.presenters.host_views import HostSide
from live.features.screens.presenters.number_views import Lamp, Numbers
from live.features.screens.presenters.views import OfferView
from live.hotpath.shows import Totals
from live.hotpath.stock import Unpaid

LAG_WARN = 2_000  # facts; more than a few seconds of a burst
LATE_WARN_MS = 500  # two beats: less nobody notices
PLAYS_WARN, FAILED_WARN = 80, 2  # percent of the players; one phone with no signal is no outage
LATELY = timedelta(minutes=10)  # are held against the ten before
BUCKET_S = 10  # of Redis's count of orders


def numbers_of(
    totals: Totals | None,
    unpaid: Unpaid,
    views: Sequence[OfferView],
    now: datetime,
    *,
    failed: int,
    began: datetime | None,
) -> Numbers:
    """The show's figures; `totals` None: Redis has not said yet what they are. `failed`: unpaid orders
    whose last payment was declined; `began`: when the show went on air."""
    held, paid = sum(v.held for v in views), sum(v.paid for v in views)
    if totals is None:
        return Numbers(held=held, paid=paid)
    return Numbers(
        viewers=totals.viewers,
        attendance=totals.attendance,
        orders=totals.orders,
        units=totals.units,
        held=held,
        paid=paid,
        gmv_placed=totals.gmv_placed,
        gmv_paid=totals.gmv_paid,
        comments=totals.comments,
        orders_per_min=_placed(totals, now, 60),
        lately=_lately(totals, now) if began and now - began >= 2 * LATELY else None,
        paid_orders=totals.paid_orders,
        unpaid=unpaid.count,
        expiring=unpaid.expiring,
        failed=failed,
        lost=max(totals.orders - totals.paid_orders - unpaid.count, 0),
        decided=sum(v.paid + v.expired + v.cancelled + v.refunded for v in views),
        pace=_pace(totals, now),
    )


def _placed(totals: Totals, until: datetime, seconds: int) -> int:
    """Orders placed in the `seconds` before the end of the bucket that is filling at `until`."""
    last = int(until.timestamp()) // BUCKET_S
    buckets = range(last - seconds // BUCKET_S + 1, last + 1)
    return sum(totals.pace.get(f"o:{bucket}", 0) for bucket in buckets)


def _lately(totals: Totals, now: datetime) -> tuple[int, int]:
    span_s = int(LATELY.total_seconds())
    return _placed(totals, now, span_s), _placed(totals, now - LATELY, span_s)


def _pace(totals: Totals, now: datetime) -> tuple[tuple[datetime, int, int], ...]:
    """The last 30 whole minutes and the present one."""
    minute = now.replace(second=0, microsecond=0)
    points = []
    for back in range(30, -1, -1):
        start = minute - timedelta(minutes=back)
        first = int(start.timestamp()) // BUCKET_S
        placed = sum(totals.pace.get(f"o:{bucket}", 0) for bucket in range(first, first + 6))
        paid = sum(totals.pace.get(f"p:{bucket}", 0) for bucket in range(first, first + 6))
        points.append((start, placed, paid))
    return tuple(points)


def picture_lamp(stream_url: str | None, pictures: Pictures, *, is_live: bool) -> Lamp:
    """What the viewers' own players say of the broadcast picture, while the show is on air."""
    tried = pictures.on + pictures.failed
    if not stream_url:
        return Lamp("stream", "unknown", "stream_none")
    if not tried or not is_live:
        return Lamp("stream", "unknown", "stream_waits")
    if not pictures.on:
        return Lamp("stream", "fail", "stream_dead", {"n": tried})
    values = {"share": 100 * pictures.on // tried, "n": tried}
    few = tried - pictures.on >= FAILED_WARN and 100 * pictures.on < PLAYS_WARN * tried
    return Lamp("stream", "warn" if few else "ok", "stream_plays", values)


def host_lamp(host: HostSide, *, is_live: bool) -> Lamp:
    """Whether the host sees what is said to them. Who has none does without; one that went is missed on air."""
    if host.screen == "away":
        state = "warn" if is_live else "unknown"
        return Lamp("host", state, "host_away", since=host.away_since)
    return Lamp("host", *(("ok", "host_on") if host.screen == "on" else ("unknown", "host_none")))


def lamps_of(
    database: str,
    *,
    is_proven: bool,
    lag: int,
    behind_s: float,
    stuck_s: float,
    has_worker: bool,
    late_ms: float,
) -> tuple[Lamp, ...]:
    """`lag`: facts that the ledger has not written yet, the oldest of them `behind_s` old (0: not known);
    `stuck_s`: for so long, and for too long, it has written none of them (0: it writes); `late_ms`: so late
    lately was the process that tells all of its sockets."""
    if not has_worker:
        ledger = Lamp("ledger", "fail", "ledger_alone")
    elif stuck_s:
        ledger = Lamp("ledger", "warn", "ledger_stuck", {"n": round(stuck_s)})
    elif lag >= LAG_WARN and behind_s >= 1:
        ledger = Lamp("ledger", "warn", "ledger_behind", {"n": round(behind_s)})
    elif lag >= LAG_WARN:
        ledger = Lamp("ledger", "warn", "ledger_facts", {"n": f"{lag:,}"})
    elif database != "ok":
        ledger = Lamp("ledger", "warn", "ledger_waits")
    else:
        ledger = Lamp("ledger", "ok", "ledger_ok")
    late = Lamp("sockets", "warn", "sockets_late", {"n": f"{late_ms / 1000:.1f}"})
    return (
        Lamp("redis", "ok", "redis_ok") if is_proven else Lamp("redis", "warn", "redis_checking"),
        Lamp("database", database, "database_ok" if database == "ok" else "database_away"),
        ledger,
        Lamp("sockets", "ok", "sockets_ok") if late_ms < LATE_WARN_MS else late,
    )
