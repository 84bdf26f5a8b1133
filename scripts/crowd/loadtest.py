"""`scripts/loadtest`: a crowd on a running server, then the proof. Exit 1 if any promise broke, 2 if it could not run."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from live.crowd.client import Client, Refused, Unanswered
from scripts.crowd import report
from scripts.crowd.crew import Crew, Yield
from scripts.crowd.figures import summarize
from scripts.crowd.operator import NotPossible, Operator, make_token, reach
from scripts.crowd.options import Options, read_options
from scripts.crowd.plan import draw_wishes
from scripts.crowd.progress import Progress
from scripts.crowd.promises import Verdict, judge
from scripts.crowd.records import Evidence

LEDGER_WAIT_S = 60.0
OUTAGES = frozenset(
    {"refused", "reset", "closed", "timeout", "connect timeout", "500", "502", "503"}
)


def main() -> int:
    """The command."""
    options = read_options()
    try:
        return asyncio.run(_capped(options))
    except (NotPossible, Refused, Unanswered) as cause:
        print(f"loadtest: {cause}", file=sys.stderr)
    except TimeoutError:
        print(f"loadtest: given up after {options.duration_cap_s:g} s.", file=sys.stderr)
    except KeyboardInterrupt:
        print("loadtest: stopped.", file=sys.stderr)
    return 2


async def _capped(options: Options) -> int:
    async with asyncio.timeout(options.duration_cap_s):
        return await _run(options)


async def _run(options: Options) -> int:
    client = Client(options.base_url, connections=4)
    await reach(client)
    operator = Operator(client, options.token or await asyncio.to_thread(make_token))
    at = datetime.fromtimestamp(time.time(), UTC)
    wishes = draw_wishes(options, f"lt{at:%H%M%S%f}")
    progress = Progress(len(wishes))
    crew = Crew(options, wishes, lambda: progress.moving(crew.stand))
    try:
        await operator.set_up(options)
        progress.step(f"show {operator.show_id} is on air; {options.buyers} viewers sign up")
        await crew.start(operator.show_id, operator.offer_id)
        progress.step(f"{options.viewers} watch; countdown {options.countdown_s} s")
        await operator.push(options.countdown_s)
        progress.step(f"open: {len(wishes)} wishes within {options.ramp_s:g} s")
        await _burst(options, operator, crew)
        progress.step("every wish has its answer; holds run out and the ledger catches up")
        seen = crew.collect()
        await operator.settle(time.monotonic() + options.hold_s + LEDGER_WAIT_S)
        evidence = await _gather(options, operator, seen)
        if not options.keep_show:
            await operator.end()
    finally:
        progress.done()
        await crew.stop()
        client.close()
    return _conclude(options, evidence, seen, at)


async def _burst(options: Options, operator: Operator, crew: Crew) -> None:
    async with asyncio.TaskGroup() as both:
        both.create_task(crew.go())
        if options.restock:
            await asyncio.sleep(options.ramp_s / 2)
            await operator.restock(options.restock)


async def _gather(options: Options, operator: Operator, seen: Yield) -> Evidence:
    return Evidence(
        quantity=options.units,
        restocked=options.restock,
        limit=options.limit,
        offer_id=operator.offer_id,
        purchases=seen.purchases,
        heard=seen.heard,
        audit=await operator.audit(),
        rows=await operator.orders(),
        tally=await operator.tally(),
        outage=bool(OUTAGES & seen.troubles.keys()),
    )


def _conclude(options: Options, evidence: Evidence, seen: Yield, at: datetime) -> int:
    figures = summarize(evidence, seen.troubles)
    verdicts = judge(evidence)
    held = all(v.held for v in verdicts)
    _print(figures, verdicts)
    if options.report:
        page = report.render(options, evidence, figures, verdicts, at)
        report.write(Path(options.report), page)
        print(f"report {options.report}")
    broken = [v.name for v in verdicts if not v.held]
    if options.as_json:
        result = {"ok": held, "broken": broken, "audit": evidence.audit} | figures
        print(json.dumps(result, ensure_ascii=False))
    return 0 if held else 1


def _print(figures: dict[str, Any], verdicts: list[Verdict]) -> None:
    latency = " · ".join(f"{name} {value}" for name, value in figures["latency_ms"].items())
    lines = [
        ("wishes", figures["wishes"]),
        ("accepted", f"{figures['accepted']} ({figures['accepted_per_s']}/s)"),
        ("refused", _listed(figures["refused"])),
        ("errors", _listed(figures["errors"])),
        ("answers", f"{figures['answered_per_s']}/s"),
        ("latency ms", f"{latency} (from the intended start)"),
        ("replays", f"{figures['replayed']} on purpose, {figures['repeats']} after trouble"),
        ("troubles", _listed(figures["troubles"])),
        ("orders", _listed(figures["ends"])),
        ("sockets", _listed(figures["sockets"])),
    ]
    for name, value in lines:
        print(f"{name:>11}  {value}")
    print()
    for verdict in verdicts:
        print(f"  {'✓' if verdict.held else '✗'} {verdict.name}")
        for example in verdict.examples:
            print(f"      {example}")
    broken = sum(not v.held for v in verdicts)
    print(f"\n{broken} promises broken" if broken else "\nevery promise held")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items()) or "none"


if __name__ == "__main__":
    sys.exit(main())
