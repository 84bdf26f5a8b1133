import cProfile
from typing import Any

import pytest

from live.domain.catalogue import CatalogueError, decode_csv, parse_products
from live.domain.catalogue_cells import Reason

HEADER = (
    "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
    "Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Variant Image,Status\n"
)


def row(handle: str = "lamp", title: str = "Lamp", body: str = "", name1: str = "Title", value1: str = "Default Title", name2: str = "", value2: str = "", sku: str = "LAMP-1", qty: str = "5", price: str = "59.00", compare: str = "", image: str = "", variant_image: str = "", status: str = "active") -> Any:  # fmt: skip
    cells = [handle, title, body, name1, value1, name2, value2, sku, qty, price, compare]
    cells += [image, variant_image, status]
    return ",".join(cells) + "\n"


def refusals(text: str, **options: Any) -> Any:
    plan = parse_products(text, **options)
    assert plan.items == []
    return [(refused.line, refused.reason_code) for refused in plan.rejected]


def test_a_simple_product_is_one_item() -> None:
    plan = parse_products(HEADER + row(image="https://cdn.example/lamp.jpg?v=1"))
    (item,) = plan.items
    assert plan.rejected == []
    assert (item.sku, item.title, item.variant) == ("LAMP-1", "Lamp", "")
    assert (item.list_price_minor, item.stock) == (5900, 5)
    assert item.image_url == "https://cdn.example/lamp.jpg?v=1"


def test_continuation_lines_inherit_title_and_picture_and_have_their_own() -> None:
    text = HEADER
    text += row(
        name1="Color", value1="Red", name2="Size", value2="M", image="https://x.example/a.jpg"
    )
    text += row(
        title="", name1="", value1="Blue", value2="L", sku="LAMP-2", status="",
        variant_image="https://x.example/blue.jpg",
    )  # fmt: skip
    red, blue = parse_products(text).items
    assert (red.variant, blue.variant) == ("Red / M", "Blue / L")
    assert blue.title == "Lamp"
    assert (red.image_url, blue.image_url) == (
        "https://x.example/a.jpg",
        "https://x.example/blue.jpg",
    )


def test_continuation_lines_need_not_follow_their_product_at_once() -> None:
    text = HEADER + row(value1="Red", name1="Color")
    text += row(handle="cup", title="Cup", sku="CUP")
    text += row(title="", name1="", value1="Blue", sku="LAMP-2")
    assert [item.title for item in parse_products(text).items] == ["Lamp", "Cup", "Lamp"]


def test_a_line_with_a_picture_only_is_neither_item_nor_refusal() -> None:
    picture = row(
        title="", name1="", value1="", sku="", qty="", price="", image="https://x.example/b.jpg"
    )
    plan = parse_products(HEADER + row() + picture)
    assert (len(plan.items), plan.rejected) == (1, [])


@pytest.mark.parametrize(
    ("price", "compare", "expected"),
    [
        ("59", "", 5900),
        ("59.00", "99.00", 9900),
        ("59.00", "49.00", 5900),
        ("0", "0", 0),
        ("59.9", "", 5990),
    ],
)
def test_the_list_price_is_the_higher_one(price: str, compare: str, expected: int) -> None:
    (item,) = parse_products(HEADER + row(price=price, compare=compare)).items
    assert item.list_price_minor == expected


def test_a_currency_without_decimals() -> None:
    (item,) = parse_products(HEADER + row(price="5900.00"), currency_exponent=0).items
    assert item.list_price_minor == 5900
    assert refusals(HEADER + row(price="59.50"), currency_exponent=0) == [(2, Reason.BAD_PRICE)]


@pytest.mark.parametrize(
    "price",
    ["-1", "1e3", "NaN", "Infinity", "1,000", "¥59", "5.", ".5", "59.001", "99999999999999", "٣"],
)
def test_a_price_that_is_no_amount_is_refused(price: str) -> None:
    cell = f'"{price}"' if "," in price else price
    assert refusals(HEADER + row(price=cell)) == [(2, Reason.BAD_PRICE)]


@pytest.mark.parametrize("qty", ["-3", "1.5", "many", "99999999999", "10000001"])
def test_a_stock_that_is_no_count_is_refused(qty: str) -> None:
    assert refusals(HEADER + row(qty=qty)) == [(2, Reason.BAD_STOCK)]


def test_an_empty_stock_is_none_and_a_decimal_zero_is_harmless() -> None:
    text = HEADER + row(qty="") + row(handle="cup", sku="CUP", qty="7.0")
    assert [item.stock for item in parse_products(text).items] == [0, 7]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, Reason.MISSING_TITLE),
        ({"price": ""}, Reason.MISSING_PRICE),
        ({"title": "=cmd|' /C calc'!A0"}, Reason.FORMULA),
        ({"title": "@SUM(1)"}, Reason.FORMULA),
        ({"sku": "+1+1"}, Reason.FORMULA),
        ({"sku": "-2"}, Reason.FORMULA),
        ({"title": '"\tLamp"'}, Reason.FORMULA),
        ({"title": "x" * 201}, Reason.TOO_LONG),
        ({"title": "La\x07mp"}, Reason.BAD_TEXT),
        ({"status": "draft"}, Reason.NOT_ACTIVE),
        ({"title": "Lamp,red"}, Reason.EXTRA_CELLS),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(changes: Any, reason: Any) -> None:
    assert refusals(HEADER + row(**changes)) == [(2, reason)]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://user@evil.example/", "x" * 2001]
)
def test_a_wrong_picture_costs_the_picture_and_is_noted(address: str) -> None:
    plan = parse_products(HEADER + row(image=address))
    assert ([item.image_url for item in plan.items], plan.rejected) == ([""], [])
    (note,) = plan.notes
    assert (note.line, note.reason_code) == (2, Reason.BAD_URL)
    assert note.detail.startswith("Image Src: ")


def test_variants_of_a_refused_title_are_refused_too() -> None:
    text = HEADER + row(title="=1") + row(title="", sku="LAMP-2")
    assert refusals(text) == [(2, Reason.FORMULA), (3, Reason.MISSING_TITLE)]


def test_variants_of_a_product_that_is_not_for_sale_are_not_either() -> None:
    text = HEADER + row(status="archived") + row(title="", sku="LAMP-2", status="")
    assert refusals(text) == [(2, Reason.NOT_ACTIVE), (3, Reason.NOT_ACTIVE)]


def test_a_sku_counts_once_and_the_refusal_names_the_first_line() -> None:
    plan = parse_products(HEADER + row() + row(handle="cup", title="Cup"))
    assert [item.title for item in plan.items] == ["Lamp"]
    (refused,) = plan.rejected
    assert (refused.line, refused.reason_code) == (3, Reason.DUPLICATE_SKU)
    assert (refused.detail, refused.other) == ("LAMP-1", 2)


def test_a_refused_line_does_not_use_up_its_sku() -> None:
    plan = parse_products(HEADER + row(price="free") + row())
    assert [item.sku for item in plan.items] == ["LAMP-1"]


def test_a_missing_sku_is_made_of_handle_and_variant() -> None:
    text = (
        HEADER
        + row(sku="", name1="Color", value1="Dark Red")
        + row(handle="cup", title="Cup", sku="")
    )
    assert [item.sku for item in parse_products(text).items] == ["lamp-dark-red", "cup"]


def test_line_numbers_count_the_breaks_inside_quotes() -> None:
    text = HEADER + row(body='"<p>one</p>\n\n<p>two</p>\r\n"') + "\n" + row(sku="B", price="free")
    assert [refused.line for refused in parse_products(text).rejected] == [7]


def test_separators_that_python_calls_line_breaks_are_none() -> None:
    text = HEADER + row(title="La\u2028mp") + row(sku="B", price="free")
    assert [refused.line for refused in parse_products(text).rejected] == [3]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_found_in_the_header(delimiter: str) -> None:
    text = (HEADER + row()).replace(",", delimiter)
    assert [item.sku for item in parse_products(text).items] == ["LAMP-1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\ufeff\n\n", "empty"),
        ("sku,price\n1,2\n", "missing_columns"),
        (HEADER, "no_rows"),
        (HEADER.strip() + "\n\n", "no_rows"),
        (HEADER + 'lamp,"Lamp\n', "broken_quotes"),
        ("not a table at all", "missing_columns"),
    ],
)
def test_a_file_that_is_no_product_list_is_refused_as_a_whole(text: str, code: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_products(text)
    assert caught.value.code == code


def test_encodings_that_shops_save() -> None:
    text = HEADER + row(title="台灯")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        (item,) = parse_products(decode_csv(text.encode(encoding))).items
        assert item.title == "台灯"


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"caf\xe9,", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00", b"a\x00b"],
)
def test_bytes_that_are_no_text_are_refused(data: Any) -> None:
    with pytest.raises(CatalogueError) as caught:
        decode_csv(data)
    assert caught.value.code == "encoding"


def calls(lines: list[str]) -> int:
    """How many calls it takes to read them: the work, on any machine."""
    profile = cProfile.Profile()
    profile.runcall(parse_products, HEADER + "".join(lines))
    return sum(entry.callcount for entry in profile.getstats())


def test_a_hundred_thousand_lines_are_read_line_by_line_and_one_more_is_too_many() -> None:
    lines = [row(handle=f"h{n}", sku=f"S{n}") for n in range(100_000)]
    assert calls(lines[:10_000]) < 11 * calls(lines[:1_000])
    assert len(parse_products(HEADER + "".join(lines)).items) == 100_000
    with pytest.raises(CatalogueError) as caught:
        parse_products(HEADER + "".join(lines) + row(sku="last"))
    assert caught.value.code == "too_many_lines"
