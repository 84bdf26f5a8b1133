"""The operator of the sale: sets it up, restocks, pauses, refunds, reads; closes it and gathers the end."""

import asyncio
import random
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from live.crowd.client import Client
from scripts.faults.asking import AGAIN_S, Asker
from scripts.faults.history import History, now_ms

PAGE = 500
STOCK = 1_000_000  # of each item: restocks never fail for want of it
# (units, limit of a buyer, hold in s, price in minor units). Small and short: all of it is sold, held,
# expired and sold again many times while faults strike.
OFFERS = ((24, 2, 2, 4900), (40, 3, 2, 1990), (16, 6, 3, 9900), (60, 4, 4, 100))
ACT_S = (0.1, 0.4)
SAMPLE_S = 0.1  # between two looks at the offers, one after the other
SETTLE_S = 90.0  # for the ledger and the holds, at the end
OVERDUE_MS = 5_000  # a hold that is so late in a quiet house will not end any more
GRACE_S = 2.5  # a request still on its way has no effect after so long

Json = dict[str, Any]


class Operator:
    """One show. `direct` requests do not go through the fault proxy."""

    def __init__(self, client: Client, token: str, seed: int, history: History) -> None:
        self._client = client
        self._token = token
        self._dice = random.Random(f"{seed}:operator")
        self._asker = Asker(client, history)
        self.show = ""
        self.offers: list[Json] = []
        self._probes = 0
        self.receipts: list[Json] = []

    async def set_up(self) -> None:
        """A show on air with its offers open."""
        made = await self._call("POST", "/shows", {"title": "Chaos", "currency": "CNY"})
        self.show = made["id"]
        await self._call("POST", f"/shows/{self.show}/start", {})
        for number, (quantity, limit, hold_s, price) in enumerate(OFFERS):
            item = {
                "sku": f"C-{number}",
                "title": f"Item {number}",
                "list_price": 9900,
                "stock": STOCK,
            }
            made = await self._call("POST", f"/shows/{self.show}/items", item)
            offer = {
                "item_id": made["id"],
                "kind": "flash_sale",
                "price": price,
                "quantity": quantity,
                "per_buyer_limit": limit,
                "duration_s": 24 * 3600,
                "hold_s": hold_s,
            }
            made = await self._call("POST", f"/shows/{self.show}/offers", offer)
            await self._call("POST", f"/offers/{made['id']}/push", {})
            told = {"id": made["id"], "quantity": quantity, "limit": limit, "price": price}
            self.offers.append(told | {"hold_s": hold_s})

    async def run(self) -> None:
        """Moves stock until cancelled."""
        while True:
            await asyncio.sleep(self._dice.uniform(*ACT_S))
            offer, draw = self._dice.choice(self.offers)["id"], self._dice.random()
            if draw < 0.75:
                await self._restock(offer, self._dice.randint(4, 12))
            elif draw < 0.87:
                await self._pause_a_while(self._dice.choice(self.offers[:-1])["id"])
            else:
                await self._refund_one()

    async def sample(self) -> None:
        """Looks at one offer after the other until cancelled."""
        while True:
            for offer in self.offers:
                await self._ask("sample", f"/offers/{offer['id']}", method="GET", offer=offer["id"])
                await asyncio.sleep(SAMPLE_S / len(self.offers))

    async def probe(self) -> None:
        """Sells a unit, sees it in the ledger, and gives it back. Returns once all of that has worked."""
        viewer = (await self._asker.insist("probe", "sign_up", "/viewers", {})).json()
        offer = self.offers[-1]["id"]
        while True:
            self._probes += 1
            if order := await self.buy(viewer, offer, 1, f"probe-{self._probes}", who="probe"):
                break
            await self._restock(offer, 2)
            await asyncio.sleep(AGAIN_S)
        path = f"/orders/{order['id']}"
        receipt = await self._asker.insist(
            "probe", "receipt", f"{path}/receipt", method="GET", token=self._token
        )
        self.receipts.append(receipt.json())
        await self._asker.insist(
            "probe", "cancel", f"{path}/cancel", token=viewer["token"], order=order["id"]
        )

    async def buy(self, viewer: Json, offer: str, quantity: int, key: str, who: str) -> Json | None:
        """The order; None when it was refused."""
        answer = await self._asker.insist(
            who,
            "order",
            f"/offers/{offer}/orders",
            {"quantity": quantity},
            token=viewer["token"],
            key=key,
            viewer=viewer["id"],
            offer=offer,
            quantity=quantity,
        )
        return answer.json() if answer.status == 201 else None

    async def close(self) -> Json:
        """With the faults over: let holds end, sell out, and gather what the server says."""
        await asyncio.sleep(GRACE_S)
        for offer in self.offers:
            if (await self._call("GET", f"/offers/{offer['id']}"))["state"] == "paused":
                await self._insist_move("resume", offer["id"])
        await self._settled()
        await asyncio.sleep(max(hold_s for _, _, hold_s, _ in OFFERS) + 1)
        overdue = await self._free_what_is_held()
        for offer in self.offers:
            await self._sell_out(offer)
        audit = await self._settled()
        return {
            "audit": audit,
            "rows": await self._rows(),
            "overdue": overdue,
            "export": await self._export(),
            "receipts": self.receipts,
        }

    async def end(self) -> None:
        await self._call("POST", f"/shows/{self.show}/end", {})

    async def _free_what_is_held(self) -> list[Json]:
        """After a rebuild a hold may have two minutes of grace: cancel it. Returns those overdue."""
        overdue = []
        for row in await self._rows("held"):
            path = f"/orders/{row['id']}"
            order = await self._call("GET", path)
            due_ms = datetime.fromisoformat(order["expires_at"]).timestamp() * 1000
            if order["state"] == "held" and due_ms < now_ms() - OVERDUE_MS:
                overdue.append(order)
            await self._asker.insist(
                "operator", "cancel", f"{path}/cancel", token=self._token, order=row["id"]
            )
        return overdue

    async def _sell_out(self, offer: Json) -> None:
        """New viewers buy and pay all that is left."""
        number = 0
        while left := (await self._call("GET", f"/offers/{offer['id']}"))["left"]:
            number += 1
            viewer = (await self._asker.insist("last", "sign_up", "/viewers", {})).json()
            key = f"last-{offer['id']}-{number}"
            order = await self.buy(viewer, offer["id"], min(left, offer["limit"]), key, who="last")
            if order is None:
                return  # the checks will say so
            path = f"/orders/{order['id']}/pay"
            await self._asker.insist(
                "last", "pay", path, token=viewer["token"], order=order["id"], viewer=viewer["id"]
            )

    async def _settled(self) -> Json:
        """The audit, once the ledger has caught up; the last one there was, if it does not."""
        until = time.monotonic() + SETTLE_S
        while True:
            audit = await self._call("GET", f"/shows/{self.show}/audit")
            if audit["ok"] or time.monotonic() > until:
                return audit
            await asyncio.sleep(0.2)

    async def _rows(self, state: str = "") -> list[Json]:
        rows: list[Json] = []
        after = 0
        while True:
            path = f"/shows/{self.show}/orders?limit={PAGE}&after={after}"
            page = await self._call("GET", path + (f"&state={state}" if state else ""))
            rows += page["orders"]
            if not page["next"]:
                return rows
            after = int(page["next"])

    async def _export(self) -> str:
        path = f"/api/v1/shows/{self.show}/ledger"
        answer, _ = await self._client.insist("GET", path, token=self._token)
        return answer.body.decode()

    async def _restock(self, offer: str, delta: int) -> None:
        await self._ask(
            "restock", f"/offers/{offer}/restock", {"delta": delta}, offer=offer, delta=delta
        )

    async def _pause_a_while(self, offer: str) -> None:
        """Never the last offer: there the probe sells."""
        await self._ask("pause", f"/offers/{offer}/pause", {}, offer=offer)
        await asyncio.sleep(self._dice.uniform(0.1, 0.5))
        await self._insist_move("resume", offer)

    async def _insist_move(self, verb: str, offer: str) -> None:
        path = f"/offers/{offer}/{verb}"
        await self._asker.insist("operator", verb, path, {}, token=self._token, offer=offer)

    async def _refund_one(self) -> None:
        """An operator's cancel of some paid order gives its units back."""
        path = f"/shows/{self.show}/orders?state=paid&limit=50"
        answer = await self._ask("list", path, method="GET")
        rows = answer.json().get("orders", []) if answer is not None else []
        if rows:
            order = self._dice.choice(rows)["id"]
            await self._ask("cancel", f"/orders/{order}/cancel", {}, order=order)

    async def _ask(self, do: str, path: str, body: Json | None = None, **how: Any) -> Any:
        return await self._asker.ask("operator", do, path, body, token=self._token, **how)

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Json:
        return await self._client.call(method, f"/api/v1{path}", body, token=self._token)
