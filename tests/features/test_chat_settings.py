"""The chat's settings as one form of the control room, and how much of them one request may hold."""

import httpx2

from live.domain.access import Role
from live.domain.ids import ShowId
from live.runtime import Runtime
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done
from tests.factories import make_show, signed_in
from tests.features.test_moderation import put_rules


async def test_the_chats_settings_are_not_saved_over_what_nobody_has_seen(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    signed = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    path, htmx = f"/shows/{show}/chat-rules", signed | {"hx-request": "true"}

    async def seen() -> str:
        drawn = await api.send("GET", path, token=NOBODY, headers=signed)
        return drawn.text.partition('name="seen" value="')[2].partition('"')[0]

    async def save(mark: str, **form: str) -> httpx2.Response:
        return await api.send("POST", path, token=NOBODY, headers=htmx, data={"seen": mark, **form})

    first = await seen()
    await put_rules(api, show, blocked=["加微信"])
    stale = await save(first, blocked="赌", slow_s="5")
    assert stale.status_code == 412
    assert stale.headers["hx-retarget"] == "#rules-changed"
    assert done(await api.get(f"/shows/{show}/chat-rules"))["blocked"] == ["加微信"]
    assert (await save(first, blocked="加微信")).status_code == 200, "it wants what is so by now"
    now = stale.text.partition('name="seen" value="')[2].partition('"')[0]
    assert now == await seen()
    assert (await save(now, blocked="赌", slow_s="5")).status_code == 200
    done(await api.put(f"/shows/{show}/words", {"words": ["想要"]}))
    assert (await save(now, blocked="赌", words="扣1")).status_code == 412
    facts = await runtime.facts.tail(ShowId(show), 0, 100)
    acts = [(str(f.payload["verb"]), f.payload["result"]) for f in facts if f.kind == "act"]
    assert acts.count(("rules:set", "changed_meanwhile")) == 2
    done(await api.post(f"/shows/{show}/ingest/renew"))
    assert (await save(await seen(), blocked="", words="")).status_code == 200
    rules = done(await api.get(f"/shows/{show}/chat-rules"))
    assert (rules["blocked"], rules["slow_s"]) == ([], 5)


async def test_as_many_words_as_may_be_blocked_fit_into_one_request(api: Api) -> None:
    show = await make_show(api)
    words = [f"{n:04}" + "长" * 36 for n in range(2_000)]
    assert len((await put_rules(api, show, blocked=words))["blocked"]) == 2_000
