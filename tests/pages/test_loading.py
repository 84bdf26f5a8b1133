"""How pages come: each file once and for good, and the viewer page can be put on the home screen."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Response, expect

from live.web.static_files import release
from tests.pages.stage import Sale, get, on_air
from tests.pages.visitor import PHONE, Newcomer, Visitor


def loaded(visitor: Visitor, address: str) -> list[Response]:
    """All files that the page has brought, once it is live."""
    visitor.page.goto("about:blank")  # what the page before still loads is not counted
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.page.goto(address)
    expect(visitor.page.locator("html")).to_have_attribute("data-conn", "live")
    visitor.page.wait_for_load_state("networkidle")
    return [one for one in answers if urlsplit(one.url).path.startswith("/static/")]


def address_of(sale: Sale, name: str) -> str:
    if name == "overlay":
        return str(get(sale.api, f"/shows/{sale.show}/overlay")["url"])
    return sale.watch if name == "watch" else sale.page(name)


@pytest.mark.parametrize("name", ["watch", "control", "host", "overlay"])
def test_no_file_is_loaded_twice_and_all_text_comes_compressed(
    operator: Visitor, api: APIRequestContext, name: str
) -> None:
    files = loaded(operator, address_of(on_air(api), name))
    ours = [one for one in files if f"/static/{release()}/" in one.url]
    assert {one.url for one in files} - {one.url for one in ours} <= {
        one.url
        for one in files
        if "/art/" in one.url  # a product's picture, as the crew named it
    }
    names = Counter(urlsplit(one.url).path.rpartition("/")[2] for one in ours)
    assert [each for each, times in names.items() if times > 1] == []
    assert {"clock.js", "socket.js", "poll.js", "htmx.min.js"} <= names.keys()
    for one in ours:
        assert one.headers["content-encoding"] == "gzip"
        assert "immutable" in one.headers["cache-control"]


def test_the_viewer_page_can_be_installed(newcomer: Newcomer, api: APIRequestContext) -> None:
    viewer = newcomer(PHONE)
    loaded(viewer, on_air(api).watch)
    session = viewer.context.new_cdp_session(viewer.page)
    told = session.send("Page.getAppManifest")
    assert told["url"].endswith("/app.webmanifest")
    assert told["errors"] == []
    reasons = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in reasons if one["errorId"] != "in-incognito"] == []
