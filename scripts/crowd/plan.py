"""Who wants what, when: the whole crowd's wishes drawn from one seed before the first is sent. Pure."""

import random

from live.crowd.purchase import Purchase
from scripts.crowd.options import Options


def draw_wishes(options: Options, run: str) -> list[Purchase]:
    """All wishes by intended time; `buyer` is still the buyer's number. `run` makes the keys unique.

    Every buyer wants up to the limit; the greedy want one more, which must be refused.
    """
    dice = random.Random(options.seed)
    buyers = options.buyers
    whose = [number % buyers for number in range(options.orders)]
    whose += dice.choices(range(buyers), k=round(options.orders * options.greedy_share))
    wishes = [
        Purchase(
            key=f"{run}-{number}",
            buyer=str(buyer),
            quantity=1,
            wish=_wish(options, dice.random()),
            intended_s=dice.random() * options.ramp_s,
            replay=_replay(options, dice.random()),
        )
        for number, buyer in enumerate(whose)
    ]
    return sorted(wishes, key=lambda wish: wish.intended_s)


def _wish(options: Options, draw: float) -> str:
    for name, share in (
        ("pay", options.pay_share),
        ("cancel", options.cancel_share),
        ("late", options.late_share),
    ):
        if draw < share:
            return name
        draw -= share
    return "leave"


def _replay(options: Options, draw: float) -> str:
    if draw < options.replay_share / 2:
        return "twin"
    return "after" if draw < options.replay_share else ""
