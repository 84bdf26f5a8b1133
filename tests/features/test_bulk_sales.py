"""Sales set up for many lines at once: said beforehand, all of them or none."""

import html

import pytest

from live.runtime import Runtime
from live.web.words import translate
from tests.asking import Api, done
from tests.factories import buy, make_item, make_offer, make_viewer
from tests.features.set_up import Desk, desk_of

TERMS = ("price", "quantity", "per_buyer_limit", "duration_s")


@pytest.fixture
async def desk(api: Api, runtime: Runtime) -> Desk:
    return await desk_of(api, runtime)


def said(key: str, **values: object) -> str:
    return translate("en", key, **values)


async def told(desk: Desk, **form: str) -> str:
    """What the dialog says that it would do to all lines."""
    answer = await desk.post("items/bulk/preview", seen=await desk.tokens(), **form)
    assert answer.status_code == 200
    return html.unescape(answer.text)


async def sales(desk: Desk) -> list[list[int] | None]:
    found = [line["sale"] for line in await desk.lines()]
    return [[sale[name] for name in TERMS] if sale else None for sale in found]


async def test_lines_without_a_sale_get_one_and_the_others_another_price(
    api: Api, desk: Desk
) -> None:
    one, _, _ = [
        await make_item(api, desk.show, sku=sku, stock=50, list_price=9900) for sku in "ABC"
    ]
    await make_offer(api, desk.show, item_id=one, push=False, price=5000, quantity=20)
    form = {"percent": "80", "make": "1", "per_buyer_limit": "3"}
    text = await told(desk, **form)
    assert said("bulk.will", n=3) in text
    assert said("bulk.makes", n=2) in text
    assert said("bulk.turns", n=1) in text
    assert text.count(said("bulk.new")) == 2
    assert [sale is None for sale in await sales(desk)] == [False, True, True]
    saved = await desk.post("items/bulk", seen=await desk.tokens(), **form)
    assert said("bulk.makes", n=2) in html.unescape(saved.text)
    assert await sales(desk) == [[4000, 20, 3, 60], [7920, 50, 3, 180], [7920, 50, 3, 180]]
    form = {"percent": "50", "percent_of": "list", "make": "1", "duration_s": "2:00"}
    assert said("bulk.turns", n=3) in await told(desk, **form)
    done_ = await desk.post("items/bulk", seen=await desk.tokens(), **form)
    assert done_.status_code == 200
    assert [sale and sale[0] for sale in await sales(desk)] == [4950, 4950, 4950]


async def test_without_a_price_or_the_wish_no_sale_is_made_and_the_lines_are_named(
    api: Api, desk: Desk
) -> None:
    await make_item(api, desk.show, title="毯", stock=50)
    for form in ({"per_buyer_limit": "2", "make": "1"}, {"price": "59"}):
        text = await told(desk, **form)
        assert 'data-lines="0"' in text
        assert said("bulk.without", n=1) in text
        assert "毯" in text
        saved = await desk.post("items/bulk", seen=await desk.tokens(), **form)
        assert said("bulk.done", n=0) in saved.text
    assert await sales(desk) == [None]


async def test_all_that_is_free_is_what_no_other_sale_has(api: Api, desk: Desk) -> None:
    sold, drafted, _ = [
        await make_item(api, desk.show, sku=sku, stock=50, list_price=9900) for sku in "ABC"
    ]
    done(await api.post(f"/shows/{desk.show}/start"))
    offer = await make_offer(api, desk.show, item_id=sold, quantity=20)
    done(await buy(api, offer, await make_viewer(api), 2))
    done(await api.post(f"/offers/{offer}/close"))
    await make_offer(api, desk.show, item_id=drafted, push=False, quantity=5)
    form = {"price": "59", "make": "1", "all_free": "1"}
    saved = await desk.post("items/bulk", seen=await desk.tokens(), **form)
    assert saved.status_code == 200
    assert [sale and sale[1] for sale in await sales(desk)] == [48, 50, 50]
    both = await told(desk, **form, quantity="5")
    assert said("reasons.or_all_free") in both


async def test_lines_for_which_it_cannot_be_done_are_named_and_nothing_is_done(
    api: Api, desk: Desk
) -> None:
    good = await make_item(api, desk.show, title="杯", stock=50, list_price=9900)
    on_air = await make_item(api, desk.show, title="灯", stock=50, list_price=9900)
    bare = await make_item(api, desk.show, title="无价", stock=50, list_price=0)
    gone = await make_item(api, desk.show, title="无货", stock=0, list_price=9900)
    done(await api.post(f"/shows/{desk.show}/start"))
    await make_offer(api, desk.show, item_id=on_air, quantity=20)
    form = {"percent": "80", "make": "1"}
    text = await told(desk, **form)
    assert 'data-lines="0"' in text
    for name, item, key in (
        ("灯", on_air, "on_air"),
        ("无价", bare, "no_list_price"),
        ("无货", gone, "no_stock"),
    ):
        [line] = [one for one in text.split("<li>") if said(f"reasons.{key}") in one]
        assert name in line
        assert item in text.partition("data-unpick=")[2].partition(">")[0]
    seen = await desk.tokens()
    assert (await desk.post("items/bulk", seen=seen, **form)).status_code == 422
    assert (await desk.lines())[0]["sale"] is None
    left = " ".join(one for one in seen.split() if one.startswith(good))
    assert (await desk.post("items/bulk", seen=left, **form)).status_code == 200
    assert (await sales(desk))[0] == [7920, 50, 1, 180]
    text = await told(desk, price="59", quantity="51")
    assert said("reasons.over_stock", stock=50) in text, "which lines want too much is said, too"


async def test_less_stock_than_is_sold_names_its_line(api: Api, desk: Desk) -> None:
    await make_item(api, desk.show, title="毯", stock=50)
    item = await make_item(api, desk.show, title="杯", stock=50)
    done(await api.post(f"/shows/{desk.show}/start"))
    await make_offer(api, desk.show, item_id=item, quantity=20)
    text = await told(desk, stock="10")
    assert said("errors.stock_short", stock=10, needed=20, spoken=20) in text
    assert "杯" in text
    assert "毯" not in text
    assert f'data-unpick="{item}"' in text


async def test_a_sale_that_somebody_has_made_meanwhile_is_not_overwritten(
    api: Api, desk: Desk
) -> None:
    item = await make_item(api, desk.show, stock=50, list_price=9900)
    seen = await desk.tokens()
    await make_offer(api, desk.show, item_id=item, push=False)
    answer = await desk.post("items/bulk", seen=seen, price="59", make="1")
    assert answer.status_code == 412
    assert (await sales(desk))[0] == [5900, 10, 2, 60]


async def test_a_price_beyond_all_money_is_refused(api: Api, desk: Desk) -> None:
    item = await make_item(api, desk.show, stock=5, list_price=10**12)
    text = await told(desk, percent="80", make="1")
    assert said("reasons.out_of_range") in text
    assert item in text
