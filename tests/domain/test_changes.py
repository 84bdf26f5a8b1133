from dataclasses import replace

from live.domain.changes import MOST, Change, changes_in, line_changes, with_changes
from live.domain.line_up import Line, Sale

SALE = Sale(5900, 20, 2, 180, 300, 5)
LINE = Line("P1", "", "杯", 12900, 20, None, "", SALE)


def test_what_differs_is_told_and_read_back() -> None:
    after = replace(LINE, title="大 杯", notes="说慢点", sale=replace(SALE, price=590))
    changes = line_changes(LINE, after)
    told = [Change("title", "杯", "大 杯"), Change("notes", None, None), Change("price", 5900, 590)]
    assert changes == told
    assert changes_in(with_changes("1 杯", changes)) == ("1 杯", told)


def test_of_several_lines_each_says_whose_it_is_and_not_all_are_told() -> None:
    after = replace(LINE, sale=replace(SALE, quantity=17))
    changes = line_changes(LINE, after, "杯") * 20
    _, told = changes_in(with_changes("20", changes))
    assert told == [Change("quantity", 20, 17, "杯")] * MOST


def test_a_first_sale_has_no_price_before() -> None:
    changes = line_changes(replace(LINE, sale=None), LINE)
    assert changes == [Change("price", None, 5900), Change("quantity", None, 20)]


def test_nothing_changed_and_a_text_of_several_lines_are_as_they_were() -> None:
    assert with_changes("1 杯", line_changes(LINE, LINE)) == "1 杯"
    assert changes_in("快一点\n再快 一点") == ("快一点\n再快 一点", [])
