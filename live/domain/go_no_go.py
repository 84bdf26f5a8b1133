"""The card at the end of a rehearsal: what was tried and measured, each with a verdict, and go or no-go. Pure.

Latencies are as the crowd met with them, which shares the machine with the server: the real show's viewers do not,
so they err on the slow side. What nobody tried is told as such, and never as passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from live.domain.crowd import Seen

ORDER_OK_MS, ORDER_LATE_MS = 500, 1_500  # p99; beyond the latter a buyer presses again
SCREEN_OK_MS, SCREEN_LATE_MS = 1_000, 2_000  # p99; promise 6: within a second
ERRORS_MANY = 0.01  # of all wishes: neither sold nor refused for a reason of the sale
REACTION_OK_MS = 20_000  # median, for the operator and the host


class Verdict(StrEnum):
    """`untried`: it did not happen, so that nothing can be said of it."""

    DONE = "done"
    WARN = "warn"
    FAIL = "fail"
    UNTRIED = "untried"


# A rehearsal without these proves nothing; the others are advice.
ESSENTIAL = frozenset({"crowd", "orders", "screen", "stock"})
# What a crew should have had under its fingers once, by the verb of the act.
TO_TRY = ("offer:push", "stock:add", "offer:pause", "show:freeze", "cue:send")
# Screens that should have been open once.
TO_OPEN = ("screen:host", "screen:overlay")
# Who has stopped everything has paused, too.
INCLUDES = {"show:freeze": "offer:pause"}
SOLD_OUT = "sold_out"  # what the sale itself has to do
HERE = "here"  # of a crowd that has not ended yet
BROKEN = frozenset({"", "died"})  # ends of a crowd that nobody wanted: what it saw last is missing


@dataclass(frozen=True, slots=True)
class Line:
    """One finding; `code` and `values` say it in words: `rehearsal.said.<name>.<code>`."""

    name: str
    verdict: Verdict
    code: str
    values: Mapping[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        return self.verdict is Verdict.FAIL or (
            self.verdict is Verdict.UNTRIED and self.name in ESSENTIAL
        )


@dataclass(frozen=True, slots=True)
class Reactions:
    """`waits_ms`: from when something was there to see until it was acted on; `left`: never acted on."""

    waits_ms: tuple[int, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The evidence. `ends`: how each crowd ended, "" where its keeper was killed. `listed`: orders of crowd
    buyers in the books; `lag`, `difference`, `is_proven`: the audit's word."""

    seen: Seen
    ends: tuple[str, ...]
    listed: int
    lag: int
    difference: int
    is_proven: bool
    sold: int
    reactions: Mapping[str, Reactions]
    tried: frozenset[str]


@dataclass(frozen=True, slots=True)
class Card:
    """What a rehearsal came to, as of the fact `seq`."""

    seq: int
    is_go: bool
    lines: tuple[Line, ...]
    started_at: datetime | None
    ended_at: datetime | None
    ends: tuple[str, ...]  # how each crowd ended
    is_settled: bool  # over, all of it in the ledger, and nobody of the crowd there any more

    @property
    def reasons(self) -> tuple[Line, ...]:
        """Why it is a no-go."""
        return tuple(line for line in self.lines if line.blocks)

    @property
    def cautions(self) -> tuple[Line, ...]:
        """What is to be looked at all the same."""
        return tuple(
            line for line in self.lines if not line.blocks and line.verdict is not Verdict.DONE
        )


# What is reacted to, and the name of its line.
REACTIONS = {"sold_out": "reaction_sold_out", "held": "reaction_held", "cue": "reaction_cue"}


def lines_of(told: Rehearsed) -> list[Line]:
    """All findings, the gravest kind first."""
    return [
        _crowd(told),
        _wait("orders", told.seen.order.percentile, told.seen.order.count, ORDER_OK_MS, ORDER_LATE_MS),
        _wait("screen", told.seen.screen.percentile, told.seen.screen.count, SCREEN_OK_MS, SCREEN_LATE_MS),
        _errors(told.seen),
        _stock(told),
        _kept(told),
        *(_reaction(name, told.reactions.get(what, Reactions())) for what, name in REACTIONS.items()),
        _tried(told.tried),
    ]  # fmt: skip


def is_go(lines: Sequence[Line]) -> bool:
    return not any(line.blocks for line in lines)


def reactions_to(shown_ms: Sequence[int], acts_ms: Sequence[int]) -> Reactions:
    """To each thing shown the first act at or after it; one act may answer several."""
    acts = sorted(acts_ms)
    answers = [next((act for act in acts if act >= at), None) for at in shown_ms]
    waits = [act - at for at, act in zip(shown_ms, answers, strict=True) if act is not None]
    return Reactions(tuple(waits), answers.count(None))


def median(waits_ms: Sequence[int]) -> int:
    """The lower one of an even number."""
    return sorted(waits_ms)[(len(waits_ms) - 1) // 2]


def _crowd(told: Rehearsed) -> Line:
    seen = told.seen
    values = {"viewers": seen.most_watching, "n": seen.wishes, "answered": seen.answered}
    if not told.ends:
        return Line("crowd", Verdict.UNTRIED, "none")
    if any(end in BROKEN for end in told.ends):
        return Line("crowd", Verdict.FAIL, "broken", values)
    if not seen.wishes:
        return Line("crowd", Verdict.UNTRIED, "idle", values)
    return Line("crowd", Verdict.DONE, "ok", values)


def _wait(
    name: str, percentile: Callable[[float], float | None], n: int, ok_ms: int, late_ms: int
) -> Line:
    middle, most = percentile(50), percentile(99)
    if middle is None or most is None:
        return Line(name, Verdict.UNTRIED, "none")
    values = {"p50": round(middle), "p99": round(most), "n": n, "limit": ok_ms}
    if most <= ok_ms:
        return Line(name, Verdict.DONE, "ok", values)
    if most <= late_ms:
        return Line(name, Verdict.WARN, "slow", values)
    return Line(name, Verdict.FAIL, "late", values)


def _errors(seen: Seen) -> Line:
    wrong = seen.errors.total() + seen.unanswered
    values = {"n": wrong, "wishes": seen.wishes, "breaks": seen.breaks}
    names = tuple(f"{code}×{n}" for code, n in seen.errors.most_common(3))
    if not seen.wishes:
        return Line("errors", Verdict.UNTRIED, "none")
    if wrong > seen.wishes * ERRORS_MANY:
        return Line("errors", Verdict.FAIL, "many", values, names)
    if wrong or seen.breaks:
        return Line("errors", Verdict.WARN, "some", values, names)
    return Line("errors", Verdict.DONE, "ok", values)


def _stock(told: Rehearsed) -> Line:
    values = {"n": told.sold, "difference": told.difference, "lag": told.lag}
    if not told.sold:
        return Line("stock", Verdict.UNTRIED, "none")
    if told.lag:
        return Line("stock", Verdict.FAIL, "behind", values)
    if not told.is_proven or told.difference:
        return Line("stock", Verdict.FAIL, "wrong", values)
    return Line("stock", Verdict.DONE, "ok", values)


def _kept(told: Rehearsed) -> Line:
    """Each yes that the crowd got stands in the books. More may stand there only where an answer was lost, or the
    crowd itself before it could tell of it."""
    seen = told.seen
    values = {
        "n": seen.accepted,
        "listed": told.listed,
        "lost": max(seen.accepted - told.listed, 0),
    }
    if not told.ends or not (seen.accepted or told.listed):
        return Line("kept", Verdict.UNTRIED, "none")
    if seen.accepted > told.listed:
        return Line("kept", Verdict.FAIL, "lost", values)
    is_whole = not any(end in BROKEN or end == HERE for end in told.ends)
    if is_whole and told.listed > seen.accepted + seen.unanswered:
        return Line("kept", Verdict.FAIL, "unasked", values)
    return Line("kept", Verdict.DONE, "ok" if told.listed == seen.accepted else "ok_more", values)


def _reaction(name: str, told: Reactions) -> Line:
    if not told.waits_ms:
        if told.left:
            return Line(name, Verdict.WARN, "left", {"n": told.left})
        return Line(name, Verdict.UNTRIED, "none")
    values = {
        "n": len(told.waits_ms),
        "median": median(told.waits_ms),
        "worst": max(told.waits_ms),
        "left": told.left,
    }
    if told.left:
        return Line(name, Verdict.WARN, "some_left", values)
    slow = values["median"] > REACTION_OK_MS
    return Line(name, Verdict.WARN if slow else Verdict.DONE, "slow" if slow else "ok", values)


def _tried(tried: frozenset[str]) -> Line:
    wanted = (*TO_TRY, SOLD_OUT, *TO_OPEN)
    had = tried | {INCLUDES[name] for name in tried & INCLUDES.keys()}
    missing = tuple(name for name in wanted if name not in had)
    if not missing:
        return Line("tried", Verdict.DONE, "ok", {"n": len(wanted)})
    return Line("tried", Verdict.WARN, "some", {"n": len(missing)}, missing)
