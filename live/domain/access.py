"""Who may do what: one table, permission → roles; routes and sockets ask it and nothing else does.

A permission that the table does not name belongs to nobody (`may` fails closed).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """Owner: everything. Operator (中控): runs the sale. Host (主播): reads cues. Viewer: buys."""

    OWNER = "owner"
    OPERATOR = "operator"
    HOST = "host"
    VIEWER = "viewer"


class Permission(StrEnum):
    """Verbs as the audit log writes them: `noun:verb`."""

    SHOW_VIEW = "show:view"
    SHOW_EDIT = "show:edit"
    SHOW_RUN = "show:run"
    OFFER_EDIT = "offer:edit"
    OFFER_PUSH = "offer:push"
    STOCK_EDIT = "stock:edit"
    ORDER_READ = "order:read"
    ORDER_SETTLE = "order:settle"
    TALLY_READ = "tally:read"
    CUE_SEND = "cue:send"
    CUE_ACK = "cue:ack"
    COMMENT_MODERATE = "comment:moderate"
    REPORT_READ = "report:read"
    AUDIT_READ = "audit:read"
    STAFF_EDIT = "staff:edit"
    TOKEN_EDIT = "token:edit"
    COMMENT_WRITE = "comment:write"
    ORDER_PLACE = "order:place"


_OWNER = frozenset({Role.OWNER})
_CREW = frozenset({Role.OWNER, Role.OPERATOR})
_STUDIO = frozenset({Role.OWNER, Role.OPERATOR, Role.HOST})
_AUDIENCE = frozenset({Role.VIEWER})

ROLES_OF: dict[Permission, frozenset[Role]] = {
    Permission.SHOW_VIEW: _STUDIO,
    Permission.SHOW_EDIT: _CREW,
    Permission.SHOW_RUN: _CREW,
    Permission.OFFER_EDIT: _CREW,
    Permission.OFFER_PUSH: _CREW,
    Permission.STOCK_EDIT: _CREW,
    Permission.ORDER_READ: _CREW,  # names and amounts: the host's screen shows sums only
    Permission.ORDER_SETTLE: _CREW,
    Permission.TALLY_READ: _STUDIO,
    Permission.CUE_SEND: _CREW,
    Permission.CUE_ACK: _STUDIO,
    Permission.COMMENT_MODERATE: _CREW,
    Permission.REPORT_READ: _CREW,
    Permission.AUDIT_READ: _CREW,
    Permission.STAFF_EDIT: _OWNER,
    Permission.TOKEN_EDIT: _OWNER,
    Permission.COMMENT_WRITE: _AUDIENCE,  # viewers speak and buy as viewers, staff never do
    Permission.ORDER_PLACE: _AUDIENCE,
}


def may(role: Role, permission: Permission) -> bool:
    """True if the table gives `permission` to `role`."""
    return role in ROLES_OF.get(permission, frozenset())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person signed in on a page, or a program with an API token.

    `room_id` None means every room of the house; otherwise this room alone.
    """

    kind: Literal["account", "token"]
    id: str
    name: str
    role: Role
    room_id: str | None = None

    def may(self, permission: Permission, room_id: str | None = None) -> bool:
        """True if the role allows it and, where a room is named, the room is the actor's."""
        in_reach = self.room_id is None or room_id is None or self.room_id == room_id
        return in_reach and may(self.role, permission)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of the audience as a signed token names them; `expires_at` in unix seconds."""

    id: str
    name: str
    expires_at: int
