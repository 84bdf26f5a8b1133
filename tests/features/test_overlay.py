"""The overlay's address: what opens it, what may stand in it, and a new one when the old one got out."""

import asyncio

import pytest

from live.domain.access import Actor, Role
from live.domain.ids import ShowId
from live.errors import NotFound
from live.features.accounts.actions import create_token
from live.features.overlay import actions
from live.features.overlay.forms import Look, look_of
from live.runtime import Runtime
from live.web.words import translate
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import make_item, make_offer, make_show


async def page(api: Api, address: str, more: str = "", accepts: str = "en") -> str:
    path = address.partition("://")[2].partition("/")[2]
    headers = {"accept-language": accepts}
    answer = await api.send("GET", f"/{path}{more}", token=NOBODY, headers=headers)
    assert answer.status_code == 200
    return answer.text


async def test_the_address_opens_the_overlay_until_it_is_renewed(api: Api) -> None:
    show, other = await make_show(api), await make_show(api)
    first = done(await api.get(f"/shows/{show}/overlay"))
    assert first["url"].endswith(f"/overlay/{show}?token={first['token']}")
    assert done(await api.get(f"/shows/{show}/overlay")) == first
    untouched = done(await api.get(f"/shows/{other}/overlay"))
    renewed = done(await api.post(f"/shows/{show}/overlay/renew"))
    assert renewed["token"] not in (first["token"], untouched["token"])
    assert done(await api.get(f"/shows/{show}/overlay")) == renewed
    for address in (renewed["url"], untouched["url"]):
        assert 'id="overlay-card"' in await page(api, address)
    old = await api.send("GET", f"/overlay/{show}?token={first['token']}", token=NOBODY)
    assert old.status_code == 404
    assert "overlay-card" not in old.text


async def test_a_renewal_is_in_the_log_of_acts(api: Api) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/overlay/renew"))

    async def is_told() -> bool:
        acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
        return ("overlay:renew", "bot") in [(act["verb"], act["actor"]) for act in acts]

    await eventually(is_told)


async def test_a_renewal_has_open_overlays_asked_anew_at_once(api: Api, runtime: Runtime) -> None:
    show = ShowId(await make_show(api))
    head = await runtime.facts.head(show)
    assert head is not None
    done(await api.post(f"/shows/{show}/overlay/renew"))
    told = await runtime.facts.after({show: head.seq}, 100)
    assert "devices" in [fact.kind for fact in told[show]]  # tests/hub/test_doubt.py: what it does


async def test_only_who_may_set_up_renews_the_address(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    first = done(await api.get(f"/shows/{show}/overlay"))
    host = await create_token(runtime.db, role="host", name="host", now=runtime.clock.now())
    for call in (api.get(f"/shows/{show}/overlay", token=host),
                 api.post(f"/shows/{show}/overlay/renew", token=host)):  # fmt: skip
        refused(await call, 403, "forbidden")
    refused(await api.post(f"/shows/{show}/overlay/renew", token=NOBODY), 401, "not_signed_in")
    refused(await api.post("/shows/none/overlay/renew"), 404, "not_found")
    assert done(await api.get(f"/shows/{show}/overlay")) == first
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(f"/shows/{show}/overlay/renew"), 409, "ended")
    assert done(await api.get(f"/shows/{show}/overlay")) == first


async def test_of_two_renewals_at_once_one_address_stays(api: Api, runtime: Runtime) -> None:
    show, operator = ShowId(await make_show(api)), Actor("token", "t", "t", Role.OPERATOR)
    tokens = await asyncio.gather(
        *(
            actions.renew(
                show, by=operator, db=runtime.db, log=runtime.log, now=runtime.clock.now()
            )
            for _ in range(4)
        )
    )
    open_ones = []
    for token in tokens:
        try:
            await actions.check(show, token, db=runtime.db)
            open_ones.append(token)
        except NotFound:
            continue
    assert open_ones == [done(await api.get(f"/shows/{show}/overlay"))["token"]]


async def test_the_address_says_how_the_overlay_looks(api: Api) -> None:
    show = await make_show(api)
    address = done(await api.get(f"/shows/{show}/overlay"))["url"]
    plain = await page(api, address)
    assert 'data-look="dark"' in plain
    assert "qr-code" not in plain
    drawn = await page(api, address, "&lang=zh&theme=light&votes=1&qr=1")
    assert '<html lang="zh-CN"' in drawn
    assert 'data-look="light"' in drawn
    assert "screen=overlay&amp;lang=zh&amp;view=votes&amp;" in drawn
    assert 'class="qr-code"' in drawn
    assert '<html lang="zh-CN"' in await page(api, address, accepts="zh-CN")
    assert '<html lang="en"' in await page(api, address, "&lang=en", accepts="zh-CN")


@pytest.mark.parametrize(
    "query", [{}, {"lang": "fr", "theme": "../x", "votes": "yes", "qr": "", "preview": "0"}]
)
def test_what_is_wrong_in_an_address_is_left_out(query: dict[str, str]) -> None:
    assert look_of(query) == Look(lang="", theme="dark")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_preview_is_full_before_anything_is_and_opens_no_socket(
    api: Api, lang: str
) -> None:
    show = await make_show(api, live=False)
    address = done(await api.get(f"/shows/{show}/overlay"))["url"]
    more = f"&lang={lang}&votes=1&preview=1"
    empty = await page(api, address, more)
    assert translate(lang, "overlay.sample.item") in empty
    assert translate(lang, "overlay.sample.comment") in empty
    await make_item(api, show, title="焖烧杯")
    assert "焖烧杯" in await page(api, address, more)
    await make_offer(api, show, push=False)
    drawn = await page(api, address, more)
    for part in ('class="deal"', 'class="ticker-line', 'class="pinned"', 'id="vote-3"'):
        assert part in drawn
    assert "hx-ws" not in drawn.partition("<body")[2]
    assert "overlay.js" not in drawn
    tally = done(await api.get(f"/shows/{show}/tally"))
    assert not any(tally["pages"].values())


async def test_a_preview_shows_what_is_on_sale(api: Api) -> None:
    show = await make_show(api)
    await make_offer(api, show, quantity=7)
    address = done(await api.get(f"/shows/{show}/overlay"))["url"]
    assert "<b>7</b>" in await page(api, address, "&preview=1")
