"""Cues and questions as the API says them."""

from datetime import datetime

from live.features.shows.presenters import iso


def cue_json(
    id: str, text: str, by: str, at: datetime,
    seen_at: datetime | None, acked_at: datetime | None, dropped_at: datetime | None,
) -> dict[str, object]:  # fmt: skip
    return {
        "id": id,
        "text": text,
        "by": by,
        "at": iso(at),
        "seen_at": iso(seen_at),
        "acked_at": iso(acked_at),
        "dropped_at": iso(dropped_at),
    }


def ask_json(
    comment: str, name: str, text: str, by: str, at: datetime,
    answered_at: datetime | None, dropped_at: datetime | None, tip: str,
) -> dict[str, object]:  # fmt: skip
    return {
        "comment": comment,
        "name": name,
        "text": text,
        "by": by,
        "at": iso(at),
        "answered_at": iso(answered_at),
        "dropped_at": iso(dropped_at),
        "tip": tip,
    }
