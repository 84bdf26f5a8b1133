"""The one place that writes JSON to a socket: every kind of frame, and the bytes it becomes.

Events of the API are `{"id", "type", "at", "data"}`; pages get `{"id", "at", "content"}`, whose content
is out-of-band partials for htmx.
"""

import json
import struct
from collections.abc import Mapping, Sequence

from live.domain.events import OrderTold
from live.domain.moments import rfc3339
from live.hub.broker import Position

TEXT, CLOSE = 0x1, 0x8  # opcodes of RFC 6455


class Frame:
    """One text message, encoded once however many sockets it goes to: `packed` is the whole frame as it
    stands on the wire (unmasked, uncompressed), `size` the bytes of its payload."""

    __slots__ = ("packed", "size")

    count = 1

    def __init__(self, payload: bytes) -> None:
        self.packed = pack(TEXT, payload)
        self.size = len(payload)

    @property
    def payload(self) -> bytes:
        return self.packed[-self.size :] if self.size else b""

    @property
    def frames(self) -> "Sequence[Frame]":
        return (self,)

    @property
    def text(self) -> str:
        return self.payload.decode()


class Bundle:
    """Frames that go out together, put into one piece of bytes for all who get them."""

    __slots__ = ("count", "frames", "packed", "size")

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = frames
        self.count = len(frames)
        self.packed = b"".join([frame.packed for frame in frames])
        self.size = sum([frame.size for frame in frames])


def pack(opcode: int, payload: bytes) -> bytes:
    """A whole server-to-client frame of RFC 6455."""
    size, first = len(payload), 0x80 | opcode
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def of(message: Mapping[str, object]) -> Frame:
    return Frame(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())


def at(ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return rfc3339(ms) or ""


def event(position: Position, kind: str, at_ms: int, data: Mapping[str, object]) -> Frame:
    return of({"id": str(position), "type": kind, "at": at(at_ms), "data": data})


def order(position: Position, at_ms: int, state: str, told: OrderTold, *, is_named: bool) -> Frame:
    """The event of an order, `is_named` with its buyer; written out, for in a rush there is one for each
    order. Ids, states and currencies hold nothing that JSON escapes."""
    expires = f'"{at(told.expires_ms)}"' if told.expires_ms else "null"
    name = json.dumps(told.name, ensure_ascii=False) if is_named else ""
    buyer = f',"buyer":"{told.buyer}","name":{name}' if is_named else ""
    return Frame(
        f'{{"id":"{position.epoch}:{position.seq}","type":"order","at":"{at(at_ms)}","data":{{'
        f'"id":"{told.order}","offer_id":"{told.offer}","state":"{state}","quantity":{told.quantity},'
        f'"amount":{told.amount},"currency":"{told.currency}","expires_at":{expires},'
        f'"attempt":{told.attempt}{buyer}}}}}'.encode()
    )


def page(position: Position, at_ms: int, partials: Mapping[str, str]) -> Frame:
    return of({"id": str(position), "at": at(at_ms), "content": "\n".join(partials.values())})


def pulse(position: Position, at_ms: int) -> Frame:
    """To a page for which nothing has changed: we are still here, and this is the time."""
    return of({"id": str(position), "at": at(at_ms)})


def result(kind: str, ref: object, status: int, body: Mapping[str, object]) -> Frame:
    """The answer to a message of the client: the fields of the HTTP answer beside `ref` and `status`."""
    return of({**body, "type": kind, "ref": ref, "status": status})


def order_result(body: bytes, ref: bytes, status: int) -> Frame:
    """As `result`, of an order, from parts that are JSON already; `body` is an object with some field."""
    return Frame(b'%b,"type":"order_result","ref":%b,"status":%d}' % (body[:-1], ref, status))


def error(code: str, message: str) -> Frame:
    return of({"type": "error", "code": code, "message": message})


def pong(at_ms: int) -> Frame:
    return of({"type": "pong", "at": at(at_ms)})
