"""Templates, and pasted lines, as the API tells them."""

from live.domain.moments import rfc3339_of
from live.store.line_ups import LineUp


def template_json(row: LineUp) -> dict[str, object]:
    return {
        "id": row.id,
        "room_id": row.room_id,
        "name": row.name,
        "currency": row.currency,
        "items": len(row.body),
        "by": row.by,
        "created_at": rfc3339_of(row.created_at),
    }
