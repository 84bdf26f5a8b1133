"""What the hub asks of the features: who is there, what to draw, how to order and comment."""

import contextlib
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from live.domain.access import Actor, Permission, Viewer
from live.domain.access import Role as CrewRole
from live.domain.attendance import Change
from live.domain.ids import ShowId
from live.domain.marks import mark_of
from live.domain.moderation import StandingKind
from live.domain.outcomes import Outcome
from live.errors import NotFound, NotNow
from live.features.accounts.actions import identify
from live.features.accounts.actions.audience import viewer_or_none
from live.features.accounts.actions.identify import actor_of_token
from live.features.orders.actions import Door, orders_of, purchases_of
from live.features.overlay import actions as overlay
from live.features.rehearsals.actions import may_enter
from live.features.screens import actions as screens
from live.features.screens.presenters.api import public_numbers, snapshot, staff_numbers
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.partials import (
    mine_view,
    present,
    present_limits,
    present_mine,
    present_own,
    pushed_ids,
)
from live.features.screens.presenters.views import Board
from live.features.shows import actions as shows
from live.hotpath.bought import traces_of, units_of
from live.hotpath.stock import Order
from live.hotpath.wait import still
from live.hub import Audience, Ports, Position, Reply, Role, Sample, Screen, Who
from live.runtime import Runtime
from live.web.rate_limits import sender_of
from live.web.security import origin_allowed

# A viewer of an open socket was checked at its door; its token may run out meanwhile.
FOR_EVER = 2**53
PLAYED_AGAIN_S = 5.0  # a page that polls says it with each question


OBS_AGENT = "OBS/"  # what the browser in OBS adds to its name
FOLLOWING = frozenset({Screen.OVERLAY, Screen.HOST})  # they go over to the rehearsal, and come back
GROWING = frozenset({"as_of", "watch_s", "average_viewers"})


def build_ports(runtime: Runtime, boards: Boards, door: Door) -> Ports:
    """The hub's ports, served by this process's runtime."""
    sockets = Sockets(runtime, boards, door)
    return Ports(
        now_ms=runtime.redis.now_ms,
        heard=boards.hear,
        sample=sockets.sample,
        present=sockets.present,
        present_personal=sockets.present_personal,
        snapshot=sockets.snapshot,
        tell_presence=sockets.tell_presence,
        picture_plays=sockets.picture_plays,
        show_exists=sockets.show_exists,
        origin_allowed=sockets.origin_allowed,
        wait_s=sockets.wait_s,
        authenticate_api=sockets.authenticate_api,
        authenticate_page=sockets.authenticate_page,
        place_order=sockets.place_order,
        put_order=sockets.put_order,
        post_comment=sockets.post_comment,
        problem=screens.problem_of,
    )


class Sockets:
    """The ports as methods."""

    def __init__(self, runtime: Runtime, boards: Boards, door: Door) -> None:
        self._runtime = runtime
        self._door = door
        self._boards = boards
        self._played: dict[str, float] = {}  # show → when that was noted, monotonic
        self._plain: dict[str, tuple[Board, dict[str, Mapping[str, str]]]] = {}

    async def sample(self, show_id: str, since: Position) -> Sample:
        board = await self._boards.board(show_id, since=since)
        numbers = staff_numbers(board)
        pace = tuple(offer.recent_units for offer in board.offers)  # falls when nothing happens
        muted = sum(
            line.standing.kind is StandingKind.MUTED for line in board.listed
        )  # so does this
        version = (
            _version(numbers), board.recovery, pace, muted, board.difference, board.check,
            _by_the_clock(board),
        )  # fmt: skip
        return Sample(version=version, numbers=numbers, public=public_numbers(board))

    async def present(self, show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        return present(await self._boards.board(show_id, since=since), *audience)

    async def present_personal(
        self, show_id: str, since: Position, viewer_id: str, lang: str
    ) -> Mapping[str, str]:
        board = await self._boards.board(show_id, since=since)
        show, redis = ShowId(show_id), self._runtime.redis
        has_bought, has_said = await traces_of(redis, show, viewer_id)
        may_have = has_bought or board.show.is_over  # then it may be SQL that remembers
        orders = await self._purchases_of(board, viewer_id) if may_have else []
        units = await units_of(redis, show, viewer_id, pushed_ids(board)) if has_bought else {}
        said = present_own(await self._runtime.chat.own(show, viewer_id) if has_said else [], lang)
        offer = board.awaited
        place = await self._runtime.waits.place(offer.id, viewer_id) if offer else None
        if not orders and not units and place is None:
            return {**self._nothing_yet(board, lang), **said}
        mine = present_mine(board, mine_view(board, orders, viewer_id, place=place), lang)
        return mine | present_limits(board, units, lang) | said

    def _nothing_yet(self, board: Board, lang: str) -> Mapping[str, str]:
        """The same for all who have bought nothing: after a restart nearly everyone comes back at once."""
        known, drawn = self._plain.get(board.show.id, (None, {}))
        if known is not board:
            drawn = {}
            self._plain[board.show.id] = (board, drawn)
        if lang not in drawn:
            mine = mine_view(board, [], "")
            drawn[lang] = present_mine(board, mine, lang) | present_limits(board, {}, lang)
        return drawn[lang]

    async def snapshot(self, show_id: str, since: Position, listener: Who) -> Mapping[str, object]:
        board = await self._boards.board(show_id, since=since)
        is_staff = listener.role in (Role.OPERATOR, Role.HOST)
        own: list[Order] = []
        place = None
        if listener.viewer_id:
            own = await self._orders_of(board, listener.viewer_id)
            if board.awaited:
                place = await self._runtime.waits.place(board.awaited.id, listener.viewer_id)
                place = still(place, own)
        return snapshot(board, is_staff=is_staff, own=own, place=place)

    async def _purchases_of(self, board: Board, viewer_id: str) -> list[Order]:
        show, is_over = ShowId(board.show.id), board.show.is_over
        stock, db = self._runtime.stock, self._runtime.db
        return await purchases_of(show, viewer_id, is_over=is_over, stock=stock, db=db)

    async def _orders_of(self, board: Board, viewer_id: str) -> list[Order]:
        show, is_over = ShowId(board.show.id), board.show.is_over
        stock, db = self._runtime.stock, self._runtime.db
        return await orders_of(show, viewer_id, is_over=is_over, stock=stock, db=db)

    async def tell_presence(self, show_id: str, change: Change) -> bool:
        return await self._runtime.presence.tell(ShowId(show_id), change)

    async def picture_plays(self, show_id: str) -> None:
        """For the steps of set-up, which believe it for a while."""
        now, runtime = self._runtime.clock.monotonic_s(), self._runtime
        if now - self._played.get(show_id, -PLAYED_AGAIN_S) < PLAYED_AGAIN_S:
            return
        stream_url = (await shows.find(show_id, db=runtime.db)).stream_url
        if stream_url:
            await runtime.log.note_played(ShowId(show_id), mark_of(stream_url))
            self._played[show_id] = now

    async def show_exists(self, show_id: str) -> bool:
        try:
            await self._boards.board(show_id)
        except NotFound:
            return False
        return True

    def origin_allowed(self, websocket: WebSocket) -> bool:
        public_url = self._runtime.settings.public_url or ""
        scheme = str(websocket.scope["scheme"])
        return origin_allowed(
            websocket.headers, websocket.headers.get("host", ""), public_url, scheme=scheme
        )

    def wait_s(self, connection: HTTPConnection, kind: str) -> float:
        now = self._runtime.clock.now().timestamp()
        entry = connection.headers.get("x-live-crowd")
        if entry and may_enter(self._runtime, entry, connection.path_params["id"]):
            return 0.0
        return self._runtime.limits.allow(kind, sender_of(connection), now)

    async def authenticate_api(self, token: str, show_id: str) -> Who | None:
        runtime = self._runtime
        viewer = runtime.viewer_tokens.read(token, runtime.clock.now().timestamp())
        if viewer is not None:
            return Who(Role.VIEWER, viewer.id, viewer.name)
        return await self._crew(
            await actor_of_token(runtime.db, token, runtime.clock.now()), show_id
        )

    async def authenticate_page(
        self, connection: HTTPConnection, show_id: str, screen: Screen
    ) -> Who | None:
        if screen in FOLLOWING and not await self._belongs(connection, show_id):
            return None
        if screen is Screen.OVERLAY:
            token, own = connection.query_params.get("token", ""), _own_show(connection, show_id)
            try:
                await overlay.check(own, token, db=self._runtime.db)
            except NotFound:
                return None
            agent = connection.headers.get("user-agent", "")
            return Who(Role.OVERLAY, None, "", is_obs=OBS_AGENT in agent)
        if screen is Screen.VIEWER:
            viewer = viewer_or_none(HTTPConnection(connection.scope))
            if viewer is None:
                return None
            is_crew = await self._is_crew(HTTPConnection(connection.scope), show_id)
            return Who(Role.VIEWER, viewer.id, viewer.name, is_crew)
        wanted = screens.SCREEN_PERMISSION[screen]
        actor = await identify(  # afresh: this is asked again for as long as the socket is open
            HTTPConnection(connection.scope), self._runtime.db, self._runtime.clock.now()
        )
        return await self._crew(actor, show_id, wanted)

    async def _belongs(self, connection: HTTPConnection, show_id: str) -> bool:
        """Whether a screen that is connected to its own show looks where it should."""
        own, runtime = _own_show(connection, show_id), self._runtime
        return await shows.stage_of(own, db=runtime.db, facts=runtime.facts) == show_id

    async def _is_crew(self, connection: HTTPConnection, show_id: str) -> bool:
        """Whether a viewer's page belongs to one of the crew, who looks in to see what viewers see."""
        db, now = self._runtime.db, self._runtime.clock.now()
        with contextlib.suppress(NotNow):  # the page is good without SQL, too
            return await self._crew(await identify(connection, db, now), show_id) is not None
        return False

    async def _crew(
        self, actor: Actor | None, show_id: str, wanted: Permission = Permission.TALLY_READ
    ) -> Who | None:
        if actor is None or not actor.is_at_home(show_id):
            return None
        room_id = (await shows.find(show_id, db=self._runtime.db)).room_id
        if not actor.may(wanted, room_id):
            return None
        is_host = actor.role_in(room_id) is CrewRole.HOST
        return Who(Role.HOST if is_host else Role.OPERATOR, None, actor.name)

    async def place_order(
        self, show_id: str, buyer: Who, offer_id: str, quantity: int, key: str
    ) -> Reply:
        viewer = Viewer(buyer.viewer_id or "", buyer.name, FOR_EVER)
        return Reply(
            *await screens.place_over_socket(self._door, show_id, viewer, offer_id, quantity, key)
        )

    def put_order(
        self,
        buyer: Who,
        offer_id: str,
        quantity: int,
        key: str,
        answered: Callable[[int, bytes], None],
    ) -> None:
        viewer = Viewer(buyer.viewer_id or "", buyer.name, FOR_EVER)

        def judged(outcome: Outcome | Exception) -> None:
            answered(*screens.outcome_over_socket(outcome))

        self._door.order(viewer, offer_id, quantity, key, judged)

    async def post_comment(self, show_id: str, speaker: Who, text: str) -> Reply:
        viewer = Viewer(speaker.viewer_id or "", speaker.name, FOR_EVER)
        return Reply(*await screens.comment_over_socket(self._runtime, show_id, viewer, text))


def _own_show(connection: HTTPConnection, show_id: str) -> str:
    """The show to which the screen is connected; `show_id`: the one at which it looks."""
    return connection.query_params.get("of", show_id)


def _by_the_clock(board: Board) -> object:
    """What moves though no fact tells of it: forecasts, lamps, orders that expire, who waits, the trend's minutes."""
    n, outlooks = board.numbers, tuple(offer.outlook for offer in board.offers)
    waiting = tuple((offer.waiting, offer.called_ms) for offer in board.offers)
    return (
        board.ladder,
        outlooks,
        board.health,
        board.crowd,
        n.unpaid,
        n.expiring,
        n.failed,
        n.lately,
        waiting,
        board.trend.until,
    )


def _version(numbers: Mapping[str, object]) -> object:
    """Changes when anything on the screens may have: figures and the log's position, not the time, nor what
    grows with it."""
    return tuple(str(value) for name, value in numbers.items() if name not in GROWING)
