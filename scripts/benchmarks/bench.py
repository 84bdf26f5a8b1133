"""`scripts/bench NAME`: one benchmark; its last line is one JSON object."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from live.cli.refusal import Refusal
from scripts.benchmarks import (
    comments,
    fanout,
    latency,
    ledger,
    order_sockets,
    orders,
    pages,
    peers,
    reconnect,
    scale,
    screens,
    slow,
    viewers,
)
from scripts.benchmarks.options import BenchOptions

REGISTRY: dict[str, ModuleType] = {
    "orders": orders,
    "ledger": ledger,
    "peers": peers,
    "scale": scale,
    "fanout": fanout,
    "viewers": viewers,
    "slow": slow,
    "reconnect": reconnect,
    "latency": latency,
    "comments": comments,
    "screens": screens,
    "pages": pages,
}


def read_options(argv: Sequence[str] | None = None) -> tuple[str, BenchOptions]:
    """The benchmark's name and what it was told; exits with a sentence when that is nonsense."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Starts its own servers and a reference, alternates between them, and prints "
        "ratios. Close what else runs: all of them share this machine with the client.",
    )
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, module in REGISTRY.items():
        says = module.__doc__ or ""
        one = names.add_parser(
            name,
            help=says.splitlines()[0].removeprefix("`scripts/bench orders`: "),
            description=says,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _OWN[name](one)
    given: dict[str, Any] = vars(parser.parse_args(argv))
    chosen: str = given.pop("name")
    lists = {told: tuple(value) for told, value in given.items() if isinstance(value, list)}
    options = BenchOptions(**given | lists)
    if min(options.pairs, *options.connections, *options.offers, *options.earlier) < 1:
        parser.error("pairs, connections, offers and earlier orders must be at least 1")
    if (
        options.seconds < 1
        or min(options.orders, options.ended, options.patience_s, options.sockets) < 0
    ):
        parser.error("seconds must be at least 1; nothing may be negative")
    return chosen, options


def _bursts(parser: argparse.ArgumentParser, pairs: int = 3) -> None:
    """What all benchmarks over HTTP share."""
    parser.add_argument("--pairs", type=int, default=pairs, help="rounds (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run (%(default)s)")
    parser.add_argument(
        "--connections", type=int, nargs="+", default=[64, 256], help="default 64 256"
    )


def _orders(parser: argparse.ArgumentParser) -> None:
    _bursts(parser)
    parser.add_argument("--socket", action="store_true", help="orders over the viewers' sockets")


def _ledger(parser: argparse.ArgumentParser) -> None:
    _bursts(parser)
    parser.set_defaults(connections=[64])
    parser.add_argument(
        "--database",
        dest="databases",
        nargs="+",
        choices=ledger.DATABASES,
        default=["sqlite"],
        help="one or both; PostgreSQL is started for this (default sqlite)",
    )
    parser.add_argument(
        "--orders",
        type=int,
        default=0,
        help="go on until so many are in SQL, and tell how the worker's memory grew",
    )


def _scale(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=7, help="rounds (default %(default)s)")
    parser.set_defaults(seconds=1.0, connections=[1])
    parser.add_argument("--offers", type=int, nargs="+", default=[1, 100, 10_000])
    parser.add_argument(
        "--earlier",
        type=int,
        nargs="+",
        default=[1_000, 1_000_000, 1_100_000],
        help="orders before; the book's table doubles at 1,048,576 (default %(default)s)",
    )
    parser.add_argument(
        "--ended",
        type=int,
        default=100_000,
        help="orders of the show that ends; 0 leaves it out (default %(default)s)",
    )
    parser.add_argument(
        "--patience",
        dest="patience_s",
        type=float,
        default=120.0,
        help="seconds to wait for memory to be given back (default %(default)s)",
    )


def _fanout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=3, help="rounds (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run (%(default)s)")
    _sockets(parser, [500, 2_000, 10_000])


def _viewers(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(pairs=1, seconds=1.0)
    _sockets(parser, [2_000, 10_000])


def _slow(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(pairs=1, seconds=1.0)
    _sockets(parser, [1_000])
    parser.add_argument(
        "--minutes", type=float, default=1.0, help="that they stay (default %(default)s)"
    )


def _sockets(parser: argparse.ArgumentParser, default: list[int]) -> None:
    text = f"default {' '.join(map(str, default))}"
    parser.add_argument(
        "--sockets", dest="connections", type=int, nargs="+", default=default, help=text
    )


def _reconnect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=1, help="kills (default %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=15.0, help="before and after (%(default)s)"
    )
    parser.add_argument("--sockets", type=int, default=10_000, help="viewers (%(default)s)")
    parser.add_argument("--orders-per-s", type=float, default=50.0, help="default %(default)s")
    parser.set_defaults(connections=[32])


def _latency(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=10.0, help="of each phase (%(default)s)")
    parser.add_argument(
        "--viewers", dest="sockets", type=int, default=2_000, help="sockets (%(default)s)"
    )
    parser.add_argument(
        "--orders-per-s", type=float, default=2_000.0, help="of the burst (%(default)s)"
    )
    parser.set_defaults(pairs=1, connections=[64])


def _comments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=10.0, help="of each flood (%(default)s)")
    parser.add_argument("--viewers", type=int, default=200, help="who listen (%(default)s)")
    parser.add_argument("--rate", type=float, default=comments.RATE, help="a second (%(default)s)")
    parser.set_defaults(pairs=1, connections=[1])


def _screens(parser: argparse.ArgumentParser) -> None:
    _comments(parser)
    parser.add_argument("--orders-per-s", type=float, default=500.0, help="default %(default)s")


def _pages(parser: argparse.ArgumentParser) -> None:
    text = "of Lighthouse (default %(default)s)"
    parser.add_argument("--runs", dest="pairs", type=int, default=3, help=text)
    parser.set_defaults(seconds=1.0, connections=[1])


_OWN: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "orders": _orders,
    "ledger": _ledger,
    "peers": _bursts,
    "scale": _scale,
    "fanout": _fanout,
    "viewers": _viewers,
    "slow": _slow,
    "reconnect": _reconnect,
    "latency": _latency,
    "comments": _comments,
    "screens": _screens,
    "pages": _pages,
}


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Exit code 1 when it could not be measured, the audit does not agree or a goal was missed."""
    name, options = read_options(argv)
    try:
        module = order_sockets if options.socket else REGISTRY[name]
        figures: dict[str, Any] = module.run(options)
    except (RuntimeError, Refusal) as cause:
        print(f"bench: {cause}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped.", file=sys.stderr)
        return 130
    print(json.dumps(figures))
    return 0 if figures.get("audit_ok", True) and figures.get("goals_met", True) else 1


if __name__ == "__main__":
    sys.exit(main())
