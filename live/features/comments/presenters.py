"""A comment as its author is told of it."""

from live.domain.comment import Posted


def posted_json(posted: Posted) -> dict[str, object]:
    return {"id": posted.id, "state": posted.as_told}
