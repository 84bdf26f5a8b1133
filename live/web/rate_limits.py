"""Token buckets of this process: how often one sender may do one kind of thing.

A bucket holds `burst` tokens and gains `per_s` a second; each call takes one. Memory is bounded:
past KEYS_MAX the bucket that rested longest is forgotten, which can only ever be kind to it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

KEYS_MAX = 100_000  # buckets, about 250 bytes each: 25 MB at the very worst
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
    "write": Rate(60, 20),  # an operator's commands
    "import": Rate(5, 5 / 60),  # a file of 8 MiB is work
}


class RateLimits:
    """All buckets of this process. `enabled` False (LIVE_RATE_LIMITS=off) lets everything through."""

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        *,
        enabled: bool = True,
        keys_max: int = KEYS_MAX,
    ) -> None:
        self._rates = dict(rates)
        self.enabled = enabled
        self._keys_max = keys_max
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def allow(self, kind: str, key: str, now: float) -> float:
        """0 if it may happen now, else the seconds to wait; `now` in seconds that never step back.

        A refused call takes nothing: waiting the answered time is always enough.
        """
        if not self.enabled:
            return 0.0
        rate = self._rates[kind]
        tokens, since = self._buckets.get((kind, key), (rate.burst, now))
        tokens = min(rate.burst, tokens + max(0.0, now - since) * rate.per_s)
        wait_s = 0.0 if tokens >= 1.0 - 1e-9 else (1.0 - tokens) / rate.per_s
        self._buckets[kind, key] = (tokens if wait_s else tokens - 1.0, now)
        self._buckets.move_to_end((kind, key))
        if len(self._buckets) > self._keys_max:
            self._buckets.popitem(last=False)
        return wait_s

    def left(self, kind: str, key: str, now: float) -> int:
        """How many calls of `allow` would be let through now; a large number while nothing is counted."""
        if not self.enabled:
            return KEYS_MAX
        rate = self._rates[kind]
        tokens, since = self._buckets.get((kind, key), (rate.burst, now))
        return int(min(rate.burst, tokens + max(0.0, now - since) * rate.per_s) + 1e-9)

    def __len__(self) -> int:
        return len(self._buckets)


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
