"""Shows made through the API, so that a test can begin in the middle of the evening."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIRequestContext

TITLE = "316 不锈钢保温杯 500 ml"
started: list[str] = []  # shows, in their order


@dataclass(frozen=True, slots=True)
class Sale:
    """A show with one product and its flash sale in draft."""

    api: APIRequestContext
    show: str
    slug: str
    item: str
    offer: str
    title: str

    def page(self, name: str) -> str:
        return f"/shows/{self.show}/{name}"

    @property
    def watch(self) -> str:
        return f"/watch/{self.slug}"

    def start(self) -> None:
        post(self.api, f"/shows/{self.show}/start")

    def push(self) -> None:
        post(self.api, f"/offers/{self.offer}/push")

    def difference(self) -> int:
        """What the audit says; 0 is the promise."""
        told = get(self.api, f"/shows/{self.show}/audit")
        return sum(abs(int(offer["difference"])) for offer in told["offers"])

    def numbers(self) -> dict[str, int]:
        """left, held and sold of the offer, as the API tells them."""
        told = get(self.api, f"/offers/{self.offer}")
        return {name: int(told[name]) for name in ("left", "held", "sold")}


def stage(
    api: APIRequestContext,
    title: str = "周日好物场",
    stream_url: str | None = None,
    **offer: object,
) -> Sale:
    """A planned show. `offer` overrides the flash sale's values."""
    facts = {"title": title, "currency": "CNY"}
    show = post(api, "/shows", facts | ({"stream_url": stream_url} if stream_url else {}))
    item = add_item(api, show["id"], "A1", TITLE, 15900)
    values = {"price": 9900, "quantity": 5, "per_buyer_limit": 2, "duration_s": 600, "hold_s": 300}
    made = add_offer(api, show["id"], item["id"], **(values | offer))
    return Sale(api, show["id"], show["slug"], item["id"], made["id"], TITLE)


def on_air(api: APIRequestContext) -> Sale:
    """A show that is live, with its sale open."""
    sale = stage(api)
    sale.start()
    sale.push()
    return sale


def add_item(
    api: APIRequestContext, show_id: str, sku: str, title: str, price: int
) -> dict[str, Any]:
    values = {"sku": sku, "title": title, "list_price": price, "stock": 500}
    return post(api, f"/shows/{show_id}/items", values | {"image_url": "/static/art/flask.svg"})


def add_offer(
    api: APIRequestContext, show_id: str, item_id: str, **values: object
) -> dict[str, Any]:
    given = {"item_id": item_id, "kind": "flash_sale", **values}
    return post(api, f"/shows/{show_id}/offers", given)


def post(api: APIRequestContext, path: str, body: object = None) -> dict[str, Any]:
    if path.endswith("/start"):
        started.append(path.split("/")[2])
    return _read(api.post(f"/api/v1{path}", data={} if body is None else body))


def get(api: APIRequestContext, path: str) -> dict[str, Any]:
    return _read(api.get(f"/api/v1{path}"))


def _read(answer: Any) -> dict[str, Any]:
    assert answer.ok, answer.text()
    told: dict[str, Any] = answer.json()
    return told
