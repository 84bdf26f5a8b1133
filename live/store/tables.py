"""Every table in one place: importing this fills `METADATA`, which migrations and tests compare with."""

from sqlmodel import SQLModel

from live.store.accounts import Account, StaffMember
from live.store.acts import Act
from live.store.asks import Ask
from live.store.audit import AuditEntry
from live.store.chat_rules import ChatRulesRow
from live.store.comments import Comment, Word
from live.store.cues import Cue
from live.store.entries import LedgerEntry
from live.store.host_links import HostLink
from live.store.items import Item
from live.store.ledger import Position
from live.store.line_ups import LineUp
from live.store.logins import Login
from live.store.offers import Offer
from live.store.orders import Order
from live.store.rehearsals import CrowdRun, RehearsalCard
from live.store.rooms import Room
from live.store.schedule import Scheduled
from live.store.shows import Show
from live.store.snippets import Snippet
from live.store.standings import StandingRow
from live.store.summary import Summary
from live.store.tokens import ApiToken, OverlayToken

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "Account",
    "Act",
    "ApiToken",
    "Ask",
    "AuditEntry",
    "ChatRulesRow",
    "Comment",
    "CrowdRun",
    "Cue",
    "HostLink",
    "Item",
    "LedgerEntry",
    "LineUp",
    "Login",
    "Offer",
    "Order",
    "OverlayToken",
    "Position",
    "RehearsalCard",
    "Room",
    "Scheduled",
    "Show",
    "Snippet",
    "StaffMember",
    "StandingRow",
    "Summary",
    "Word",
]
