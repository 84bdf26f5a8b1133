"""The operator's side of a run: makes the show and the sale, reads the audit and the orders at the end."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from live.crowd.client import Client, Unanswered
from scripts.crowd.options import Options

PAGE = 200  # orders a page of the list
PRICE_MINOR = 9900
OPEN_POLL_S = 0.02


class NotPossible(Exception):
    """The run cannot start or go on; the message says what to do."""


def make_token() -> str:
    """An operator's token from the checkout's own `live token create`. Raises: NotPossible."""
    command = [sys.executable, "-m", "live", "token", "create", "--role", "operator"]
    made = subprocess.run(
        [*command, "--name", "loadtest"], capture_output=True, text=True, check=False
    )
    words = made.stdout.split()
    if made.returncode != 0 or not words:
        why = (made.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        folder = os.environ.get("LIVE_DATA_DIR", "./var")
        raise NotPossible(
            f"No operator token: `live token create` on {folder} failed ({why}). Give one with "
            "--token or LIVE_TOKEN, or set LIVE_DATA_DIR to the running server's data folder."
        )
    return words[-1]


@dataclass(slots=True)
class Operator:
    """One show with one item and one sale on it."""

    client: Client
    token: str
    show_id: str = ""
    offer_id: str = ""

    async def set_up(self, options: Options) -> None:
        """Show, item, draft sale, on air."""
        title = f"Load test {options.orders} for {options.units}"
        show = await self._post("/shows", {"title": title, "currency": "CNY"})
        self.show_id = str(show["id"])
        stock = options.units + options.restock
        item = await self._post(
            f"/shows/{self.show_id}/items",
            {"sku": "LOAD-1", "title": "压测保温杯", "list_price": 12900, "stock": stock},
        )
        offer = await self._post(
            f"/shows/{self.show_id}/offers",
            {
                "item_id": item["id"],
                "kind": "flash_sale",
                "price": PRICE_MINOR,
                "quantity": options.units,
                "per_buyer_limit": options.limit,
                "duration_s": 3600,
                "hold_s": options.hold_s,
                "countdown_s": options.countdown_s,
            },
        )
        self.offer_id = str(offer["id"])
        await self._post(f"/shows/{self.show_id}/start", {})

    async def push(self, countdown_s: int) -> None:
        """Pushes the sale and waits until it is open."""
        await self._post(f"/offers/{self.offer_id}/push", {})
        until = time.monotonic() + countdown_s + 15
        while time.monotonic() < until:
            offer = await self.client.call("GET", f"/api/v1/offers/{self.offer_id}")
            if offer["state"] == "open":
                return
            await asyncio.sleep(OPEN_POLL_S)
        raise NotPossible("The sale was pushed and did not open 15 s after its countdown.")

    async def restock(self, delta: int) -> None:
        """More units in the middle of the burst. Sent once: a restock has no key to repeat it by."""
        path = f"/api/v1/offers/{self.offer_id}/restock"
        answer = await self.client.request("POST", path, {"delta": delta}, token=self.token)
        if not answer.ok:
            raise NotPossible(f"The restock was refused: {answer.status} {answer.code}.")

    async def offer(self) -> dict[str, Any]:
        return await self._get(f"/offers/{self.offer_id}")

    async def audit(self) -> dict[str, Any]:
        return await self._get(f"/shows/{self.show_id}/audit")

    async def tally(self) -> dict[str, Any]:
        return await self._get(f"/shows/{self.show_id}/tally")

    async def orders(self) -> list[dict[str, Any]]:
        """Every order of the show, page by page."""
        rows: list[dict[str, Any]] = []
        after = ""
        while True:
            path = f"/shows/{self.show_id}/orders?limit={PAGE}"
            page = await self._get(f"{path}&after={after}" if after else path)
            rows += page["orders"]
            after = str(page.get("next") or "")
            if not after:
                return rows

    async def settle(self, until: float) -> None:
        """Waits until no unit is held and the ledger has caught up, `until` (monotonic) at most."""
        while time.monotonic() < until:
            offer, audit = await self.offer(), await self.audit()
            if not offer["held"] and not audit["ledger_lag"]:
                return
            await asyncio.sleep(0.25)

    async def end(self) -> None:
        await self._post(f"/shows/{self.show_id}/end", {})

    async def _post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        return await self.client.call("POST", f"/api/v1{path}", body, token=self.token)

    async def _get(self, path: str) -> dict[str, Any]:
        return await self.client.call("GET", f"/api/v1{path}", token=self.token)


async def reach(client: Client) -> None:
    """Raises: NotPossible when nobody serves there."""
    try:
        answer = await client.request("GET", "/healthz")
    except Unanswered as lost:
        raise NotPossible(
            f"Nothing answers at {client.base_url} ({lost}). Start a server with "
            "`LIVE_RATE_LIMITS=off live up`, or give --base-url."
        ) from None
    if not answer.ok:
        raise NotPossible(f"{client.base_url}/healthz answered {answer.status}.")
