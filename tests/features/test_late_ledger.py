"""What was pushed a moment ago is on sale, also while no worker has told SQL so."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from live.app import create_app
from live.domain.access import Role
from live.runtime import Runtime
from live.settings import Settings
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, eventually
from tests.engines import furnish, ledger_of
from tests.factories import make_item, make_offer, make_order, make_show, make_viewer, signed_in

SALE = {"price": "99", "quantity": "3", "per_buyer_limit": "1", "duration_s": "60"}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Starlette]:
    """Without a worker."""
    application = create_app(settings)
    await furnish(settings)
    async with application.router.lifespan_context(application):
        yield application


async def operator_of(api: Api, runtime: Runtime) -> dict[str, str]:
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    return await signed_in(api, runtime, {room.id: Role.OPERATOR})


@contextlib.asynccontextmanager
async def proven(api: Api, runtime: Runtime, show: str) -> AsyncIterator[None]:
    """Once the ledger has caught up, the proof names every sale, and stands."""
    async with ledger_of(runtime):

        async def is_ok() -> bool:
            return bool((await api.audit(show))["ok"])

        await eventually(is_ok)
        yield


async def test_a_line_whose_sale_is_on_air_is_not_removed(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    offer = await make_offer(api, show, item_id=item)
    headers = await operator_of(api, runtime)
    path = f"/shows/{show}/items/{item}/remove"
    answer = await api.send("POST", path, token=NOBODY, headers=headers)
    assert answer.status_code == 422, "the page says why"
    await make_order(api, offer, await make_viewer(api))
    async with proven(api, runtime, show):
        [line] = (await api.audit(show))["offers"]
        assert (line["id"], line["held"]) == (offer, 1)
        done(await api.post(f"/offers/{offer}/restock", {"delta": 1}))


async def test_a_new_draft_takes_the_place_of_drafts_only(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    on_air = await make_offer(api, show, item_id=item, quantity=2)
    older = await make_offer(api, show, item_id=item, quantity=1, push=False)
    headers = await operator_of(api, runtime)
    form = SALE | {"item_id": item}
    answer = await api.send(
        "POST", f"/shows/{show}/offers", token=NOBODY, headers=headers, data=form
    )
    assert answer.status_code == 303
    assert (await api.get(f"/offers/{older}", token=NOBODY)).status_code == 404
    await make_order(api, on_air, await make_viewer(api))
    async with proven(api, runtime, show):
        assert [line["id"] for line in (await api.audit(show))["offers"]] == [on_air]


async def test_a_line_that_was_never_on_sale_goes_with_its_drafts(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    offer = await make_offer(api, show, item_id=item, push=False)
    headers = await operator_of(api, runtime)
    path = f"/shows/{show}/items/{item}/remove"
    assert (await api.send("POST", path, token=NOBODY, headers=headers)).status_code == 303
    assert (await api.get(f"/offers/{offer}", token=NOBODY)).status_code == 404
    assert (await api.post(f"/offers/{offer}/push")).status_code == 404


async def test_a_new_show_has_the_rules_that_were_set_a_moment_ago(api: Api) -> None:
    show = await make_show(api)
    for wanted in ({"premoderation": True}, {"premoderation": False, "slow_s": 3}):
        rules = done(await api.put(f"/shows/{show}/chat-rules", wanted))
        show = await make_show(api)
        assert done(await api.get(f"/shows/{show}/chat-rules")) == rules
