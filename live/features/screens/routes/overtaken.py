"""Why a press in the control room came too late: who did what before it, and when."""

from starlette.requests import Request

from live.domain.access import Actor
from live.domain.act import DONE
from live.domain.offer import OfferState
from live.errors import Conflict, IllegalMove, LiveError
from live.features.screens.presenters.acts import actor_name
from live.features.screens.presenters.views import OfferView
from live.features.screens.routes.common import boards_of
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.language import language_of
from live.web.words import translate

# A move, and the states that it explains; in any other one the sale has gone on by itself since.
MOVES = {
    "offer:push": (OfferState.ARMED, OfferState.OPEN),
    "offer:pause": (OfferState.PAUSED,),
    "offer:resume": (OfferState.OPEN,),
    "offer:close": (OfferState.CLOSED,),
    "offer:take_back": (OfferState.CLOSED,),
}


async def overtaken(
    request: Request, show: Show, offer_id: str, by: Actor, refused: IllegalMove
) -> LiveError:
    """The refusal with its reason: the last move of that sale, or what has become of it by itself; as it was
    where neither is known."""
    board = await boards_of(request).board(show.id, fresh=True)
    offer = next((one for one in board.offers if one.id == offer_id), None)
    if offer is None or offer.state == OfferState.DRAFT:
        return refused
    lang, now = language_of(request), runtime_of(request).clock.now()
    moves = [a for a in board.acts if a.result == DONE and a.verb in MOVES and a.detail == offer_id]
    if not moves or offer.state not in MOVES[moves[-1].verb]:
        return Conflict(code="sale_is", values=_state(lang, offer))
    last = moves[-1]
    did = translate(lang, f"audit.act.{last.verb}", what=offer.item.name)
    ago = _ago(lang, max(0, int((now - last.at).total_seconds())))
    if last.actor == by.name:
        return Conflict(code="overtaken_own", values={"did": did, "ago": ago})
    who = actor_name(last.actor, lang)
    return Conflict(code="overtaken", values={"did": did, "ago": ago, "who": who})


def _ago(lang: str, seconds: int) -> str:
    minutes = seconds // 60
    return translate(lang, f"ago.{'minutes' if minutes else 'seconds'}", n=minutes or seconds)


def _state(lang: str, offer: OfferView) -> dict[str, object]:
    return {"title": offer.item.name, "state": translate(lang, f"offers.state.{offer.state}")}
