"""Ratios to what was measured beside it: median and range, and a table of them for the README."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """The median of some rounds, the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"

    def figures(self) -> dict[str, float | list[float]]:
        """As the JSON line has it."""
        return {
            "ratio": round(self.median, 3),
            "range": [round(self.least, 3), round(self.most, 3)],
        }


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def pairwise(ours: Sequence[float], base: Sequence[float]) -> Spread:
    """Each round's ratio to the base of the same round: the machine's speed drifts between them."""
    return spread([a / b if b else 0.0 for a, b in zip(ours, base, strict=True)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
