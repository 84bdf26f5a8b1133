"""Standings and rules as the API says them."""

from live.domain.moderation import ChatRules, Standing
from live.domain.moments import rfc3339


def standing_json(viewer: str, standing: Standing) -> dict[str, object]:
    until = rfc3339(standing.until_ms) if standing.until_ms else None
    return {"viewer": viewer, "standing": standing.kind, "until": until}


def rules_json(rules: ChatRules) -> dict[str, object]:
    return {
        "premoderation": rules.premoderation,
        "slow_s": rules.slow_s,
        "links_off": rules.links_off,
        "blocked": list(rules.blocked),
        "tally_window_s": rules.tally_window_s,
    }
