"""What every benchmark can be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """Pairs of runs (reference, ours), the seconds of each, and the numbers of connections."""

    pairs: int
    seconds: float
    connections: tuple[int, ...]
    socket: bool = False  # `orders` over the viewers' sockets
