"""A board as it might be on air: set-up's preview of the overlay has something to show before the show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from live.features.screens.presenters.chat_views import PinView
from live.features.screens.presenters.views import ON_AIR, Board, ItemView, OfferView, OrderView
from live.web.words import translate

SELLS_S = 10 * 60
UNITS, LEFT, HELD = 100, 37, 12
PRICE, LIST_PRICE = 9900, 15900
COUNTS = (128, 64, 31)
BUYERS = (("held", 1), ("paid", 2))


def sampled(board: Board, lang: str) -> Board:
    """What is on it stays; what a show on air would have besides is made up, of the show's own products where it
    has some."""
    current = board.current
    if current is None or current.state not in ON_AIR or board.show.state != "live":
        current = _sale(board, lang)
    said = translate(lang, "overlay.sample.comment")
    pinned = board.pinned or PinView("sample", translate(lang, "overlay.sample.viewer"), said)
    return replace(
        board,
        show=replace(board.show, state="live"),
        current=current,
        pinned=pinned,
        words=_words(board.words, lang),
        orders=board.orders if board.orders else _orders(board, current, lang),
    )


def _sale(board: Board, lang: str) -> OfferView:
    offer = next((item.offer for item in board.items if item.offer), None)
    if offer is None:
        offer = _offer(board, board.items[0] if board.items else _item(lang))
    total = max(offer.total, 1)
    return replace(
        offer,
        state="open",
        quantity=total,
        restocked=0,
        left=max(1, total * LEFT // UNITS),
        held=total * HELD // UNITS,
        opens_at=board.as_of,
        closes_at=board.as_of + timedelta(seconds=offer.duration_s or SELLS_S),
    )


def _item(lang: str) -> ItemView:
    title = translate(lang, "overlay.sample.item")
    return ItemView("sample", 1, "", title, "", None, LIST_PRICE, UNITS, "")


def _offer(board: Board, item: ItemView) -> OfferView:
    price = item.list_price * PRICE // LIST_PRICE
    return OfferView(
        id="sample", item=item, state="open", price=price, currency=board.show.currency,
        quantity=UNITS, restocked=0, left=LEFT, held=HELD, paid=0, expired=0, cancelled=0, refunded=0,
        per_buyer_limit=2, duration_s=SELLS_S, hold_s=0, countdown_s=0,
        opens_at=None, closes_at=None, rest_s=0, recent_units=0,
    )  # fmt: skip


def _words(words: Sequence[tuple[str, int]], lang: str) -> tuple[tuple[str, int], ...]:
    """The watched words, as if they had been said."""
    if any(count for _, count in words):
        return tuple(words)
    told = [word for word, _ in words] or translate(lang, "overlay.sample.words").split()
    return tuple((word, COUNTS[place % len(COUNTS)]) for place, word in enumerate(told))


def _orders(board: Board, offer: OfferView, lang: str) -> tuple[OrderView, ...]:
    name = translate(lang, "overlay.sample.buyer")
    return tuple(
        OrderView(
            f"sample{place}", name, offer.item.name, units, offer.price * units, offer.currency,
            state, board.as_of, board.as_of,
        )
        for place, (state, units) in enumerate(BUYERS)
    )  # fmt: skip
