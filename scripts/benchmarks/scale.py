"""the cost of one order as a show grows: more offers, more earlier orders and buyers; and its memory.

Straight on a Redis of its own, through the hot path's own calls (no HTTP: what reads a request looks
nothing up that grows with a show). All sizes are measured in turns in one run, each beside the smallest:
microseconds inside the script, of Redis's processor time (its file included), and of the process that
puts the orders; then what each command in the script took. Orders go to one offer, as in a flash sale,
and once more spread over all of them. Told apart: the time in which Redis has a child that writes its
append-only file anew, and the sweep, which runs four times a second in each process. Then bytes of Redis
memory of one order by part; and, in a control room of its own, what Redis has back after a show with
--ended orders has ended, its holds have run out and the worker is done with it.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from live.hotpath.client import Client
from scripts.benchmarks import ending, machine
from scripts.benchmarks.memory import parts_bytes, used_bytes
from scripts.benchmarks.meter import Cost, add, calm, cost, is_rewriting, read_clocks
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.ratios import Spread, pairwise, table
from scripts.benchmarks.sale import Sale
from scripts.benchmarks.servers import own_redis

GOAL = 0.10  # how far from the smallest one the cost of an order may be
SLICE = 1_024  # orders of one stretch: four full batches
SLICES = 3  # of one sample: so few that no table of a size doubles while it is measured
AFTERMATH_S = 2.0  # the old file is still being given back then: not the next sample's cost
SWEEPS = 20
SWEEPS_PER_S = 8  # four times a second in the web process and in the worker
MEASURES = ("script", "redis", "web")


@dataclass(slots=True)
class Size:
    """One size of a show, measured again and again. `beside`: the size that it is compared with.

    `sale` None: a fresh show with `earlier` orders for every stretch, so that it stays as small as it is.
    """

    name: str
    beside: str
    earlier: int
    sale: Sale | None
    spread: bool = False
    rewriting: bool = False
    costs: dict[int, Cost] = field(default_factory=dict)  # by round

    async def measure(self, client: Client, number: int) -> None:
        """The sample of one round; none if a rewrite of the file began or ended meanwhile."""
        await calm(client)
        if self.rewriting:
            await client.do("BGREWRITEAOF")
        stretches = []
        for _ in range(SLICES):
            sale = self.sale
            if sale is None:
                sale = await Sale.open(client, 1)
                await sale.fill(self.earlier)
            some = sale.wishes(SLICE, known_buyers=self.earlier, spread=self.spread)
            wishes = list(some)
            before = await read_clocks(client)
            await sale.place(wishes)
            stretches.append(cost(before, await read_clocks(client), SLICE))
        if await is_rewriting(client) == self.rewriting:
            self.costs[number] = add(stretches)
        if self.rewriting:
            await calm(client)
            await asyncio.sleep(AFTERMATH_S)

    def of(self, measure: str) -> list[float]:
        """Microseconds of each sample."""
        return [getattr(one, measure) for one in self.costs.values()]


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    facts = machine.look(folder)
    print(machine.told(facts))
    sizes: list[Size] = []
    memory: dict[str, Any] = {}
    sweeps: dict[str, float] = {}
    for prepare in (_by_earlier, _by_offers):  # each on a Redis of its own
        place = folder / prepare.__name__
        place.mkdir()
        async with own_redis(place) as url:
            client = Client(url)
            await client.sample_clock()
            some, told = await prepare(options, client)
            await _measure(client, some, options.pairs)
            for size in some:
                if size.sale is not None and not (size.spread or size.rewriting):
                    sweeps[size.name] = await _sweep_us(client, size.sale)
            await client.close()
        sizes += [size for size in some if size.costs]
        memory |= told
    _print(sizes, sweeps, memory)
    figures = {
        "bench": "scale",
        "machine": facts,
        "goal": GOAL,
        "sizes": {size.name: _figures(size, sizes) for size in sizes},
        "sweep_us": sweeps,
        "bytes_per_order": memory,
    }
    if options.ended:
        (folder / "ending").mkdir()
        figures["after_end"] = await ending.measure(
            folder / "ending", options.ended, options.patience_s
        )
    return figures


async def _measure(client: Client, sizes: Sequence[Size], rounds: int) -> None:
    """All sizes in turns, each round beginning with another one."""
    for number in range(rounds):
        turn = number % len(sizes)
        for size in (*sizes[turn:], *sizes[:turn]):
            await size.measure(client, number)


async def _by_earlier(options: BenchOptions, client: Client) -> tuple[list[Size], dict[str, Any]]:
    """Shows with more and more earlier orders; and the bytes of an order, while the largest was filled."""
    few, *more = sorted(set(options.earlier))
    sizes = [Size(f"{few:,} earlier orders", "", few, None)]
    memory: dict[str, Any] = {}
    for earlier in more or [few]:
        sale = await Sale.open(client, 1)
        before = await used_bytes(client)
        await sale.fill(earlier)
        memory = {"orders": earlier, "all": (await used_bytes(client) - before) / earlier}
        parts = await parts_bytes(client, sale.show)
        memory |= {part: size / earlier for part, size in parts.items()}
        name = f"{earlier:,} earlier orders"
        if more:
            sizes.append(Size(name, sizes[0].name, earlier, sale))
        if more and earlier == more[0]:
            name += ", while Redis rewrites its file"
            sizes.append(Size(name, sizes[0].name, earlier, sale, rewriting=True))
    return sizes, memory


async def _by_offers(options: BenchOptions, client: Client) -> tuple[list[Size], dict[str, Any]]:
    """Shows with more and more offers, and as few earlier orders as there can be."""
    few = min(options.earlier)
    least, *others = sorted(set(options.offers))
    sizes = []
    for offers in (least, *others):
        sale = await Sale.open(client, offers)
        await sale.fill(few)
        beside = "" if offers == least else _offers(least)
        sizes.append(Size(_offers(offers), beside, few, sale))
        if offers > 1:
            name = f"{_offers(offers)}, orders over all"
            sizes.append(Size(name, _offers(least), few, sale, spread=True))
    return sizes, {}


def _offers(number: int) -> str:
    return f"{number:,} offer{'' if number == 1 else 's'}"


async def _sweep_us(client: Client, sale: Sale) -> float:
    """Of one sweep of the show."""
    before = await read_clocks(client)
    for _ in range(SWEEPS):
        await sale.sweep()
    return cost(before, await read_clocks(client), SWEEPS).script


def beside(size: Size, sizes: Sequence[Size], measure: str) -> Spread | None:
    """The ratio to the smallest, round by round; None for the smallest itself."""
    base = next((one for one in sizes if one.name == size.beside), None)
    if base is None:
        return None
    both = [number for number in size.costs if number in base.costs]
    ours = [getattr(size.costs[number], measure) for number in both]
    return pairwise(ours, [getattr(base.costs[number], measure) for number in both])


def is_flat(ratio: Spread) -> bool:
    return ratio.median <= 1 + GOAL


def _figures(size: Size, sizes: Sequence[Size]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for measure in MEASURES:
        figures[measure] = {"us": round(statistics.median(size.of(measure)), 2)}
        ratio = beside(size, sizes, measure)
        if ratio is not None:
            figures[measure] |= ratio.figures() | {"flat": is_flat(ratio)}
    figures["parts_us"] = {name: round(us, 2) for name, us in _parts(size)}
    return figures


def _parts(size: Size) -> list[tuple[str, float]]:
    """The commands inside the script, the dearest first."""
    parts = add(list(size.costs.values())).parts
    return sorted(parts.items(), key=lambda part: -part[1])


def _print(sizes: Sequence[Size], sweeps: dict[str, float], memory: dict[str, Any]) -> None:
    rows = []
    for size in sizes:
        cells = [size.name]
        for measure in MEASURES:
            ratio = beside(size, sizes, measure)
            us = statistics.median(size.of(measure))
            cells.append(f"{us:.1f} µs" + (f", {ratio}" if ratio else ""))
        rows.append(cells)
    print(table(["cost of one order", "script", "Redis", "putting it (no HTTP)"], rows))
    for size in sizes:
        dear = "  ".join(f"{name} {us:.2f}" for name, us in islice(_parts(size), 8))
        print(f"{size.name}: {dear} µs in the script")
    for name, us in sweeps.items():
        share = us * SWEEPS_PER_S / 1e6
        print(f"{name}: a sweep {us:,.0f} µs, {share:.1%} of Redis with two processes")
    told = "  ".join(f"{part} {size:,.0f}" for part, size in memory.items() if part != "orders")
    print(f"bytes of one order ({memory['orders']:,} orders, log not trimmed): {told}", flush=True)
