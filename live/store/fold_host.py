"""What goes between control room and host, folded into rows: cues, and questions sent over.

The log's order decides between an acknowledgement and a taking back: the first of the two counts.
"""

from collections.abc import Callable, Mapping

from live.domain.events import Fact
from live.store.batch import ASK_ANSWERED, ASK_DROPPED, Batch, said, text
from live.store.moments import from_ms


def _cue(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    note, by = said(text(payload, "text")), said(text(payload, "by"))
    batch.cues.append((text(payload, "cue"), batch.show_id, note, by, batch.when(fact.at_ms), None))


def _cue_mark(batch: Batch, fact: Fact) -> None:
    batch.cue_marks.append((fact.kind, text(fact.payload, "cue"), from_ms(fact.at_ms)))


def _ask(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    comment = text(payload, "comment")
    batch.asks[comment] = (
        comment, batch.show_id, said(text(payload, "name")), said(text(payload, "text")),
        said(text(payload, "by")), batch.when(fact.at_ms), None, None, said(str(payload.get("tip", ""))),
    )  # fmt: skip


def _ask_mark(batch: Batch, fact: Fact) -> None:
    comment = text(fact.payload, "comment")
    row = batch.asks.get(comment)
    if row is None:
        batch.ask_marks.append((fact.kind, comment, from_ms(fact.at_ms)))
    elif row[ASK_ANSWERED] is None and row[ASK_DROPPED] is None:
        cells = list(row)
        place = ASK_ANSWERED if fact.kind == "ask_done" else ASK_DROPPED
        cells[place] = batch.when(fact.at_ms)
        batch.asks[comment] = tuple(cells)


HOST_HANDLERS: Mapping[str, Callable[[Batch, Fact], None]] = {
    "cue": _cue,
    "cue_seen": _cue_mark,
    "cue_ack": _cue_mark,
    "cue_drop": _cue_mark,
    "ask": _ask,
    "ask_done": _ask_mark,
    "ask_drop": _ask_mark,
}
