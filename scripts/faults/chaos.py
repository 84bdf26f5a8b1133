"""`scripts/chaos`: faults on a running sale, and the proof. Exit 1 if an invariant broke, 2 if it could not run."""

import asyncio
import signal
import sys
import time
from pathlib import Path

from live.crowd.client import Refused, Unanswered
from scripts.faults.checker import Verdict, judge
from scripts.faults.evidence import Evidence, read_evidence
from scripts.faults.history import read_lines
from scripts.faults.options import Options, read_options
from scripts.faults.plan import draw_points
from scripts.faults.run import Round
from scripts.faults.tables import tables
from scripts.faults.tree import NotPossible, Tree

ROUND_S = 180.0  # then a new show begins: a history stays small enough to be read


def main() -> int:
    """The command."""
    options = read_options()
    try:
        paths = [options.recheck] if options.recheck else asyncio.run(_run(options))
    except (NotPossible, Refused, Unanswered) as cause:
        print(f"chaos: {cause}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("chaos: stopped.", file=sys.stderr)
        return 2
    return conclude(paths)


async def _run(options: Options) -> list[Path]:
    options.folder.mkdir(parents=True, exist_ok=True)
    tree = Tree(options.folder)
    task = asyncio.current_task()
    if task is not None:  # asked to end: the tree is taken along
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    print(f"seed {options.seed}, folder {options.folder}", flush=True)
    try:
        await asyncio.to_thread(tree.start)
        token = await asyncio.to_thread(tree.token)
        return await _rounds(options, tree, token)
    finally:
        await asyncio.to_thread(tree.stop)


async def _rounds(options: Options, tree: Tree, token: str) -> list[Path]:
    points = draw_points(options.seed, options.kinds)
    began, struck, paths = time.monotonic(), 0, list[Path]()
    end = began + options.minutes * 60
    while time.monotonic() < end and (struck < options.points or not options.points):
        most = options.points - struck if options.points else sys.maxsize
        one = Round(options, tree, token, lambda line: print(line, flush=True))
        path, count = await one.run(
            len(paths) + 1, points, min(end, time.monotonic() + ROUND_S), most
        )
        struck += count
        paths.append(path)
    return paths


def conclude(paths: list[Path]) -> int:
    """Judge the histories and print what was seen; the exit code."""
    runs = [read_evidence(read_lines(path)) for path in paths]
    print(tables(runs))
    broken = sum(_report(path, run) for path, run in zip(paths, runs, strict=True))
    print(f"\n{broken} invariants broken" if broken else "\nevery invariant held")
    return 1 if broken else 0


def _report(path: Path, run: Evidence) -> int:
    print(f"\nhistory {path}")
    verdicts = judge(run)
    for verdict in verdicts:
        _print(verdict)
    return sum(not verdict.held for verdict in verdicts)


def _print(verdict: Verdict, shown: int = 5) -> None:
    print(f"  {'✓' if verdict.held else '✗'} {verdict.name}")
    for complaint in verdict.complaints[:shown]:
        print(f"      {complaint[:400]}")
    if len(verdict.complaints) > shown:
        print(f"      and {len(verdict.complaints) - shown} more")


if __name__ == "__main__":
    sys.exit(main())
