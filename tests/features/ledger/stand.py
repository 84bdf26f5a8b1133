"""A show that stands in SQL and in Redis, its ledger's desk, and histories to write in it."""

import contextlib
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgpack

from live.domain.comment import Answer, Posted
from live.domain.ids import OfferId
from live.domain.moderation import StandingKind
from live.errors import NotShown, RedisUnavailable
from live.features.ledger.actions import Desk
from live.hotpath import keys
from live.hotpath.account import unpack
from live.hotpath.client import Client
from live.hotpath.restore import Restorer
from live.hotpath.stock import Order
from live.hotpath.wait import WaitList
from live.store import ledger
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer
from live.store.rooms import Room
from live.store.shows import Show
from tests.hotpath.stage import PRICE, Stage, read_accounts, text

CREATED = datetime(2026, 11, 20, 10, tzinfo=UTC)
NOT_COMPARED = ("epoch", "run", "now")
SAYINGS = ("扣1", "1 1 1", "想要", "多少钱?", "A1", "hello")


@dataclass
class Stand(Stage):
    db: Database = None  # type: ignore[assignment]  # the base class has a default before it

    def __post_init__(self) -> None:
        super().__post_init__()
        self.desk = self.new_desk()

    def new_desk(self, client: Client | None = None) -> Desk:
        """As another worker, or this one after a crash."""
        restorer = Restorer(client or self.client)
        return Desk(self.db, self.facts, restorer, WaitList(self.client))

    async def start(self) -> "Stand":
        async with self.db.write() as session:
            room = f"r{secrets.token_hex(4)}"
            session.add(Room(id=room, slug=room, title="Room"))
            await session.flush()
            session.add(
                Show(
                    id=self.show,
                    slug=self.show,
                    room_id=room,
                    title="T",
                    currency="CNY",
                    created_at=CREATED,
                    epoch="e1",
                )
            )
            await session.flush()
            await ledger.open_epoch(session, self.show, "e1", CREATED)
        await super().start()
        return self

    async def arm(self, quantity: int = 10, **values: int) -> OfferId:
        offer = await super().arm(quantity, **values)
        fields = await self.stored(offer)
        async with self.db.write() as session:
            item = Item(
                id=offer.replace("-o", "-i"),
                show_id=self.show,
                position=1,
                sku=offer,
                title="Item",
                list_price_minor=PRICE,
                stock=500,
                created_at=CREATED,
            )
            session.add(item)
            await session.flush()
            session.add(
                Offer(
                    id=offer,
                    show_id=self.show,
                    item_id=item.id,
                    price_minor=int(fields["price"]),
                    quantity=quantity,
                    per_buyer_limit=int(fields["limit"]),
                    duration_s=3600,
                    hold_s=int(fields["hold_ms"]) // 1000,
                    left_units=quantity,
                    created_at=CREATED,
                )
            )
        return offer

    async def stored(self, offer: str) -> dict[str, str]:
        return text(await self.client.do("HGETALL", keys.offer(offer)))

    async def drain(self) -> None:
        while await self.desk.drain(500, everything=True):
            pass

    async def mend(self) -> None:
        await self.desk.mend(datetime.fromtimestamp(self.client.now_ms() / 1000, UTC))

    async def reach(self) -> None:
        """After a restart of Redis: the first call finds the old connection dead."""
        with contextlib.suppress(RedisUnavailable):
            await self.client.do("PING")

    async def image(self) -> dict[str, Any]:
        """Everything that Redis holds of the show and that a rebuild must bring back."""
        meta = text(await self.client.do("HGETALL", keys.meta(self.show)))
        image: dict[str, Any] = {
            "meta": {n: v for n, v in meta.items() if n not in NOT_COMPARED and v != "0"},
            "due": await self.client.do("ZRANGE", keys.due(self.show), 0, -1, "WITHSCORES"),
            "turns": await self.client.do("ZRANGE", keys.turns(self.show), 0, -1, "WITHSCORES"),
            "pace": text(await self.client.do("HGETALL", keys.pace(self.show))),
            "words": text(await self.client.do("HGETALL", keys.words(self.show))),
            "book": _read_book(await self.client.do("HGETALL", keys.book(self.show))),
            "offers": await self.client.do("SMEMBERS", keys.offers(self.show)),
        }
        for offer in image["offers"]:
            # Attempts that got nothing are counted in Redis alone.
            stored = await self.stored(offer.decode())
            image[offer] = {n: v for n, v in stored.items() if n != "tries" and v != "0"}
        for word in image["words"]:
            image[f"said {word}"] = await self.client.do("SMEMBERS", keys.said(self.show, word))
        for name in ("tally", "standing", "decided"):
            image[name] = text(await self.client.do("HGETALL", getattr(keys, name)(self.show)))
        own = await self.client.do("HGETALL", keys.own(self.show))
        image["own"] = {viewer: msgpack.unpackb(packed) for viewer, packed in own.items()}
        chat = text(await self.client.do("HGETALL", keys.chat(self.show)))
        # The sample's tokens are of the moment, and a version is of one life of the show.
        image["chat"] = {
            n: v
            for n, v in chat.items()
            if n[:2] == "w:" or (n in ("held", "pinned") and v not in "0")
        }
        image["rules"] = (await self.rulebook.read(self.show)).chat
        image["heard"] = set()
        for key in keys.heard(self.show):
            image["heard"] |= await self.client.do("SMEMBERS", key)
        return image


def _read_book(book: Mapping[bytes, bytes]) -> dict[str, Any]:
    keyed, units = read_accounts(book)
    read: dict[str, Any] = {n.decode(): v for n, v in book.items() if n.startswith(b"h:")}
    for buyer, account in ((n, unpack(v)) for n, v in book.items() if b":" not in n):
        read[buyer.decode()] = list(account.orders)
    # Who gave everything back owns as much as who never bought.
    return read | keyed | {name: n for name, n in units.items() if n}


class History:
    """A random life of a show; the same seed gives the same one."""

    def __init__(self, stand: Stand, seed: int) -> None:
        self.stand = stand
        self.chance = random.Random(seed)
        self.offers: list[OfferId] = []
        self.orders: list[str] = []
        self.comments: list[Answer] = []

    async def live(self, steps: int) -> None:
        await self.stand.watch("1", "想要")
        for hold_ms in (0, 3_600_000, 3_600_000):
            values = {"hold_ms": hold_ms, "limit": 4, "duration_ms": 600_000}
            self.offers.append(await self.stand.arm(self.chance.randint(5, 40), **values))
        acts = (
            self.take,
            self.take,
            self.take,
            self.settle,
            self.settle,
            self.say,
            self.move,
            self.moderate,
        )
        for _ in range(steps):
            await self.chance.choice(acts)()
        await self.stand.stock.move("resume", self.offers[1], {})
        await self.stand.stock.move("restock", self.offers[1], {"delta": 2})
        await self.stand.stock.move("pause", self.offers[1], {})
        await self.stand.stock.sweep(self.stand.show)

    async def take(self) -> None:
        wish = self.stand.wish(
            self.chance.choice(self.offers),
            f"v{self.chance.randint(1, 9)}",
            self.chance.randint(1, 3),
        )
        await self.stand.stock.take(wish)
        if await self.stand.stock.order(wish.order_id):
            self.orders.append(wish.order_id)

    async def settle(self) -> None:
        if self.orders:
            order: Order = await self.stand.order(self.chance.choice(self.orders))
            verb, as_operator = (
                self.chance.choice(("pay", "pay", "cancel", "extend")),
                self.chance.random() < 0.4,
            )
            await self.stand.settle(verb, order, as_operator=as_operator)

    async def say(self) -> None:
        said, viewer = self.chance.choice(SAYINGS), f"v{self.chance.randint(1, 9)}"
        self.comments.append(await self.stand.say(said, viewer))

    async def moderate(self) -> None:
        chat, show = self.stand.chat, self.stand.show
        match self.chance.randint(0, 4):
            case 0:
                rules = {"premoderation": self.chance.random() < 0.5, "slow_s": 0,
                         "ingest_n": self.chance.randint(0, 3)}  # fmt: skip
                await self.stand.set_rules(**rules, blocked=("hello",), links_off=True)
            case 1:
                kind = self.chance.choice(list(StandingKind))
                said = {"viewer": f"v{self.chance.randint(1, 9)}", "name": "n", "by": "op"}
                seconds = 3_600 if kind is StandingKind.MUTED else 0
                await chat.set_standing(show, {**said, "standing": kind.value}, seconds)
            case 2:
                message = f"m{self.chance.randint(1, 30)}"
                self.comments.append(await self.stand.say("扣1", "x1", "youtube", message))
            case _ if posted := [c for c in self.comments if isinstance(c, Posted)]:
                await self.decide(self.chance.choice(posted))

    async def decide(self, comment: Posted) -> None:
        """Hide, show or pin it."""
        chat, show = self.stand.chat, self.stand.show
        verb = self.chance.choice(("hidden", "shown", "pin"))
        payload = {"comment": comment.id, "name": "n", "text": "t", "by": "op"}
        if verb != "pin":
            more = {"state": verb, "viewer": "v", "platform": ""}
            await chat.set_state(show, comment.state, payload | more)
        else:
            with contextlib.suppress(NotShown):
                await chat.pin(show, comment.state, payload)

    async def move(self) -> None:
        verb = self.chance.choice(("pause", "resume", "restock", "sweep", "cue"))
        offer = self.chance.choice(self.offers)
        if verb == "sweep":
            await self.stand.stock.sweep(self.stand.show)
        elif verb == "cue":
            cue = {"cue": f"{self.stand.show}-q{secrets.token_hex(4)}", "text": "t", "by": "op"}
            await self.stand.log.append(self.stand.show, "cue", cue)
        else:
            await self.stand.stock.move(verb, offer, {"delta": self.chance.randint(-3, 9)})
