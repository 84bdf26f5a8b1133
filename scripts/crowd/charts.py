"""The report's charts as inline SVG strings: no script, no library, readable in print. Pure."""

from collections.abc import Callable, Sequence
from html import escape

from scripts.crowd.figures import Bucket, percentile

WIDTH, HEIGHT = 1040, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 30
PLOT_W, PLOT_H = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
CURVE = (0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100)  # percentiles, evenly spaced on the axis


def answers_chart(buckets: Sequence[Bucket]) -> str:
    """Answers by time, stacked: accepted, refused, failed; arrivals as a line over them."""
    if not buckets:
        return ""
    top = nice_top(max(max(b.accepted + b.refused + b.failed, b.arrived) for b in buckets))
    step = PLOT_W / len(buckets)
    marks = []
    for number, bucket in enumerate(buckets):
        base = 0
        for name in ("accepted", "refused", "failed"):
            count = int(getattr(bucket, name))
            if count:
                marks.append(_bar(LEFT + number * step, step, base, count, top, name))
            base += count
    points = [(LEFT + (n + 0.5) * step, _y(b.arrived, top)) for n, b in enumerate(buckets)]
    marks.append(_path(points, "arrived"))
    end_s = buckets[-1].at_s + (buckets[1].at_s if len(buckets) > 1 else 0)
    return _frame("Arrivals and answers over time", marks, top, str, _time_axis(end_s))


def latency_chart(buckets: Sequence[Bucket]) -> str:
    """p50 and p99 of what was answered in each slice of time."""
    if not buckets:
        return ""
    top = nice_top(max(b.p99_s for b in buckets) * 1000)
    step = PLOT_W / len(buckets)
    marks = []
    for name in ("p99", "p50"):
        points = [
            (LEFT + (n + 0.5) * step, _y(getattr(b, f"{name}_s") * 1000, top))
            for n, b in enumerate(buckets)
            if b.accepted + b.refused + b.failed
        ]
        marks.append(_path(points, name))
    end_s = buckets[-1].at_s + (buckets[1].at_s if len(buckets) > 1 else 0)
    return _frame("Latency over time", marks, top, _ms, _time_axis(end_s))


def percentile_chart(ordered_s: Sequence[float]) -> str:
    """Latency by percentile, the tail spread out."""
    if not ordered_s:
        return ""
    top = nice_top(ordered_s[-1] * 1000)
    gap = PLOT_W / (len(CURVE) - 1)
    points = [
        (LEFT + n * gap, _y(percentile(ordered_s, percent) * 1000, top))
        for n, percent in enumerate(CURVE)
    ]
    dots = [f'<circle class="p99" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    axis = [(LEFT + n * gap, "max" if p == 100 else f"p{p:g}") for n, p in enumerate(CURVE)]
    return _frame("Latency by percentile", [_path(points, "p99"), *dots], top, _ms, axis)


def nice_top(value: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    scale = 1.0
    while scale * 10 <= value:
        scale *= 10
    while scale > value:
        scale /= 10
    return next(scale * step for step in (1, 2, 2.5, 5, 10) if scale * step >= value)


def _y(value: float, top: float) -> float:
    return TOP + PLOT_H * (1 - value / top)


def _bar(x: float, step: float, base: int, count: int, top: float, name: str) -> str:
    height = PLOT_H * count / top
    y = _y(base + count, top)
    wide = max(step - 1, 0.5)
    return (
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{height:.1f}"/>'
    )


def _path(points: Sequence[tuple[float, float]], name: str) -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="line {name}" points="{line}"/>'


def _ms(value: float) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"


def _time_axis(end_s: float) -> list[tuple[float, str]]:
    return [(LEFT + PLOT_W * n / 5, f"{end_s * n / 5:.1f} s") for n in range(6)]


def _frame(
    title: str,
    marks: Sequence[str],
    top: float,
    label: Callable[[float], str],
    axis: Sequence[tuple[float, str]],
) -> str:
    lines = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for part in range(5):
        value = top * part / 4
        y = _y(value, top)
        text = label(int(value) if value == int(value) else value)
        lines.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        lines.append(f'<text class="tick" x="{LEFT - 8}" y="{y + 4:.1f}">{text}</text>')
    lines += marks
    for x, text in axis:
        lines.append(f'<text class="tick under" x="{x:.1f}" y="{HEIGHT - 8}">{escape(text)}</text>')
    return "\n".join([*lines, "</svg>"])
