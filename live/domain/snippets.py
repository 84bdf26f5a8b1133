"""Short texts that the crew of a room has at hand, one press each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippets:
    """One list of them: `kind` as it is kept, `verb` of its change on the record, at most so many of at most so
    many characters. More are not quick."""

    kind: str
    verb: str
    most: int
    longest: int


CUES = Snippets("cue", "cue:quick", 8, 40)  # to the host
REPLIES = Snippets("reply", "comment:quick", 12, 100)  # to everyone, in the shop's name
CHANGES = frozenset({CUES.verb, REPLIES.verb})
