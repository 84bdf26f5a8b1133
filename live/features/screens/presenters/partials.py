"""Board → partials: which templates make up each screen. Page and socket draw the same files."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from live.domain.comment import OwnComment
from live.domain.order import warns_ms
from live.features.screens.presenters.mine import Mine, Refusal
from live.features.screens.presenters.views import Board, OrderView
from live.hotpath.stock import Order
from live.hotpath.wait import Place, still
from live.web.render import draw

PARTIALS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "setup": (
        ("setup-news", "shows/_setup_news.html"),
        ("setup-steps", "shows/_steps.html"),
        ("host-devices", "hosts/_devices.html"),
    ),
    "control": (
        ("status", "shows/_status.html"),
        ("recovery", "shows/_recovery.html"),
        ("demo", "shows/_demo.html"),
        ("rehearsal", "rehearsals/_bar.html"),
        ("rundown", "shows/_rundown.html"),
        ("on-air", "offers/_on_air.html"),
        ("next", "offers/_next.html"),
        ("trend", "shows/_trend.html"),
        ("orders", "orders/_list.html"),
        ("comments", "comments/_list.html"),
        ("quick-replies", "comments/_quick.html"),
        ("cue", "shows/_cue.html"),
        ("quick-cues", "shows/_quick.html"),
        ("host-devices", "hosts/_devices.html"),
        ("log-line", "audit/_log_line.html"),
        ("marks", "audit/_marks.html"),
    ),
    "host": (
        ("host-bar", "shows/_host_bar.html"),
        ("host-current", "shows/_host_current.html"),
        ("host-next", "shows/_host_next.html"),
        ("host-cue", "shows/_host_cue.html"),
    ),
    "viewer": (
        ("watch-top", "watch/_top.html"),
        ("watch-picture", "watch/_picture.html"),
        ("watch-comments", "watch/_comments.html"),
        ("watch-offer", "watch/_offer.html"),
        ("watch-also", "watch/_also.html"),
        ("watch-next", "watch/_next.html"),
        ("buy-bar", "watch/_buy.html"),
        ("wait-ladder", "watch/_wait_ladder.html"),
    ),
    "overlay": (
        ("overlay-votes", "overlay/_votes.html"),
        ("overlay-ticker", "overlay/_ticker.html"),
        ("overlay-pinned", "overlay/_pinned.html"),
        ("overlay-card", "overlay/_card.html"),
    ),
}


def present(board: Board, screen: str, lang: str, view: str = "") -> dict[str, str]:
    """Partial id → HTML, all that the screen keeps fresh. `view`: what of it, as in `Audience.view`."""
    return {
        name: draw(template, lang, board=board, view=view) for name, template in PARTIALS[screen]
    }


def present_mine(board: Board, mine: Mine, lang: str) -> dict[str, str]:
    """What only this viewer sees."""
    return {
        "my-order": draw("watch/_my_order.html", lang, board=board, mine=mine),
        "my-wait": draw("watch/_my_wait.html", lang, board=board, mine=mine),
    }


def present_limits(board: Board, units: Mapping[str, int], lang: str) -> dict[str, str]:
    """What this viewer has of each offer already: the button says it before the press."""
    return {"my-limit": draw("watch/_my_limit.html", lang, board=board, units=units)}


def present_own(own: Sequence[OwnComment], lang: str) -> dict[str, str]:
    """What this viewer has said last; nothing for who has said nothing."""
    return {"own-say": draw("watch/_own_say.html", lang, own=own)} if own else {}


def pushed_ids(board: Board) -> list[str]:
    """The offers of which somebody may have something."""
    return [offer.id for offer in board.offers if offer.state != "draft"]


GOT = ("paid", "refunded")


def mine_view(
    board: Board,
    orders: Sequence[Order],
    viewer_id: str,
    refusal: Refusal | None = None,
    place: Place | None = None,
) -> Mine:
    """The viewer's newest order as their card shows it, what else they have to pay, and what they got. Newest first."""
    newest = order_view(board, orders[0]) if orders else None
    got = [order for order in orders[1:] if order.state in GOT]
    if orders and orders[0].state == "refunded":  # whose card gives way
        got = [orders[0], *got]
    unpaid = [order_view(board, order) for order in orders[1:] if order.state == "held"]
    views = [order_view(board, order) for order in got]
    return Mine(viewer_id, "", newest, unpaid, views, refusal, still(place, orders))


def order_view(board: Board, order: Order) -> OrderView:
    offer = next((o for o in board.offers if o.id == order.offer), None)
    return OrderView(
        id=order.id,
        name=order.name,
        title=offer.item.name if offer else "",
        quantity=order.quantity,
        amount=order.amount,
        currency=order.currency,
        state=order.state,
        at=datetime.fromtimestamp(order.placed_ms / 1000, UTC),
        expires_at=datetime.fromtimestamp(order.expires_ms / 1000, UTC),
        offer=offer,
        late=order.late,
        extended=order.is_extended,
        warn_at=datetime.fromtimestamp(warns_ms(order.placed_ms, order.expires_ms) / 1000, UTC),
    )
