"""Why a buyer got nothing, in words and as numbers for programs."""

from live.domain.moments import rfc3339
from live.domain.outcomes import REFUSAL_CODES, Refused
from live.errors import Conflict

REFUSALS = {
    "sold_out": "All units are taken. Some may come back if a hold runs out.",
    "limit_reached": "You already hold or own as many as one buyer may.",
    "not_open": "The sale is not open.",
    "ended": "The sale is over.",
    "key_reused": "This Idempotency-Key was used for another order.",
}


def refusal(refused: Refused) -> Conflict:
    """The refusal as a 409 that names the attempt."""
    code = REFUSAL_CODES[refused.verdict]
    return Conflict(REFUSALS[code], code=code, members=attempt_members(refused))


def attempt_members(refused: Refused) -> dict[str, object]:
    """Which attempt it was; and, where all is gone, which one got the last unit and when."""
    if not refused.attempt:
        return {}
    members: dict[str, object] = {"attempt": refused.attempt}
    if refused.gone_attempt and not refused.left:
        members |= {"last_attempt": refused.gone_attempt, "last_at": rfc3339(refused.gone_ms)}
    return members
