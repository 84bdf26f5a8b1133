"""The go/no-go card: what the crowd saw, what the audit proves, how fast the crew was, and what nobody tried."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.act import DONE
from live.domain.attendance import Place
from live.domain.comment import CommentState
from live.domain.crowd import Seen
from live.domain.go_no_go import (
    HERE,
    SOLD_OUT,
    Card,
    Reactions,
    Rehearsed,
    is_go,
    lines_of,
    reactions_to,
)
from live.domain.ids import ShowId
from live.domain.moderation import arrival
from live.domain.offer import OfferState
from live.domain.show import ShowState
from live.errors import Conflict, NotFound, found
from live.features.audit.actions import Proof, prove
from live.features.rehearsals.actions.crowds import crowd_prefix
from live.features.shows.actions import state_of
from live.hotpath import crowds
from live.hotpath.client import Client
from live.hotpath.crowds import Crowd
from live.hotpath.logs import LogReader
from live.hotpath.presence import opened
from live.hotpath.stock import StockCounter
from live.store import acts, cues, entries, ledger, offers, rehearsals
from live.store.acts import Act
from live.store.comments import Comment
from live.store.cues import Cue
from live.store.db import Database
from live.store.entries import LedgerEntry
from live.store.moments import to_ms
from live.store.rehearsals import CrowdRun, RehearsalCard
from live.store.shows import Show, find_show

ACTS_READ, CUES_READ, COMMENTS_READ = 5_000, 500, 2_000
ANSWERS_SOLD_OUT = ("offer:push", "offer:close", "stock:add")


# Whether OBS shows the overlay or a browser does is for the set-up to ask.
_SCREENS = {Place.HOST: "host", Place.OVERLAY: "overlay", Place.OBS: "overlay"}

KEPT = TypeAdapter(Card)


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """`is_go`: what the card of the last one says, None while none has come to its end; `live`: the one that is on
    air, "" for none."""

    is_go: bool | None = None
    live: str = ""


async def rehearsals_so_far(show: Show, *, db: Database) -> Rehearsals:
    """Of that show, as SQL has it."""
    async with db.read() as session:
        live, ended = [
            (await rehearsals.newest_rehearsals(session, [show.id], state=state)).get(show.id)
            for state in (ShowState.LIVE, ShowState.ENDED)
        ]
        card = await rehearsals.find_card(session, ended.id) if ended else None
    return Rehearsals(card.is_go if card else None, live.id if live else "")


async def card_of(
    show: Show, *, db: Database, redis: Client, stock: StockCounter, facts: LogReader, now: datetime
) -> Card:
    """The card that is kept, if it counts every fact; else as things stand now, kept once it is settled. Raises NotFound for a show that is no rehearsal, Conflict
    `not_begun`, RedisUnavailable, StoreUnavailable."""
    if show.rehearsal_of is None:
        raise NotFound("This show is not a rehearsal.")
    if await state_of(show, facts=facts) == ShowState.PLANNED:
        raise Conflict("The rehearsal has not begun.", code="not_begun")
    async with db.read() as session:
        kept = await rehearsals.find_card(session, show.id)
        position = await ledger.find_position(session, show.id)
    if kept is not None and position is not None and kept.seq == position[1]:
        card = _read(kept)
        if card is not None:
            return card
    return await make_card(show, db=db, redis=redis, stock=stock, facts=facts, now=now)


async def make_card(
    show: Show, *, db: Database, redis: Client, stock: StockCounter, facts: LogReader, now: datetime
) -> Card:
    """The card as things stand now; kept once it is settled. Raises RedisUnavailable, StoreUnavailable."""
    show_id = ShowId(show.id)
    crowd = await crowds.read(redis, show_id)
    places = await opened(redis, show_id)
    is_over = await state_of(show, facts=facts) == ShowState.ENDED
    proof = await prove(show_id, db=db, stock=stock, facts=facts)
    async with db.read() as session:
        told, seq = await _gather(session, show, proof, crowd, places)
        show = found(await find_show(session, show.id), "show")  # with its times
    lines = tuple(lines_of(told))
    is_settled = is_over and not proof.lag and crowd is None
    card = Card(seq, is_go(lines), lines, show.started_at, show.ended_at, told.ends, is_settled)
    if is_settled:
        async with db.write() as session:
            body = KEPT.dump_python(card, mode="json")
            row = RehearsalCard(show_id=show.id, seq=seq, made_at=now, is_go=card.is_go, body=body)
            await rehearsals.save_card(session, row)
    return card


async def _gather(
    session: AsyncSession,
    show: Show,
    proof: Proof,
    crowd: Crowd | None,
    places: frozenset[Place],
) -> tuple[Rehearsed, int]:
    """The evidence, and the fact up to which it goes. `crowd`: the one that is there; `places`: where the
    show was open."""
    position = await ledger.find_position(session, show.id)
    runs = await rehearsals.list_runs(session, show.id)
    listed = 0
    for run in runs:
        listed += await rehearsals.count_orders_of(session, show.id, crowd_prefix(run.id))
    recorded = await acts.list_acts(session, show.id, 0, ACTS_READ)
    done = [act for act in recorded if act.result == DONE]
    sold_out = _sold_out_ms(await entries.list_entries(session, show.id, ("offer",)), done)
    held = await rehearsals.held_comments_of(session, show.id, COMMENTS_READ)
    sent = await cues.recent_cues(session, show.id, CUES_READ)
    _, held_units, paid_units = await offers.sum_units(session, show.id)
    told = Rehearsed(
        seen=_seen_by_all(runs, crowd),
        ends=tuple(HERE if _is(run, crowd) else run.ended_by for run in runs),
        listed=listed,
        lag=proof.lag,
        difference=sum(abs(line.stock.difference) for line in proof.lines),
        is_proven=proof.ok,
        sold=held_units + paid_units,
        reactions={
            SOLD_OUT: reactions_to(sold_out, _times(done, ANSWERS_SOLD_OUT)),
            "held": _to_held(held, done),
            "cue": _to_cues(sent),
        },
        tried=frozenset(act.verb for act in done)
        | ({SOLD_OUT} if sold_out else frozenset())
        | {f"screen:{_SCREENS[place]}" for place in places & _SCREENS.keys()},
    )
    return told, position[1] if position else 0


def _read(row: RehearsalCard) -> Card | None:
    """None for a card that another version of this program wrote."""
    try:
        return KEPT.validate_python(row.body)
    except ValidationError:
        return None


def _is(run: CrowdRun, crowd: Crowd | None) -> bool:
    return crowd is not None and crowd.run == run.id


def _seen_by_all(runs: Sequence[CrowdRun], crowd: Crowd | None) -> Seen:
    whole = Seen()
    for run in runs:
        whole.merge(Seen.unpacked(crowd.seen if crowd and _is(run, crowd) else run.seen))
    return whole


def _times(done: Sequence[Act], verbs: Sequence[str]) -> list[int]:
    return [act.at_ms for act in done if act.verb in verbs]


def _sold_out_ms(changes: Sequence[LedgerEntry], done: Sequence[Act]) -> list[int]:
    """When each sale sold out for the first time, and again after each restock: not each time that a hold ran out
    and its unit was sold once more."""
    restocked = {
        (act.detail.partition(" ")[0], act.at_ms) for act in done if act.verb == "stock:add"
    }
    last: dict[str, int] = {}
    moments = []
    for entry in changes:
        told = json.loads(entry.body)
        if told.get("state") != OfferState.SOLD_OUT:
            continue
        offer, before = str(told["offer"]), last.get(str(told["offer"]))
        if before is None or any(o == offer and before < at <= entry.at_ms for o, at in restocked):
            moments.append(entry.at_ms)
        last[offer] = entry.at_ms
    return moments


def _to_held(held: Sequence[Comment], done: Sequence[Act]) -> Reactions:
    """A comment waits until it is shown or hidden, alone or with all that wait."""
    all_at = [act.at_ms for act in done if act.verb == "comment:approve" and act.detail != "0"]
    one_at: defaultdict[str, list[int]] = defaultdict(list)
    for act in done:
        if act.verb in ("comment:show", "comment:hide"):
            one_at[act.detail].append(act.at_ms)
    waits, left = [], 0
    for comment in held:
        if arrival(comment.why) not in (CommentState.HELD, CommentState.HIDDEN):
            continue
        came_ms = to_ms(comment.at)
        alone = one_at[comment.id]
        together = all_at if arrival(comment.why) is CommentState.HELD else []
        answer = min((at for at in (*alone, *together) if at >= came_ms), default=None)
        if answer is None:
            left += 1
        else:
            waits.append(answer - came_ms)
    return Reactions(tuple(waits), left)


def _to_cues(sent: Sequence[Cue]) -> Reactions:
    """By the host: from when a cue was sent until it was acknowledged."""
    told = [cue for cue in sent if cue.dropped_at is None]
    waits = [to_ms(cue.acked_at) - to_ms(cue.at) for cue in told if cue.acked_at is not None]
    return Reactions(tuple(waits), len(told) - len(waits))
