"""The history of a run: what was asked, what was answered, what was broken, as it happened.

One JSON object a line, times in wall-clock milliseconds (Redis and the clients are on one machine).
`what` is `invoke` and later `ok`, `fail` or `unknown` of the same `op`; `fault` with its `phase`
(`begin`, `done`, `recovered`, `not_recovered`); `heard` by a socket; `setting` and `final` once.
An operation that was never completed is as good as `unknown`.
"""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

Line = dict[str, Any]


def now_ms() -> float:
    """The one clock of the history."""
    return time.time() * 1000


class History:
    """Written as it happens, so that a run that breaks down can be looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[Line] = []
        self.counts: Counter[str] = Counter()  # of completed operations, by result
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._op = 0

    def invoke(self, who: str, do: str, **asked: Any) -> int:
        """Somebody is about to ask for something; returns the operation's number."""
        self._op += 1
        self.note("invoke", op=self._op, who=who, do=do, asked=asked)
        return self._op

    def complete(self, op: int, result: str, **said: Any) -> None:
        """`ok`: it was done, and this was said. `fail`: it was not done. `unknown`: either."""
        self.counts[result] += 1
        self.note(result, op=op, said=said)

    def note(self, what: str, **fields: Any) -> None:
        line = {"t": round(now_ms(), 1), "what": what, **fields}
        self.lines.append(line)
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


def read_lines(path: Path) -> list[Line]:
    """A recorded history."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
