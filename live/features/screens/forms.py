"""What a box of buttons sends, read into commands."""

from collections.abc import Mapping
from dataclasses import dataclass

from live.domain.ids import ID_MAX
from live.web.fields import Fields

SLOT_MAX = 100_000


@dataclass(frozen=True, slots=True)
class NextWanted:
    """One of them, or none: the next in line-up order. `slot` counts lines from 1."""

    offer_id: str = ""
    step: int = 0
    slot: int = 0


@dataclass(frozen=True, slots=True)
class TakeWanted:
    """`expect`: the offer that is meant, "" for whatever comes next; `ends_others`: what is on sale ends."""

    expect: str
    ends_others: bool


def next_wanted(values: Mapping[str, object], *, is_form: bool = False) -> NextWanted:
    """Raises Invalid, also for more than one of the three."""
    fields = Fields(values, is_form=is_form)
    wanted = NextWanted(
        offer_id=fields.text("offer_id", longest=ID_MAX, default="", shortest=0),
        step=fields.integer("step", least=-SLOT_MAX, most=SLOT_MAX, default=0),
        slot=fields.integer("slot", least=0, most=SLOT_MAX, default=0),
    )
    if sum(map(bool, (wanted.offer_id, wanted.step, wanted.slot))) > 1:
        fields.refuse("offer_id", "one_of")
    fields.check()
    return wanted


def take_wanted(values: Mapping[str, object]) -> TakeWanted:
    """Raises Invalid."""
    fields = Fields(values)
    wanted = TakeWanted(
        expect=fields.text("expect", longest=ID_MAX, default=""),
        ends_others=fields.flag("end_others"),
    )
    fields.check()
    return wanted
