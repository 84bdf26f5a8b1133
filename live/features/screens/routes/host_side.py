"""What is said to the host and what becomes of it, for page and API alike: each act answers with how it went,
as a board that has the act shows it."""

from starlette.requests import Request

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.errors import Conflict, NotFound, RedisUnavailable
from live.features.hosts import actions as hosts
from live.features.screens.presenters.host_views import AskView, CueView, HostSide
from live.features.screens.routes.common import boards_of
from live.features.shows.actions import on_record
from live.hub import Position
from live.runtime import runtime_of
from live.store import asks, cues
from live.store.shows import Show

CUE_VERBS = {"seen": "cue_seen", "ack": "cue_ack", "drop": "cue_drop"}
ASK_VERBS = {"done": "ask_done", "drop": "ask_drop"}


async def move_cue(request: Request, show: Show, actor: Actor, verb: str) -> CueView:
    """`seen` and `ack` twice are harmless. Raises NotFound; Conflict `cue_acked` (it cannot be taken back any
    more), `cue_dropped` (it was taken back), `ended`."""
    cue = await _cue(request, show, request.path_params["cue_id"])
    log, show_id = runtime_of(request).log, ShowId(show.id)
    async with on_record(show_id, actor, f"cue:{verb}", cue.text, log=log) as act:
        act.is_nothing = verb == "seen" or not _is_news(cue, verb)
        if _is_news(cue, verb):
            seq = await hosts.mark_cue(show_id, cue.id, CUE_VERBS[verb], by=actor, log=log)
            cue = (await _side_at(request, show, seq)).find_cue(cue.id) or cue
        if refused := _refused(cue, verb):
            raise Conflict(refused[1], code=refused[0])
    return cue


def _is_news(cue: CueView, verb: str) -> bool:
    return cue.is_open and (verb != "seen" or cue.seen_at is None)


def _refused(cue: CueView, verb: str) -> tuple[str, str] | None:
    """Code and sentence."""
    if verb == "drop" and cue.acked_at:
        return "cue_acked", "The host has read it already."
    if verb == "ack" and cue.dropped_at:
        return "cue_dropped", "The control room has taken it back."
    return None


async def send_ask(request: Request, show: Show, actor: Actor, comment_id: str) -> AskView:
    """What waits for the host already stays where it is. Raises NotFound, NotShown, Conflict
    `ended`."""
    runtime = runtime_of(request)
    board = await boards_of(request).board(show.id, fresh=True)
    ask = board.host.find_ask(comment_id)
    if ask is not None and ask.is_open and not board.host.is_over:
        return ask
    seq = await hosts.ask(
        ShowId(show.id), comment_id,
        by=actor, chat=runtime.chat, log=runtime.log, facts=runtime.facts, db=runtime.db,
    )  # fmt: skip
    sent = (await _side_at(request, show, seq)).find_ask(comment_id)
    if sent is None:
        raise RedisUnavailable
    return sent


async def move_ask(request: Request, show: Show, actor: Actor, verb: str) -> AskView:
    """Twice is harmless. Raises NotFound; Conflict `ask_answered` (it cannot be taken back any more),
    `ask_dropped` (it was taken back), `ended`."""
    ask = await _ask(request, show, request.path_params["comment_id"])
    log, show_id = runtime_of(request).log, ShowId(show.id)
    async with on_record(show_id, actor, f"ask:{verb}", ask.text, log=log) as act:
        act.is_nothing = not ask.is_open
        if ask.is_open:
            seq = await hosts.mark_ask(show_id, ask.comment, ASK_VERBS[verb], by=actor, log=log)
            ask = (await _side_at(request, show, seq)).find_ask(ask.comment) or ask
        if verb == "drop" and ask.answered_at:
            raise Conflict("The host has answered it already.", code="ask_answered")
        if verb == "done" and ask.dropped_at:
            raise Conflict("The control room has taken it back.", code="ask_dropped")
    return ask


async def _side_at(request: Request, show: Show, seq: int) -> HostSide:
    """As the log has it with the fact `seq`. Raises RedisUnavailable when it cannot be told any more."""
    boards = boards_of(request)
    epoch = (await boards.board(show.id)).epoch
    board = await boards.board(show.id, since=Position(epoch, seq), fresh=True)
    if board.seq < seq:
        raise RedisUnavailable
    return board.host


async def _cue(request: Request, show: Show, cue_id: str) -> CueView:
    """On the board, where all that wait are; else in SQL. Raises NotFound."""
    board = await boards_of(request).board(show.id, fresh=True)
    if known := board.host.find_cue(cue_id):
        return known
    async with runtime_of(request).db.read() as session:
        row = await cues.find_cue(session, cue_id)
    if row is None or row.show_id != show.id:
        raise NotFound("There is no such cue.")
    return CueView(row.id, row.text, row.by, row.at, row.seen_at, row.acked_at, row.dropped_at)


async def _ask(request: Request, show: Show, comment_id: str) -> AskView:
    board = await boards_of(request).board(show.id, fresh=True)
    if known := board.host.find_ask(comment_id):
        return known
    async with runtime_of(request).db.read() as session:
        row = await asks.find_ask(session, comment_id)
    if row is None or row.show_id != show.id:
        raise NotFound("That comment was not sent over.")
    ends = (row.answered_at, row.dropped_at, row.tip)
    return AskView(row.comment, row.name, row.text, row.by, row.at, *ends)
