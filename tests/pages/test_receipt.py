"""A buyer's receipt on their own card: asked for, waited for, kept, taken along."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Route, expect

from tests.pages.stage import get, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import LOCALES, PHONE, Newcomer, inspect


@pytest.mark.parametrize("lang", LOCALES)
def test_a_buyer_reads_and_keeps_their_receipt_with_the_keyboard_alone(
    newcomer: Newcomer, api: APIRequestContext, lang: str
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    buyer, other = newcomer(PHONE, lang), newcomer(PHONE, lang)
    buyer.provokes("503")  # the ledger is not there yet
    page = watch(buyer, sale)
    buy(page)
    expect_mine(page, "held")
    told = get(api, f"/orders/{page.locator('#my-order').get_attribute('data-order')}/receipt")

    def not_yet(route: Route) -> None:
        route.fulfill(status=503)

    page.route("**/receipt", not_yet, times=1)
    receipt = page.locator("#my-order .receipt")
    expect(receipt.locator(".hash")).to_be_hidden()
    receipt.locator("summary").press("Enter")
    expect(receipt).to_contain_text(buyer.words("receipt.wait"))
    inspect(page)
    expect(receipt.locator(".hash")).to_have_text(told["hash"])
    expect(receipt.locator(".entry")).to_have_text(buyer.words("receipt.entry", n=told["n"]))
    inspect(page)

    theirs = watch(other, sale)
    buy(theirs)
    expect_mine(theirs, "held")
    expect(page.locator("#watch-offer")).to_contain_text("3")  # drawn anew: the receipt stays open
    expect(receipt.locator(".hash")).to_be_visible()
    with page.expect_download() as saved:
        receipt.locator("a[download]").press("Enter")
    assert json.loads(Path(saved.value.path()).read_text("utf-8")) == told
    buyer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    receipt.get_by_role("button").press("Enter")
    expect(receipt.get_by_role("button")).to_have_text(buyer.words("common.copied"))
    assert page.evaluate("navigator.clipboard.readText()") == f"{told['n']} {told['hash']}"
