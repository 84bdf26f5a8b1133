"""A comment as its author is told of it, and as the crew reads it."""

from live.domain.comment import Posted
from live.features.shows.presenters import iso
from live.store.comments import Comment


def posted_json(posted: Posted) -> dict[str, object]:
    return {"id": posted.id, "state": posted.as_told}


def comment_json(comment: Comment) -> dict[str, object]:
    return {
        "id": comment.id,
        "viewer": comment.viewer,
        "name": comment.name,
        "text": comment.text,
        "at": iso(comment.at),
        "state": comment.state,
        "why": comment.why,
        "question": comment.asks,
        "platform": comment.platform,
        "tip": comment.tip,
    }
