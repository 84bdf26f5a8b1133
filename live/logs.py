"""One log format, one correlation id per request or job, and secrets that mask themselves."""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")

CAUSE_MAX = 300  # characters
TRACED_MAX = 500  # errors whose traceback was written; then it starts over

# What logging itself puts on a record; everything else came in through `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "color_message",
    "taskName",
}

_SECRETS = (
    re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"),
    re.compile(
        r"(?i)((?:token|secret|password|secret_key|jwt|authorization)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+"
    ),
    re.compile(r"(://[^\s:/@]*:)[^\s@/]+(?=@)"),
    re.compile(r"(/ingest/\w+\.)[\w.-]+"),  # a show's ingest key stands in its address
    re.compile(r"(/h/)[\w-]{16,}"),  # so does what lets a host's device in
)


def mask(text: str) -> str:
    """The text with tokens, passwords and credentials in URLs replaced by `***`."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1***", text)
    return text


def cause_of(error: BaseException) -> str:
    """Class and message, on one line: all that a log line says of a fault that was foreseen."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:CAUSE_MAX].removesuffix(": ")


@contextmanager
def correlated(value: str) -> Iterator[None]:
    """Every line logged inside carries this id."""
    mark = correlation_id.set(value)
    try:
        yield
    finally:
        correlation_id.reset(mark)


class LineFormatter(logging.Formatter):
    """One line per record, for people (`text`) or for machines (`json`). An error's line names its cause;
    where it came from is said the first time only, or with `always_traces` each time."""

    def __init__(self, style: Literal["text", "json"], *, always_traces: bool = False) -> None:
        super().__init__()
        self._json = style == "json"
        self._always_traces = always_traces
        self._traced: set[tuple[type, str, int]] = set()

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        fields = {key: value for key, value in vars(record).items() if key not in _OWN}
        trace = ""
        if record.exc_info and (error := record.exc_info[1]):
            fields["cause"] = cause_of(error)
            trace = self.formatException(record.exc_info) if self._is_new(error) else ""
        if self._json:
            traced = {"traceback": trace} if trace else {}
            return mask(self._as_json(record, message, fields | traced))
        line = self._as_text(record, message, fields)
        return mask(f"{line}\n{trace}" if trace else line)

    def _is_new(self, error: BaseException) -> bool:
        """True the first time that such an error comes from there."""
        if self._always_traces:
            return True
        steps = list(traceback.walk_tb(error.__traceback__))
        where = (steps[-1][0].f_code.co_filename, steps[-1][1]) if steps else ("", 0)
        known = len(self._traced)
        if known >= TRACED_MAX:
            self._traced.clear()
        self._traced.add((type(error), *where))
        return len(self._traced) != known

    def _as_text(self, record: logging.LogRecord, message: str, fields: dict[str, object]) -> str:
        at = time.strftime("%H:%M:%S", time.localtime(record.created))
        extra = "".join(f" {key}={value}" for key, value in fields.items())
        where = f"{record.levelname:<7} {record.name} {correlation_id.get()}"
        return f"{at} {where} {message}{extra}"

    def _as_json(self, record: logging.LogRecord, message: str, fields: dict[str, object]) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "at": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "correlation_id": correlation_id.get(),
            "message": message,
            **fields,
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(style: Literal["text", "json"] = "text", level: str = "INFO") -> None:
    """Send every logger of this process to standard error in one format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(style, always_traces=level == "DEBUG"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("uvicorn.error", "uvicorn", "aiosqlite", "alembic", "asyncio", "arq"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
