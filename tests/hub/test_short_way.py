"""What the short way takes: exactly the orders that the usual way would read, and nothing that it would refuse."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.hub import Role, Stats, Who
from live.hub.broker import NOWHERE
from live.hub.connection import EventClient
from live.hub.messages import PlaceOrder, parse
from live.hub.short_way import ShortWay
from tests.hub.fakes import FakeLine, House

WISH: dict[str, object] = {
    "type": "order", "ref": "r", "offer_id": "s-o1", "quantity": 1, "key": "k",
}  # fmt: skip


@pytest.fixture
def line() -> FakeLine:
    return FakeLine()


@pytest.fixture
async def way(house: House, line: FakeLine) -> ShortWay:
    client = EventClient(Who(Role.VIEWER, "v1", "n"), line, Stats(), NOWHERE)
    return ShortWay("s", client, house.ports())


@pytest.mark.parametrize("ref", [0, -7, 12, "", "a b", "!#[]~"])
async def test_a_plain_order_in_any_order_of_its_fields(
    way: ShortWay, line: FakeLine, house: House, ref: object
) -> None:
    fields = list((WISH | {"ref": ref}).items())
    for turn in range(len(fields)):
        wish = dict(fields[turn:] + fields[:turn])
        assert way.take(json.dumps(wish).encode())
        assert way.take(json.dumps(wish, separators=(",", ":")).encode())
    assert [answer["ref"] for answer in line.messages()] == [ref] * 10
    assert set(house.orders) == {("v1", 1, "k")}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({name: value for name, value in WISH.items() if name != "ref"}),
        json.dumps(WISH | {"more": 1}),
        json.dumps(WISH)[:-1] + ',"key":"other"}',
        json.dumps(WISH)[:-1] + ",}",
        json.dumps(WISH).replace('", "', '" "'),
        json.dumps(WISH | {"ref": 'a"b'}),
        json.dumps(WISH | {"ref": "秒"}),
        json.dumps(WISH | {"ref": True}),
        json.dumps(WISH | {"quantity": 0}),
        json.dumps(WISH | {"quantity": -1}),
        json.dumps(WISH | {"quantity": 1.0}),
        json.dumps(WISH | {"quantity": 9_999}),
        json.dumps(WISH | {"offer_id": "other-o1"}),
        json.dumps(WISH | {"key": ""}),
        json.dumps(WISH | {"key": "a b"}),
        json.dumps(WISH | {"type": "comment"}),
        "[" + json.dumps(WISH) + "]",
        json.dumps(WISH) * 2,
        "",
    ],
)
async def test_whatever_is_unusual_is_left_to_the_usual_way(
    way: ShortWay, house: House, text: str
) -> None:
    assert not way.take(text.encode())
    assert house.orders == []


PIECES = st.lists(
    st.sampled_from(
        ['{', '}', '"type":"order"', '"ref":1', '"ref":"x"', '"offer_id":"s-o1"', '"quantity":1',
         '"quantity":01', '"key":"k"', ",", " ", '"', ":", "1"]
    ), max_size=14,
)  # fmt: skip


@given(PIECES)
async def test_what_it_takes_the_usual_way_reads_alike(pieces: list[str]) -> None:
    house, text = House(), "".join(pieces)
    client = EventClient(Who(Role.VIEWER, "v1", "n"), FakeLine(), Stats(), NOWHERE)
    if ShortWay("s", client, house.ports()).take(text.encode()):
        read = parse(text)
        assert isinstance(read, PlaceOrder)
        assert house.orders == [("v1", read.quantity, read.key)]
