"""What every benchmark can be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """Pairs of runs (reference, ours), the seconds of each, and the numbers of connections.

    The rest is each for one benchmark: `socket` for `orders`; `databases` and `orders` (in all; 0: as many as `pairs` rounds
    give) for `ledger`; `offers`, `earlier` (orders in the show) and `ended` (orders in the show that
    ends), and how long to watch its memory, for `scale`.
    """

    pairs: int
    seconds: float
    connections: tuple[int, ...]
    databases: tuple[str, ...] = ("sqlite",)
    orders: int = 0
    offers: tuple[int, ...] = ()
    earlier: tuple[int, ...] = ()
    ended: int = 0
    patience_s: float = 0.0
    viewers: int = 0  # who only listen, of `comments`
    rate: float = 0.0  # comments a second
    socket: bool = False  # `orders` over the viewers' sockets
