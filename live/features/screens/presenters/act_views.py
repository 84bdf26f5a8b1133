"""What one of the crew did, as the screens show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from live.domain.act import DONE, SETS_UP


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
    def sets_up(self) -> bool:
        """Whether a page of set-up may show something else since."""
        return self.result == DONE and self.verb in SETS_UP
