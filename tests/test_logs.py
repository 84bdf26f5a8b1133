"""One line per record, with the correlation id and without secrets."""

import json
import logging

import pytest

from live.logs import LineFormatter, cause_of, correlated, mask


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
        "POST /api/v1/ingest/5kq0v3m8zt.2.hunter2-hunter2_x",
        "GET /h/hunter2-hunter2_hunter2xx HTTP/1.1",
        '{"password": "hunter2"}',
        "redis://user:hunter2@elsewhere:6379/0",
        "secret_key=hunter2",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    assert "hunter2" not in mask(text)
    assert "***" in mask(text)


def failed(message: str) -> logging.LogRecord:
    try:
        raise ConnectionError(f"{message}\nand\n  more")
    except ConnectionError as error:
        made = record("a beat failed", show="s1")
        made.exc_info = (type(error), error, error.__traceback__)
    return made


def test_where_an_error_came_from_is_said_once_and_its_cause_each_time() -> None:
    formatter = LineFormatter("text")
    first, second = (formatter.format(failed(text)) for text in ("gone", "gone again"))
    head, *trace = first.splitlines()
    assert head.endswith("a beat failed show=s1 cause=ConnectionError: gone and more")
    assert trace[0].startswith("Traceback")
    assert second.splitlines() == [second]
    assert second.endswith("cause=ConnectionError: gone again and more")
    assert "Traceback" in LineFormatter("text", always_traces=True).format(failed("gone"))


def test_json_has_the_traceback_apart() -> None:
    formatter = LineFormatter("json")
    first, second = (json.loads(formatter.format(failed("password=hunter2"))) for _ in range(2))
    assert first["message"] == second["message"] == "a beat failed"
    assert first["cause"] == "ConnectionError: password=*** and more"
    assert first["traceback"].startswith("Traceback")
    assert "traceback" not in second


def test_a_cause_without_a_message_is_its_class() -> None:
    assert cause_of(TimeoutError()) == "TimeoutError"
    assert len(cause_of(ValueError("x" * 1_000))) == 300
