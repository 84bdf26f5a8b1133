"""What is allowed and probably a slip."""

from dataclasses import replace

import pytest

from live.domain.doubts import doubts, line_doubts
from live.domain.line_up import Line, Sale
from live.web.words import translate

SALE = Sale(price=5900, quantity=5, per_buyer_limit=1, duration_s=60, hold_s=60, countdown_s=0)


@pytest.mark.parametrize(
    ("price", "list_price", "quantity", "limit", "found"),
    [
        (5900, 9900, 5, 5, ()),
        (9900, 9900, 5, 1, ()),
        (9901, 9900, 5, 1, ("over_list",)),
        (98_999, 9900, 5, 1, ("over_list",)),
        (99_000, 9900, 5, 1, ("hundredfold",)),
        (590_000, 9900, 5, 1, ("hundredfold",)),
        (990, 9900, 5, 1, ()),
        (989, 9900, 5, 1, ("far_below",)),
        (99, 9900, 5, 1, ("hundredth",)),
        (59, 9900, 5, 1, ("hundredth",)),
        (1, 0, 5, 1, ()),
        (9901, 0, 5, 1, ()),
        (0, 0, 5, 1, ("free",)),
        (0, 9900, 5, 6, ("free", "limit_idle")),
        (5900, 9900, 11, 1, ("over_stock",)),
    ],
)
def test_a_price_that_is_out_of_all_proportion_is_named(
    price: int, list_price: int, quantity: int, limit: int, found: tuple[str, ...]
) -> None:
    sale = replace(SALE, price=price, quantity=quantity, per_buyer_limit=limit)
    assert doubts(sale, list_price, 10) == found


@pytest.mark.parametrize(
    ("changed", "drafted", "found"),
    [
        ({"duration_s": 14}, 0, ("brief",)),
        ({"duration_s": 15}, 0, ()),
        ({"duration_s": 3601}, 0, ("lengthy",)),
        ({"hold_s": 29}, 0, ("hold_brief",)),
        ({"hold_s": 30}, 0, ()),
        ({}, 5, ()),
        ({}, 6, ("over_stock",)),
    ],
)
def test_so_are_odd_lengths_and_drafts_that_are_more_than_the_stock(
    changed: dict[str, int], drafted: int, found: tuple[str, ...]
) -> None:
    assert doubts(replace(SALE, **changed), 9900, 10, drafted) == found


def test_a_list_price_that_jumps_is_named_and_one_that_is_new_is_not() -> None:
    line = Line("A1", "", "杯", 9900, 10, None, "", None)
    for price, found in (
        (99_000, ("list_jump",)),
        (98_999, ()),
        (990, ("list_jump",)),
        (991, ()),
        (0, ()),
    ):
        assert line_doubts(replace(line, list_price=price), line) == found
    assert line_doubts(line) == line_doubts(line, replace(line, list_price=0)) == ()


def test_every_doubt_has_its_words() -> None:
    codes = (
        "free", "hundredfold", "over_list", "hundredth", "far_below", "limit_idle", "over_stock",
        "brief", "lengthy", "hold_brief", "list_jump",
    )  # fmt: skip
    for lang in ("zh", "en"):
        assert len(
            {translate(lang, f"offers.doubt.{c}", price="¥1", stock=1) for c in codes}
        ) == len(codes)
