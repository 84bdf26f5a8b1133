"""The demo's auto-operator: when a sale is over it pushes the next, and prepares new ones at the end."""

import asyncio
import time
from typing import Any

from live.cli.demo_crowd import Crowd
from live.cli.demo_show import Memory, deliver, make_drafts
from live.crowd.client import Client, Refused, Unanswered

LOOK_S = 2.0
AFTER_S = 20.0  # between the end of one sale and the next: time to talk about it
OVER = frozenset({"sold_out", "closed"})


class AutoOperator:
    """Pushes only when nothing is on sale, so it never works against a human operator."""

    def __init__(self, client: Client, memory: Memory, crowd: Crowd) -> None:
        self._client = client
        self._memory = memory
        self._crowd = crowd
        self._over_since: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._look()
            except (Refused, Unanswered):
                self._over_since = None  # somebody else was quicker, or the server is away
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        offers = [o for offer_id in self._ids() if (o := await self._offer(offer_id))]
        on_sale = [o for o in offers if o["state"] not in OVER and o["state"] != "draft"]
        self._crowd.look_at(on_sale[-1] if on_sale else None)
        if on_sale:
            self._over_since = None
            return
        if self._over_since is None:
            self._over_since = time.monotonic()
        if time.monotonic() - self._over_since >= AFTER_S:
            await self._next(offers)
            self._over_since = None

    def _ids(self) -> list[str]:
        """Our own sales, and whatever a human operator has put on air meanwhile."""
        own = [str(offer_id) for offer_id in self._memory.facts["offers"]]
        return [*own, *(seen for seen in self._crowd.offers_heard if seen not in own)]

    async def _next(self, offers: list[dict[str, Any]]) -> None:
        for offer in offers:
            if offer["state"] == "sold_out":
                await self._post(str(offer["id"]), "close")
        drafts = [str(o["id"]) for o in offers if o["state"] == "draft"]
        if not drafts:
            drafts = await make_drafts(self._client, self._memory)
            self._crowd.offers_heard.clear()
        try:
            await self._post(drafts[0], "push")
        except Refused as refused:
            if refused.code != "stock_short":
                raise
            await deliver(self._client, self._memory)
            await self._post(drafts[0], "push")

    async def _offer(self, offer_id: str) -> dict[str, Any]:
        answer, _ = await self._client.insist("GET", f"/api/v1/offers/{offer_id}")
        return answer.json() if answer.ok else {}

    async def _post(self, offer_id: str, verb: str) -> None:
        token = self._memory.get("token")
        await self._client.call("POST", f"/api/v1/offers/{offer_id}/{verb}", {}, token=token)
