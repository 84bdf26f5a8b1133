"""The load test's options: what a run is made of, from the command line to every process of the crowd."""

import argparse
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """One run. Shares are of accepted orders, save `greedy_share` and `replay_share`: of all wishes."""

    base_url: str
    viewers: int
    orders: int
    ramp_s: float
    units: int
    limit: int
    hold_s: int
    countdown_s: int
    restock: int
    pay_share: float
    cancel_share: float
    late_share: float
    greedy_share: float
    replay_share: float
    comments_per_s: float
    seed: int
    processes: int
    connections: int
    duration_cap_s: float
    report: str
    as_json: bool
    token: str
    keep_show: bool

    @property
    def buyers(self) -> int:
        """Enough viewers that the limit alone refuses nobody's first wishes."""
        return max(self.viewers, -(-self.orders // self.limit))


def read_options(argv: list[str] | None = None) -> Options:
    """Parses the command line; argparse ends the process with a sentence when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/loadtest",
        description="Drives a running server as a crowd would, then proves what was sold. "
        "Start the server with LIVE_RATE_LIMITS=off: one machine is one address.",
    )
    add = parser.add_argument
    add("--base-url", default="http://127.0.0.1:8000", help="default %(default)s")
    add("--viewers", type=int, default=300, metavar="N", help="on sockets (default %(default)s)")
    add("--orders", type=int, default=5000, metavar="M", help="wishes to buy (%(default)s)")
    add("--ramp", type=float, default=5.0, metavar="S", help="they arrive within S seconds")
    add("--units", type=int, default=100, metavar="U", help="units on sale (%(default)s)")
    add("--per-buyer-limit", type=int, default=2, metavar="L", help="default %(default)s")
    add("--hold", type=int, default=15, metavar="S", help="seconds to pay (%(default)s)")
    add("--countdown", type=int, default=3, metavar="S", help="before it opens (%(default)s)")
    add("--restock", type=int, default=0, metavar="K", help="units added in the middle")
    add("--pay-share", type=float, default=0.7, help="of the accepted (%(default)s)")
    add("--cancel-share", type=float, default=0.02, help="of the accepted (%(default)s)")
    add("--late-share", type=float, default=0.01, help="pay after the hold ended (%(default)s)")
    add(
        "--greedy-share", type=float, default=0.05, help="extra wishes over the limit (%(default)s)"
    )
    add("--replay-share", type=float, default=0.05, help="keys sent again (%(default)s)")
    add("--comments-per-s", type=float, default=20.0, metavar="C", help="default %(default)s")
    add("--seed", type=int, default=1, metavar="K", help="the same crowd again (%(default)s)")
    add("--processes", type=int, default=1, metavar="P", help="for the crowd (%(default)s)")
    add("--connections", type=int, default=256, help="at most, in all (%(default)s)")
    add("--duration-cap", type=float, default=300.0, metavar="S", help="give up after S seconds")
    add("--report", default="", metavar="FILE", help="write an HTML report with charts")
    add("--json", action="store_true", help="the last line is the result as one JSON object")
    add("--token", default="", help="an operator's token (default: LIVE_TOKEN, or make one)")
    add("--keep-show", action="store_true", help="leave the show on air afterwards")
    given = parser.parse_args(argv)
    _refuse_nonsense(parser, given)
    return Options(
        base_url=given.base_url.rstrip("/"),
        viewers=given.viewers,
        orders=given.orders,
        ramp_s=given.ramp,
        units=given.units,
        limit=given.per_buyer_limit,
        hold_s=given.hold,
        countdown_s=given.countdown,
        restock=given.restock,
        pay_share=given.pay_share,
        cancel_share=given.cancel_share,
        late_share=given.late_share,
        greedy_share=given.greedy_share,
        replay_share=given.replay_share,
        comments_per_s=given.comments_per_s,
        seed=given.seed,
        processes=given.processes,
        connections=given.connections,
        duration_cap_s=given.duration_cap,
        report=given.report,
        as_json=given.json,
        token=given.token or os.environ.get("LIVE_TOKEN", ""),
        keep_show=given.keep_show,
    )


def _refuse_nonsense(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    positive = ("orders", "units", "per_buyer_limit", "hold", "processes", "connections")
    for name in positive:
        if getattr(given, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    for name in ("viewers", "ramp", "countdown", "restock", "comments_per_s"):
        if getattr(given, name) < 0:
            parser.error(f"--{name.replace('_', '-')} must not be negative")
    shares = (given.pay_share, given.cancel_share, given.late_share)
    if min(shares) < 0 or sum(shares) > 1:
        parser.error("--pay-share, --cancel-share and --late-share are shares: together at most 1")
    if not 0 <= given.replay_share <= 1 or given.greedy_share < 0:
        parser.error("--replay-share and --greedy-share are shares")
    if not given.base_url.startswith(("http://", "https://")):
        parser.error("--base-url must begin with http:// or https://")
