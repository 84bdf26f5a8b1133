"""The HTML report of a run: one file that needs nothing else."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from live.crowd.purchase import UNRESOLVED
from scripts.crowd.charts import answers_chart, latency_chart, percentile_chart
from scripts.crowd.figures import by_time
from scripts.crowd.options import Options
from scripts.crowd.promises import Verdict
from scripts.crowd.records import Evidence


def render(
    options: Options,
    evidence: Evidence,
    figures: dict[str, Any],
    verdicts: Sequence[Verdict],
    at: datetime,
) -> str:
    """The page as text."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    buckets = by_time(evidence.purchases)
    waits = sorted(p.latency_s for p in evidence.purchases if p.outcome != UNRESOLVED)
    hidden = ("token", "report", "as_json", "keep_show")
    offers: list[dict[str, Any]] = evidence.audit.get("offers", [])
    offer = next((o for o in offers if o["id"] == evidence.offer_id), {})
    return environment.get_template("report.html").render(
        at=at,
        options={k: v for k, v in asdict(options).items() if k not in hidden},
        figures=figures,
        verdicts=verdicts,
        held=all(v.held for v in verdicts),
        offer=offer,
        answers=answers_chart(buckets),
        latency=latency_chart(buckets),
        curve=percentile_chart(waits),
    )


def write(path: Path, page: str) -> None:
    """Puts the page where it was asked for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
