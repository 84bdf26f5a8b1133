"""A list that is written is the list that is read, sales and all, and no spreadsheet runs any of it."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from live.domain.catalogue import ImportedItem, parse_products
from live.domain.catalogue_out import write_products
from live.domain.line_up import Sale
from live.domain.offer import (
    COUNTDOWN_MAX_S,
    DURATION_MAX_S,
    HOLD_MAX_S,
    LIMIT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
)

PICTURE = "/pictures/9f86d081884c7d659a2feaa0c55ad015.webp"
plain = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=30)
texts = st.one_of(
    plain, st.sampled_from(["=1+1", "+86", "-5 度", "@me", "'quoted", "''", '"', "a,b;c"])
)
notes = st.lists(texts, max_size=3).map("\n".join)
sales = st.none() | st.builds(
    Sale,
    st.integers(0, PRICE_MAX), st.integers(1, QUANTITY_MAX), st.integers(1, LIMIT_MAX),
    st.integers(1, DURATION_MAX_S), st.integers(1, HOLD_MAX_S), st.integers(0, COUNTDOWN_MAX_S),
)  # fmt: skip
lines = st.lists(
    st.tuples(texts, texts, st.one_of(st.just(""), texts), st.integers(0, 10**12), st.integers(0, 10**7), notes, sales),
    min_size=1, max_size=6, unique_by=lambda line: line[0],
)  # fmt: skip


@given(lines, st.sampled_from([0, 2, 3]))
def test_what_is_written_is_read_again(
    found: list[tuple[str, str, str, int, int, str, Sale | None]], places: int
) -> None:
    items = [
        (ImportedItem(0, sku, title, variant, price, stock, PICTURE, note.strip()), sale)
        for sku, title, variant, price, stock, note, sale in found
    ]
    text = write_products(items, currency_exponent=places)
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    plan = parse_products(text, currency_exponent=places)
    assert plan.rejected == plan.notes == []
    assert [(i.sku, i.title, i.variant, i.list_price_minor, i.stock, i.image_url, i.notes) for i in plan.items] == [
        (i.sku, i.title, i.variant, i.list_price_minor, i.stock, i.image_url, i.notes) for i, _ in items
    ]  # fmt: skip
    blank = Sale(0, 0, 0, 0, 0, 0)
    assert [i.sale.of(blank) if i.sale else None for i in plan.items] == [sale for _, sale in items]
