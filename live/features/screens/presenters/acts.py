"""The crew's acts in words: who, what, on what, how it ended, how long it took."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from live.domain.act import DONE
from live.domain.changes import changes_in
from live.features.screens.presenters.act_views import ActView
from live.features.screens.presenters.tail import act_view
from live.features.shows.actions import CLOCK
from live.store.act_names import Names, names_of
from live.store.acts import Act
from live.store.db import Database
from live.web.changes import changes_said
from live.web.figures import money
from live.web.names import called, masked
from live.web.words import WordsError, is_known, translate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActLine:
    """`on`: what it was done to; `more`: how much, how long, which way. `reason`: why it was refused."""

    at: datetime
    actor: str
    what: str
    on: str
    more: str
    is_done: bool
    reason: str
    ms: int


async def act_lines(
    show_id: str, currency: str, rows: Sequence[Act], lang: str, *, db: Database
) -> list[ActLine]:
    """In the reader's language, in the order given. Raises StoreUnavailable."""
    ids = {changes_in(row.detail)[0].partition(" ")[0] for row in rows}
    async with db.read() as session:
        names = await names_of(session, show_id, ids)
    return [_line(act_view(row), names, currency, lang) for row in rows]


def actor_name(name: str, lang: str) -> str:
    """The clock does what nobody has to do by hand."""
    return translate(lang, "acts.clock") if name == CLOCK.name else name


def reason_of(lang: str, code: str, why: Mapping[str, object]) -> str:
    """Why it was refused; of a code without words of its own, only that it was."""
    values = dict(why)
    field, reason = str(values.pop("field", "")), str(values.pop("reason", ""))
    try:
        if is_known(f"reasons.{reason}"):
            said = translate(lang, f"reasons.{reason}", **values)
            label = f"fields.{field}"
            if not is_known(label):
                return said
            return translate(lang, "errors.of_field", field=translate(lang, label), reason=said)
        keys = (f"acts.why.{code}", f"errors.{code}")
        return translate(lang, next(filter(is_known, keys), "acts.why.illegal_move"), **values)
    except KeyError:  # it was written by a version that said it in other words
        return translate(lang, "acts.why.illegal_move")


def _line(act: ActView, names: Names, currency: str, lang: str) -> ActLine:
    detail, changes = changes_in(act.detail)
    act = replace(act, detail=detail)
    try:
        on, more = _SAID[act.verb.partition(":")[0]](act, names, currency, lang)
    except (WordsError, KeyError, ValueError):  # it was written by a version with other details
        logger.warning("the detail of a %s act cannot be said: %r", act.verb, detail, exc_info=True)
        on, more = "", detail
    more = changes_said(changes, currency, lang) or more
    is_done = act.result == DONE
    return ActLine(
        act.at,
        actor_name(act.actor, lang),
        verb_name(act.verb, lang),
        on,
        more,
        is_done,
        "" if is_done else reason_of(lang, act.result, act.why),
        act.ms,
    )


def verb_name(verb: str, lang: str) -> str:
    return translate(lang, f"acts.verb.{verb}")


Said = tuple[str, str]


def _offer(act: ActView, names: Names, currency: str, lang: str) -> Said:
    name, _, rest = act.detail.partition(" ")
    if act.verb == "offer:draft":
        units, _, price = rest.partition(" ")
        said = translate(lang, "acts.draft", n=units, price=money(int(price), currency, lang))
        return names.items.get(name, ""), said
    if act.verb == "offer:take_back":
        return names.offers.get(name, ""), translate(lang, "acts.kept", n=rest) if rest else ""
    if act.verb == "offer:again":
        return names.offers.get(name, ""), translate(lang, "acts.again", n=rest) if rest else ""
    if act.verb == "offer:void":
        cancelled, _, refunded = rest.partition(" ")
        said = translate(lang, "acts.voided", cancelled=cancelled, refunded=refunded)
        return names.offers.get(name, ""), said if rest else ""
    if act.verb == "offer:next":  # a draft is another one after each change of it
        return names.offers.get(name, rest), ""
    more = translate(lang, "acts.delta", n=f"{int(rest):+d}".replace("-", "−")) if rest else ""
    return names.offers.get(name, ""), more


def _show(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    if act.verb == "show:freeze":
        return "", translate(lang, "acts.frozen", n=act.detail)
    return act.detail, ""


def _imported(counts: Sequence[str], lang: str) -> str:
    """What a file brought: lines added, updated, refused, and sales, if it had any."""
    if len(counts) < 3:
        return ""
    lines = dict(zip(("created", "updated", "rejected"), counts, strict=False))
    told = translate(lang, "acts.imported", **lines)
    if len(counts) == 3:
        return told
    return (
        told + translate(lang, "acts.comma") + translate(lang, "setup.imported_sales", n=counts[3])
    )


def _item(act: ActView, names: Names, _currency: str, lang: str) -> Said:
    if act.verb == "item:add":
        return act.detail, ""
    name, _, rest = act.detail.partition(" ")
    if act.verb == "item:import":
        return "", _imported(act.detail.split(), lang)
    if act.verb == "item:bulk":
        return rest, "" if rest else translate(lang, "acts.lines", n=name)
    if act.verb == "item:move":
        return names.items.get(name, ""), translate(lang, f"acts.moved.{rest}")
    return rest or names.items.get(name, ""), ""


def _crowd(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    if act.verb == "crowd:start":
        return "", translate(lang, "rehearsal.act.viewers", n=act.detail) if act.detail else ""
    return "", translate(lang, f"rehearsal.ended_by.{act.detail}") if act.detail else ""


def _lines(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    if act.verb == "line_up:add":
        return "", translate(lang, "acts.lines", n=act.detail)
    return act.detail, ""


def _comment(act: ActView, names: Names, _currency: str, lang: str) -> Said:
    if act.verb in ("comment:approve", "comment:bring_back"):
        is_count = act.detail not in ("", "0")
        return "", translate(lang, "acts.comments", n=act.detail) if is_count else ""
    who, said = names.comments.get(act.detail, ("", ""))
    text = translate(lang, "acts.said", name=called(who, lang), text=said) if said else ""
    return text, ""


def _viewer(act: ActView, names: Names, _currency: str, lang: str) -> Said:
    viewer, _, seconds = act.detail.partition(" ")
    more = ""
    if act.verb == "viewer:hide":
        more = translate(lang, "acts.comments", n=seconds) if seconds not in ("", "0") else ""
    elif seconds:
        minutes, rest = divmod(int(seconds), 60)
        unit, n = ("seconds", int(seconds)) if rest else ("minutes", minutes)
        more = translate(lang, f"acts.{unit}", n=n)
    return called(names.viewers.get(viewer, ""), lang), more


def _rules(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    said = dict(part.split("=", 1) for part in act.detail.split())
    words = []
    for name, value in said.items():
        figure = value.removesuffix("s")
        if value == "show":
            words.append(translate(lang, "acts.rules.tally_show"))
        elif name in ("slow", "tally", "blocked") and figure.isdigit():
            key = f"acts.rules.{name}" if figure != "0" else f"acts.rules.{name}_0"
            words.append(translate(lang, key, n=figure))
        else:
            words.append(translate(lang, f"acts.rules.{name}.{value}"))
    return "", translate(lang, "acts.comma").join(words)


def _words(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    return translate(lang, "acts.comma").join(act.detail.split()), ""


def _order(act: ActView, names: Names, _currency: str, lang: str) -> Said:
    if act.detail not in names.orders:
        return "", ""
    buyer, offer, units = names.orders[act.detail]
    more = f"{names.offers.get(offer, '')} ×{units}".strip()
    return masked(buyer, lang), more


def _crew(act: ActView, _names: Names, _currency: str, lang: str) -> Said:
    key = f"acts.permission.{act.detail}"
    return translate(lang, key) if is_known(key) else act.detail, ""


_SAID: Mapping[str, Callable[[ActView, Names, str, str], Said]] = {
    "offer": _offer,
    "stock": _offer,
    "show": _show,
    "cue": _show,
    "ask": _show,
    "host": _show,
    "item": _item,
    "line_up": _lines,
    "ingest": _show,
    "crew": _crew,
    "crowd": _crowd,
    "overlay": _show,
    "comment": _comment,
    "viewer": _viewer,
    "rules": _rules,
    "words": _words,
    "order": _order,
}
