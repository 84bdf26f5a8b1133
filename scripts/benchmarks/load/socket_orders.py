"""Orders over the viewers' API sockets (RFC 6455): masked text frames, counted by what they say."""

import asyncio
import base64
import hashlib
import os
import random
from collections.abc import Sequence

from websockets.utils import apply_mask

from scripts.benchmarks.load.connection import Connection, Referee

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL, MASKED = 0x80, 0x80
TOLD = 300  # bytes of a refusal that are kept
KIND = b'"order_result"'
TAKEN = b'"status":201'
HELLO = b'"hello"'


def handshake(host: str, path: str, token: str, key: bytes) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()


def proof_of(key: bytes) -> bytes:
    """What a server that speaks the protocol answers to this key."""
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())


def masked(opcode: int, payload: bytes, mask: bytes) -> bytes:
    """A whole client-to-server frame of less than 64 KiB."""
    size = len(payload)
    if size < 126:
        head = bytes((FINAL | opcode, MASKED | size))
    else:
        head = bytes((FINAL | opcode, MASKED | 126)) + size.to_bytes(2, "big")
    return head + mask + apply_mask(payload, mask)


def frame_bounds(data: bytes, at: int) -> tuple[int, int]:
    """Where the payload of the frame at `at` begins and ends; the end lies past the data, if it is not whole.

    Raises ValueError for what a server never sends: fragments and masks.
    """
    if len(data) - at < 2:
        return at, len(data) + 1
    first, size = data[at], data[at + 1]
    if not first & FINAL or not first & 0xF or size & MASKED:
        raise ValueError("a frame in pieces, or masked")
    start = at + 2
    if size >= 126:
        start += 2 if size == 126 else 8
        if len(data) < start:
            return at, len(data) + 1
        size = int.from_bytes(data[at + 2 : start], "big")
    return start, start + size


class Sale:
    """What all sockets of a run share: the words of an order, its number, the masks."""

    def __init__(self, run: str, offers: Sequence[str], per_offer: int) -> None:
        self._heads = [
            f'{{"type":"order","offer_id":"{offer}","quantity":1,"key":"{run}-'.encode()
            for offer in offers
        ]
        self._per_offer = per_offer
        self._number = 0
        self._bits = random.Random(run).getrandbits

    def order(self, earlier: int) -> tuple[bytes, bytes]:
        """The frame of the next order of a viewer who has made `earlier`, and the `ref` in its answer."""
        head = self._heads[min(earlier // self._per_offer, len(self._heads) - 1)]
        self._number = number = self._number + 1
        words = b'%b%d","ref":"%d"}' % (head, number, number)
        return masked(TEXT, words, self.mask()), b'"ref":"%d"' % number

    def mask(self) -> bytes:
        return self._bits(32).to_bytes(4, "big")


class SocketOrders(Connection):
    """One viewer's socket; ready when the server has said hello."""

    def __init__(self, referee: Referee, sale: Sale, host: str, path: str, token: str) -> None:
        super().__init__(referee)
        self._sale = sale
        self._made = 0
        self._ref = b""
        self._key = base64.b64encode(os.urandom(16))
        self._handshake = handshake(host, path, token, self._key)
        self._is_open = False
        self._is_greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._write(self._handshake)

    def next_order(self) -> bytes:
        frame, self._ref = self._sale.order(self._made)
        self._made += 1
        return frame

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data, self._rest = self._rest + data, b""
        at = 0 if self._is_open else self._open(data)
        try:
            while at < len(data):
                start, stop = frame_bounds(data, at)
                if stop > len(data):
                    self._rest = data[at:]
                    return
                self._hear(data[at] & 0xF, data, start, stop)
                at = stop
        except ValueError as error:
            self._give_up(str(error))

    def _open(self, data: bytes) -> int:
        """Reads the answer to the handshake; where the frames begin."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._rest = data
        elif data.startswith(b"HTTP/1.1 101") and proof_of(self._key) in data[:end]:
            self._is_open = True
            return end + 4
        else:
            self._give_up(f"no socket: {data[:TOLD].decode(errors='replace')}")
        return len(data)

    def _hear(self, opcode: int, data: bytes, start: int, stop: int) -> None:
        if opcode == TEXT and self.is_asked and data.find(KIND, start, stop) >= 0:
            if data.find(self._ref, start, stop) < 0:
                raise ValueError("an answer to another order")
            is_taken = data.find(TAKEN, start, stop) >= 0
            self._settle(b"" if is_taken else data[start : min(stop, start + TOLD)])
        elif opcode == TEXT:
            self._overhear(data, start, stop)
        elif opcode == PING:
            self._write(masked(PONG, data[start:stop], self._sale.mask()))
        elif opcode == CLOSE:
            code = int.from_bytes(data[start : start + 2], "big")
            self._give_up(f"the server closed the socket with {code}")

    def _overhear(self, data: bytes, start: int, stop: int) -> None:
        if not self._is_greeted and data.find(HELLO, start, stop) >= 0:
            self._is_greeted = True
            self.referee.ready(self)
        else:
            self.referee.overheard()
