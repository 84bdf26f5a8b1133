"""How fast each offer sells just now: the units of the last seconds, counted as the orders come."""

from collections import defaultdict, deque

from live.domain.forecast import LONG_S, SHORT_S, Taken

BUCKET_MS = 100
SHORT_MS, LONG_MS = int(SHORT_S * 1000), int(LONG_S * 1000)


class _Window:
    """What was taken in the last `span_ms`, in buckets: adding and asking cost the same, however many orders."""

    __slots__ = ("_buckets", "_span_ms", "_squares", "_units")

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._buckets: deque[list[int]] = deque()  # first ms, units, squares
        self._units = self._squares = 0

    def add(self, at_ms: int, quantity: int) -> None:
        first = at_ms - at_ms % BUCKET_MS
        if not self._buckets or self._buckets[-1][0] != first:
            self._buckets.append([first, 0, 0])
        self._buckets[-1][1] += quantity
        self._buckets[-1][2] += quantity * quantity
        self._units += quantity
        self._squares += quantity * quantity

    def taken(self, now_ms: int) -> Taken:
        while self._buckets and self._buckets[0][0] < now_ms - self._span_ms:
            _, units, squares = self._buckets.popleft()
            self._units -= units
            self._squares -= squares
        return Taken(self._units, self._squares)


class _Sale:
    """`since_ms`: from then on it was watched while it was on sale; 0: it is not."""

    __slots__ = ("long", "recent", "short", "since_ms")

    def __init__(self, since_ms: int) -> None:
        self.recent = _Window(SHORT_MS)
        self.begin(since_ms)

    def begin(self, since_ms: int) -> None:
        """What was taken before says nothing of the pace from now on."""
        self.short, self.long = _Window(SHORT_MS), _Window(LONG_MS)
        self.since_ms = since_ms


class Pace:
    """Fed in order, with the times of Redis."""

    def __init__(self) -> None:
        self._sales: dict[str, _Sale] = {}
        # True until something else is heard of the offer.
        self._on_sale: defaultdict[str, bool] = defaultdict(lambda: True)

    def sold(self, offer: str, at_ms: int, quantity: int) -> None:
        sale = self._sales.get(offer)
        if sale is None:
            sale = self._sales[offer] = _Sale(at_ms)
        for window in (sale.recent, sale.short, sale.long):
            window.add(at_ms, quantity)

    def told(self, offer: str, at_ms: int, *, is_open: bool) -> None:
        """Of a fact about the offer itself: opened, paused, sold out, back on sale, closed."""
        if is_open and (not self._on_sale[offer] or offer not in self._sales):
            self._sales.setdefault(offer, _Sale(at_ms)).begin(at_ms)
        self._on_sale[offer] = is_open

    def recent_units(self, offer: str, now_ms: int) -> int:
        """Units taken in the last 10 s."""
        sale = self._sales.get(offer)
        return sale.recent.taken(now_ms).units if sale else 0

    def watched(self, offer: str, now_ms: int) -> tuple[Taken, Taken, float]:
        """What was taken in the last 10 s and the last 60 s, and for how many seconds this was watched."""
        sale = self._sales.get(offer)
        if sale is None:
            return Taken(), Taken(), 0.0
        watched_s = max(now_ms - sale.since_ms, 0) / 1000
        return sale.short.taken(now_ms), sale.long.taken(now_ms), watched_s
