"""What tests of the API need again and again: a show on air, an offer, a viewer, an order."""

import itertools
import re
from dataclasses import dataclass
from typing import Any

import httpx2

from live.domain.access import Role
from live.features.accounts.actions import create_account, set_role, sign_in
from live.runtime import Runtime
from live.store.rooms import Room
from tests.asking import NOBODY, Api, done

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Viewer:
    id: str
    token: str


async def make_show(api: Api, *, live: bool = True, **values: Any) -> str:
    """A show's id."""
    show_id = done(await api.post("/shows", {"title": "夜场", **values}))["id"]
    if live:
        done(await api.post(f"/shows/{show_id}/start"))
    return str(show_id)


async def make_item(api: Api, show_id: str, **values: Any) -> str:
    """An item's id."""
    item = {"sku": f"A{next(_numbers)}", "title": "保温杯", "list_price": 12900, "stock": 1000}
    return str(done(await api.post(f"/shows/{show_id}/items", item | values))["id"])


async def make_offer(api: Api, show_id: str, *, push: bool = True, **values: Any) -> str:
    """An offer's id; of an item of its own."""
    sale = {
        "item_id": values.pop("item_id", None) or await make_item(api, show_id),
        "kind": "flash_sale",
        "price": 5900,
        "quantity": 10,
        "per_buyer_limit": 2,
        "duration_s": 60,
        "hold_s": 60,
    }
    offer_id = done(await api.post(f"/shows/{show_id}/offers", sale | values))["id"]
    if push:
        done(await api.post(f"/offers/{offer_id}/push"))
    return str(offer_id)


async def make_viewer(api: Api, name: str = "小南") -> Viewer:
    viewer = done(await api.post("/viewers", {"display_name": name}, token=NOBODY))
    return Viewer(viewer["id"], viewer["token"])


async def buy(
    api: Api, offer_id: str, viewer: Viewer, quantity: int = 1, key: str | None = None
) -> httpx2.Response:
    """The answer to an order."""
    return await api.post(
        f"/offers/{offer_id}/orders",
        {"quantity": quantity},
        token=viewer.token,
        key=key or f"key-{next(_numbers)}",
    )


async def make_room(runtime: Runtime, title: str) -> str:
    """A room's id."""
    room = Room(id=f"r{next(_numbers)}", slug=f"room-{next(_numbers)}", title=title)
    async with runtime.db.write() as session:
        session.add(room)
    return room.id


async def signed_in(api: Api, runtime: Runtime, roles: dict[str, Role]) -> dict[str, str]:
    """The headers of a browser in which somebody with these roles (room → role) has signed in."""
    now, email, password = runtime.clock.now(), f"{next(_numbers)}@shop.example", "correct horse"
    [(room, role), *others] = roles.items()
    account = await create_account(
        runtime.db, email=email, name="Lin", password=password, room_id=room, role=role, now=now
    )
    for room, role in others:
        await set_role(
            runtime.db, account_id=account.id, room_id=room, role=role, now=now, actor="tests"
        )
    login = await sign_in(
        runtime.db,
        runtime.limits,
        email=email,
        password=password,
        sender="x",
        old_token="",
        now=now,
    )
    headers = {"cookie": f"login={login}"}
    page = await api.send("GET", "/", token=NOBODY, headers=headers)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    return headers | {"x-csrf-token": found[1]}


async def make_order(api: Api, offer_id: str, viewer: Viewer, quantity: int = 1) -> str:
    """A held order's id."""
    return str(done(await buy(api, offer_id, viewer, quantity))["id"])
