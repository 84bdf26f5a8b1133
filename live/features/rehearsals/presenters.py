"""A rehearsal's crowd and card, as the API tells them."""

from live.domain.crowd import Seen
from live.domain.go_no_go import Card, Line
from live.domain.moments import rfc3339_of
from live.hotpath.crowds import Crowd

NOBODY = Seen()


def crowd_json(crowd: Crowd | None) -> dict[str, object]:
    """Waits in ms; null while there are none."""
    seen = Seen.unpacked(crowd.seen) if crowd else NOBODY
    return {
        "running": crowd is not None,
        "watching": seen.watching,
        "wishes": seen.wishes,
        "accepted": seen.accepted,
        "refused": seen.refused.total(),
        "errors": seen.errors.total() + seen.unanswered,
        "paid": seen.paid,
        "comments": seen.comments,
        "order_p50_ms": _whole(seen.order.percentile(50)),
        "order_p99_ms": _whole(seen.order.percentile(99)),
        "screen_p99_ms": _whole(seen.screen.percentile(99)),
    }


def _whole(ms: float | None) -> int | None:
    return None if ms is None else round(ms)


def card_json(show_id: str, rehearsal_of: str, card: Card) -> dict[str, object]:
    return {
        "show_id": show_id,
        "rehearsal_of": rehearsal_of,
        "go": card.is_go,
        "settled": card.is_settled,
        "started_at": rfc3339_of(card.started_at) if card.started_at else None,
        "ended_at": rfc3339_of(card.ended_at) if card.ended_at else None,
        "crowds": [end or "killed" for end in card.ends],
        "lines": [_line_json(line) for line in card.lines],
    }


def _line_json(line: Line) -> dict[str, object]:
    return {
        "name": line.name,
        "verdict": line.verdict,
        "code": line.code,
        "blocks": line.blocks,
        "values": dict(line.values),
        "names": list(line.names),
    }
