"""What one of the crew did, as the screens show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from live.domain.act import DONE, SETS_UP
from live.domain.changes import Change, changes_in


@dataclass(frozen=True, slots=True)
class ActView:
    """What one of the crew did, or (`result` is the code of a refusal) tried to: `verb` as in the audit log,
    `detail` names the thing, `why` fills the gaps in the sentence of the refusal, `seq` is the fact."""

    at: datetime
    actor: str
    verb: str
    detail: str
    ms: int
    result: str = DONE
    why: Mapping[str, object] = field(default_factory=dict)
    seq: int = 0

    @property
    def subject(self) -> str:
        """The detail without what was changed, and without the id or the count before a name."""
        detail, _ = changes_in(self.detail)
        return (
            detail.partition(" ")[2]
            if self.verb in ("item:edit", "item:bulk", "offer:next")
            else detail
        )

    @property
    def changes(self) -> list[Change]:
        return changes_in(self.detail)[1]

    @property
    def sets_up(self) -> bool:
        """Whether a page of set-up may show something else since."""
        return self.result == DONE and self.verb in SETS_UP
