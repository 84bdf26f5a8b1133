"""The pre-show check: what is ready, what to watch, what must be mended before the show may start.

Some of its findings are the steps of setting up a show; set-up shows these in a row.
"""

from collections.abc import Mapping, Sequence

from live.domain.attendance import Place
from live.domain.marks import mark_of
from live.domain.offer import OfferState
from live.domain.show import ShowState, line_up_fault
from live.features.rehearsals.actions import Rehearsals
from live.features.screens.presenters.health_views import Finding
from live.features.screens.presenters.number_views import Lamp
from live.features.screens.presenters.show_views import ShowView
from live.features.screens.presenters.views import ItemView, OfferView

NO_REHEARSALS = Rehearsals()
LAMP_STATES = {"ok": "done", "fail": "fail"}


def check_of(
    show: ShowView,
    items: Sequence[ItemView],
    lamps: Sequence[Lamp],
    places: Mapping[Place, int],
    *,
    played: str,
    rehearsals: Rehearsals = NO_REHEARSALS,
) -> tuple[Finding, ...]:
    """Nothing once the show has begun. `places`: how often each page is open; `played`: mark of the video
    address that was seen playing lately. While it is rehearsed its screens are there, and nobody misses them."""
    if show.state != ShowState.PLANNED:
        return ()
    setup = f"/shows/{show.id}/setup"
    return (
        *_goods(items, setup),
        _stream(show, setup, played),
        *(_away("overlay") if rehearsals.live else _overlay(places, setup)),
        *(_away("host") if rehearsals.live else _host(places, setup)),
        *_rehearsal(show, setup, rehearsals),
        Finding("screens", "done", "viewer", "viewer_text", act="copy_viewer"),
        *(_lamp(lamp) for lamp in lamps),
    )


def _goods(items: Sequence[ItemView], setup: str) -> list[Finding]:
    ready = [item.offer for item in items if item.offer]
    fault = line_up_fault(len(items), len(ready))
    if fault == "no_items":
        add = f"{setup}#add-item"
        return [
            Finding("goods", "fail", fault, f"{fault}_text", {}, "add", add, "line_up"),
            Finding("goods", "todo", "sale_later", "sale_later_text", step="sale"),
        ]
    values = {"n": len(ready), "total": len(items), "units": f"{sum(o.quantity for o in ready):,}"}
    line_up = Finding("goods", "done", "offers", "offers_text", values, step="line_up")
    if len(ready) < len(items):
        bare = next(item.id for item in items if not item.offer)
        line_up = Finding(
            "goods", "warn", "some_offers", "some_offers_text",
            values, "price", f"{setup}?item={bare}#price", "line_up",
        )  # fmt: skip
    short = [item for item in items if item.short is not None]
    if short:
        values = {"n": len(short), "title": short[0].name, "stock": short[0].short or 0}
        line_up = Finding(
            "goods", "warn", "units_short", "units_short_text",
            values, "price", f"{setup}?item={short[0].id}#price", "line_up",
        )  # fmt: skip
    odd = [item.offer for item in items if item.offer and is_odd(item.offer)]
    if odd:
        values = {"n": len(odd), "title": odd[0].item.name}
        line_up = Finding(
            "goods", "warn", "price_odd", "price_odd_text",
            values, "price", f"{setup}?item={odd[0].item.id}#price", "line_up",
        )  # fmt: skip
    if fault:
        line_up = Finding("goods", "done", "items", "items_text", {"n": len(items)}, step="line_up")
    return [line_up, _sale(items[0], fault, setup), _pictures(items, setup)]


def is_odd(offer: OfferView) -> bool:
    """What is prepared has a price that somebody should look at again."""
    return offer.state == OfferState.DRAFT and bool(offer.price_doubt)


def _sale(first: ItemView, fault: str, setup: str) -> Finding:
    """Whether the first thing to sell can be pushed the moment the show is on air."""
    values = {"title": first.name, "n": 0, "stock": first.stock}
    price = f"{setup}?item={first.id}#price"
    if fault:
        return Finding("goods", "fail", fault, f"{fault}_text", values, "price", price, "sale")
    if first.offer is None:
        return Finding(
            "goods", "warn", "first_bare", "first_bare_text", values, "price", price, "sale"
        )
    values["n"] = first.offer.quantity
    if first.offer.quantity > first.stock:
        return Finding(
            "goods", "warn", "first_short", "first_short_text", values, "price", price, "sale"
        )
    return Finding("goods", "done", "first_ready", "first_ready_text", values, step="sale")


def _pictures(items: Sequence[ItemView], setup: str) -> Finding:
    missing = [item.id for item in items if not item.image_url]
    if not missing:
        return Finding("goods", "done", "pictures", "pictures_text")
    where = f"{setup}?item={missing[0]}&edit={missing[0]}"
    return Finding(
        "goods", "warn", "pictures_missing", "pictures_missing_text",
        {"n": len(missing)}, "picture", where,
    )  # fmt: skip


def _stream(show: ShowView, setup: str, played: str) -> Finding:
    if not show.stream_url:
        where = f"{setup}#stream-url"
        return Finding(
            "video", "warn", "no_stream", "no_stream_text", {}, "stream", where, "stream"
        )
    if played == mark_of(show.stream_url):
        return Finding("video", "done", "stream", "stream_text", step="stream")
    where = f"/watch/{show.slug}"
    return Finding(
        "video", "warn", "stream_unseen", "stream_unseen_text", {}, "watch", where, "stream"
    )


def _overlay(places: Mapping[Place, int], setup: str) -> list[Finding]:
    if places.get(Place.OBS):
        return [Finding("screens", "done", "overlay_on", "overlay_on_text", step="overlay")]
    found = "overlay_elsewhere" if places.get(Place.OVERLAY) else "overlay_off"
    where = f"{setup}#address-overlay"
    return [Finding("screens", "warn", found, f"{found}_text", {}, "overlay", where, "overlay")]


def _host(places: Mapping[Place, int], setup: str) -> list[Finding]:
    if places.get(Place.HOST):
        return [Finding("screens", "done", "host_on", "host_on_text", step="host")]
    where = f"{setup}#connect-host"
    return [Finding("screens", "warn", "host_off", "host_off_text", {}, "host", where, "host")]


def _away(screen: str) -> list[Finding]:
    return [Finding("screens", "todo", f"{screen}_away", "screen_away_text", step=screen)]


def _rehearsal(show: ShowView, setup: str, rehearsals: Rehearsals) -> list[Finding]:
    is_go = rehearsals.is_go
    if show.rehearsal_of:
        return []
    if rehearsals.live:
        back = f"/shows/{rehearsals.live}/control"
        return [
            Finding(
                "screens",
                "todo",
                "rehearsing",
                "rehearsing_text",
                {},
                "rehearsing",
                back,
                "rehearsal",
            )
        ]
    found = "rehearsed" if is_go else "not_rehearsed" if is_go is None else "no_go"
    state = "done" if is_go else "todo" if is_go is None else "warn"
    where = f"{setup}#rehearse"
    return [Finding("screens", state, found, f"{found}_text", {}, "rehearse", where, "rehearsal")]


def _lamp(lamp: Lamp) -> Finding:
    state = LAMP_STATES.get(lamp.state, "warn")
    return Finding("machines", state, lamp.name, lamp.state)
