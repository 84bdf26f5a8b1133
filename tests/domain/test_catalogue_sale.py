"""The sale of a line in a product list: read term by term, and prepared only where it can be."""

import pytest

from live.domain.catalogue import ImportedItem, parse_products
from live.domain.catalogue_cells import Reason, RefusedError
from live.domain.catalogue_sale import COLUMNS, sale_wanted
from live.domain.line_up import COUNTDOWN_S, DURATION_S, Sale, Terms

HEAD = "Handle,Title,Variant Price,Variant SKU," + ",".join(COLUMNS.values()) + "\n"
SALE = Sale(5900, 60, 2, 240, 300, 5)


def read(*cells: str) -> ImportedItem:
    text = HEAD + "cup,杯,99.00,A1," + ",".join(cells) + "\n"
    plan = parse_products(text)
    assert plan.rejected == []
    return plan.items[0]


def test_a_line_says_all_of_its_sale_or_some_or_nothing() -> None:
    assert read("59", "60", "2", "4:00", "5", "300").sale == Terms(5900, 60, 2, 240, 300, 5)
    assert read("59.00", "60.0", "", "", "", "").sale == Terms(5900, 60)
    assert read("", "", "", " 90 ", "", "").sale == Terms(duration_s=90)
    assert read("", "", "", "", "", "").sale is None


def test_columns_are_found_by_name_wherever_they_stand_and_may_be_missing() -> None:
    text = "SALE UNITS;Handle;Title;Variant Price;sale price\n20;cup;杯;99;59\n"
    assert parse_products(text).items[0].sale == Terms(5900, 20)
    text = "Handle,Title,Variant Price\ncup,杯,99\n"
    assert parse_products(text).items[0].sale is None


@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("price", "x", Reason.BAD_PRICE),
        ("price", "59.999", Reason.BAD_PRICE),
        ("price", "99999999999", Reason.BAD_PRICE),
        ("quantity", "0", Reason.BAD_SALE),
        ("quantity", "1.5", Reason.BAD_SALE),
        ("quantity", "1000001", Reason.BAD_SALE),
        ("per_buyer_limit", "=1", Reason.BAD_SALE),
        ("per_buyer_limit", "1001", Reason.BAD_SALE),
        ("duration_s", "0:00", Reason.BAD_SALE),
        ("duration_s", "3 min", Reason.BAD_SALE),
        ("countdown_s", "3601", Reason.BAD_SALE),
        ("hold_s", "-5", Reason.BAD_SALE),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(field: str, cell: str, reason: Reason) -> None:
    cells = [cell if name == field else "" for name in COLUMNS]
    plan = parse_products(HEAD + "cup,杯,99.00,A1," + ",".join(cells) + "\n")
    assert plan.items == []
    [refused] = plan.rejected
    assert (refused.line, refused.reason_code) == (2, reason)
    assert refused.detail == f"{COLUMNS[field]}: {cell}"


def test_a_first_sale_is_of_all_that_is_free_and_a_known_one_keeps_what_is_not_said() -> None:
    first = sale_wanted(Terms(5900), None, 80, 30, 300)
    assert first == Sale(5900, 30, 1, DURATION_S, 300, COUNTDOWN_S)
    assert sale_wanted(Terms(quantity=70), SALE, 80, 30, 600) == Sale(5900, 70, 2, 240, 300, 5)


@pytest.mark.parametrize(
    ("terms", "before", "stock", "free", "reason"),
    [
        (Terms(quantity=5), None, 80, 80, Reason.SALE_WITHOUT_PRICE),
        (Terms(5900), None, 80, 0, Reason.SALE_WITHOUT_STOCK),
        (Terms(5900, 81), None, 80, 80, Reason.SALE_OVER_STOCK),
        (Terms(quantity=81), SALE, 80, 80, Reason.SALE_OVER_STOCK),
    ],
)
def test_a_sale_that_cannot_be_is_refused(
    terms: Terms, before: Sale | None, stock: int, free: int, reason: Reason
) -> None:
    with pytest.raises(RefusedError) as refused:
        sale_wanted(terms, before, stock, free, 300)
    assert refused.value.reason == reason
