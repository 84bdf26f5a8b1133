"""The order lane on a real server: it answers what the usual way answers, or leaves the request to it."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.cli.lane import Desk, read
from live.settings import Settings
from tests.engines import served

BODY = b'{"quantity":1}'
TOKEN = "v1.abc.def"
USUAL = b"Cookie: theme=dark\r\n"  # a header that the lane leaves to the usual way
CHANGING = {"x-request-id", "date"}


def order(path: str, token: str, key: str, body: bytes = BODY, more: bytes = b"") -> bytes:
    return (
        (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        ).encode()
        + more
        + b"\r\n"
        + body
    )


class Line:
    """One keep-alive connection."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=10)
        self.file = self.socket.makefile("rb")

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self.file.readline().split()[1])
        headers = {}
        while (line := self.file.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self.file.read(int(headers["content-length"]))

    def ask(self, *pieces: bytes) -> tuple[int, dict[str, str], bytes]:
        for piece in pieces:
            self.socket.sendall(piece)
        return self.answer()

    def call(self, method: str, path: str, token: str, values: Any = None) -> dict[str, Any]:
        body = b"" if values is None else json.dumps(values).encode()
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        status, _, said = self.ask(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert status < 300, said
        found: dict[str, Any] = json.loads(said)
        return found

    def close(self) -> None:
        self.file.close()
        self.socket.close()


class Shop:
    """A show on air on a served application."""

    def __init__(self, line: Line, operator: str) -> None:
        self.line = line
        self.operator = operator
        self.show = str(line.call("POST", "/shows", operator, {"title": "t"})["id"])
        item = {"sku": "a", "title": "t", "list_price": 100, "stock": 100}
        self.item = str(line.call("POST", f"/shows/{self.show}/items", operator, item)["id"])
        line.call("POST", f"/shows/{self.show}/start", operator, {})
        self.buyer = str(line.call("POST", "/viewers", operator, {"display_name": "b"})["token"])

    def offer(self, *, push: bool = True, **values: int) -> str:
        sale = {"item_id": self.item, "kind": "flash_sale", "price": 100, "quantity": 5}
        sale |= {"per_buyer_limit": 2, "duration_s": 600, "hold_s": 60}
        offer = self.line.call("POST", f"/shows/{self.show}/offers", self.operator, sale | values)
        if push:
            self.line.call("POST", f"/offers/{offer['id']}/push", self.operator, {})
        return str(offer["id"])


def path_of(offer: str) -> str:
    return f"/api/v1/offers/{offer}/orders"


@pytest.fixture
def base_url(settings: Settings) -> Iterator[str]:
    with served(settings) as url:
        yield url


@pytest.fixture
def line(base_url: str) -> Iterator[Line]:
    line = Line(base_url)
    yield line
    line.close()


@pytest.fixture
async def operator_token(settings: Settings) -> str:
    from live.features.accounts.actions import create_token
    from live.runtime import Clock
    from live.store.db import Database

    db = Database.from_url(settings.database_url)
    token = await create_token(db, role="operator", name="lane", now=Clock().now())
    await db.close()
    return token


@pytest.fixture
def shop(line: Line, operator_token: str) -> Shop:
    return Shop(line, operator_token)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the lane itself has answered."""
    answers: list[bytes] = []
    answer = Desk.answer

    def kept(self: Desk, *given: Any) -> bytes:
        answers.append(answer(self, *given))
        return answers[-1]

    monkeypatch.setattr(Desk, "answer", kept)
    return answers


def test_both_ways_give_one_answer(shop: Shop, line: Line, answered: list[bytes]) -> None:
    open_, draft, small = shop.offer(), shop.offer(push=False), shop.offer(quantity=1)
    unknown = f"{shop.show}-onosuch0"
    line.ask(order(path_of(small), shop.buyer, "last"))
    wishes = [
        (open_, "k1", 201),
        (open_, "k1", 201),
        (open_, "k2", 201),
        (open_, "k3", 409),
        (draft, "k4", 409),
        (small, "k5", 409),
        (unknown, "k6", 404),
        (small, "k1", 409),  # another wish under a key that was used
    ]
    for n, (offer, key, status) in enumerate(wishes):
        short = line.ask(
            order(path_of(offer), shop.buyer, key, more=b"X-Request-Id: abcdefgh1\r\n")
        )
        assert len(answered) == n + 2, "not the lane's"
        usual = line.ask(order(path_of(offer), shop.buyer, key, more=USUAL))
        assert len(answered) == n + 2, "the lane's"
        assert short[0] == usual[0] == status
        assert short[1]["x-request-id"] == "abcdefgh1"
        bodies = [json.loads(body) for _, _, body in (short, usual)]
        if status != 201:
            assert [body.pop("attempt", None) is None for body in bodies] in (
                [True] * 2,
                [False] * 2,
            )
        assert bodies[0] == bodies[1]
        headers = [
            {n: v for n, v in said[1].items() if n not in CHANGING | {"content-length"}}
            for said in (short, usual)
        ]
        assert headers[0] == headers[1]


def test_a_loser_learns_which_attempt_got_the_last_unit(shop: Shop, line: Line) -> None:
    offer = shop.offer(quantity=2)
    for n in range(2):
        assert (
            json.loads(line.ask(order(path_of(offer), shop.buyer, f"k{n}"))[2])["attempt"] == n + 1
        )
    other = line.call("POST", "/viewers", shop.operator, {})["token"]
    for n in (3, 4):
        _, _, body = line.ask(order(path_of(offer), other, "late"))
        said = json.loads(body)
        assert (said["code"], said["attempt"], said["last_attempt"]) == ("sold_out", n, 2)
        assert said["last_at"].endswith("Z")


@pytest.mark.parametrize("cut", [1, 20, 60, 140, -15, -14, -1])
def test_an_order_in_pieces_is_an_order(shop: Shop, line: Line, cut: int) -> None:
    request = order(path_of(shop.offer()), shop.buyer, "k")
    status, _, body = line.ask(request[:cut], request[cut:])
    assert status == 201, body


def test_requests_that_come_at_once_are_answered_in_their_order(shop: Shop, line: Line) -> None:
    path = path_of(shop.offer())
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    wishes = [order(path, shop.buyer, "a"), health, order(path, shop.buyer, "b", more=USUAL)]
    wishes += [order(path, shop.buyer, "c"), order(path, shop.buyer, "a")]
    line.socket.sendall(b"".join(wishes))
    answers = [line.answer() for _ in wishes]
    assert [status for status, _, _ in answers] == [201, 200, 201, 409, 201]
    assert answers[0][2] == answers[4][2]


def test_who_is_unknown_or_in_a_hurry_gets_the_usual_answer(
    shop: Shop, line: Line, answered: list[bytes]
) -> None:
    path = path_of(shop.offer())
    assert line.ask(order(path, TOKEN, "k"))[0] == 401
    assert line.ask(order(path, shop.operator, "k"))[0] == 403
    assert line.ask(order(path, shop.buyer, "k", b'{"quantity":0}'))[0] == 422
    assert line.ask(order(path, shop.buyer, "k", b'{"quantity":"1"}'))[0] == 422
    assert line.ask(order(path, shop.buyer, "k", b"{"))[0] == 400
    assert answered == []


def test_a_connection_that_is_not_to_be_kept_is_closed(shop: Shop, line: Line) -> None:
    path = path_of(shop.offer())
    assert line.ask(order(path, shop.buyer, "k", more=b"Connection: close\r\n"))[0] == 201
    assert line.file.read() == b""


PLAIN = order("/api/v1/offers/s-o1/orders", TOKEN, "k")


def test_a_plain_order_is_read() -> None:
    asked = read(PLAIN)
    assert asked is not None
    assert (asked.offer_id, asked.token, asked.key, asked.quantity) == ("s-o1", TOKEN, "k", 1)


@pytest.mark.parametrize(
    "unusual",
    [
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        PLAIN.replace(b"POST", b"PUT"),
        PLAIN.replace(b"/orders", b"/orders?x=1"),
        PLAIN.replace(b"/s-o1/", b"/s%2do1/"),
        PLAIN.replace(b"Host: x", b"Host: x\r\nHost: y"),
        PLAIN.replace(b"Host: x", b"Transfer-Encoding: chunked"),
        PLAIN.replace(b"Host: x", b"Expect: 100-continue"),
        PLAIN.replace(b"Host: x", b"Connection: close"),
        PLAIN.replace(b"Host: x", b"Cookie: a=b"),
        PLAIN.replace(b"Host: x", b"Host : x"),
        PLAIN.replace(b"Host: x", b" Host: x"),
        PLAIN.replace(b"Host: x", b"Host: x\nEvil: y"),
        PLAIN.replace(b"Host: x", b"Host: \x00"),
        PLAIN.replace(b"Content-Length: 14", b"Content-Length: 14, 14"),
        PLAIN.replace(b"Content-Length: 14", b"Content-Length: +14"),
        PLAIN.replace(b"Content-Length: 14", b"Content-Length: 13"),
        PLAIN.replace(b"Content-Length: 14\r\n", b""),
        PLAIN.replace(b"Bearer", b"Basic"),
        PLAIN.replace(b"Idempotency-Key: k", b"Idempotency-Key: " + b"k" * 129),
        PLAIN.replace(b"Idempotency-Key: k", b"Idempotency-Key: k k"),
        PLAIN.replace(b"Idempotency-Key: k\r\n", b""),
        PLAIN + b"x",
        PLAIN[:-1],
        order("/api/v1/offers/s-o1/orders", TOKEN, "k", b'{"quantity":1001}'),
        order("/api/v1/offers/s-o1/orders", TOKEN, "k", b'{"quantity":01}'),
        order("/api/v1/offers/s-o1/orders", TOKEN, "k", b'{"quantity":1,"quantity":2}'),
        order("/api/v1/offers/s-o1/orders", TOKEN, "k", more=b"A: " + b"x" * 9_000 + b"\r\n"),
    ],
)
def test_whatever_is_unusual_goes_the_usual_way(unusual: bytes) -> None:
    assert unusual != PLAIN
    assert read(unusual) is None


@given(place=st.integers(0, len(PLAIN)), noise=st.binary(min_size=1, max_size=4))
def test_no_bytes_make_the_reader_fail(place: int, noise: bytes) -> None:
    asked = read(PLAIN[:place] + noise + PLAIN[place + len(noise) :])
    assert asked is None or 1 <= asked.quantity <= 1_000
