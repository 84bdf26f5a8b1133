"""Asks our own web process whether it can serve."""

import asyncio
import json

TIMEOUT_S = 3.0


async def not_ready(host: str, port: int) -> str:
    """Why `/readyz` is not 200 yet; empty when it is."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _ask({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)
    except TimeoutError:
        return "the web process does not answer"
    except OSError as error:
        return f"the web process does not answer ({error})"


async def _ask(host: str, port: int) -> str:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status = head.split(b" ", 2)[1:2]
    if status == [b"200"]:
        return ""
    if not status:
        return "the web process closed the connection"
    return f"/readyz answers {status[0].decode()}: {_short(body)}"


def _short(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)[:500]
    except ValueError:
        return body.decode(errors="replace")[:200]
