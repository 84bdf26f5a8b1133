"""An answer that comes by a callback, for those who can wait for it."""

import asyncio

from live.domain.outcomes import Outcome


class Answer:
    """Called with the outcome, or with what went wrong; `given` then has it. Whoever waits may go away."""

    def __init__(self) -> None:
        self.given: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def __call__(self, outcome: Outcome | Exception) -> None:
        if self.given.done():
            return
        if isinstance(outcome, Exception):
            self.given.set_exception(outcome)
        else:
            self.given.set_result(outcome)
