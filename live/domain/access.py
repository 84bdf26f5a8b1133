"""Who may do what: one table, permission → roles; routes and sockets ask it and nothing else does.

A permission that the table does not name belongs to nobody (`may` fails closed).
"""

from collections.abc import Iterable
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
    HOST_LINK = "host:link"
    COMMENT_MODERATE = "comment:moderate"
    COMMENT_INGEST = "comment:ingest"
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
    Permission.HOST_LINK: _CREW,  # lets a device in
    Permission.COMMENT_MODERATE: _CREW,
    Permission.COMMENT_INGEST: _CREW,
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


def strongest(roles: Iterable[Role]) -> Role:
    """The role that may most; VIEWER for nobody."""
    return min(roles, key=list(Role).index, default=Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person signed in on a page, a program with an API token, or the host's device.

    A token has one role, in `room_id` or (None) in every room. A person has a role in each of
    `rooms`, and `role` is the strongest of them, for what belongs to no room. A device has its role in
    `shows`, which are one and its rehearsals, and nowhere else: the doors look for the show they are asked for.
    """

    kind: Literal["account", "token", "device"]
    id: str
    name: str
    role: Role
    room_id: str | None = None
    rooms: tuple[tuple[str, Role], ...] = ()
    shows: frozenset[str] | None = None  # None: wherever its role is

    def is_at_home(self, show_id: str | None) -> bool:
        """Whether it is anybody at all in that show."""
        return self.shows is None or show_id in self.shows

    def role_in(self, room_id: str | None) -> Role | None:
        """The role there; None for a stranger to that room."""
        if self.kind == "device":
            return self.role if room_id is not None and room_id == self.room_id else None
        if room_id is None:
            return self.role
        if self.kind == "account":
            return dict(self.rooms).get(room_id)
        return self.role if self.room_id in (None, room_id) else None

    def may(self, permission: Permission, room_id: str | None = None) -> bool:
        """True if the actor's role (in that room, where one is named) has the permission."""
        role = self.role_in(room_id)
        return role is not None and may(role, permission)

    def rooms_where(self, permission: Permission) -> frozenset[str] | None:
        """The rooms in which the actor may; None for every room that there is."""
        if self.kind == "account":
            return frozenset(room for room, role in self.rooms if may(role, permission))
        if self.kind == "device":
            return frozenset()
        if not may(self.role, permission):
            return frozenset()
        return None if self.room_id is None else frozenset({self.room_id})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of the audience as a signed token names them; `expires_at` in unix seconds."""

    id: str
    name: str
    expires_at: int
