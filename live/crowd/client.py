"""A small HTTP/1.1 client: keep-alive connections in a bounded pool, nothing between us and the wire.

The demo audience, a rehearsal's crowd and the load test (`scripts/crowd`) speak through it. It is written against
asyncio and httptools directly so that in a burst the client isn't what is being measured.
One request is in flight per connection; whoever finds none free waits in line.
"""

import asyncio
import json
import random
import ssl
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

IDLE_MAX_S = 3.0  # uvicorn drops an idle connection after 5 s; reusing one that old is a coin toss
BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 2.0
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


class Unanswered(Exception):
    """The connection failed before an answer came: what became of the request is unknown."""


class Refused(Exception):
    """The server answered, and the answer was no."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: status, body as it came, and how long to wait if it asked for that."""

    status: int
    body: bytes
    retry_after_s: float | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one if it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def code(self) -> str:
        """The stable code of a problem document, `http_<status>` when there is none."""
        return str(self.json().get("code") or f"http_{self.status}")


class _Line(asyncio.Protocol):
    """One connection. The httptools callbacks (`on_*`) gather one answer at a time."""

    def __init__(self) -> None:
        self.alive = False
        self.used_at = 0.0
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._retry_after_s: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's has only the methods
        self.alive = True

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close("answer is not HTTP")

    def connection_lost(self, exc: Exception | None) -> None:
        self.close("reset" if exc else "closed")

    def on_message_begin(self) -> None:
        self._chunks = []
        self._retry_after_s = None

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after" and value.strip().isdigit():
            self._retry_after_s = float(value)

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        answer = Answer(status, b"".join(self._chunks), self._retry_after_s)
        waiting, self._waiting = self._waiting, None
        if waiting and not waiting.done():
            waiting.set_result(answer)
        if not self._parser.should_keep_alive():
            self.close("closed")

    async def ask(self, raw: bytes, timeout_s: float) -> Answer:
        """Sends one request and waits for its answer; a line that failed is dead afterwards."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        waiting = self._waiting
        self._transport.write(raw)
        try:
            async with asyncio.timeout(timeout_s):
                return await waiting
        except TimeoutError:
            raise Unanswered("timeout") from None
        finally:
            self.used_at = time.monotonic()
            if self._waiting is not None:  # no answer was read: the next one would be this one's
                self._waiting = None
                self.close("given up")

    def close(self, why: str) -> None:
        """Drops the connection and tells whoever waits on it."""
        self.alive = False
        waiting, self._waiting = self._waiting, None
        if waiting and not waiting.done():
            waiting.set_exception(Unanswered(why))
        if self._transport and not self._transport.is_closing():
            self._transport.abort()


class Client:
    """Requests to one server. `troubles` counts every failure met on the way, by name."""

    def __init__(self, base_url: str, *, connections: int = 16, timeout_s: float = 10.0) -> None:
        parts = urlsplit(base_url)
        secure = parts.scheme == "https"
        self.base_url = base_url.rstrip("/")
        self.troubles: Counter[str] = Counter()
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if secure else 80)
        self._ssl = ssl.create_default_context() if secure else None
        self._prefix = parts.path.rstrip("/")
        self._timeout_s = timeout_s
        self._slots = asyncio.Semaphore(connections)
        self._idle: deque[_Line] = deque()

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        token: str = "",
        key: str = "",
    ) -> Answer:
        """One request, one answer. Raises: Unanswered."""
        raw = self._encode(method, path, body, token, key)
        async with self._slots:
            try:
                line = await self._line()
                answer = await line.ask(raw, self._timeout_s)
            except Unanswered as lost:
                self.troubles[str(lost)] += 1
                raise
            if line.alive:
                self._idle.append(line)
        if answer.status in TRY_AGAIN:
            self.troubles[str(answer.status)] += 1
        return answer

    async def insist(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        token: str = "",
        key: str = "",
        patience_s: float = 30.0,
        troubled: Callable[[str], None] | None = None,
    ) -> tuple[Answer, int]:
        """The same request until the server says yes or no: (answer, tries). For what is safe to repeat.
        `troubled` hears why the first try came to nothing.

        Raises: Unanswered when the patience is over.
        """
        until = time.monotonic() + patience_s
        pause_s = BACKOFF_FIRST_S
        tries = 0
        while True:
            tries += 1
            asked_s: float | None = None
            try:
                answer = await self.request(method, path, body, token=token, key=key)
            except Unanswered as lost:
                said = str(lost)
            else:
                if answer.status not in TRY_AGAIN:
                    return answer, tries
                said, asked_s = answer.code, answer.retry_after_s
            if troubled and tries == 1:
                troubled(said)
            wait_s = max(asked_s or 0.0, pause_s) * random.uniform(1.0, 1.2)
            if time.monotonic() + wait_s > until:
                raise Unanswered(f"no answer after {tries} tries: {said}")
            await asyncio.sleep(wait_s)
            pause_s = min(pause_s * 2, BACKOFF_MAX_S)

    async def call(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, token: str = ""
    ) -> dict[str, Any]:
        """A request that should work; its JSON. Raises: Refused, Unanswered."""
        answer, _ = await self.insist(method, path, body, token=token)
        if not answer.ok:
            said = answer.json()
            raise Refused(answer.status, answer.code, str(said.get("detail") or said.get("title")))
        return answer.json()

    def close(self) -> None:
        """Drops every idle connection."""
        while self._idle:
            self._idle.pop().close("closed")

    async def _line(self) -> _Line:
        while self._idle:
            line = self._idle.pop()
            if line.alive and time.monotonic() - line.used_at < IDLE_MAX_S:
                return line
            line.close("idle")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout_s):
                _, line = await loop.create_connection(_Line, self._host, self._port, ssl=self._ssl)
        except TimeoutError:
            raise Unanswered("connect timeout") from None
        except OSError:
            raise Unanswered("refused") from None
        return line

    def _encode(
        self, method: str, path: str, body: Mapping[str, object] | None, token: str, key: str
    ) -> bytes:
        host = f"[{self._host}]" if ":" in self._host else self._host
        head = f"{method} {self._prefix}{path} HTTP/1.1\r\nHost: {host}:{self._port}\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        if body is None:
            return f"{head}Content-Length: 0\r\n\r\n".encode()
        data = json.dumps(body, ensure_ascii=False).encode()
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data
