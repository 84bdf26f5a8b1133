"""The expected endings of a buyer's attempt. They are values to match, not exceptions."""

from enum import IntEnum
from typing import NamedTuple


class Verdict(IntEnum):
    """What a script answered; the numbers are the contract with `hotpath/lua/*.lua`."""

    TAKEN = 0
    SOLD_OUT = 1
    LIMIT_REACHED = 2
    NOT_OPEN = 3
    ENDED = 4
    KEY_REUSED = 5
    UNKNOWN = 6  # Redis has no such offer or show: SQL must say why
    LATE = 7  # the request's own deadline had passed: nothing was done
    REPEAT = 8  # the key was used before: the first answer again
    ILLEGAL = 9
    TOO_FEW = 10  # a stock cut below what is held and paid
    AGAIN = 11  # what the call was built on has changed meanwhile: build it anew


class Taken(NamedTuple):
    """Units are held for the buyer until `expires_ms`. `repeat`: this is the first answer again.

    `attempt` is the place of this try among all tries at the offer, 1 for the first.
    """

    order_id: str
    offer_id: str
    quantity: int
    amount: int
    currency: str
    expires_ms: int
    attempt: int
    repeat: bool = False


class Refused(NamedTuple):
    """Nothing was taken, and the same key may be tried again; `left` is what remained.

    `attempt` is 0 where nothing was on sale. `gone_attempt` and `gone_ms` say which attempt got the last
    unit, and when (Redis time); 0 while there are some.
    """

    verdict: Verdict
    left: int = 0
    attempt: int = 0
    gone_attempt: int = 0
    gone_ms: int = 0


Outcome = Taken | Refused

REFUSAL_CODES = {
    Verdict.SOLD_OUT: "sold_out",
    Verdict.LIMIT_REACHED: "limit_reached",
    Verdict.NOT_OPEN: "not_open",
    Verdict.ENDED: "ended",
    Verdict.KEY_REUSED: "key_reused",
}
