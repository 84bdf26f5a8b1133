"""Buyers who ask with the same key until they know, then pay, pay late, cancel, or leave it."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scripts.faults.asking import AGAIN_S, Asker, result_of
from scripts.faults.history import History, now_ms
from scripts.faults.sockets import EventSocket, NotConnected

WISHES_MAX = 10  # of one viewer: then the limits have been tried, and another one comes
UNITS_MAX = 3
TWIN_SHARE, REPLAY_SHARE, MISUSE_SHARE = 0.15, 0.15, 0.05
EXTEND_SHARE = 0.2
ENDS = (("pay", 0.45), ("late", 0.1), ("cancel", 0.15), ("leave", 0.3))
PAUSE_S = (0.02, 0.3)
SOCKET_ANSWER_S = 4.0

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """One intended order and what its buyer means to do with it."""

    offer: str
    quantity: int
    key: str


class Buyer:
    """One after the other; every wish is drawn from the seed. Orders go by HTTP."""

    def __init__(
        self, name: str, seed: int, offers: list[str], asker: Asker, history: History
    ) -> None:
        self.name = name
        self._dice = random.Random(f"{seed}:{name}")
        self._offers = offers
        self._asker = asker
        self._history = history
        self._keys = 0
        self._viewer, self._token = "", ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            answer = await self._asker.insist(self.name, "sign_up", "/viewers", {})
            self._viewer, self._token = answer.json()["id"], answer.json()["token"]
            await self._visit()

    async def _visit(self) -> None:
        for _ in range(self._dice.randint(3, WISHES_MAX)):
            await self._wish()
            await asyncio.sleep(self._dice.uniform(*PAUSE_S))

    async def _wish(self) -> None:
        self._keys += 1
        wish = Wish(
            self._dice.choice(self._offers),
            self._dice.randint(1, UNITS_MAX),
            f"{self.name}-{self._keys}",
        )
        twin, replay, misuse, more = (self._dice.random() for _ in range(4))
        end = self._dice.choices([e for e, _ in ENDS], [share for _, share in ENDS])[0]
        wait = self._dice.random()
        asks = [self._insist(wish) for _ in range(2 if twin < TWIN_SHARE else 1)]
        answers = await asyncio.gather(*asks)
        order = next((said for result, said in answers if result == "ok"), None)
        if order is None:
            return
        if misuse < MISUSE_SHARE:
            await self._order(Wish(wish.offer, wish.quantity + 1, wish.key))
        if more < EXTEND_SHARE:
            order |= await self._extend(order)
        await self._finish(order, end, wait)
        if replay < REPLAY_SHARE:
            await self._insist(wish)

    async def _finish(self, order: Said, end: str, wait: float) -> None:
        if end == "leave":
            return
        due_ms = datetime.fromisoformat(order["expires_at"]).timestamp() * 1000
        if end == "late":
            await asyncio.sleep(max(due_ms - now_ms(), 0) / 1000 + wait)
        else:
            await asyncio.sleep(wait / 2)
        verb = "cancel" if end == "cancel" else "pay"
        path = f"/orders/{order['id']}/{verb}"
        await self._asker.insist(
            self.name, verb, path, token=self._token, order=order["id"], viewer=self._viewer
        )

    async def _extend(self, order: Said) -> Said:
        """The order's new end; nothing when it was too late."""
        answer = await self._asker.insist(
            self.name, "extend", f"/orders/{order['id']}/extend",
            token=self._token, order=order["id"], viewer=self._viewer,
        )  # fmt: skip
        return {"expires_at": answer.json()["expires_at"]} if answer.status == 200 else {}

    async def _insist(self, wish: Wish) -> tuple[str, Said]:
        while True:
            result, said = await self._order(wish)
            if result != "unknown":
                return result, said
            await asyncio.sleep(AGAIN_S)

    async def _order(self, wish: Wish) -> tuple[str, Said]:
        """One attempt."""
        answer = await self._asker.ask(
            self.name,
            "order",
            f"/offers/{wish.offer}/orders",
            {"quantity": wish.quantity},
            token=self._token,
            key=wish.key,
            viewer=self._viewer,
            offer=wish.offer,
            quantity=wish.quantity,
        )
        if answer is None:
            return "unknown", {}
        return result_of(answer.status), answer.json()


class SocketBuyer(Buyer):
    """As a buyer, but the orders go over the open socket; a new one for each viewer."""

    def __init__(self, *args: Any, url: str, show: str) -> None:
        super().__init__(*args)
        self._url, self._show = url, show
        self._socket: EventSocket | None = None
        self._refs = 0

    async def _visit(self) -> None:
        self._socket = EventSocket(self._url, self._show, self._token, lambda event: None)
        here = asyncio.create_task(self._socket.run())
        try:
            await super()._visit()
        finally:
            here.cancel()
            await asyncio.gather(here, return_exceptions=True)

    async def _order(self, wish: Wish) -> tuple[str, Said]:
        assert self._socket is not None
        self._refs += 1
        await self._socket.here.wait()
        asked = {"offer": wish.offer, "quantity": wish.quantity, "key": wish.key}
        op = self._history.invoke(self.name, "order", viewer=self._viewer, **asked)
        asked["offer_id"] = asked.pop("offer")
        try:
            said = await self._socket.order(str(self._refs), SOCKET_ANSWER_S, **asked)
        except NotConnected:  # it broke in this very moment: nothing was sent
            self._history.complete(op, "fail", code="not_connected")
            return "unknown", {}
        if said is None:
            self._history.complete(op, "unknown", why="no result")
            return "unknown", {}
        told = {name: value for name, value in said.items() if name not in ("type", "ref")}
        result = result_of(said["status"])
        self._history.complete(op, result, **told)
        return result, told
