"""A rehearsal's crowd and its card, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from live.domain.crowd import Seen, unpacked
from live.domain.go_no_go import Line
from live.hotpath.crowds import Crowd
from live.store.rehearsals import CrowdRun
from live.web.figures import num
from live.web.words import translate

IN_SECONDS = ("median", "worst")  # of a reaction, measured in ms


@dataclass(frozen=True, slots=True)
class CrowdView:
    """The crowd in the show at this moment: of `viewers` so many are `watching`; the others count since it came."""

    viewers: int
    watching: int
    wishes: int
    accepted: int
    refused: int
    errors: int
    paid: int
    order_p99_ms: int | None


def crowd_view(crowd: Crowd) -> CrowdView:
    seen = Seen.unpacked(crowd.seen)
    most = seen.order.percentile(99)
    return CrowdView(
        viewers=unpacked(crowd.wanted).viewers,
        watching=seen.watching,
        wishes=seen.wishes,
        accepted=seen.accepted,
        refused=seen.refused.total(),
        errors=seen.errors.total() + seen.unanswered,
        paid=seen.paid,
        order_p99_ms=None if most is None else round(most),
    )


@dataclass(frozen=True, slots=True)
class LineView:
    """A finding in the reader's language."""

    verdict: str
    blocks: bool
    title: str
    said: str


def line_view(line: Line, lang: str) -> LineView:
    values = {name: _figure(name, value) for name, value in line.values.items()}
    if line.name == "tried":
        names = [translate(lang, f"rehearsal.to_try.{name}") for name in line.names]
        values["names"] = translate(lang, "acts.comma").join(names)
    said = translate(lang, f"rehearsal.said.{line.name}.{line.code}", **values)
    if line.name == "errors" and line.names:
        said = f"{said} ({', '.join(line.names)})"
    title = translate(lang, f"rehearsal.line.{line.name}")
    return LineView(line.verdict, line.blocks, title, said)


def _figure(name: str, value: int) -> str:
    return f"{value / 1000:.1f}" if name in IN_SECONDS else num(value)


@dataclass(frozen=True, slots=True)
class RunView:
    """One crowd of a rehearsal. `ended_by`: a key of `rehearsal.ended_by`; empty while it is there."""

    started_at: datetime
    said: str
    ended_by: str


def run_views(runs: Sequence[CrowdRun], lang: str, *, is_there: bool) -> list[RunView]:
    """`is_there`: the last one has not left yet."""
    views = []
    for run in runs:
        said = translate(lang, "rehearsal.act.viewers", n=num(unpacked(run.wanted).viewers))
        ended_by = run.ended_by or ("" if is_there and run is runs[-1] else "killed")
        views.append(RunView(run.started_at, said, ended_by))
    return views
