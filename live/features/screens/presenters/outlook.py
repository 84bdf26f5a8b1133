"""When a sale will have sold out, in figures that a person reads at a glance."""

from dataclasses import dataclass

from live.domain.forecast import Forecast, Taken, forecast

SOON_S = 30  # an end so near is worth the colour
FINE_S = 90  # below it in seconds, from there on in minutes
HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class Span:
    """`figure` and the `unit` behind it, a key below `outlook.unit`: s, min. `from_s`: the figure's first
    number is in seconds, though the unit says minutes. `unit` over: more than `figure` minutes."""

    early: int
    late: int
    unit: str
    from_s: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """`span`: until the units that are left are gone, four times in five. `with_held`: if all that are held
    came back meanwhile. `window_s`: the pace is that of so many seconds. `outlasts`: the sale closes first."""

    span: Span
    with_held: Span | None
    window_s: int
    is_soon: bool
    outlasts: bool


def outlook(
    left: int, held: int, watched: tuple[Taken, Taken, float], closes_in_s: float | None
) -> Outlook | None:
    """None: there is nothing to sell, or too little was sold to say. `watched`: as `Pace.watched`."""
    found = forecast(left, *watched)
    if found is None:
        return None
    back = forecast(left + held, *watched) if held else None
    return Outlook(
        _span(found),
        _span(back) if back else None,
        round(found.window_s) or 1,
        is_soon=found.late_s < SOON_S,
        outlasts=closes_in_s is not None and closes_in_s < found.early_s,
    )


def _span(of: Forecast) -> Span:
    early_min, late_min = max(round(of.early_s / 60), 1), max(round(of.late_s / 60), 1)
    if of.late_s < FINE_S:
        late = max(_by_fives(of.late_s), 2)
        return Span(min(_by_fives(of.early_s), late - 1), late, "s")
    if late_min > 2 * HOUR_MIN:
        return Span(min(early_min, HOUR_MIN), late_min, "over")
    if (early_s := _by_fives(of.early_s)) < FINE_S and early_s != 60:
        return Span(early_s, max(late_min, 2), "min", from_s=True)
    return Span(early_min, max(late_min, early_min + 1), "min")


def _by_fives(seconds: float) -> int:
    """Whole seconds; from ten on every fifth, for what runs would only flicker."""
    return max(round(seconds), 1) if seconds < 10 else 5 * round(seconds / 5)
