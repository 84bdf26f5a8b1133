"""Putting a show back into a Redis that has lost it. Nothing is sold while it is being written.

`meta` goes first and comes back last: a script that finds no `meta` answers UNKNOWN, buyers get 503.
A crash in between leaves no `meta`, and the next attempt begins anew. A restart of Redis in between is
noticed by `trust.lua`: what was written before it may be gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from live.domain.attendance import Attendance
from live.domain.events import KIND_OF, RECORD, STATE_AFTER, wish_text
from live.domain.ids import ShowId
from live.domain.moderation import ChatRecord, arrival
from live.errors import RedisUnavailable
from live.hotpath import keys
from live.hotpath.account import fields_of
from live.hotpath.archive import keys_of
from live.hotpath.chat import digest, pack_standing
from live.hotpath.client import Client, Script
from live.hotpath.presence import ATTENDED, at_least
from live.hotpath.rebuilding import Progress, note
from live.hotpath.rules import pack_rules
from live.hotpath.stock import Order

TRUST = Script("trust")
TRUSTED_NOW = 1  # what it says to the one whose word was the first
STATE_BYTE = {STATE_AFTER[kind]: byte for byte, kind in KIND_OF.items()}
CHUNK = 50  # commands in one round trip
ARGUMENTS = 400  # of one command: Redis is never blocked for long


@dataclass(frozen=True, slots=True)
class Image:
    """A show as Redis should hold it. `totals` are the fields of `meta`; money in minor units.

    `orders` oldest first.
    """

    epoch: str
    state: str
    totals: Mapping[str, int | str]
    offers: Mapping[str, Mapping[str, str | int]]
    orders: Sequence[Order]
    buyer_units: Mapping[tuple[str, str], int]
    chat: ChatRecord
    pace: Mapping[str, int]
    attendance: Attendance


class Restorer:
    """Writes an image; lets a show sell."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def begin(self, show: ShowId) -> None:
        """For the screens: the show is being read from SQL, to be put back."""
        began = Progress(self._client.now_ms())
        await self._client.do(*note(show, began))

    async def restore(self, show: ShowId, image: Image) -> None:
        """Replace everything of the show by the image. Safe to run again after a crash.

        Raises RedisUnavailable, also when Redis was restarted meanwhile.
        """
        run = await self._client.run_id()
        commands, began_ms, total = _commands(show, image), self._client.now_ms(), len(image.orders)
        # The note first: while it stands, nobody gives the show's keys back (`archive.lua`).
        clear = ("DEL", keys.meta(show), keys.gone(show))
        await self._client.do_all([note(show, Progress(began_ms, 0, total)), clear])
        names = await keys_of(self._client, show)
        await self._client.do_all([("UNLINK", name) for name in names])
        for start in range(0, len(commands), CHUNK):
            done = total * start // len(commands)
            progress = note(show, Progress(began_ms, done, total))
            await self._client.do_all([*commands[start : start + CHUNK], progress])
        await self.raise_attendance(show, image.attendance)
        flat = [part for pair in image.totals.items() for part in pair]
        fields = [*flat, "epoch", image.epoch, "state", image.state, "layout", keys.LAYOUT]
        if not await self._trust(show, run, "", fields):
            raise RedisUnavailable
        await self._client.do("DEL", keys.rebuilding(show))

    async def raise_attendance(self, show: ShowId, known: Attendance) -> None:
        """What SQL knows of it is the least that there was. Raises RedisUnavailable."""
        await self._client.run(ATTENDED, *at_least(show, known))

    async def trust(self, show: ShowId, run: str, epoch: str) -> bool:
        """Let the show sell in the server's life `run`, in which it was found to be whole; True for the one
        call that did it, False when it did already, or the server or the show has changed since."""
        return await self._trust(show, run, epoch, []) == TRUSTED_NOW

    async def _trust(self, show: ShowId, run: str, epoch: str, fields: Sequence[str | int]) -> int:
        names = [keys.meta(show), keys.SHOWS]
        return int(await self._client.run(TRUST, names, [show, run, epoch, *fields]))


def _commands(show: ShowId, image: Image) -> list[Sequence[Any]]:
    commands: list[Sequence[Any]] = []
    for offer_id, fields in image.offers.items():
        commands.append(
            ("HSET", keys.offer(offer_id), *(part for pair in fields.items() for part in pair))
        )
        commands.append(("SADD", keys.offers(show), offer_id))
        turn = _next_turn(fields)
        if turn:
            commands.append(("ZADD", keys.turns(show), turn, offer_id))
    commands += _book(show, image)
    commands += _chat(show, image.chat, f"{image.epoch}:{image.totals['seq']}")
    if image.pace:
        commands.append(
            ("HSET", keys.pace(show), *(part for pair in image.pace.items() for part in pair))
        )
    return commands


def _chat(show: ShowId, chat: ChatRecord, version: str) -> list[Sequence[Any]]:
    fields: list[str | int] = ["version", version, "held", chat.held, "pinned", chat.pinned]
    commands: list[Sequence[Any]] = [("SET", keys.rules(show), pack_rules(chat.rules))]
    for place, (word, tally) in enumerate(chat.words.items()):
        fields += (f"w:{word}", tally.window) if tally.window else ()
        commands.append(("HSET", keys.words(show), word, place))
        if tally.count:
            commands.append(("HSET", keys.tally(show), word, tally.count))
        said = keys.said(show, word)
        commands += [("SADD", said, *part) for part in _parts(sorted(tally.viewers))]
    commands.append(("HSET", keys.chat(show), *fields))
    standings = [x for v, s in chat.standings.items() for x in (v, pack_standing(s))]
    decided = [x for comment, state in chat.decided.items() for x in (comment, state.value)]
    own = [
        x
        for viewer, said in chat.own.items()
        for x in (viewer, msgpack.packb([(*one[:3], arrival(one[3]).value) for one in said]))
    ]
    heard = [digest(*message) for message in chat.messages]
    return [
        *commands,
        *(("HSET", keys.standing(show), *part) for part in _parts(standings)),
        *(("HSET", keys.decided(show), *part) for part in _parts(decided)),
        *(("HSET", keys.own(show), *part) for part in _parts(own)),
        *(("SADD", keys.heard(show)[0], *part) for part in _parts(heard)),
    ]


def _next_turn(fields: Mapping[str, str | int]) -> int:
    """When the clock will open or close the offer, Redis ms; 0: never. As `lua/prelude.lua` says it."""
    by_state = {"armed": "opens_ms", "open": "closes_ms"}
    return int(fields.get(by_state.get(str(fields["state"]), ""), 0))


def _book(show: ShowId, image: Image) -> list[Sequence[Any]]:
    fields: list[str | bytes | int] = []
    due: list[str | int] = []
    units: dict[str, list[tuple[str, int]]] = {}
    for (offer_id, buyer), owned in image.buyer_units.items():
        units.setdefault(buyer, []).append((offer_id, owned))
    made: dict[str, list[tuple[str, str]]] = {}
    for order in image.orders:
        made.setdefault(order.buyer, []).append((order.key, order.id))
        fields += (f"h:{order.id}", _record(order))
        if order.state == "held":
            due += (order.expires_ms, order.id)
    for buyer, orders in made.items():  # who owns units has ordered them
        fields += fields_of(buyer, orders[::-1], units.get(buyer, []))
    return [
        *(("HSET", keys.book(show), *part) for part in _parts(fields)),
        *(("ZADD", keys.due(show), *part) for part in _parts(due)),
    ]


def _parts(flat: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (flat[start : start + ARGUMENTS] for start in range(0, len(flat), ARGUMENTS))


def _record(order: Order) -> bytes:
    """An order as `take.lua` writes it."""
    head = RECORD.pack(
        STATE_BYTE[order.state], order.lateness, order.placed_ms, order.expires_ms, order.answered_ms,
        order.amount, order.attempt, order.currency.encode(),
    )  # fmt: skip
    text = wish_text(order.offer, order.id, order.buyer, order.name, order.quantity, order.key)
    return head + text.encode()
