"""Which sale is on air, which comes next, and which one has come back."""

from dataclasses import replace

from live.domain.offer import OfferState
from live.features.screens.presenters.views import (
    ON_AIR,
    Board,
    ItemView,
    OfferView,
    sorted_by_push,
)


def choose_current(offers: list[OfferView]) -> OfferView | None:
    """The offer that is on air: the one pushed last that has not closed, else the last one at all."""
    pushed = sorted_by_push([o for o in offers if o.state != OfferState.DRAFT])
    on_air = [o for o in pushed if o.state in ON_AIR]
    return next(reversed(on_air or pushed), None)


def choose_next(items: list[ItemView], current: OfferView | None) -> OfferView | None:
    """The first draft after the current item in line-up order, else the first draft at all."""
    drafts = [item.offer for item in items if item.offer and item.offer.state == OfferState.DRAFT]
    after = [d for d in drafts if current and d.item.position > current.item.position]
    return next(iter(after or drafts), None)


def with_offer(item: ItemView, offer: OfferView | None, paid: int) -> ItemView:
    return replace(item, offer=offer, paid=paid)


def came_back(before: Board | None, now: Board) -> OfferView | None:
    """The sale that is on air again because the one pushed after it has closed."""
    if before is None or before.current is None or now.current is None:
        return None
    if before.current.id == now.current.id or now.current.state not in ON_AIR:
        return None
    closed = {o.id for o in now.offers if o.state == OfferState.CLOSED}
    stayed = {o.id for o in before.others}
    is_back = before.current.id in closed and now.current.id in stayed
    return now.current if is_back else None
