"""Which screen may look at which show, and when it is drawn though nothing was said."""

from dataclasses import replace

from starlette.applications import Starlette

from live.features.screens.presenters.trend import MINUTE
from live.hub import Screen
from live.runtime import Runtime
from live.sockets import Sockets, _by_the_clock
from tests.asking import Api, done
from tests.factories import make_offer, make_show
from tests.test_sockets import page_of, sign_in_operator


async def test_the_trend_goes_on_with_each_minute_though_nothing_else_happens(
    app: Starlette, api: Api
) -> None:
    board = await app.state.boards.board(await make_show(api), fresh=True)
    later = replace(board, trend=replace(board.trend, until=board.trend.until + MINUTE))
    assert _by_the_clock(later) != _by_the_clock(board) == _by_the_clock(replace(board))


async def test_an_overlay_and_a_host_look_at_the_rehearsal_of_their_own_show_and_only_while_it_is_on(
    app: Starlette, runtime: Runtime, api: Api
) -> None:
    show, other = await make_show(api, live=False), await make_show(api, live=False)
    await make_offer(api, show, push=False)
    token = done(await api.get(f"/shows/{show}/overlay"))["token"]
    _, _, login = await sign_in_operator(runtime)
    sockets = Sockets(runtime, app.state.boards, app.state.door)
    rehearsal = done(await api.post(f"/shows/{show}/rehearse"))["id"]

    async def lets_in(at: str, of: str = "", screen: Screen = Screen.OVERLAY) -> bool:
        query = f"token={token}" + (f"&of={of}" if of else "")
        page = page_of(app, login if screen is Screen.HOST else "", query=query)
        return await sockets.authenticate_page(page, at, screen) is not None

    async def looks_at(real: bool) -> None:
        for screen in (Screen.OVERLAY, Screen.HOST):
            assert await lets_in(show, screen=screen) is real
            assert await lets_in(rehearsal, of=show, screen=screen) is not real
            assert not await lets_in(show, of=other, screen=screen)
            assert not await lets_in(rehearsal, of=other, screen=screen)
        assert not await lets_in(rehearsal)  # its own address has another token
        assert not await lets_in(other)
        assert not await lets_in(other, of=show)
        assert await lets_in(show, screen=Screen.CONTROL) is False  # it has no login

    await looks_at(real=True)  # it has not begun
    done(await api.post(f"/shows/{rehearsal}/start"))
    await looks_at(real=False)
    done(await api.post(f"/shows/{show}/start"))
    await looks_at(real=True)
    assert await lets_in(
        rehearsal, screen=Screen.HOST
    )  # who opens it by its own address stays there
    done(await api.post(f"/shows/{rehearsal}/end"))
    await looks_at(real=True)
