"""Which sale is on air, which comes next, and which one has come back."""

from collections.abc import Iterable

from live.domain.offer import OfferState
from live.errors import Conflict
from live.features.screens.presenters.views import (
    ON_AIR,
    Board,
    ItemView,
    OfferView,
    sorted_by_push,
)


def choose_current(offers: list[OfferView]) -> OfferView | None:
    """The offer that is on air: the one pushed last that has not closed, else the last one at all."""
    pushed = sorted_by_push([o for o in offers if o.was_on_air])
    on_air = [o for o in pushed if o.state in ON_AIR]
    return next(reversed(on_air or pushed), None)


def choose_next(
    items: list[ItemView], current: OfferView | None, chosen: str = ""
) -> OfferView | None:
    """The draft that the operator has `chosen`; else the first one after the current item in line-up order,
    else the first draft at all."""
    drafts = drafts_of(items)
    for draft in drafts:
        if draft.id == chosen:
            return draft
    after = [d for d in drafts if current and d.item.position > current.item.position]
    return next(iter(after or drafts), None)


def drafts_of(items: Iterable[ItemView]) -> list[OfferView]:
    """What could come next, in line-up order."""
    return [item.offer for item in items if item.offer and item.offer.state == OfferState.DRAFT]


def wanted_draft(board: Board, offer_id: str, step: int, slot: int) -> OfferView | None:
    """The draft with that id; or so many places after (before) the one that is next, at the ends the last
    (first); or in line `slot`. Raises Conflict `no_draft`. None for none of the three: the next by itself."""
    drafts = drafts_of(board.items)
    if step:
        at = next((i for i, draft in enumerate(drafts) if draft == board.next), 0)
        found = drafts[min(max(at + step, 0), len(drafts) - 1)] if drafts else None
    elif slot:
        found = next((draft for draft in drafts if draft.item.position == slot), None)
    elif offer_id:
        return next((draft for draft in drafts if draft.id == offer_id), None)
    else:
        return None
    if found is None:
        raise Conflict("There is nothing to push there.", code="no_draft")
    return found


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
