"""The demo's audience: a few dozen viewers who come and go, talk, and buy what is on sale."""

import asyncio
import random
import secrets
from dataclasses import dataclass, field
from typing import Any

from live.crowd.client import Client, Refused, Unanswered
from live.crowd.voices import Manner, new_manner, new_name, says
from live.crowd.watcher import Watcher

GUESTS = 44  # seats: about so many are there at a time
FAREWELL_SHARE = 0.6  # of those who leave: somebody else takes the seat
STAY_S = (60.0, 240.0)
AWAY_S = (10.0, 60.0)
ARRIVE_S = 20.0  # the room fills within this
TALK_EVERY_S = (0.8, 2.5)  # mean pause between two comments: while something is on sale, otherwise
SELL_OUT_S = 75.0  # a sale of any size lasts about this long
PAY_SHARE, CANCEL_SHARE = 0.75, 0.05
PAY_AFTER_S = (2.0, 18.0)
TROUBLE_S = 3.0


@dataclass(slots=True)
class Guest:
    """One viewer; the token is made at the first visit and kept until they leave for good."""

    manner: Manner = field(default_factory=new_manner)
    name: str = ""
    token: str = ""
    here: bool = False

    def __post_init__(self) -> None:
        self.name = new_name(self.manner)

    def leave_for_good(self) -> None:
        """The seat is somebody else's now."""
        self.manner, self.token = new_manner(), ""
        self.name = new_name(self.manner)


class Crowd:
    """`look_at` tells it what is on sale; it does the rest until cancelled."""

    def __init__(self, client: Client, show_id: str) -> None:
        self.offers_heard: dict[str, None] = {}  # in the order in which they were heard of
        self._client = client
        self._show_id = show_id
        self._guests = [Guest() for _ in range(GUESTS)]
        self._on_sale: dict[str, Any] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    def look_at(self, offer: dict[str, Any] | None) -> None:
        """The offer that is on sale as the API says it, or None."""
        self._on_sale = offer

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for guest in self._guests:
                    group.create_task(self._visit(guest))
                group.create_task(self._talk())
                group.create_task(self._shop())
        finally:
            for errand in self._errands:
                errand.cancel()

    @property
    def _is_open(self) -> bool:
        return self._on_sale is not None and self._on_sale["state"] == "open"

    async def _visit(self, guest: Guest) -> None:
        await asyncio.sleep(random.uniform(0, ARRIVE_S))
        while True:
            try:
                await self._stay(guest)
            except (Refused, Unanswered):
                await asyncio.sleep(TROUBLE_S)
            else:
                if random.random() < FAREWELL_SHARE:
                    guest.leave_for_good()
            await asyncio.sleep(random.uniform(*AWAY_S))

    async def _stay(self, guest: Guest) -> None:
        if not guest.token:
            body = {"display_name": guest.name}
            guest.token = str((await self._client.call("POST", "/api/v1/viewers", body))["token"])
        watcher = Watcher(self._client.base_url, self._show_id, guest.token, self._hear)
        guest.here = True
        try:
            async with asyncio.timeout(random.uniform(*STAY_S)):
                await watcher.run()
        except TimeoutError:
            return
        finally:
            guest.here = False

    def _hear(self, event: dict[str, Any]) -> None:
        if event.get("type") == "offer":
            offer_id = str((event.get("data") or {}).get("id", ""))
            if offer_id:
                self.offers_heard[offer_id] = None

    async def _talk(self) -> None:
        path = f"/api/v1/shows/{self._show_id}/comments"
        while True:
            busy, calm = TALK_EVERY_S
            await asyncio.sleep(random.expovariate(1 / (busy if self._is_open else calm)))
            if guest := self._somebody():
                text = says(guest.manner, is_selling=self._is_open)
                await self._try(path, {"text": text}, guest)

    async def _shop(self) -> None:
        while True:
            offer = self._on_sale
            if offer is None or not self._is_open:
                await asyncio.sleep(0.5)
                continue
            units = int(offer.get("quantity") or 50)
            await asyncio.sleep(random.expovariate(units / SELL_OUT_S))
            if guest := self._somebody():
                errand = asyncio.create_task(self._buy(guest, str(offer["id"])))
                self._errands.add(errand)
                errand.add_done_callback(self._errands.discard)

    async def _buy(self, guest: Guest, offer_id: str) -> None:
        path = f"/api/v1/offers/{offer_id}/orders"
        order = await self._try(path, {"quantity": 1}, guest, key=secrets.token_hex(12))
        draw = random.random()
        if not order or draw >= PAY_SHARE + CANCEL_SHARE:
            return  # refused, or walks away: the hold runs out
        await asyncio.sleep(random.uniform(*PAY_AFTER_S))
        verb = "pay" if draw < PAY_SHARE else "cancel"
        await self._try(f"/api/v1/orders/{order['id']}/{verb}", {}, guest)

    async def _try(
        self, path: str, body: dict[str, object], guest: Guest, key: str = ""
    ) -> dict[str, Any] | None:
        """One request of a guest; a no is theirs to live with."""
        try:
            answer = await self._client.request("POST", path, body, token=guest.token, key=key)
        except Unanswered:
            return None
        if answer.status == 401:
            guest.token = ""  # the server's secret is another one now: come back as somebody new
        return answer.json() if answer.ok else None

    def _somebody(self) -> Guest | None:
        present = [guest for guest in self._guests if guest.here and guest.token]
        return random.choice(present) if present else None
