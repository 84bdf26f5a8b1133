"""What can be done to a show. Redis holds its life from `plan` on; SQL follows by the ledger."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor, Permission
from live.domain.changes import Change, change, with_changes
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.domain.moments import rfc3339_of
from live.domain.show import ShowState, line_up_fault
from live.errors import ChangedMeanwhile, Forbidden, IllegalMove, Invalid, found
from live.features.accounts.actions import ensure_default_room
from live.features.shows.actions.acts import Act, on_record
from live.features.shows.actions.stage import call_screens
from live.features.shows.forms import ShowFacts
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.runtime import new_epoch, new_show_id, random_text
from live.store import chat_rules, items, ledger, offers, rooms, schedule, shows
from live.store.db import Database
from live.store.rooms import Room
from live.store.shows import Show
from live.web.fields import field_error

START = "start"  # kind of a scheduled row
REHEARSAL_SLUG = 16  # characters, 80 bits: the address of its viewer page is the only way in


async def find(show_id: str, *, db: Database) -> Show:
    """Raises NotFound."""
    async with db.read() as session:
        return found(await shows.find_show(session, show_id), "show")


async def find_by_slug(slug: str, *, db: Database) -> Show:
    """Raises NotFound."""
    async with db.read() as session:
        return found(await shows.find_show_by_slug(session, slug), "show")


async def create(
    facts: ShowFacts, *, room_id: str, is_demo: bool, by: Actor, db: Database, log: ShowLog,
    rulebook: Rulebook, now: datetime, rehearsal_of: str | None = None,
) -> Show:  # fmt: skip
    """A planned show with its log in Redis, and the rules of the chat as they were last in its room, or are
    in the show that it is `rehearsal_of`. Nothing is created when either store is away."""
    show_id, epoch = new_show_id(), new_epoch()
    show = Show(
        id=show_id,
        slug=random_text(6 if rehearsal_of is None else REHEARSAL_SLUG),
        room_id=room_id,
        title=facts.title,
        state=ShowState.PLANNED,
        currency=facts.currency,
        starts_at=facts.starts_at,
        stream_url=facts.stream_url,
        video_delay_s=facts.video_delay_s,
        is_demo=is_demo,
        demo_running=is_demo,
        rehearsal_of=rehearsal_of,
        created_at=now,
        epoch=epoch,
    )
    async with db.write() as session:
        session.add(show)
        await session.flush()
        await _schedule(session, show_id, facts)
        await ledger.open_epoch(session, show_id, epoch, now)
        await log.plan(show_id, epoch)
        candidates = await chat_rules.find_candidates(session, room_id, rehearsal_of=rehearsal_of)
        for earlier, told in candidates:
            rules = await rulebook.find(earlier) or told
            if rules is not None:
                await rulebook.take_over(show_id, rules)
                break
    async with on_record(show_id, by, "show:create", facts.title, log=log):
        pass
    return show


async def edit(
    show_id: ShowId,
    facts: ShowFacts,
    *,
    seen: str | None = None,
    by: Actor,
    db: Database,
    log: ShowLog,
) -> Show:
    """Change what is said of the show. The currency is fixed from the first item on, and on air. `seen`:
    `facts_mark` of what the change was made of. Raises Invalid, NotFound, ChangedMeanwhile."""
    async with on_record(show_id, by, "show:edit", facts.title, log=log) as act:
        return await _edit(show_id, facts, seen, act, db=db, log=log)


async def _edit(
    show_id: ShowId, facts: ShowFacts, seen: str | None, act: Act, *, db: Database, log: ShowLog
) -> Show:
    async with db.write() as session:
        show = found(await shows.lock_show(session, show_id), "show")
        auto_start = await schedule.is_pending(session, show_id, START)
        if seen not in (None, facts_mark(show, auto_start=auto_start)):
            raise ChangedMeanwhile
        if facts.currency != show.currency:
            if show.state != ShowState.PLANNED:
                raise Invalid([field_error("currency", "currency_live")])
            if await items.list_items(session, show_id):
                raise Invalid([field_error("currency", "currency_fixed")])
        act.detail = with_changes(facts.title, _changes(show, facts, auto_start=auto_start))
        show.title, show.starts_at, show.stream_url = facts.title, facts.starts_at, facts.stream_url
        show.currency, show.video_delay_s = facts.currency, facts.video_delay_s
        session.add(show)
        await _schedule(session, show_id, facts)
    await log.append(show_id, "items", {})
    return show


async def put_away(
    show_id: ShowId, is_away: bool, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> None:
    """Take a planned show off the list of shows, or back onto it; the clock starts none that is away. Nothing of
    it is lost. Raises IllegalMove, NotFound."""
    verb = "show:put_away" if is_away else "show:bring_back"
    async with on_record(show_id, by, verb, log=log) as act, db.write() as session:
        show = found(await shows.lock_show(session, show_id), "show")
        act.detail = show.title
        if show.state != ShowState.PLANNED:
            raise IllegalMove
        show.put_away_at = now if is_away else None
        session.add(show)


def _changes(show: Show, facts: ShowFacts, *, auto_start: bool) -> list[Change]:
    fields = ("title", "currency", "starts_at", "stream_url", "video_delay_s")
    told = [one for f in fields for one in change(f, getattr(show, f), getattr(facts, f))]
    return told + change("auto_start", auto_start, facts.auto_start)


def facts_mark(show: Show, *, auto_start: bool) -> str:
    """Of all that `edit` may change; `auto_start` as `starts_by_itself` says."""
    starts_at = rfc3339_of(show.starts_at) if show.starts_at else None
    return mark_of(
        show.title, show.currency, starts_at, show.stream_url, auto_start, show.video_delay_s
    )


async def _schedule(session: AsyncSession, show_id: str, facts: ShowFacts) -> None:
    """The start by the clock, as the facts now want it; a row, so that no queue can lose it."""
    await schedule.cancel_pending(session, show_id, START)
    if facts.auto_start and facts.starts_at is not None:
        row_id = f"{show_id}-t{random_text(8)}"
        row = schedule.Scheduled(id=row_id, show_id=show_id, kind=START, due_at=facts.starts_at)
        session.add(row)


async def starts_by_itself(show_id: str, *, db: Database) -> bool:
    """Whether the show goes on air at its `starts_at` without a hand."""
    async with db.read() as session:
        return await schedule.is_pending(session, show_id, START)


async def fault_of(show_id: str, *, db: Database) -> str:
    """Why the line-up is not fit to go on air; "" if it is. What the pre-show check says of it, too."""
    async with db.read() as session:
        drafts = {offer.item_id for offer in await offers.list_offers(session, show_id)}
        there = {item.id for item in await items.list_items(session, show_id)}
    return line_up_fault(len(there), len(there & drafts))


async def move(show: Show, verb: str, *, by: Actor, db: Database, log: ShowLog) -> ShowState:
    """`start` or `end` the show. Raises IllegalMove, Recovering."""
    show_id = ShowId(show.id)
    async with on_record(show_id, by, f"show:{verb}", show.title, log=log):
        await log.move(show_id, verb)
    await call_screens(show, db=db, log=log)
    return ShowState.LIVE if verb == "start" else ShowState.ENDED


async def stop_demo(show_id: ShowId, *, by: Actor, db: Database, log: ShowLog) -> None:
    """The simulated crowd leaves; the show stays on air. Raises IllegalMove for a real show."""
    async with on_record(show_id, by, "show:stop_demo", log=log):
        async with db.write() as session:
            show = found(await shows.find_show(session, show_id), "show")
            if not show.is_demo:
                raise IllegalMove("This show has no simulated crowd.")
            show.demo_running = False
            session.add(show)
        await log.append(show_id, "items", {})


async def rooms_for(actor: Actor, *, db: Database, now: datetime) -> list[Room]:
    """The rooms in which the actor may make shows, in the order of their titles."""
    mine = actor.rooms_where(Permission.SHOW_EDIT)
    async with db.read() as session:
        found = await rooms.list_rooms(session)
    if mine is None and not found:  # a house that has not been lived in yet
        async with db.write() as session:
            return [await ensure_default_room(session, now)]
    return [room for room in found if mine is None or room.id in mine]


async def room_for(actor: Actor, wanted: str, *, db: Database, now: datetime) -> str:
    """The room of a new show: the one that is named, else the first in which the actor may make one.

    Raises Forbidden when they may make none (there); Invalid for a room that is not there.
    """
    mine = [room.id for room in await rooms_for(actor, db=db, now=now)]
    if not mine:
        raise Forbidden
    if not wanted or wanted in mine:
        return wanted or mine[0]
    async with db.read() as session:
        if await rooms.find_room(session, wanted) is not None:
            raise Forbidden
    raise Invalid([field_error("room_id", "choice", options=", ".join(mine))])
