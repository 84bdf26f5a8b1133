"""One buyer's wish from click to payment. Every request is repeated under its key until it is answered."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from live.crowd.client import Answer, Client, Unanswered
from live.crowd.purchase import ACCEPTED, Purchase

PATIENCE_S = 30.0  # how long a buyer repeats one key before the result counts as unknown
LATE_S = 1.5  # after the end of the hold, when the late ones pay


@dataclass(slots=True)
class Shop:
    """What all buyers of one process share."""

    client: Client
    offer_id: str
    hold_s: int
    tokens: dict[str, str]  # viewer id -> token
    started: float = 0.0  # time.monotonic() of the first intended order
    patience_s: float = PATIENCE_S

    @property
    def now_s(self) -> float:
        return time.monotonic() - self.started


async def buy(shop: Shop, purchase: Purchase) -> None:
    """Sends the order (twins send it twice at once) and writes down what came of it."""
    if purchase.replay == "twin":
        twin = asyncio.create_task(_ask(shop, purchase))
        _note(shop, purchase, await _ask(shop, purchase))
        _note_again(shop, purchase, await twin)
    else:
        _note(shop, purchase, await _ask(shop, purchase))
    if purchase.replay == "after" and purchase.outcome == ACCEPTED:
        await asyncio.sleep(random.uniform(0.05, 1.0))
        _note_again(shop, purchase, await _ask(shop, purchase))


async def resolve(shop: Shop, purchase: Purchase) -> None:
    """An unknown result: the key is asked with again, outside the burst. Late, but an answer."""
    _note(shop, purchase, await _ask(shop, purchase))


async def finish(shop: Shop, purchase: Purchase) -> None:
    """Pays, cancels, pays too late or leaves alone, as the plan says."""
    if purchase.outcome != ACCEPTED or purchase.wish == "leave":
        return
    if purchase.wish == "late":
        due = datetime.fromisoformat(purchase.expires_at)
        wait_s = (due - datetime.fromtimestamp(time.time(), UTC)).total_seconds() + LATE_S
        await asyncio.sleep(max(wait_s, 0.0))
    else:
        await asyncio.sleep(random.uniform(0.1, min(3.0, shop.hold_s / 3)))
    verb = "cancel" if purchase.wish == "cancel" else "pay"
    path = f"/api/v1/orders/{purchase.order}/{verb}"
    try:
        answer, _ = await shop.client.insist(
            "POST", path, token=shop.tokens[purchase.buyer], patience_s=shop.patience_s
        )
    except Unanswered:
        return
    if answer.ok:
        purchase.end = str(answer.json().get("state", ""))
    else:
        purchase.end_code = answer.code


def _note(shop: Shop, purchase: Purchase, answer: Answer | None) -> None:
    purchase.answered_s = shop.now_s
    if answer is None:
        return
    purchase.status = answer.status
    if not answer.ok:
        purchase.outcome = answer.code
        return
    said = answer.json()
    purchase.outcome = ACCEPTED
    purchase.order = str(said.get("id", ""))
    purchase.expires_at = str(said.get("expires_at", ""))
    purchase.body = answer.body.decode(errors="replace")


def _note_again(shop: Shop, purchase: Purchase, again: Answer | None) -> None:
    """What the same key was answered a second time.

    A refusal is not stored: of twins one may be refused and the other, after a unit came back,
    accepted. But what is asked after an acceptance must be answered with that acceptance.
    """
    if again is None:
        return
    if purchase.outcome != ACCEPTED:
        if again.ok:
            _note(shop, purchase, again)
    elif again.ok or purchase.replay == "after":
        purchase.replays.append(again.body.decode(errors="replace"))


async def _ask(shop: Shop, purchase: Purchase) -> Answer | None:
    try:
        answer, tries = await shop.client.insist(
            "POST",
            f"/api/v1/offers/{shop.offer_id}/orders",
            {"quantity": purchase.quantity},
            token=shop.tokens[purchase.buyer],
            key=purchase.key,
            patience_s=shop.patience_s,
        )
    except Unanswered:
        return None
    purchase.repeats += tries - 1
    return answer
