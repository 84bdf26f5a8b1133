"""Health, limits, and what happens while a dependency is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from live.app import create_app
from live.domain.ids import ShowId
from live.features.accounts.actions import create_token
from live.features.health.actions import probe
from live.hotpath import keys
from live.runtime import Runtime
from live.settings import Settings
from live.store.db import Database
from live.store.shows import find_show
from tests.asking import NOBODY, Api, connected, done, eventually, refused
from tests.engines import RedisServer, furnish, running, settings_for
from tests.factories import buy, make_offer, make_order, make_show, make_viewer


async def at_root(api: Api, path: str) -> httpx2.Response:
    return await api.send("GET", path, token=NOBODY)


def wait_of(answer: httpx2.Response, status: int) -> int:
    """Seconds that the answer asks to wait."""
    assert answer.status_code == status, answer.text
    seconds = int(answer.headers["retry-after"])
    assert seconds >= 1
    return seconds


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that a test may stop."""
    server = RedisServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def fragile(
    tmp_path: Path, migrated: Path, own_redis: RedisServer
) -> AsyncIterator[tuple[Api, RedisServer]]:
    """An application of its own on that Redis."""
    app = create_app(settings_for(tmp_path, migrated, own_redis.url))
    async with running(app) as runtime:
        now = runtime.clock.now()
        token = await create_token(runtime.db, role="operator", name="bot", now=now)
        async with connected(app, token) as api:
            yield api, own_redis


async def test_alive_and_ready_with_every_dependency_by_name(api: Api) -> None:
    alive = await at_root(api, "/healthz")
    assert (alive.status_code, alive.text) == (200, "ok")

    async def has_worker() -> bool:
        return bool(done(await at_root(api, "/readyz"))["worker"] == "ok")

    await eventually(has_worker)
    assert done(await at_root(api, "/readyz")) == {
        "ready": True,
        "state": "ok",
        "redis": "ok",
        "database": "ok",
        "worker": "ok",
        "ledger_lag": 0,
        "recovering": [],
    }


async def test_a_missing_worker_and_what_it_leaves_undone_are_named(settings: Settings) -> None:
    """The web process alone: it sells, but nobody writes the ledger or puts shows back."""
    await furnish(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        runtime = app.state.runtime
        now = runtime.clock.now()
        token = await create_token(runtime.db, role="operator", name="bot", now=now)
        async with connected(app, token) as api:
            show = await make_show(api)
            await make_offer(api, show)
            head = await runtime.facts.head(ShowId(show))
            assert head is not None
            expected = {"ready": True, "state": "degraded", "worker": "missing"}
            told = done(await at_root(api, "/readyz"))
            assert told | expected == told
            assert told["ledger_lag"] == head.seq > 0
            metrics = (await at_root(api, "/metrics")).text
            assert f"\nlive_ledger_lag_facts {head.seq}\n" in metrics
            assert "\nlive_worker_heartbeat_age_seconds +Inf\n" in metrics

            await runtime.facts.sign_of_life()
            told = done(await at_root(api, "/readyz"))
            assert (told["worker"], told["state"]) == ("ok", "ok")
            assert "age_seconds +Inf" not in (await at_root(api, "/metrics")).text
            async with runtime.db.write() as session:
                row = await find_show(session, show)
                assert row is not None
                row.state = "live"  # as the ledger would have written
                session.add(row)
            await runtime.redis.do("DEL", keys.meta(ShowId(show)))
            told = done(await at_root(api, "/readyz"))
            assert (told["state"], told["recovering"]) == ("degraded", [show])


async def test_metrics_are_prometheus_text_for_this_machine_only(api: Api, app: Starlette) -> None:
    answer = await at_root(api, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "\nlive_uptime_seconds " in answer.text
    far = httpx2.ASGITransport(app=app, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=far, base_url="http://live.test") as client:
        assert (await client.get("/metrics")).status_code == 404


async def test_orders_are_taken_paid_and_kept_while_the_database_is_away(
    api: Api, runtime: Runtime, tmp_path: Path
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    viewer = await make_viewer(api)
    database = runtime.db
    runtime.db = Database.from_url(f"sqlite:///{tmp_path}/no-such-folder/live.db")
    order = await make_order(api, offer, viewer)
    assert done(await api.get(f"/orders/{order}", token=viewer.token))["state"] == "held"
    done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    done(await api.post(f"/shows/{show}/comments", {"text": "想要"}, token=viewer.token))
    assert (await api.offer(offer))["sold"] == 1
    for path in ("tally", "audit", "orders"):
        answer = await api.get(f"/shows/{show}/{path}")
        refused(answer, 503, "store_unavailable")
        wait_of(answer, 503)
    told = done(await at_root(api, "/readyz"))
    expected = {"ready": True, "state": "degraded", "database": "store_unavailable"}
    assert told | expected | {"ledger_lag": None, "redis": "ok"} == told
    broken, runtime.db = runtime.db, database
    await broken.close()

    async def is_written() -> bool:
        listed = done(await api.get(f"/shows/{show}/orders?state=paid"))["orders"]
        return [o["id"] for o in listed] == [order] and (await api.audit(show))["ok"]

    await eventually(is_written)


async def test_without_redis_nothing_is_sold_and_sales_go_on_by_themselves_after(
    fragile: tuple[Api, RedisServer],
) -> None:
    api, redis = fragile
    show = await make_show(api)
    offer = await make_offer(api, show)
    viewer = await make_viewer(api)
    first = await buy(api, offer, viewer, key="first")
    redis.stop()
    for answer in (
        await buy(api, offer, viewer, key="second"),
        await api.post(f"/orders/{first.json()['id']}/pay", token=viewer.token),
        await api.post(f"/offers/{offer}/pause"),
    ):
        refused(answer, 503, "redis_unavailable")
        wait_of(answer, 503)
    assert (await at_root(api, "/healthz")).status_code == 200
    readiness = await at_root(api, "/readyz")
    wait_of(readiness, 503)
    told = readiness.json()
    assert (told["ready"], told["state"], told["redis"]) == (False, "away", "redis_unavailable")
    assert (told["database"], told["worker"]) == ("ok", "unknown")
    redis.start()

    async def is_sold() -> bool:
        answer = await buy(api, offer, viewer, key="second")
        assert answer.status_code in (201, 503), answer.text
        return answer.is_success

    await eventually(is_sold)
    assert (await buy(api, offer, viewer, key="first")).content == first.content
    told = await api.offer(offer)
    assert (told["left"], told["held"]) == (8, 2)

    async def is_proven() -> bool:
        return bool((await api.audit(show))["ok"])

    await eventually(is_proven)


class TestLimits:
    @pytest.fixture
    def knobs(self) -> dict[str, Any]:
        return {"rate_limits": "on"}

    async def test_a_viewer_who_orders_too_fast_waits_and_others_do_not(self, api: Api) -> None:
        offer = await make_offer(api, await make_show(api), quantity=100, per_buyer_limit=100)
        viewer, other = await make_viewer(api), await make_viewer(api)
        answers = await asyncio.gather(*(buy(api, offer, viewer) for _ in range(30)))
        slowed = [answer for answer in answers if not answer.is_success]
        assert 10 <= len(slowed) <= 20
        for answer in slowed:
            refused(answer, 429, "too_fast")
        done(await buy(api, offer, other))
        await asyncio.sleep(max(wait_of(answer, 429) for answer in slowed))
        done(await buy(api, offer, viewer))

    async def test_comments_and_new_viewers_are_limited(self, api: Api) -> None:
        show = await make_show(api)
        viewer = await make_viewer(api)
        path, body = f"/shows/{show}/comments", {"text": "想要"}
        answers = [await api.post(path, body, token=viewer.token) for _ in range(8)]
        assert [answer.status_code for answer in answers[:5]] == [201] * 5
        wait_of(answers[-1], 429)
        crowd = [await api.post("/viewers", {}, token=NOBODY) for _ in range(140)]
        wait_of(crowd[-1], 429)

    async def test_an_operator_imports_five_files_in_a_row_and_then_waits(self, api: Api) -> None:
        show = await make_show(api)
        path, csv = f"/shows/{show}/items/import", b"Handle,Title,Variant Price\na,b,1\n"
        answers = [await api.post(path, content=csv) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [201] * 5 + [429]
        wait_of(answers[-1], 429)


async def test_a_database_that_can_be_read_but_not_written_is_not_well(
    runtime: Runtime,
) -> None:
    assert (await probe(runtime)).database == "ok"
    async with runtime.db.write() as session:
        await session.connection()
        assert (await probe(runtime)).database != "ok"
    assert (await probe(runtime)).database == "ok"
