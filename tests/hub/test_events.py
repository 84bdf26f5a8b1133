"""What the log's facts become, and who sees which field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.domain.events import STATE_AFTER, OrderTold, unpack
from live.hub import frames
from live.hub.broker import Position
from live.hub.events import Event, Notice, to_event, to_notice
from live.hub.topics import Role, Who
from tests.hub.fakes import AT, NewFact, comment, order

OPERATOR = Who(Role.OPERATOR, None, "中控")
HOST = Who(Role.HOST, None, "主播")
OVERLAY = Who(Role.OVERLAY, None, "overlay")
BUYER = Who(Role.VIEWER, "v1", "阿梅")
OTHER = Who(Role.VIEWER, "v2", "小李")
OFFER = {
    "offer": "s-o1",
    "state": "open",
    "left": 3,
    "held": 1,
    "paid": 2,
    "opens_ms": AT,
    "closes_ms": 0,
}
EXTENDED = {
    "order": "s-1", "offer": "s-o1", "quantity": 1, "buyer": "v1", "name": "阿梅", "expires_ms": AT + 9,
    "amount": 5990, "currency": "CNY", "attempt": 1, "left": 1, "held": 1, "paid": 0,
}  # fmt: skip
HOST_EVENTS = ["cue"] * 4 + ["ask"] * 3
FACTS: list[NewFact] = [
    *(order(kind, 1, "v1") for kind in STATE_AFTER),
    ("extend", AT, EXTENDED),
    ("offer", AT, OFFER),
    ("show", AT, {"state": "live"}),
    comment("扣1"),
    ("cue", AT, {"cue": "q1", "text": "讲价格", "by": "中控"}),
    ("cue_seen", AT, {"cue": "q1"}),
    ("cue_ack", AT, {"cue": "q1"}),
    ("cue_drop", AT, {"cue": "q1"}),
    ("ask", AT, {"comment": "s-c1", "name": "阿梅", "text": "包邮吗", "by": "中控"}),
    ("ask_done", AT, {"comment": "s-c1"}),
    ("ask_drop", AT, {"comment": "s-c1"}),
    ("items", AT, {}),
    ("words", AT, {"words": []}),
]


def notice(new: NewFact) -> Notice:
    return to_notice(unpack(b"7-0", b"", [new])[0], "s", "e1")


def event(new: NewFact) -> Event:
    translated = to_event(unpack(b"7-0", b"", [new])[0], "s")
    assert translated is not None
    return translated


@pytest.mark.parametrize("kind", STATE_AFTER)
def test_every_order_fact_is_an_order_event_in_its_new_state(kind: str) -> None:
    frame = notice(order(kind, 1, "v1")).frame_for(OPERATOR)
    assert frame is not None
    told = json.loads(frame.text)
    assert told["type"] == "order"
    assert told["data"]["state"] == STATE_AFTER[kind]
    assert "secret-key" not in frame.text


@given(name=st.text(max_size=40), expires_ms=st.sampled_from([0, AT]), named=st.booleans())
def test_an_orders_event_says_all_of_it_whatever_the_buyer_is_called(
    name: str, expires_ms: int, named: bool
) -> None:
    told = OrderTold(
        "s-1", "s-o1", 2, "v1", "secret-key", name, expires_ms, 11_980, "CNY", 7, 1, 2, 0
    )
    data = {
        "id": "s-1",
        "offer_id": "s-o1",
        "state": "held",
        "quantity": 2,
        "amount": 11_980,
        "currency": "CNY",
        "expires_at": "2026-11-18T11:06:40.000Z" if expires_ms else None,
        "attempt": 7,
    } | ({"buyer": "v1", "name": name} if named else {})
    frame = frames.order(Position("e1", 7), AT, "held", told, is_named=named)
    assert frame.payload == frames.event(Position("e1", 7), "order", AT, data).payload


def test_an_offer_event_names_paid_units_sold() -> None:
    assert event(("offer", AT, OFFER)).data == {
        "id": "s-o1",
        "state": "open",
        "left": 3,
        "sold": 2,
        "held": 1,
        "opens_at": "2026-11-18T11:06:40.000Z",
        "closes_at": None,
    }


@pytest.mark.parametrize(
    ("who", "types"),
    [
        (OPERATOR, ["order"] * 6 + ["offer", "show", "comment", *HOST_EVENTS, "show"]),
        (HOST, ["offer", "show", "comment", *HOST_EVENTS, "show"]),
        (BUYER, ["order"] * 6 + ["offer", "show", "comment"]),
        (OTHER, ["offer", "show", "comment"]),
        (OVERLAY, ["offer", "show", "comment"]),
    ],
)
def test_everyone_sees_exactly_what_is_theirs(who: Who, types: list[str]) -> None:
    notices = [notice(new) for new in FACTS]
    seen = [json.loads(frame.text)["type"] for n in notices if (frame := n.frame_for(who))]
    assert seen == types


def test_a_show_event_says_no_more_than_is_known() -> None:
    assert event(("show", AT, {"state": "live"})).data == {"id": "s", "state": "live"}


def test_the_buyers_name_is_for_operators_only() -> None:
    taken = notice(order("take", 1, "v1"))
    full, plain = taken.frame_for(OPERATOR), taken.frame_for(BUYER)
    assert full is not None
    assert plain is not None
    assert '"buyer":"v1"' in full.text
    assert "buyer" not in plain.text
    assert '"id":"e1:7"' in plain.text


def test_a_frame_is_encoded_once_for_all() -> None:
    said = notice(comment("扣1"))
    assert said.frame_for(BUYER) is said.frame_for(OTHER)


def test_a_viewer_without_an_id_owns_nothing() -> None:
    nameless = Who(Role.VIEWER, None, "")
    assert notice(order("take", 1, "v1")).frame_for(nameless) is None
