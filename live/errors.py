"""Every error of ours: a stable `code`, an HTTP `status`, and a sentence that helps.

Expected endings of a sale (sold out, over the limit) are values in `live.domain.outcomes`; what is
raised here stops the request. The tree:

    LiveError
    ├── Malformed 400          the bytes are not what they claim to be
    ├── NotSignedIn 401        no valid token or login
    ├── Forbidden 403          signed in, but not yours to do
    ├── NotFound 404
    ├── Conflict 409           the domain says no; `code` says which rule
    │   └── IllegalMove 409    the state machine has no such step
    ├── ChangedMeanwhile 412   somebody else has changed what was seen; nothing is overwritten
    ├── TooLarge 413
    ├── Invalid 422            well-formed, but wrong values; carries `errors`
    ├── TooFast 429            rate limit; carries `retry_after_s`
    └── NotNow 503             a dependency is away; nothing was sold; carries `retry_after_s`
        ├── RedisUnavailable
        ├── StoreUnavailable
        └── Recovering
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: which field, and why, in English; `code` and `values` say it in any language."""

    field: str
    reason: str
    code: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class LiveError(Exception):
    """Base of all errors of ours."""

    code = "error"
    status = 500
    message = "Something went wrong on our side."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        values: Mapping[str, object] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        """`values`: what the sentence for `code` has gaps for, in every language. `members`: what the
        problem document says besides (RFC 9457 3.2)."""
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.values = values or {}
        self.members = members or {}
        super().__init__(self.message)


class Malformed(LiveError):
    code = "malformed"
    status = 400
    message = "The request could not be read."


class NotSignedIn(LiveError):
    code = "not_signed_in"
    status = 401
    message = "Sign in, or send a valid bearer token."


class Forbidden(LiveError):
    code = "forbidden"
    status = 403
    message = "Your role does not allow this."


class NotFound(LiveError):
    code = "not_found"
    status = 404
    message = "There is nothing at this address."


def found(row: Row | None, what: str) -> Row:
    """The row that was looked for, which `what` names. Raises NotFound."""
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return row


class Conflict(LiveError):
    code = "conflict"
    status = 409
    message = "This cannot be done in the present state."


class IllegalMove(Conflict):
    code = "illegal_move"
    message = "This step is not possible from the present state."


class NotShown(Conflict):
    """A comment that not everyone sees is neither pinned nor sent to the host."""

    code = "comment_not_shown"
    message = "Viewers do not see this comment. Approve it first; then it can be pinned or sent to the host."


class ChangedMeanwhile(LiveError):
    code = "changed_meanwhile"
    status = 412
    message = "Somebody else has changed this meanwhile. Read it again, then decide."


class TooLarge(LiveError):
    code = "too_large"
    status = 413
    message = "The request is larger than allowed."


class Invalid(LiveError):
    code = "invalid"
    status = 422
    message = "Some values are wrong."

    def __init__(self, errors: Sequence[FieldError], message: str | None = None) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class TooFast(LiveError):
    code = "too_fast"
    status = 429
    message = "Too many requests. Wait a moment."

    def __init__(self, retry_after_s: float) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class NotNow(LiveError):
    """Nothing was changed; the same request may be sent again after `retry_after_s`."""

    code = "not_now"
    status = 503
    message = "One moment. Nothing was sold or changed; try again."

    def __init__(self, message: str | None = None, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RedisUnavailable(NotNow):
    code = "redis_unavailable"


class StoreUnavailable(NotNow):
    code = "store_unavailable"


class Recovering(NotNow):
    """The show's stock is being rebuilt from the ledger; sales are closed until it is proven."""

    code = "recovering"
