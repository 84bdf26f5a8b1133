"""The raw HTTP client against a real asyncio server that behaves well, and badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from live.crowd.client import Client, Refused, Unanswered

Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def _reply(status: int, body: str, *extra: str) -> bytes:
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", *extra]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


class _Server:
    """Reads whole requests, hands each to `serve`, counts connections."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.connections = 0
        self.requests: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.requests.append(head + body)
                await self.serve(head + body, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def _serving(serve: Serve, **options: float) -> AsyncIterator[tuple[_Server, Client]]:
    server = _Server(serve)
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    timeout_s = options.get("timeout_s", 2.0)
    connections = int(options.get("connections", 4))
    client = Client(f"http://127.0.0.1:{port}", connections=connections, timeout_s=timeout_s)
    try:
        yield server, client
    finally:
        client.close()
        listener.close()
        await asyncio.sleep(0.02)


async def test_one_connection_serves_many_requests():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(_reply(201, '{"id": "x"}'))

    async with _serving(serve) as (server, client):
        for _ in range(5):
            answer = await client.request("POST", "/a", {"n": "扣1"}, token="t", key="k")
            assert (answer.status, answer.json()) == (201, {"id": "x"})
        assert server.connections == 1
        assert b"Authorization: Bearer t\r\n" in server.requests[0]
        assert b"Idempotency-Key: k\r\n" in server.requests[0]
        assert "扣1".encode() in server.requests[0]


async def test_the_pool_is_bounded():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.01)
        writer.write(_reply(200, "{}"))

    async with _serving(serve, connections=3) as (server, client):
        await asyncio.gather(*(client.request("GET", "/") for _ in range(30)))
        assert server.connections == 3
        assert len(server.requests) == 30


async def test_chunks_and_pieces_are_put_together():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in (
            b"HTTP/1.1 200 OK\r\nTransfer-",
            b"Encoding: chunked\r\n\r\n5\r\nhel",
            b"lo\r\n",
        ):
            writer.write(piece)
            await asyncio.sleep(0.01)
        writer.write(b"0\r\n\r\n")

    async with _serving(serve) as (_, client):
        assert (await client.request("GET", "/")).body == b"hello"


async def test_a_broken_connection_is_an_unknown_result():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with _serving(serve) as (_, client):
        with pytest.raises(Unanswered):
            await client.request("POST", "/", {})
        assert sum(client.troubles.values()) == 1


async def test_silence_is_an_unknown_result_and_its_line_is_not_used_again():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/slow" not in request:
            writer.write(_reply(200, '{"for": "fast"}'))

    async with _serving(serve, timeout_s=0.1, connections=1) as (server, client):
        with pytest.raises(Unanswered, match="timeout"):
            await client.request("GET", "/slow")
        assert (await client.request("GET", "/fast")).json() == {"for": "fast"}
        assert server.connections == 2


async def test_a_cancelled_request_leaves_no_answer_for_the_next():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        path = request.split()[1].decode()
        writer.write(_reply(200, json.dumps({"was": path})))

    async with _serving(serve, connections=1) as (_, client):
        asking = asyncio.create_task(client.request("GET", "/first"))
        await asyncio.sleep(0.02)
        asking.cancel()
        assert (await client.request("GET", "/second")).json() == {"was": "/second"}


async def test_nobody_listening_is_an_unknown_result():
    client = Client("http://127.0.0.1:9", timeout_s=1)
    with pytest.raises(Unanswered, match="refused"):
        await client.request("GET", "/")


async def test_insisting_repeats_the_same_key_until_there_is_an_answer():
    answers = iter(
        [None, _reply(503, "{}", "Retry-After: 0"), _reply(429, "{}"), _reply(201, '{"id": "o"}')]
    )

    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        answer = next(answers)
        if answer is None:
            writer.close()
        else:
            writer.write(answer)

    async with _serving(serve) as (server, client):
        answer, tries = await client.insist("POST", "/", {"quantity": 1}, key="same")
        assert (answer.status, tries) == (201, 4)
        assert all(b"Idempotency-Key: same\r\n" in request for request in server.requests)


async def test_insisting_honours_retry_after():
    answers = iter([_reply(503, "{}", "Retry-After: 1"), _reply(200, "{}")])

    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(next(answers))

    loop = asyncio.get_running_loop()
    async with _serving(serve) as (_, client):
        before = loop.time()
        await client.insist("GET", "/")
        assert loop.time() - before >= 1


async def test_insisting_ends_with_the_patience():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(_reply(503, "{}", "Retry-After: 30"))

    async with _serving(serve) as (_, client):
        with pytest.raises(Unanswered, match="after 1 tries"):
            await client.insist("GET", "/", patience_s=0.5)


async def test_a_no_is_told_with_its_code():
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(_reply(409, '{"code": "sold_out", "detail": "Gone."}'))

    async with _serving(serve) as (_, client):
        with pytest.raises(Refused, match="sold_out: Gone") as refused:
            await client.call("POST", "/", {})
        assert (refused.value.status, refused.value.code) == (409, "sold_out")
