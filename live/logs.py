"""One log format, one correlation id per request or job, and secrets that mask themselves."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")

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
    re.compile(r"(/ingest/\w+\.)[\w-]+"),  # a show's ingest key stands in its address
)


def mask(text: str) -> str:
    """The text with tokens, passwords and credentials in URLs replaced by `***`."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1***", text)
    return text


@contextmanager
def correlated(value: str) -> Iterator[None]:
    """Every line logged inside carries this id."""
    mark = correlation_id.set(value)
    try:
        yield
    finally:
        correlation_id.reset(mark)


class LineFormatter(logging.Formatter):
    """One line per record, for people (`text`) or for machines (`json`)."""

    def __init__(self, style: Literal["text", "json"]) -> None:
        super().__init__()
        self._json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{self.formatException(record.exc_info)}"
        fields = {key: value for key, value in vars(record).items() if key not in _OWN}
        if self._json:
            return mask(self._as_json(record, message, fields))
        return mask(self._as_text(record, message, fields))

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
    handler.setFormatter(LineFormatter(style))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("uvicorn.error", "uvicorn", "aiosqlite", "alembic", "asyncio", "arq"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
