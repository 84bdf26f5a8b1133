"""The description is true: what schemathesis makes up from it is answered as it says, never by a 5xx."""

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from redis import Redis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import positive_data_acceptance, use_after_free
from starlette.routing import Mount, Route

from live.features.accounts.actions import create_token
from live.features.docs.presenters.document import document
from live.features.docs.presenters.sockets import ABOUT
from live.hub.close_codes import CloseCode
from live.routes import routes
from live.runtime import Clock
from live.store.db import Database
from tests.engines import RedisServer, served, settings_for

AT_THE_ROOT = {("GET", f"/{name}") for name in ("healthz", "readyz", "metrics", "openapi.json")}
schema = schemathesis.openapi.from_dict(document())
schema.config.phases.coverage.generate_duplicate_query_parameters = True
viewers_schema = schemathesis.openapi.from_dict(document())
viewers_schema.config.phases.coverage.enabled = False  # once is enough: it takes the longest
# Well-formed values may still be refused by a rule of the domain: not every 4xx is a lie.
UNFIT = [positive_data_acceptance, use_after_free]
limits = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Case = schemathesis.Case[Any]
Things = tuple[dict[str, str], str]
numbers = count()


class House:
    """A running server, an operator's token, and new things to call on."""

    def __init__(self, url: str, operator: str) -> None:
        self.url = url
        self.operator = operator
        self.client = httpx2.Client(base_url=f"{url}/api/v1")

    def post(self, path: str, json: Any = None, token: str = "", **headers: str) -> Any:
        bearer = {"authorization": f"Bearer {token or self.operator}"}
        answer = self.client.post(path, json=json, headers=bearer | headers)
        assert answer.is_success, answer.text
        return answer.json()

    def put(self, path: str, body: object) -> None:
        headers = {"authorization": f"Bearer {self.operator}"}
        assert self.client.put(path, json=body, headers=headers).is_success

    def get(self, path: str) -> Any:
        answer = self.client.get(path, headers={"authorization": f"Bearer {self.operator}"})
        assert answer.is_success, answer.text
        return answer.json()

    def furnish(self) -> Things:
        """Parameters that lead to something, and the token of the order's viewer.

        Those of a single operation carry its name: only a planned show can start.
        """
        show = self.post("/shows", {"title": "夜场"})["id"]
        loose = {"premoderation": False, "slow_s": 0, "links_off": False, "blocked": []}
        self.put(
            f"/shows/{show}/chat-rules", loose
        )  # those of the show before may be what a case has set
        self.post(f"/shows/{show}/start")
        goods = {"sku": "A1", "title": "保温杯", "list_price": 12900, "stock": 50_000}
        item = self.post(f"/shows/{show}/items", goods)["id"]
        sale = {"item_id": item, "price": 5900, "quantity": 2000, "per_buyer_limit": 1000}
        offer = self.post(f"/shows/{show}/offers", {**sale, "duration_s": 600})["id"]
        self.post(f"/offers/{offer}/push")
        draft, paused = (
            self.post(f"/shows/{show}/offers", {**sale, "duration_s": 600})["id"] for _ in range(2)
        )
        self.post(f"/offers/{paused}/push")
        self.post(f"/offers/{paused}/pause")
        viewer = self.post("/viewers", {}, token="none")
        token = viewer["token"]
        comment = self.post(f"/shows/{show}/comments", {"text": "有蓝色吗?"}, token)["id"]
        asked, taken_back = (
            self.post(f"/shows/{show}/comments", {"text": text}, token)["id"]
            for text in ("包邮吗?", "能洗吗?")
        )
        for one in (asked, taken_back):
            self.post(f"/shows/{show}/asks", {"comment_id": one})
        read, dropped = (self.post(f"/shows/{show}/cues", {"text": "催单"})["id"] for _ in range(2))
        key = {"idempotency-key": f"k{next(numbers)}"}
        order = self.post(f"/offers/{offer}/orders", {"quantity": 1}, token, **key)["id"]
        return {
            "show_id": show,
            "show_id of startShow": self.post("/shows", {"title": "明晚"})["id"],
            "offer_id": offer,
            "offer_id of pushOffer": draft,
            "offer_id of resumeOffer": paused,
            "order_id": order,
            "item_id": item,
            "key": self.get(f"/shows/{show}/ingest")["key"],
            "line_up_id": self.post(f"/shows/{show}/line-ups", {"name": "周五"})["id"],
            "comment_id": comment,
            "comment_id of answerAsk": asked,
            "comment_id of dropAsk": taken_back,
            "cue_id": read,
            "cue_id of dropCue": dropped,
            "link_id": self.post(f"/shows/{show}/host-links")["id"],
            "viewer_id": viewer["id"],
        }, token


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, redis_server: RedisServer
) -> Iterator[House]:
    with Redis(unix_socket_path=str(redis_server.socket)) as redis:
        redis.flushall()
    chosen = settings_for(tmp_path_factory.mktemp("house"), migrated, redis_server.url)
    with served(chosen) as url:
        found = House(url, asyncio.run(_token(chosen.database_url)))
        yield found
        found.client.close()


async def _token(url: str) -> str:
    database = Database.from_url(url)
    token = await create_token(database, role="operator", name="bot", now=Clock().now())
    await database.close()
    return token


@pytest.fixture(scope="module")
def shared(house: House) -> Things:
    """For calls that change nothing of it."""
    return house.furnish()


@pytest.fixture
def fresh(house: House) -> Callable[[], Things]:
    """For one operation's calls, made when it needs them: it takes a second."""
    return cache(house.furnish)


def check(case: Case, house: House, things: dict[str, str], token: str) -> None:
    """Calls on what exists, unless the address is what was made up wrong."""
    assert case.meta is not None
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        own = f" of {case.operation.definition.raw['operationId']}"
        for name in case.path_parameters:
            case.path_parameters[name] = things.get(name + own, things[name])
    if case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        case.body |= {"item_id": things["item_id"]} if "item_id" in case.body else {}
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(base_url=house.url, headers=headers, excluded_checks=UNFIT, timeout=10)


# Without a parameter of its own, schemathesis gives all its cases one id, and xdist runs one of each.
@pytest.mark.long
@schema.parametrize()
@pytest.mark.parametrize("role", ["operator"])
@limits
def test_an_operator_is_answered_as_described(
    case: Case, role: str, house: House, shared: Things, fresh: Callable[[], Things]
) -> None:
    things, _ = shared if case.method == "GET" else fresh()
    check(case, house, things, house.operator)


@pytest.mark.long
@viewers_schema.parametrize()
@pytest.mark.parametrize("role", ["viewer"])
@limits
def test_a_viewer_is_answered_as_described(
    case: Case, role: str, house: House, shared: Things, fresh: Callable[[], Things]
) -> None:
    is_own = case.method != "GET" and "order_id" in case.path_parameters
    check(case, house, *(fresh() if is_own else shared))


def test_every_call_that_the_app_serves_is_described_and_no_other() -> None:
    described = {
        (method.upper(), path)
        for path, calls in document()["paths"].items()  # type: ignore[attr-defined]
        for method in calls
        if method != "parameters"
    }
    api = next(route for route in routes if isinstance(route, Mount) and route.path == "/api/v1")
    served_calls = {
        (method, f"/api/v1{route.path}")
        for route in api.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served_calls | AT_THE_ROOT


def test_the_document_is_served_as_it_is(house: House) -> None:
    answer = httpx2.get(f"{house.url}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document()
    schema.validate()


def test_every_close_code_is_described_with_what_to_do() -> None:
    told = ABOUT
    for code in CloseCode:
        assert code is CloseCode.NORMAL or f"- {code:d} `{code.reason}`: " in told
    assert "4008 `slow`: did not read; come again" in told
    assert "4001 `not_signed_in`: no token in time, or one that is not valid; do not" in told
