"""One line per record, with the correlation id and without secrets."""

import json
import logging

import pytest

from live.logs import LineFormatter, correlated, mask


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("live.orders", logging.INFO, "", 0, message, (), None)
    vars(made).update(extra)
    return made


def test_text_carries_the_id_and_the_fields() -> None:
    with correlated("r-1"):
        line = LineFormatter("text").format(record("order refused", code="sold_out"))
    assert line.endswith("INFO    live.orders r-1 order refused code=sold_out")


def test_json_is_one_object() -> None:
    line = json.loads(LineFormatter("json").format(record("order refused", units=2)))
    assert line["message"] == "order refused"
    assert line["units"] == 2
    assert line["correlation_id"] == "-"
    assert line["at"].endswith("Z")


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hunter2",
        "GET /overlay/1?token=hunter2&lang=en",
        "POST /api/v1/ingest/5kq0v3m8zt.hunter2-hunter2_x",
        '{"password": "hunter2"}',
        "redis://user:hunter2@elsewhere:6379/0",
        "secret_key=hunter2",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    assert "hunter2" not in mask(text)
    assert "***" in mask(text)
