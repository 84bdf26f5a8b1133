"""Token buckets of this process: how often one sender may do one kind of thing.

A bucket holds `burst` tokens and gains `per_s` a second; each call takes one, or as many as it says. Memory is bounded:
the half of KEYS_MAX that rested longest is forgotten at once, which can only ever be kind to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

KEYS_MAX = 100_000  # buckets, about 250 bytes each: 25 MB at the very worst
TINY_S = 1e-6  # what floating point may be off by
IPV6_SENDER_BITS = 64  # one household holds a /64; counting single addresses would count nothing


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_s` a second."""

    burst: float
    per_s: float


RATES: Mapping[str, Rate] = {
    "sign_in": Rate(10, 10 / 60),  # per address: guessing stops, a team behind one NAT gets in
    "sign_in_email": Rate(5, 5 / 60),  # per account, wherever the guesses come from
    "viewer": Rate(120, 2),  # new viewers per address: a household, an office, a phone network
    "order": Rate(10, 5),  # per viewer: a thumb does not press faster
    "comment": Rate(5, 1),  # per viewer
    "socket": Rate(60, 2),  # new sockets per address
    "poll": Rate(
        400, 100
    ),  # per address: an office of 200 people whose proxy lets no socket through
    "write": Rate(60, 20),  # an operator's commands
    "import": Rate(5, 5 / 60),  # a file of 8 MiB is work
    "picture": Rate(30, 1),  # a line-up at once; each is half a second of a processor
    "ingest": Rate(5_000, 2_500),  # comments of other platforms, per sender: a big show has 2,000/s
}


class RateLimits:
    """All buckets of this process. `enabled` False (LIVE_RATE_LIMITS=off) lets everything through.

    A bucket is one number: when it will be full again (the generic cell rate algorithm, ITU-T I.371).
    """

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        *,
        enabled: bool = True,
        keys_max: int = KEYS_MAX,
    ) -> None:
        self.enabled = enabled
        self._paces = {
            kind: (1 / rate.per_s, (rate.burst - 1) / rate.per_s) for kind, rate in rates.items()
        }
        self._young: dict[tuple[str, str], float] = {}
        self._old: dict[tuple[str, str], float] = {}
        self._young_max = keys_max // 2

    def allow(self, kind: str, key: str, now: float, many: int = 1) -> float:
        """0 if it may happen now, else the seconds to wait; `now` in seconds that never step back.

        A refused call takes nothing: waiting the answered time is always enough. One that takes `many`
        needs only one to be there, and the next waits until all are paid back.
        """
        if not self.enabled:
            return 0.0
        interval_s, slack_s = self._paces[kind]
        bucket = (kind, key)
        full_at = self._full_at(bucket, now)
        wait_s = full_at - slack_s - now
        if wait_s > TINY_S:
            return wait_s
        if len(self._young) >= self._young_max:
            self._old, self._young = self._young, {}
        self._young[bucket] = max(full_at, now) + interval_s * many
        return 0.0

    def left(self, kind: str, key: str, now: float) -> int:
        """How many calls of `allow` would be let through now; a large number while nothing is counted."""
        if not self.enabled:
            return KEYS_MAX
        interval_s, slack_s = self._paces[kind]
        full_at = max(self._full_at((kind, key), now), now)
        return max(0, int((slack_s + now - full_at + TINY_S) / interval_s + 1))

    def _full_at(self, bucket: tuple[str, str], now: float) -> float:
        full_at = self._young.get(bucket)
        return self._old.get(bucket, now) if full_at is None else full_at

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())


def sender_of(connection: HTTPConnection) -> str:
    """The sender's address for counting; the server has already applied its list of proxies."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host or "unknown"  # a unix socket has no address
    if address.version == 4:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, IPV6_SENDER_BITS), strict=False))
