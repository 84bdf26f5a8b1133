"""The bytes on the wire are what a WebSocket library reads, at every length class."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

from live.hub import frames
from live.hub.broker import Position
from live.hub.close_codes import RECONNECT_CODES, CloseCode
from live.hub.messages import Message, PostComment, UnreadableMessageError, parse


@pytest.mark.parametrize("length", [0, 1, 100, 125, 126, 1_000, 65_000, 70_000])
def test_a_packed_frame_is_read_as_it_was_written(length: int) -> None:
    frame = frames.of({"text": "秒" * length})
    reader = Protocol(CLIENT, state=OPEN)
    reader.receive_data(frame.packed)
    [read] = reader.events_received()
    assert isinstance(read, Frame)
    assert read.opcode is Opcode.TEXT
    assert json.loads(bytes(read.data)) == {"text": "秒" * length}


def test_a_page_frame_holds_its_partials_one_after_the_other() -> None:
    frame = frames.page(Position("e1", 9), 1_500, {"a": "<b id=a>", "b": "<b id=b>"})
    assert json.loads(frame.text) == {
        "id": "e1:9",
        "at": "1970-01-01T00:00:01.500Z",
        "content": "<b id=a>\n<b id=b>",
    }


def test_an_answer_cannot_hide_its_own_type() -> None:
    answer = json.loads(
        frames.result("order_result", "r", 201, {"type": "x", "ref": "y", "id": 1}).text
    )
    assert answer == {"type": "order_result", "ref": "r", "status": 201, "id": 1}


def test_browsers_come_back_after_slow_but_not_after_forbidden_things() -> None:
    assert {1006, 1012, 1013, CloseCode.SLOW} <= set(RECONNECT_CODES)
    assert not {CloseCode.MALFORMED, CloseCode.NOT_SIGNED_IN, CloseCode.NO_SUCH_SHOW} & set(
        RECONNECT_CODES
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELDS = st.dictionaries(
    st.sampled_from(["type", "ref", "offer_id", "quantity", "key", "text", "token"]), JSON
)


@given(st.text() | JSON.map(json.dumps) | FIELDS.map(json.dumps))
def test_whatever_a_client_says_is_a_message_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableMessageError):
        assert isinstance(parse(text), Message)


def test_a_pair_of_surrogates_is_one_letter() -> None:
    said = parse(r'{"type":"comment","ref":"r","text":"\ud83d\ude00"}')
    assert said == PostComment("r", "😀")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 4_000,
        '{"type":"order","ref":"r","offer_id":"s-o1","quantity":true,"key":"k"}',
        '{"type":"order","ref":"r","offer_id":"s-o1","quantity":1.0,"key":"k"}',
        '{"type":"comment","ref":[],"text":"x"}',
        '{"type":"comment","ref":"' + "r" * 65 + '","text":"x"}',
        "1" * 4_096,
        r'{"type":"comment","ref":"\ud800","text":"x"}',
        r'{"type":"comment","ref":"r","text":"x\udfff"}',
        r'{"type":"order","ref":"r","offer_id":"s-o1","quantity":1,"key":"\uDBFF"}',
        r'{"type":"auth","token":"\ud800"}',
        r'{"type":"comment","ref":"r","text":"x","\ud800":1}',
        '{"type":"ping","at":1}',
        '{"type":"auth","token":"t","role":"host"}',
        '{"type":"order","ref":"r","offer_id":"s-o1","quantity":1,"key":"k","quantiy":2}',
    ],
)
def test_what_only_looks_like_a_message_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMessageError):
        parse(text)


def test_a_field_that_nobody_asked_for_is_told_by_its_name() -> None:
    with pytest.raises(UnreadableMessageError, match="`txet`"):
        parse('{"type":"comment","ref":"r","text":"x","txet":"y"}')
