"""The options of `scripts/chaos`."""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.faults.plan import KINDS


@dataclass(frozen=True, slots=True)
class Options:
    """One run. `points` 0: as many as fit into `minutes`."""

    seed: int
    minutes: float
    points: int
    kinds: tuple[str, ...]
    buyers: int
    folder: Path
    recheck: Path | None


def read_options(argv: list[str] | None = None) -> Options:
    """Parses the command line; argparse ends the process with a sentence when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/chaos",
        description="Starts a control room of its own, sells in it while processes are killed and "
        "stopped, files cut and connections broken, then checks invariants I1 to I12 over the recorded "
        "history. The seed reproduces the plan (who does what, which fault when); how the processes "
        "interleave is up to the machine. Exit 1 if an invariant broke.",
    )
    add = parser.add_argument
    add("--seed", type=int, default=1, metavar="N", help="the same plan again (%(default)s)")
    add("--minutes", type=float, default=3.0, metavar="M", help="of faults (%(default)s)")
    add("--points", type=int, default=0, metavar="P", help="stop after so many crash points")
    add("--kinds", default="", help=f"only these, comma separated, of: {', '.join(KINDS)}")
    add("--buyers", type=int, default=24, metavar="B", help="at once, a third by socket")
    add("--folder", default="", help="where the history stays (default: a new temporary folder)")
    add(
        "--recheck",
        default="",
        metavar="FILE",
        help="check a recorded history again, start nothing",
    )
    given = parser.parse_args(argv)
    kinds = tuple(given.kinds.split(",")) if given.kinds else KINDS
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"--kinds: there is no {', '.join(sorted(unknown))}")
    if given.minutes <= 0 or given.points < 0 or given.buyers < 3:
        parser.error("--minutes and --points are positive, --buyers at least 3")
    return Options(
        seed=given.seed,
        minutes=given.minutes,
        points=given.points,
        kinds=kinds,
        buyers=given.buyers,
        folder=Path(given.folder or tempfile.mkdtemp(prefix="live-chaos-")),
        recheck=Path(given.recheck) if given.recheck else None,
    )
