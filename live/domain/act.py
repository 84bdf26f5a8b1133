"""What the crew does to a show, for the record: the verbs that there are, and how an act ends."""

from enum import StrEnum

DONE = "ok"  # any other result is the code of the error that refused it


class ActKind(StrEnum):
    """What one looks for in a record of the evening."""

    SALES = "sales"
    SHOW = "show"
    LINE_UP = "line_up"
    CHAT = "chat"
    ORDERS = "orders"


VERBS: dict[ActKind, tuple[str, ...]] = {
    ActKind.SALES: (
        "offer:draft", "offer:next", "offer:push", "offer:pause", "offer:resume", "offer:close", "offer:take_back",
        "offer:void", "offer:again", "stock:add", "show:freeze",
    ),
    ActKind.SHOW: (
        "show:create", "show:edit", "show:put_away", "show:bring_back", "show:start", "show:end", "show:stop_demo", "show:rehearse", "crowd:start", "crowd:stop",
        "cue:send", "cue:seen", "cue:ack", "cue:drop", "cue:quick",
        "ask:send", "ask:done", "ask:drop", "host:link", "host:join", "host:revoke",
        "ingest:renew", "overlay:renew", "crew:deny",
    ),
    ActKind.LINE_UP: (
        "item:add", "item:edit", "item:move", "item:order", "item:remove", "item:import", "item:bulk", "line_up:add",
        "line_up:save",
    ),
    ActKind.CHAT: (
        "comment:hide", "comment:show", "comment:approve", "comment:pin", "comment:unpin",
        "comment:bring_back", "comment:reply", "comment:quick",
        "viewer:mute", "viewer:ban", "viewer:shadow_ban", "viewer:free", "viewer:hide", "rules:set", "words:set",
    ),
    ActKind.ORDERS: ("order:extend", "order:pay", "order:cancel"),
}  # fmt: skip

# What changes a page of set-up that somebody has open (`Board.setup_mark`).
SETS_UP = frozenset(VERBS[ActKind.LINE_UP]) - {"line_up:save"} | {
    "offer:draft", "offer:push", "offer:take_back", "offer:void", "offer:again", "stock:add", "show:edit", "show:start", "show:end", "ingest:renew",
}  # fmt: skip
