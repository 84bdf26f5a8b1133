"""The address with a key, for tools that send no headers: what it opens, and how it is shut."""

import aiosqlite

from live.features.accounts.actions import create_token
from live.runtime import Runtime
from tests.adapters.recorded import social
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import make_show
from tests.features.test_ingest import ingest, one, ours

ADDRESS = "http://live.test/api/v1/ingest/"


async def test_a_tool_without_headers_posts_to_an_address_with_a_key(api: Api) -> None:
    show = await make_show(api)
    told = done(await api.get(f"/shows/{show}/ingest"))
    assert told["url"] == ADDRESS + told["key"]
    answer = await api.post(f"/ingest/{told['key']}", social(), token=NOBODY)
    assert done(answer) == {"accepted": 1, "duplicates": 0, "refused": []}
    assert done(await ingest(api, show, social()))["duplicates"] == 1, "the same door"
    cookies = {"cookie": "theme=dark", "origin": "chrome-extension://abc"}
    from_a_page = await api.post(f"/ingest/{told['key']}", social(), token=NOBODY, headers=cookies)
    refused(from_a_page, 403, "cross_site")


async def test_a_key_opens_its_own_show_and_nothing_else(api: Api) -> None:
    show, other = await make_show(api), await make_show(api)
    key = done(await api.get(f"/shows/{show}/ingest"))["key"]
    signature = key.partition(".")[2]
    for wrong in (f"{other}.{signature}", f"{show}.", f"{show}.{signature[:-1]}", show, "x.y"):
        refused(await api.post(f"/ingest/{wrong}", social(), token=NOBODY), 404, "not_found")
    refused(await ingest(api, show, social(), token=key), 401, "not_signed_in")
    refused(await api.get(f"/shows/{show}/tally", token=key), 401, "not_signed_in")


async def test_a_renewed_address_shuts_the_one_before(api: Api) -> None:
    show, other = await make_show(api), await make_show(api)
    first = done(await api.get(f"/shows/{show}/ingest"))["key"]
    untouched = done(await api.get(f"/shows/{other}/ingest"))["key"]
    renewed = done(await api.post(f"/shows/{show}/ingest/renew"))
    assert renewed["url"] == ADDRESS + renewed["key"]
    assert done(await api.get(f"/shows/{show}/ingest")) == renewed
    refused(await api.post(f"/ingest/{first}", social(), token=NOBODY), 404, "not_found")
    assert done(await api.post(f"/ingest/{renewed['key']}", social(), token=NOBODY))["accepted"]
    assert done(await api.post(f"/ingest/{untouched}", social(), token=NOBODY))["accepted"]
    assert done(await ingest(api, show, ours(one(1))))["accepted"] == 1, "tokens are none of it"
    second = renewed["key"]
    signature = second.rpartition(".")[2]
    assert done(await api.post(f"/shows/{show}/ingest/renew"))["key"] not in (first, second)
    for wrong in (second, f"{show}.2.{signature}", f"{show}.02.{signature}"):
        refused(await api.post(f"/ingest/{wrong}", social(), token=NOBODY), 404, "not_found")


async def test_a_renewed_address_is_in_the_audit_log(api: Api) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/ingest/renew"))

    async def is_told() -> bool:
        acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
        return ("ingest:renew", "bot") in [(act["verb"], act["actor"]) for act in acts]

    await eventually(is_told)


async def test_a_new_show_of_the_room_has_the_rules_of_the_last_and_a_first_address(
    api: Api,
) -> None:
    show = await make_show(api)
    done(await api.put(f"/shows/{show}/chat-rules", {"slow_s": 30}))
    done(await api.post(f"/shows/{show}/ingest/renew"))

    async def has_a_later_one_its_rules() -> bool:
        """The ledger tells a new show, and may not have heard yet."""
        later = await make_show(api)
        assert done(await api.get(f"/shows/{later}/ingest"))["key"].count(".") == 1
        return bool(done(await api.get(f"/shows/{later}/chat-rules"))["slow_s"] == 30)

    await eventually(has_a_later_one_its_rules)


async def test_only_who_may_set_up_renews_an_address(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    now = runtime.clock.now()
    host = await create_token(runtime.db, role="host", name="host", now=now)
    refused(await api.post(f"/shows/{show}/ingest/renew", token=host), 403, "forbidden")
    refused(await api.post(f"/shows/{show}/ingest/renew", token=NOBODY), 401, "not_signed_in")
    refused(await api.post("/shows/none/ingest/renew"), 404, "not_found")
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(f"/shows/{show}/ingest/renew"), 409, "ended")


async def test_a_key_is_taken_while_the_database_can_tell_nobody_by_a_token(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    key = done(await api.get(f"/shows/{show}/ingest"))["key"]
    unseen = await create_token(runtime.db, role="operator", name="new", now=runtime.clock.now())
    async with aiosqlite.connect(runtime.settings.data_dir / "live.db") as other:
        await other.execute("ALTER TABLE api_tokens RENAME TO away")
        by_key = await api.post(f"/ingest/{key}", social(), token=NOBODY)
        by_token = await api.post(f"/shows/{show}/ingest/comments", social(), token=unseen)
        await other.execute("ALTER TABLE away RENAME TO api_tokens")
    assert done(by_key)["accepted"] == 1
    assert by_token.status_code >= 500


async def test_a_page_in_a_browser_may_post_to_the_address_and_to_nothing_else(api: Api) -> None:
    show = await make_show(api)
    key = done(await api.get(f"/shows/{show}/ingest"))["key"]
    asks = {
        "origin": "https://socialstream.ninja",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
        "access-control-request-private-network": "true",
    }
    preflight = await api.send("OPTIONS", f"/api/v1/ingest/{key}", token=NOBODY, headers=asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    assert preflight.headers["access-control-allow-private-network"] == "true"
    assert "access-control-allow-credentials" not in preflight.headers
    headers = {"origin": asks["origin"], "sec-fetch-site": "cross-site"}
    for path, status in ((key, 200), ("wrong", 404)):
        answer = await api.post(f"/ingest/{path}", social(), token=NOBODY, headers=headers)
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
    plain = await api.send("OPTIONS", f"/api/v1/ingest/{key}", token=NOBODY)
    assert (plain.status_code, plain.headers["allow"]) == (204, "OPTIONS, POST")
    elsewhere = f"/api/v1/shows/{show}/ingest/comments"
    other = await api.send("OPTIONS", elsewhere, token=NOBODY, headers=asks)
    assert other.status_code == 405
    assert not [name for name in other.headers if name.startswith("access-control")]
