"""`python -m scripts.benchmarks.load`: a plan on standard input, its report on standard output."""

import asyncio
import dataclasses
import gc
import json
import sys

import uvloop

from scripts.benchmarks.load.plan import Plan
from scripts.benchmarks.load.run import run


def main() -> int:
    """The process. Nothing it makes hangs together in circles, so the collector may rest."""
    plan = Plan(**json.load(sys.stdin))
    gc.freeze()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            report = runner.run(run(plan))
    except RuntimeError as cause:
        print(cause, file=sys.stderr)
        return 1
    print(json.dumps(dataclasses.asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
