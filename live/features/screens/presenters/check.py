"""The pre-show check: what is ready, what to watch, what must be mended before the show may start."""

from collections.abc import Mapping, Sequence

from live.domain.attendance import Place
from live.domain.show import ShowState, line_up_fault
from live.features.screens.presenters.views import Finding, ItemView, Lamp, ShowView

LAMP_STATES = {"ok": "done", "fail": "fail"}


def check_of(
    show: ShowView, items: Sequence[ItemView], lamps: Sequence[Lamp], places: Mapping[Place, int]
) -> tuple[Finding, ...]:
    """Nothing once the show has begun. `places`: how often each page is open."""
    if show.state != ShowState.PLANNED:
        return ()
    return (
        *_goods(items),
        _stream(show),
        *_screens(places),
        Finding("screens", "done", "viewer", "viewer_text", act="copy_viewer"),
        *(_lamp(lamp) for lamp in lamps if lamp.name != "stream"),
    )


def _goods(items: Sequence[ItemView]) -> list[Finding]:
    ready = [item.offer for item in items if item.offer]
    if fault := line_up_fault(len(items), len(ready)):
        return [Finding("goods", "fail", fault, f"{fault}_text", act="setup")]
    values = {"n": len(ready), "total": len(items), "units": f"{sum(o.quantity for o in ready):,}"}
    found = [Finding("goods", "done", "offers", "offers_text", values)]
    if len(ready) < len(items):
        found = [Finding("goods", "warn", "some_offers", "some_offers_text", values, "setup")]
    missing = sum(not item.image_url for item in items)
    if missing:
        values = {"n": missing}
        found.append(
            Finding("goods", "warn", "pictures_missing", "pictures_missing_text", values, "setup")
        )
    else:
        found.append(Finding("goods", "done", "pictures", "pictures_text"))
    return found


def _stream(show: ShowView) -> Finding:
    if show.stream_url:
        return Finding("video", "done", "stream", "stream_text", {"address": show.stream_url})
    return Finding("video", "warn", "no_stream", "no_stream_text", act="setup")


def _screens(places: Mapping[Place, int]) -> list[Finding]:
    """A show can start without them, and somebody will look for them a minute later."""
    return [
        Finding("screens", "done", f"{name}_on", f"{name}_on_text")
        if places.get(name)
        else Finding("screens", "warn", f"{name}_off", f"{name}_off_text", act=act)
        for name, act in ((Place.HOST, "host"), (Place.OVERLAY, "setup"))
    ]


def _lamp(lamp: Lamp) -> Finding:
    state = LAMP_STATES.get(lamp.state, "warn")
    return Finding("machines", state, lamp.name, lamp.state)
