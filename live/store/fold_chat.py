"""What is said in a show, folded into rows: comments and what the crew makes of them, words."""

from collections.abc import Callable, Mapping

from live.domain.events import Fact
from live.store.batch import Batch, said, text, whole
from live.store.moments import from_ms


def _comment(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    batch.comments.append(
        (
            text(payload, "comment"),
            batch.show_id,
            fact.seq,
            text(payload, "viewer"),
            said(text(payload, "name")),
            said(text(payload, "text")),
            batch.when(fact.at_ms),
            payload.get("state", "shown"),
            payload.get("why", ""),
            payload.get("asks", False),
            said(str(payload.get("platform", ""))),
            said(str(payload.get("message", ""))),
            said(str(payload.get("tip", ""))),
        )
    )


def _comment_state(batch: Batch, fact: Fact) -> None:
    batch.states[text(fact.payload, "comment")] = text(fact.payload, "state")


def _pin(batch: Batch, fact: Fact) -> None:
    batch.show["pinned_comment"] = text(fact.payload, "comment")


def _standing(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    viewer = text(payload, "viewer")
    batch.standings[viewer] = (
        batch.show_id, viewer, said(text(payload, "name")), text(payload, "standing"),
        whole(payload, "until_ms"), said(text(payload, "by")), batch.when(fact.at_ms),
    )  # fmt: skip


def _chat_rules(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    blocked = payload["blocked"]
    if not isinstance(blocked, list | tuple):
        raise TypeError("blocked")
    batch.rules = {
        "premoderation": bool(payload["premoderation"]),
        "slow_s": whole(payload, "slow_s"),
        "links_off": bool(payload["links_off"]),
        "blocked": [said(str(word)) for word in blocked],
        "tally_window_s": payload.get("tally_window_s"),  # Lua drops what is None
        "ingest_n": payload.get("ingest_n", 0),  # facts from before it was one
        "by": said(text(payload, "by")),
        "at": from_ms(fact.at_ms),
    }


def _words(batch: Batch, fact: Fact) -> None:
    words = fact.payload["words"]
    if not isinstance(words, list | tuple):
        raise TypeError("words")
    batch.words = list(dict.fromkeys(str(word).replace("\0", "") for word in words))


CHAT_HANDLERS: Mapping[str, Callable[[Batch, Fact], None]] = {
    "comment": _comment,
    "comment_state": _comment_state,
    "pin": _pin,
    "standing": _standing,
    "chat_rules": _chat_rules,
    "words": _words,
}
