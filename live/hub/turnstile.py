"""Lets handshakes through one after the other, evenly: when ten thousand come back at once, an order that comes
between two of them waits for a few, and not for all."""

import asyncio
from collections import deque

from live.errors import NotNow

TURN_S = 0.005
PER_TURN = 6
WAIT_MAX_S = 8.0  # of the last in line; who comes then is told to come later, and when


class Turnstile:
    """FIFO. Nobody waits while no more come than go through."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._let_in = 0  # in this turn
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> None:
        """Returns when it is one's turn. Raises NotNow when the line is too long."""
        if not self._waiting and self._let_in < PER_TURN:
            self._let_in += 1
            self._go_on()
            return
        line_s = len(self._waiting) * TURN_S / PER_TURN
        if line_s > WAIT_MAX_S:
            raise NotNow(retry_after_s=line_s)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    def _go_on(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TURN_S, self._next_turn)

    def _next_turn(self) -> None:
        self._timer = None
        self._let_in = 0
        while self._waiting and self._let_in < PER_TURN:
            turn = self._waiting.popleft()
            if not turn.done():  # else it has hung up
                turn.set_result(None)
                self._let_in += 1
        if self._let_in:
            self._go_on()
