"""Puts the demo show on air: the operator's account, the show, its line-up, its sales.

What must survive a restart is in `demo.json` under the data folder, readable by its owner only.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from live.cli.demo_goods import EMAIL, GOODS, OPERATOR, TITLE, WORDS, Good
from live.crowd.client import Client, Refused
from live.domain.access import Role
from live.features.accounts import actions as accounts
from live.features.overlay import actions as overlays
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database

PER_BUYER = 2  # units
DURATION_S = 15 * 60
HOLD_S = 45  # short, so that a visitor sees holds run out and go back on sale
FIRST_COUNTDOWN_S = 5


class Memory:
    """What the demo knows from one start to the next."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "demo.json"
        self.facts: dict[str, Any] = {}
        try:
            self.facts = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self.facts = {}  # a first start, or a file that was cut short: begin again

    def get(self, name: str) -> str:
        return str(self.facts.get(name, ""))

    def save(self, **facts: object) -> None:
        """Adds the facts and writes the file as a whole."""
        self.facts |= facts
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self.facts, file, ensure_ascii=False, indent=1)
        fresh.replace(self._path)


async def put_on_air(settings: Settings, memory: Memory) -> list[str]:
    """Makes what is missing; the lines to print. Safe to run at every start."""
    db = Database.from_url(settings.database_url)
    client = Client(settings.local_url, connections=2)
    try:
        await _ensure_operator(db, memory)
        await _ensure_token(db, client, memory)
        if not await _is_on_air(client, memory):
            await _make_show(client, memory)
        overlay = await overlays.token_of(memory.get("show_id"), db=db, now=Clock().now())
    finally:
        client.close()
        await db.close()
    return _lines(settings.address, memory, overlay)


async def make_drafts(client: Client, memory: Memory) -> list[str]:
    """One draft sale for each item of the show; the offers' ids, kept in the memory too."""
    items = memory.facts["items"]
    drafts = [
        await _draft(client, memory, good, str(item_id), countdown_s=0 if number else 5)
        for number, (good, item_id) in enumerate(zip(GOODS, items, strict=True))
    ]
    memory.save(offers=drafts)
    return drafts


async def deliver(client: Client, memory: Memory) -> None:
    """More goods for a demo that has run for hours: as much again of everything as there was at first."""
    deliveries = int(memory.facts.get("deliveries", 0)) + 1
    memory.save(deliveries=deliveries)
    for good, item_id in zip(GOODS, memory.facts["items"], strict=True):
        body = {"stock": good.stock * (deliveries + 1)}
        await client.call("PATCH", f"/api/v1/items/{item_id}", body, token=memory.get("token"))


async def _ensure_operator(db: Database, memory: Memory) -> None:
    now = Clock().now()
    async with db.write() as session:
        room_id = (await accounts.ensure_default_room(session, now)).id
    password = memory.get("password") or secrets.token_urlsafe(9)
    try:
        await accounts.create_account(
            db, email=EMAIL, name=OPERATOR, password=password, room_id=room_id, role=Role.OWNER,
            now=now,
        )  # fmt: skip
    except accounts.EmailTakenError:
        return  # from an earlier start; the password in the memory still opens it
    memory.save(email=EMAIL, password=password)


async def _ensure_token(db: Database, client: Client, memory: Memory) -> None:
    """A token that works: a data folder may have been emptied around the file."""
    token = memory.get("token")
    if token and memory.get("show_id"):
        path = f"/api/v1/shows/{memory.get('show_id')}/tally"
        answer, _ = await client.insist("GET", path, token=token)
        if answer.status not in (401, 403):
            return
    now = Clock().now()
    memory.save(token=await accounts.create_token(db, role="operator", name="demo", now=now))


async def _is_on_air(client: Client, memory: Memory) -> bool:
    if not memory.get("show_id"):
        return False
    path = f"/api/v1/shows/{memory.get('show_id')}"
    try:
        show = await client.call("GET", path)
    except Refused:
        return False
    if show["state"] == "live" and show["demo_running"]:
        return True
    if show["state"] == "live":  # somebody stopped this one; a new start makes a new one
        await client.call("POST", f"{path}/end", {}, token=memory.get("token"))
    return False


async def _make_show(client: Client, memory: Memory) -> None:
    token = memory.get("token")
    body = {"title": TITLE, "currency": "CNY", "demo": True}
    show = await client.call("POST", "/api/v1/shows", body, token=token)
    path = f"/api/v1/shows/{show['id']}"
    items = []
    for good in GOODS:
        item = await client.call("POST", f"{path}/items", _item(good), token=token)
        items.append(item["id"])
    memory.save(show_id=show["id"], slug=show["slug"], items=items, deliveries=0)
    drafts = await make_drafts(client, memory)
    await client.call("POST", f"{path}/start", {}, token=token)
    await client.call("PUT", f"{path}/words", {"words": list(WORDS)}, token=token)
    await client.call("POST", f"/api/v1/offers/{drafts[0]}/push", {}, token=token)


async def _draft(client: Client, memory: Memory, good: Good, item_id: str, countdown_s: int) -> str:
    offer = await client.call(
        "POST",
        f"/api/v1/shows/{memory.get('show_id')}/offers",
        {
            "item_id": item_id,
            "kind": "flash_sale",
            "price": good.price,
            "quantity": good.units,
            "per_buyer_limit": PER_BUYER,
            "duration_s": DURATION_S,
            "hold_s": HOLD_S,
            "countdown_s": countdown_s,
        },
        token=memory.get("token"),
    )
    return str(offer["id"])


def _item(good: Good) -> dict[str, object]:
    return {
        "sku": good.sku,
        "title": good.title,
        "list_price": good.list_price,
        "stock": good.stock,
        "image_url": f"/static/art/{good.art}.svg",
        "notes": good.notes,
    }


def _lines(address: str, memory: Memory, overlay: str) -> list[str]:
    show_id = memory.get("show_id")
    return [
        f"demo sign-in     {memory.get('email')}  {memory.get('password')}",
        f"control room     {address}/shows/{show_id}/control",
        f"viewer page      {address}/watch/{memory.get('slug')}",
        f"overlay for OBS  {address}/overlay/{show_id}?token={overlay}",
        "this is a demo with a simulated audience: stop it with the button in its control room, "
        "or start with LIVE_DEMO=0",
    ]
