"""`python -m scripts.benchmarks.audience`: the party is the first line of standard input; its end is the crowd's."""

import asyncio
import gc
import json
import sys

import uvloop

from scripts.benchmarks.audience.crowd import Crowd, Party


async def _run(party: Party) -> None:
    await Crowd(party).run()


def main() -> int:
    given = json.loads(sys.stdin.readline())
    party = Party(**given | {"tokens": tuple(given["tokens"])})
    gc.freeze()
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(party))
    return 0


if __name__ == "__main__":
    sys.exit(main())
