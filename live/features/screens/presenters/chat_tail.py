"""The newest comments of a show, by what an operator may choose to see, brought up to date from the log.

Each view keeps its own lines, so that a flood pushes no question and nothing that is held out of sight.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from live.domain.comment import ChatView, CommentState, seq_of
from live.domain.moderation import BY_WORD, FREE, ChatRules, Standing, StandingKind
from live.features.screens.presenters.chat_views import ChatLines, CommentView, PinView

KEPT = 60  # lines of a view
READ = 8  # lines that viewers see
SPARE = 40  # kept for viewers: some of them may be hidden later


@dataclass(slots=True, eq=False, weakref_slot=True)
class Line:
    """A comment as it stands now; shared by the views that list it."""

    id: str
    viewer: str
    name: str
    text: str
    at: datetime
    asks: bool
    state: CommentState
    why: str
    platform: str
    tip: str = ""

    @property
    def is_held(self) -> bool:
        """It belongs to what the crew should look at, as `ChatView.HELD` says."""
        is_by_word = self.state is CommentState.HIDDEN and self.why.startswith(BY_WORD)
        return self.state is CommentState.HELD or is_by_word


class ChatTail:
    """Fed with facts in order. `unpaid`: of the lines' authors those who have bought, and whether they
    still have to pay."""

    def __init__(
        self,
        lines: Mapping[ChatView, Sequence[Line]],
        *,
        standings: Mapping[str, Standing],
        unpaid: Mapping[str, bool],
        rules: ChatRules,
        pinned: Line | None,
    ) -> None:
        # By id, as long as a view lists it: one line, however many views do.
        known = self._known = WeakValueDictionary[str, Line]()
        self._lines: dict[ChatView, deque[Line]] = {
            view: deque((known.setdefault(n.id, n) for n in lines.get(view, ())), KEPT)
            for view in ChatView
        }
        self._counts = Counter({view: len(found) for view, found in self._lines.items()})
        shown = [n for n in self._lines[ChatView.ALL] if n.state is CommentState.SHOWN]
        self._said = deque(shown, SPARE)
        self._standings = dict(standings)
        self._labels: dict[str, str | None] = {n.viewer: "" for n in known.values()}
        self.label(unpaid)
        self.rules = rules
        self.pinned = PinView(pinned.id, pinned.name, pinned.text or pinned.tip) if pinned else None

    def hear(self, kind: str, at_ms: int, told: Mapping[str, Any]) -> None:
        match kind:
            case "comment":
                self._comment(at_ms, told)
            case "comment_state":
                self._decided(at_ms, told)
            case "pin":
                pin = PinView(told["comment"], told["name"], told["text"])
                self.pinned = pin if pin.id else None
            case "standing":
                self._standings[told["viewer"]] = Standing(
                    StandingKind(told["standing"]), told["until_ms"]
                )
            case "chat_rules":
                self.rules = ChatRules(
                    told["premoderation"], told["slow_s"], told["links_off"],
                    tuple(told["blocked"]), told.get("tally_window_s"), told.get("ingest_n", 0),
                )  # fmt: skip

    def bought(self, viewer: str) -> None:
        """Something has happened to an order of theirs: what they have must be read anew."""
        if viewer in self._labels:
            self._labels[viewer] = None

    def unlabelled(self) -> list[str]:
        """Authors of the lines of whom it is not known what they have; `label` tells."""
        here = {line.viewer for line in self._all()}
        self._labels = {v: label for v, label in self._labels.items() if v in here}
        return [viewer for viewer, label in self._labels.items() if label is None]

    def label(self, unpaid: Mapping[str, bool | None]) -> None:
        """Viewer → whether they have to pay; None: they have nothing."""
        words = {True: "unpaid", False: "paid", None: ""}
        self._labels |= {viewer: words[owes] for viewer, owes in unpaid.items()}
        buyers = self._lines[ChatView.BUYERS]
        listed = {line.id for line in buyers}
        earlier = [  # what they said before they bought is a buyer's word, too
            line
            for line in self._lines[ChatView.ALL]
            if unpaid.get(line.viewer) is not None and line.id not in listed
        ]
        if earlier:
            in_order = sorted((*buyers, *earlier), key=lambda line: seq_of(line.id))
            self._lines[ChatView.BUYERS] = deque(in_order, KEPT)
            self._counts[ChatView.BUYERS] += len(earlier)

    def views(self, now_ms: int) -> dict[str, ChatLines]:
        """By the name of the view in an audience: "" is all."""
        return {
            "" if view is ChatView.ALL else view.value: ChatLines(
                tuple(self._view(line, now_ms) for line in lines), self._counts[view]
            )
            for view, lines in self._lines.items()
        }

    def said(self) -> tuple[CommentView, ...]:
        """The newest that viewers get to read."""
        return tuple(self._view(line, 0) for line in list(self._said)[-READ:])

    def _view(self, line: Line, now_ms: int) -> CommentView:
        is_by_word = line.why.startswith(BY_WORD)
        return CommentView(
            line.id, line.viewer, line.name, line.text, line.at, line.asks, line.state,
            BY_WORD.rstrip(":") if is_by_word else line.why,
            line.why.removeprefix(BY_WORD) if is_by_word else "",
            line.platform,
            self._labels.get(line.viewer) or "",
            self.pinned is not None and self.pinned.id == line.id,
            self._standings.get(line.viewer, FREE).at(now_ms),
            line.tip,
        )  # fmt: skip

    def _comment(self, at_ms: int, told: Mapping[str, Any]) -> None:
        line = self._line(at_ms, told)
        is_buyer = told.get("buyer", False)
        if is_buyer or line.viewer not in self._labels:
            self._labels[line.viewer] = None if is_buyer else ""
        self._add(ChatView.ALL, line)
        if line.asks:
            self._add(ChatView.QUESTIONS, line)
        if is_buyer:
            self._add(ChatView.BUYERS, line)
        if line.is_held:
            self._add(ChatView.HELD, line)
        if line.state is CommentState.SHOWN and told.get("sampled", True):
            self._said.append(line)

    def _add(self, view: ChatView, line: Line) -> None:
        self._lines[view].append(line)
        self._counts[view] += 1

    def _decided(self, at_ms: int, told: Mapping[str, Any]) -> None:
        state = CommentState(told["state"])
        line = self._known.get(told["comment"]) or self._line(at_ms, told)
        line.state = state
        held = self._lines[ChatView.HELD]
        if line.is_held and line not in held:
            held.append(line)
        elif not line.is_held and line in held:
            held.remove(line)
        if state is CommentState.SHOWN and line not in self._said:
            self._said.append(line)
        elif state is not CommentState.SHOWN and line in self._said:
            self._said.remove(line)

    def _all(self) -> Iterator[Line]:
        for lines in (*self._lines.values(), self._said):
            yield from lines

    def _line(self, at_ms: int, told: Mapping[str, Any]) -> Line:
        line = self._known[told["comment"]] = _line(at_ms, told)
        return line


def _line(at_ms: int, told: Mapping[str, Any]) -> Line:
    return Line(
        told["comment"],
        told["viewer"],
        told["name"],
        told["text"],
        datetime.fromtimestamp(at_ms / 1000, UTC),
        told.get("asks", False),
        CommentState(told.get("state", CommentState.SHOWN)),
        told.get("why", ""),
        told.get("platform", ""),
        told.get("tip", ""),
    )
