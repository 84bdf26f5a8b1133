"""This process's counters as Prometheus reads them."""

from collections.abc import Iterable, Sequence

from live.hotpath.takes import BUCKETS_MS
from live.hub import Hub
from live.hub.lag import BOUNDS_MS
from live.runtime import Runtime


async def prometheus_text(
    runtime: Runtime, hub: Hub, ledger_lag: int | None, worker_age_s: float | None
) -> str:
    """Text exposition format 0.0.4; of the whole house, not of this process: the last two arguments.

    A lag that is not known is NaN, a worker that nobody has heard of is `+Inf` old.
    """
    stats = hub.stats
    takes = runtime.stock.stats
    lines = [
        *_metric("live_orders_total", "counter", "Attempts to buy by how they ended",
                 takes.outcomes.items(), label="outcome"),
        *_histogram("live_order_seconds", "How long their answers took", takes.buckets, BUCKETS_MS, takes.sum_ms / 1000),
        *_metric("live_sockets", "gauge", "Open sockets by screen", hub.clients().items()),
        *_metric("live_facts_total", "counter", "Facts read from the logs", [("", stats.facts)]),
        *_metric("live_frames_total", "counter", "Frames sent to sockets", [("", stats.frames)]),
        *_metric("live_frame_bytes_total", "counter", "Bytes of these frames", [("", stats.bytes)]),
        *_metric("live_slow_closed_total", "counter", "Clients closed for reading too slowly", [("", stats.closed["slow"])]),
        *_metric("live_closed_total", "counter", "Sockets closed by the name of the close code", stats.closed.items(), label="code"),
        *_metric("live_sockets_refused_total", "counter", "Handshakes refused", stats.refused.items(), label="cause"),
        *_metric("live_beats_total", "counter", "Refreshes of a show's screens", [("", stats.beats)]),
        *_metric("live_beat_seconds_total", "counter", "Time they took", [("", stats.beat_seconds)]),
        *_histogram("live_loop_lag_seconds", "How late the event loop was", hub.lag.buckets, BOUNDS_MS, hub.lag.sum_s),
        *_metric("live_ledger_lag_facts", "gauge", "Facts that SQL does not have yet, in all of the house",
                 [("", "NaN" if ledger_lag is None else ledger_lag)]),
        *_metric("live_worker_heartbeat_age_seconds", "gauge", "Since a worker's last sign of life",
                 [("", "+Inf" if worker_age_s is None else worker_age_s)]),
        *_metric("live_uptime_seconds", "gauge", "Since this process started",
                 [("", (runtime.clock.now() - runtime.started_at).total_seconds())]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _metric(
    name: str,
    kind: str,
    text: str,
    values: Iterable[tuple[str, float | str]],
    *,
    label: str = "screen",
) -> list[str]:
    lines = [f"# HELP {name} {text}.", f"# TYPE {name} {kind}"]
    for of, value in values:
        labels = f'{{{label}="{of}"}}' if of else ""
        lines.append(f"{name}{labels} {value}")
    return lines


def _histogram(
    name: str, text: str, buckets: Sequence[int], bounds_ms: Sequence[int], sum_s: float
) -> list[str]:
    lines = [f"# HELP {name} {text}.", f"# TYPE {name} histogram"]
    so_far = 0
    for bound_ms, count in zip([*bounds_ms, None], buckets, strict=True):
        so_far += count
        bound = "+Inf" if bound_ms is None else f"{bound_ms / 1000:g}"
        lines.append(f'{name}_bucket{{le="{bound}"}} {so_far}')
    return [*lines, f"{name}_sum {sum_s:g}", f"{name}_count {so_far}"]
