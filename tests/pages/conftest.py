from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from tests.pages.house import House
from tests.pages.stage import started
from tests.pages.visitor import DESK, Newcomer, Visitor, launch, sign_in


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One installation for all page tests; each test makes shows of its own."""
    one = House(tmp_path_factory.mktemp("house"))
    one.start()
    yield one
    one.stop()


# Playwright's loop counts as running while it lives, and asyncio tests could not run then: it must
# end with this folder, not with the session.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    one = launch(playwright.chromium)
    yield one
    one.close()


@pytest.fixture(scope="package")
def api(playwright: Playwright, house: House) -> Iterator[APIRequestContext]:
    """The API, as an operator's program."""
    one = playwright.request.new_context(
        base_url=house.url, extra_http_headers={"Authorization": f"Bearer {house.token}"}
    )
    yield one
    one.dispose()


@pytest.fixture(autouse=True)
def off_air(api: APIRequestContext) -> Iterator[None]:
    """Ends what a test has left on air: the clock of eighty shows costs as much as a test does."""
    before = len(started)  # those of the module
    yield
    while len(started) > before:
        api.post(f"/api/v1/shows/{started.pop()}/end")


@pytest.fixture
def newcomer(browser: Browser, house: House) -> Iterator[Newcomer]:
    """Makes people with browsers of their own; at the end none of their browsers may have complained."""
    visitors: list[Visitor] = []

    def come(size: ViewportSize = DESK, lang: str = "zh", *, touch: bool = False) -> Visitor:
        visitors.append(Visitor(browser, house, size, lang, touch=touch))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def operator(newcomer: Newcomer, house: House) -> Visitor:
    """An operator, signed in."""
    visitor = newcomer()
    sign_in(visitor, house)
    return visitor
