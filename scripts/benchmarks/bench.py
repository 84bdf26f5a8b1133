"""`scripts/bench NAME`: one benchmark; its last line is one JSON object."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from scripts.benchmarks import ledger, order_sockets, orders
from scripts.benchmarks.options import BenchOptions

REGISTRY: dict[str, Callable[[BenchOptions], dict[str, Any]]] = {
    "orders": orders.run,
    "ledger": ledger.run,
}


def main() -> int:
    """The command. Exit code 1 when it could not be measured or the audit does not agree."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Starts its own server and a reference, alternates between them, and prints "
        "ratios. Close what else runs: both share this machine with the client.",
    )
    parser.add_argument("name", choices=sorted(REGISTRY))
    parser.add_argument("--pairs", type=int, default=3, help="reference/ours (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run (%(default)s)")
    parser.add_argument(
        "--connections", type=int, nargs="+", default=[64, 256], help="default 64 256"
    )
    parser.add_argument("--socket", action="store_true", help="orders over the viewers' sockets")
    given = parser.parse_args()
    if min(given.pairs, *given.connections) < 1 or given.seconds < 1:
        parser.error("--pairs, --seconds and --connections must be at least 1")
    if given.socket and given.name != "orders":
        parser.error("--socket goes with orders")
    options = BenchOptions(given.pairs, given.seconds, tuple(given.connections), given.socket)
    run = order_sockets.run if options.socket else REGISTRY[given.name]
    try:
        figures = run(options)
    except RuntimeError as cause:
        print(f"bench: {cause}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped.", file=sys.stderr)
        return 130
    print(json.dumps(figures))
    return 0 if figures.get("audit_ok", True) else 1


if __name__ == "__main__":
    sys.exit(main())
