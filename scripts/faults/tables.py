"""What was seen in a run, as tables to read. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from scripts.faults.evidence import Evidence
from scripts.faults.stock_checks import end_ms

RESULTS = ("ok", "fail", "unknown")


def tables(runs: Sequence[Evidence]) -> str:
    """Crash points by kind, operations by kind and result, and how late holds ended."""
    return "\n".join(["", *_points(runs), "", *_operations(runs), "", *_figures(runs)])


def _points(runs: Sequence[Evidence]) -> list[str]:
    took: defaultdict[str, list[float]] = defaultdict(list)
    struck, lost = Counter[str](), Counter[str]()
    for fault in (fault for run in runs for fault in run.faults):
        kind = fault["kind"]
        struck[kind] += fault["phase"] == "begin"
        lost[kind] += len(fault.get("loss", {}).get("facts", ()))
        if fault["phase"] == "recovered":
            took[kind].append(fault["took_s"])
    rows = [
        f"{'crash points':<18}{'n':>5}{'recovered':>11}{'median s':>10}{'max s':>8}{'facts lost':>12}"
    ]
    for kind in sorted(struck):
        times = took[kind] or [0.0]
        rows.append(
            f"{kind:<18}{struck[kind]:>5}{len(took[kind]):>11}{median(times):>10.2f}"
            f"{max(times):>8.2f}{lost[kind]:>12}"
        )
    whole = sum(len(times) for times in took.values())
    rows.append(f"{'in all':<18}{struck.total():>5}{whole:>11}{'':>18}{lost.total():>12}")
    return rows


def _operations(runs: Sequence[Evidence]) -> list[str]:
    seen = Counter((op.do, op.result) for run in runs for op in run.operations)
    rows = [f"{'operations':<18}" + "".join(f"{result:>10}" for result in RESULTS)]
    for do in sorted({do for do, _ in seen}):
        rows.append(f"{do:<18}" + "".join(f"{seen[do, result]:>10}" for result in RESULTS))
    codes = Counter(
        str(op.said.get("code", "")) for run in runs for op in run.operations if op.do == "order"
    )
    told = ", ".join(f"{code} {n}" for code, n in codes.most_common() if code)
    return [*rows, f"orders refused: {told or 'none'}"]


def _figures(runs: Sequence[Evidence]) -> list[str]:
    """The lateness is told, not judged: faults strike all the time."""
    late = sorted(ms for run in runs for ms in _lateness_ms(run))
    entries = sum(len(run.entries) for run in runs)
    rows = sum(len(run.rows) for run in runs)
    told = sum(len(events) for run in runs for events in run.heard.values())
    figures = [f"{rows} orders, {entries} ledger entries, {told} events on the listeners' sockets"]
    if late:
        half, most = late[len(late) // 2], late[int(len(late) * 0.99)]
        figures.append(
            f"{len(late)} holds ran out; back on sale after {half:.0f} ms (median), {most:.0f} ms (p99)"
        )
    return figures


def _lateness_ms(run: Evidence) -> list[float]:
    due = {op.said["id"]: end_ms(run, op) for op in run.done("order")}
    ends = (e for e in run.entries if e["kind"] == "expire" and e["order"] in due)
    return [entry["at_ms"] - due[entry["order"]] for entry in ends]
