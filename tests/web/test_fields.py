from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from live.errors import Invalid
from live.web.fields import Fields, clean_text, is_web_url, parse_moment


def wrong_fields(fields: Any) -> Any:
    with pytest.raises(Invalid) as caught:
        fields.check()
    return [error.field for error in caught.value.errors]


def test_all_wrong_fields_are_named_at_once() -> None:
    fields = Fields({"title": "", "stock": "5", "kind": "draw"})
    fields.text("title", longest=10)
    fields.integer("stock", least=0, most=9)
    fields.choice("kind", ["flash_sale"])
    fields.url("image_url")
    assert wrong_fields(fields) == ["title", "stock", "kind", "image_url"]


def test_right_values_pass() -> None:
    fields = Fields(
        {"title": "  Lamp ", "stock": 5, "kind": "a", "on": True, "variants": ["M", "L"]}
    )
    assert fields.text("title", longest=10) == "Lamp"
    assert fields.integer("stock", least=0, most=9) == 5
    assert fields.choice("kind", ["a", "b"]) == "a"
    assert fields.flag("on") is True
    assert fields.texts("variants", longest=10, most=5) == ["M", "L"]
    assert fields.integer("gone", least=1, most=9, default=3) == 3
    assert fields.url("gone", default="") == ""
    fields.check()


def test_a_name_that_nobody_asked_for_is_refused_and_a_form_may_hold_it() -> None:
    sent = {"stock": 5, "stok": None, "\ud800": 1, "n" * 99: 1}
    fields = Fields(sent)
    fields.integer("stock", least=0, most=9)
    fields.integer("gone", least=0, most=9, default=1)
    assert wrong_fields(fields) == ["n" * 64, "stok", "?"]
    fields = Fields({f"n{number}": 1 for number in range(1_000)})
    assert len(wrong_fields(fields)) == 10
    fields = Fields({"box": "on", "csrf": "x"}, is_form=True)
    assert fields.flag("box")
    fields.check()


@pytest.mark.parametrize("value", [True, False, 5.0, "5", None, [], {}, -1, 10, 10**30])
def test_what_is_no_integer_in_range_is_refused(value: Any) -> None:
    fields = Fields({"n": value})
    fields.integer("n", least=0, most=9)
    assert wrong_fields(fields) == ["n"]


@pytest.mark.parametrize(
    "value",
    ["", "   ", "\u3000", "\u200b\u200d", "\u2800", "\u3164", "a\x00b", "a\nb", "\ud800", "x\udfff", "a" * 11,
     5, True, None, ["a"], {"a": 1}, "\x1b[31m", "\u202e", "\x85"],
)  # fmt: skip
def test_text_that_is_empty_invisible_or_poisonous_is_refused(value: Any) -> None:
    fields = Fields({"text": value})
    fields.text("text", longest=10)
    assert wrong_fields(fields) == ["text"]


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("e\u0301", "é"),
        ("👩‍🚀", "👩‍🚀"),
        ("台灯", "台灯"),
        ("a\u202eb", "ab"),
        ("a" * 10, "a" * 10),
    ],
)
def test_text_is_made_canonical(value: Any, clean: Any) -> None:
    assert clean_text(value, longest=10) == clean


def test_lines_are_kept_only_where_asked_for() -> None:
    assert clean_text("a\nb", longest=10, many_lines=True) == "a\nb"


def test_a_huge_text_is_refused_before_any_work() -> None:
    with pytest.raises(ValueError, match="at most"):
        clean_text(" " * 10_000_000, longest=10)


@pytest.mark.parametrize(
    ("text", "minor"), [("59", 5900), ("59.9", 5990), (" ¥59.90 ", 5990), ("0", 0)]
)
def test_an_amount_becomes_minor_units(text: str, minor: int) -> None:
    fields = Fields({"price": text}, is_form=True)
    assert fields.amount("price", "CNY") == minor
    fields.check()


@pytest.mark.parametrize(
    "text",
    ["", "-1", "1e9", "1e999999", "NaN", "59.001", "5.", "1,000", "٣", "9" * 40, None, 59, True],
)
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    fields = Fields({"price": text}, is_form=True)
    fields.amount("price", "CNY")
    assert wrong_fields(fields) == ["price"]


def test_an_amount_keeps_to_its_bounds_and_its_currency() -> None:
    fields = Fields({"a": "1.00", "b": "5.5"}, is_form=True)
    fields.amount("a", "CNY", least=101)
    fields.amount("b", "JPY")
    assert wrong_fields(fields) == ["a", "b"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a.jpg?b=1#c",
        "http://127.0.0.1:8080/",
        "https://[::1]/",
        "https://例子.example/",
    ],
)
def test_web_addresses_pass(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//x.example", "/local", "https://", "https:///a", "https:x",
     "http://a b/", "http://u:p@x.example/", "http://x.example:99999/", "http://x.example\\@y", "ftp://x.example",
     "http://[::1", "https://.example/"],
)  # fmt: skip
def test_other_addresses_do_not(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    "text", ["2026-11-22T12:00:00Z", "2026-11-22T20:00:00+08:00", "2026-11-22 12:00:00.000000999z"]
)
def test_a_moment_is_in_utc(text: str) -> None:
    assert parse_moment(text) == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2026-11-22", "2026-11-22T12:00:00", "20261122T120000Z", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59-23:00",
     "0001-01-01T00:00:00+23:00", "1969-12-31T23:59:59Z", 1763800000, True, None, "now", "２０26-11-22T12:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(value: Any) -> None:
    fields = Fields({"at": value})
    fields.moment("at")
    assert wrong_fields(fields) == ["at"]


def test_a_form_may_name_its_zone_elsewhere() -> None:
    fields = Fields({"at": "2026-11-22T20:00"}, is_form=True)
    shanghai = timezone(timedelta(hours=8))
    assert fields.moment_or_none("at", local=shanghai) == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert fields.moment_or_none("other") is None
    fields.check()


def test_a_form_sends_text_only() -> None:
    fields = Fields({"n": " 5 ", "empty": "", "box": "on", "list": "M，L, ,XL"}, is_form=True)
    assert fields.integer("n", least=0, most=9) == 5
    assert fields.integer("empty", least=0, most=9, default=7) == 7
    assert (fields.flag("box"), fields.flag("other")) == (True, False)
    assert fields.texts("list", longest=5, most=5) == ["M", "L", "XL"]
    fields.check()


@pytest.mark.parametrize("value", ["M", ["M", 5], [""], ["a"] * 6, {"a": 1}])
def test_a_list_of_texts_holds_texts_only(value: Any) -> None:
    fields = Fields({"list": value})
    fields.texts("list", longest=5, most=5)
    assert wrong_fields(fields) == ["list"]


@pytest.mark.parametrize("separator", [",", "，", "、", ";", "；", "\n", "\r\n", " 、\n"])
def test_a_form_separates_texts_as_people_do(separator: str) -> None:
    fields = Fields({"words": separator.join(["扣1", "want this", "A1"])}, is_form=True)
    assert fields.texts("words", longest=20, most=3) == ["扣1", "want this", "A1"]
    fields.check()
