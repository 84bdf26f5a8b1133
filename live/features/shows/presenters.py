"""A show, and its tally, as the API says them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from live.domain.attendance import Attendance, Place
from live.domain.moments import rfc3339_of
from live.hotpath.shows import Totals
from live.store.shows import Show


def iso(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return rfc3339_of(at) if at else None


def show_json(show: Show, state: str | None = None) -> dict[str, object]:
    """`state` overrides what SQL says while the ledger is still on its way there."""
    return {
        "id": show.id,
        "slug": show.slug,
        "title": show.title,
        "state": state or show.state,
        "currency": show.currency,
        "starts_at": iso(show.starts_at),
        "started_at": iso(show.started_at),
        "ended_at": iso(show.ended_at),
        "stream_url": show.stream_url,
        "video_delay_s": show.video_delay_s,
        "is_demo": show.is_demo,
        "demo_running": show.demo_running,
        "rehearsal_of": show.rehearsal_of,
    }


def attendance_json(told: Attendance) -> dict[str, object]:
    """Who has watched; terms and formulas: `domain/attendance.py`."""
    return {
        "peak_viewers": told.peak,
        "unique_viewers": told.unique,
        "views": told.views,
        "average_viewers": None if told.average is None else round(told.average, 1),
        "watch_s": told.watch_ms // 1000,
    }


def pages_json(places: Mapping[Place, int]) -> dict[str, int]:
    """How often the show is open now, by page or kind of socket."""
    return {place.value: places.get(place, 0) for place in Place}


def tally_json(totals: Totals, held: int, paid: int, currency: str) -> dict[str, object]:
    """`held` and `paid` are units; `gmv` is Σ amount of all orders placed (PRODUCT, section 6),
    `gmv_paid` of those paid and not refunded; both in minor units of `currency`."""
    return {
        "viewers": totals.viewers,
        **attendance_json(totals.attendance),
        "pages": pages_json(totals.places),
        "orders": totals.orders,
        "units": totals.units,
        "held": held,
        "paid": paid,
        "gmv": totals.gmv_placed,
        "gmv_paid": totals.gmv_paid,
        "currency": currency,
        "comments": totals.comments,
        "keywords": [{"word": word, "count": count} for word, count in totals.words],
        "as_of": iso(datetime.fromtimestamp(totals.now / 1000, UTC)),
    }
