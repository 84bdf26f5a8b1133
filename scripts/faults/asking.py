"""Requests that go into the history: one attempt, one operation, whatever becomes of it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from live.crowd.client import Answer, Client, Unanswered
from scripts.faults.history import History

AGAIN_S = 0.15  # between two attempts


class Asker:
    """`client` speaks to the server, through the proxy or directly."""

    def __init__(self, client: Client, history: History) -> None:
        self._client = client
        self._history = history

    async def ask(
        self,
        who: str,
        do: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        method: str = "POST",
        token: str = "",
        key: str = "",
        **asked: Any,
    ) -> Answer | None:
        """One attempt; None when no answer came."""
        op = self._history.invoke(who, do, **(asked | ({"key": key} if key else {})))
        try:
            answer = await self._client.request(
                method, f"/api/v1{path}", body, token=token, key=key
            )
        except Unanswered as lost:
            self._history.complete(op, "unknown", why=str(lost))
            return None
        said = {"status": answer.status, **_told(answer)}
        self._history.complete(op, result_of(answer.status), **said)
        return answer

    async def insist(
        self, who: str, do: str, path: str, body: Mapping[str, object] | None = None, **how: Any
    ) -> Answer:
        """Attempt after attempt until it is known what became of it. For what is safe to repeat."""
        while True:
            answer = await self.ask(who, do, path, body, **how)
            if answer is not None and result_of(answer.status) != "unknown":
                return answer
            await asyncio.sleep(AGAIN_S)


def result_of(status: int) -> str:
    """What a status means for the history. After a 503 the order may be there or not (README)."""
    if 200 <= status < 300:
        return "ok"
    return "fail" if 400 <= status < 500 else "unknown"


def _told(answer: Answer) -> dict[str, Any]:
    return answer.json() if len(answer.body) < 2_000 else {}
