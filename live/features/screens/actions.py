"""What a page's viewer or a socket may do, and who may look at which screen."""

import json
from collections.abc import Mapping

from live.domain.access import Permission, Viewer
from live.domain.ids import ShowId, is_id, show_of
from live.domain.outcomes import Outcome, Refused, Taken
from live.errors import LiveError, Malformed, NotFound
from live.features.accounts.actions.pace import count
from live.features.comments import actions as comments
from live.features.comments.forms import comment_text
from live.features.comments.presenters import posted_json
from live.features.orders import actions as orders
from live.features.orders.actions import Door
from live.features.orders.forms import idempotency_key, quantity
from live.features.orders.presenters import refused_bytes, taken_bytes, taken_json
from live.runtime import Runtime
from live.web.errors import Unexpected, note_fault, problem_body, retry_after_s

SCREEN_PERMISSION = {
    "setup": Permission.SHOW_EDIT,
    "control": Permission.SHOW_RUN,
    "host": Permission.SHOW_VIEW,
}


async def place_over_socket(
    door: Door, show_id: str, viewer: Viewer, offer_id: str, wanted: object, key: object
) -> tuple[int, Mapping[str, object]]:
    """(status, body): exactly what HTTP would have said. Raises LiveError of class NotNow only."""
    try:
        if not is_id(offer_id) or show_of(offer_id) != show_id:
            raise NotFound("There is no such offer in this show.")
        if not isinstance(key, str):
            raise Malformed("Send a key, a new one for each order you mean.", code="key_missing")
        units = quantity({"quantity": wanted})
        outcome = await door.place(viewer, offer_id, units, idempotency_key(key))
        return 201, taken_json(orders.accepted(outcome))
    except LiveError as error:
        return error.status, problem_of(error)


def outcome_over_socket(outcome: Outcome | Exception) -> tuple[int, bytes]:
    """(status, body) of an order that went the short way; as `place_over_socket`, in JSON."""
    if type(outcome) is Taken:
        return 201, taken_bytes(outcome)
    if type(outcome) is Refused:
        return 409, refused_bytes(outcome)
    error = outcome if isinstance(outcome, LiveError) else Unexpected()
    note_fault(error, "an order over a socket", outcome if isinstance(outcome, Exception) else None)
    return error.status, json.dumps(problem_of(error)).encode()


async def comment_over_socket(
    runtime: Runtime, show_id: str, viewer: Viewer, text: object
) -> tuple[int, Mapping[str, object]]:
    """(status, body), as `place_over_socket`."""
    try:
        count(runtime, "comment", viewer.id)
        said = comment_text({"text": text})
        posted = await comments.post(ShowId(show_id), said, viewer, chat=runtime.chat)
        return 201, posted_json(posted)
    except LiveError as error:
        return error.status, problem_of(error)


def problem_of(error: LiveError) -> dict[str, object]:
    """The problem document as values, and what HTTP says in the header Retry-After."""
    document: dict[str, object] = json.loads(problem_body(error))
    seconds = retry_after_s(error)
    return document if seconds is None else document | {"retry_after_s": seconds}
