"""A viewer says something: counted, kept and shown, in one fact."""

from live.domain.access import Viewer
from live.domain.ids import ShowId
from live.domain.tally import spoken
from live.hotpath.shows import ShowLog


async def post(show_id: ShowId, text: str, viewer: Viewer, *, log: ShowLog) -> str:
    """Returns the comment's id. Raises Recovering, Conflict `ended`."""
    said = spoken(text, await log.words_now(show_id))
    payload = {
        "comment": f"{show_id}-c",
        "viewer": viewer.id,
        "name": viewer.name,
        "text": text,
        "words": said,
    }
    seq = await log.append(show_id, "comment", payload, said)
    return f"{show_id}-c{seq}"
