"""What is sold again is what was left, and says of how much."""

from dataclasses import replace

import pytest

from live.domain.line_up import Line, Sale, as_left, packed, unpacked

SALE = Sale(5900, 80, 2, 180, 300, 10)
LINE = Line("A1", "", "杯", 9900, 200, None, "", SALE)


@pytest.mark.parametrize(
    ("gone", "stock", "quantity"), [(50, 150, 80), (150, 50, 50), (200, 0, 80), (230, 0, 80)]
)
def test_the_sale_is_of_no_more_than_is_left(gone: int, stock: int, quantity: int) -> None:
    left = as_left(LINE, gone)
    assert (left.stock, left.last_stock) == (stock, 200)
    assert left.sale == replace(SALE, quantity=quantity)
    assert as_left(replace(LINE, sale=None), gone).sale is None


def test_nothing_gone_is_nothing_changed() -> None:
    known = replace(LINE, last_stock=300)
    assert as_left(known, 0) == known


def test_a_template_of_before_is_still_read() -> None:
    left = as_left(LINE, 50)
    assert unpacked(packed([left, LINE])) == [left, LINE]
    [old] = packed([LINE])
    del old["last_stock"]
    assert unpacked([old]) == [LINE]
