"""The API as a shop's operator and a crowd of patient buyers use it."""

import asyncio
import random
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx2

PATIENCE_S = 20.0
ORDER_ROW = re.compile(r'class="order-row is-(\w+)" id="order-([\w-]+)"')


class Operator:
    def __init__(self, url: str, token: str) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"{url}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=10
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self._http.get(path, params=query)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def delete(self, path: str) -> None:
        answer = await self._http.delete(path)
        assert answer.is_success, answer.text

    async def open_show(self) -> str:
        show = await self.post("/shows", title="Kills", currency="CNY")
        await self.post(f"/shows/{show['id']}/start")
        return str(show["id"])

    async def open_offer(self, show: str, quantity: int, limit: int) -> str:
        sku = secrets.token_hex(4)
        item = await self.post(
            f"/shows/{show}/items", sku=sku, title="Item", list_price=9900, stock=quantity
        )
        offer = await self.post(
            f"/shows/{show}/offers",
            item_id=item["id"],
            kind="flash_sale",
            price=4900,
            quantity=quantity,
            per_buyer_limit=limit,
            duration_s=600,
            hold_s=300,
        )
        await self.post(f"/offers/{offer['id']}/push")
        return str(offer["id"])

    async def orders(self, show: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: dict[str, Any] = {}
        while True:
            page = await self.get(f"/shows/{show}/orders", limit=500, **after)
            found += page["orders"]
            if not page["next"]:
                return found
            after = {"after": page["next"]}

    async def listed(self, page: str) -> list[tuple[str, str]]:
        """Id and state of the orders on the control room, from the top."""
        answer = await self._http.get(self._http.base_url.copy_with(path=page))
        assert answer.is_success, answer.text
        return [(order, state) for state, order in ORDER_ROW.findall(answer.text)]

    async def settled_audit(self, show: str) -> dict[str, Any]:
        """The proof, once the ledger has caught up."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    proof = await self.get(f"/shows/{show}/audit")
                    if proof["ok"]:
                        return proof
                except (AssertionError, httpx2.HTTPError):  # it is being started again
                    pass
                await asyncio.sleep(0.1)


@dataclass
class Crowd:
    """Buyers who send the same key again until they know what became of it."""

    url: str
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)  # key → the answer
    refused: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  # what no buyer may ever be told
    viewers: list[str] = field(default_factory=list)  # tokens
    mark: int = 0  # so many accepted orders, and then `reached` is set
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrive(self, count: int) -> None:
        async with self._http() as http:
            answers = await asyncio.gather(*(http.post("/viewers", json={}) for _ in range(count)))
        self.viewers = [answer.json()["token"] for answer in answers]

    def _http(self) -> httpx2.AsyncClient:
        limits = httpx2.Limits(max_connections=64, max_keepalive_connections=64)
        return httpx2.AsyncClient(base_url=f"{self.url}/api/v1", timeout=10, limits=limits)

    async def rush(self, offer: str, orders: int, over_s: float) -> None:
        """So many orders of one unit, spread over `over_s`, a third of them sent twice at once."""
        async with self._http() as http:
            work = []
            for n in range(orders):
                key, token = f"{offer}-{n}", self.viewers[n % len(self.viewers)]
                for _ in range(2 if n % 3 == 0 else 1):
                    work.append(self._buy(http, offer, key, token, over_s * n / orders))
            async with asyncio.timeout(PATIENCE_S + over_s):
                await asyncio.gather(*work)

    async def _buy(
        self, http: httpx2.AsyncClient, offer: str, key: str, token: str, wait_s: float
    ) -> None:
        await asyncio.sleep(wait_s)
        headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
        while True:
            try:
                answer = await http.post(
                    f"/offers/{offer}/orders", json={"quantity": 1}, headers=headers
                )
            except httpx2.TransportError as error:
                self.troubles[type(error).__name__] += 1
            else:
                if answer.status_code != 503:
                    return self._learn(key, answer)
                self.troubles[answer.json()["code"]] += 1
            await asyncio.sleep(random.uniform(0.05, 0.2))

    def _learn(self, key: str, answer: httpx2.Response) -> None:
        if answer.status_code == 201:
            first = self.accepted.setdefault(key, answer.json())
            if first != answer.json():
                self.wrong.append(f"{key}: another answer than before")
            if len(self.accepted) >= self.mark:
                self.reached.set()
        elif answer.status_code == 409:
            self.refused[answer.json()["code"]] += 1
        else:
            self.wrong.append(f"{key}: {answer.status_code} {answer.text}")
