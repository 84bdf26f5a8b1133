"""What people type is read as they mean it, or named with its line; nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.domain.line_up import COUNTDOWN_S, DURATION_S, LINES_MAX, Line, Sale, packed, unpacked
from live.domain.pasted import Unread, doubts_of, read_pasted

HOLD_S = 300


def one(text: str, currency: str = "CNY") -> Line:
    lines, unread = read_pasted(text, currency, HOLD_S)
    assert unread == []
    [line] = lines
    return line


def sale(price: int, quantity: int, limit: int = 1) -> Sale:
    return Sale(price, quantity, limit, DURATION_S, HOLD_S, COUNTDOWN_S)


@pytest.mark.parametrize(
    ("text", "title", "list_price", "expected"),
    [
        ("316 保温杯 500 ml 99/159 x60 限2", "316 保温杯 500 ml", 15900, sale(9900, 60, 2)),
        ("Ceramic mug 79 x100 limit 2 #MUG-1", "Ceramic mug", 7900, sale(7900, 100, 2)),
        ("盖毯 ¥169.50 / ¥269 40件 限购 3 件", "盖毯", 26900, sale(16950, 40, 3)),
        ("灯\t199\tx36", "灯", 19900, sale(19900, 36)),
        ("手持挂烫机 25 秒出汽", "手持挂烫机 25 秒出汽", 0, None),
        ("灯 199", "灯", 19900, None),
        ("杯 x12", "杯", 0, None),
        ("2026", "2026", 0, None),
        ("  杯   白色  5元 ×3 ", "杯 白色", 500, sale(500, 3)),
        ("1. 保温杯 350ml 原价129 秒杀59 限购2 库存20", "保温杯 350ml", 12900, sale(5900, 20, 2)),
        ("2、香薰灯，秒杀39.9，原价89，库存：5。", "香薰灯", 8900, sale(3990, 5)),
        ("③ 灯 39.9元/89元 5件 每人限2件", "灯", 8900, sale(3990, 5, 2)),
        ("灯原价89秒杀39.9限购2库存5", "灯", 8900, sale(3990, 5, 2)),
        ("灯 原价89秒杀39.9限购2库存5", "灯", 8900, sale(3990, 5, 2)),
        ("灯 限2 x5 ¥39.9", "灯", 3990, sale(3990, 5, 2)),
        (
            "Mug 350 ml was $129 sale $59, max 2 each, 20 units",
            "Mug 350 ml",
            12900,
            sale(5900, 20, 2),
        ),
        ("(3) Lamp 89 -> 39.9 stock 5", "Lamp", 8900, sale(3990, 5)),
        (
            "保温杯 350ml，原价129元，秒杀价59元，库存20件，每人限购2件",
            "保温杯 350ml",
            12900,
            sale(5900, 20, 2),
        ),
        (
            "保温杯 350ml，原价129，秒杀价59，20件，每人限购2",
            "保温杯 350ml",
            12900,
            sale(5900, 20, 2),
        ),
        ("灯 ¥99 秒杀 ¥49 30个 每人2个", "灯", 9900, sale(4900, 30, 2)),
        ("香薰灯 ¥89 秒杀39.9 5件", "香薰灯", 8900, sale(3990, 5)),
        ("香薰灯 89 秒杀39.9 5件", "香薰灯 89", 3990, sale(3990, 5)),
        (
            "Cup, list price ¥129, flash price ¥59, 20 units, at most 2 a buyer",
            "Cup",
            12900,
            sale(5900, 20, 2),
        ),
        ("Cup $129 now $59 20 in stock, 2 per buyer", "Cup", 12900, sale(5900, 20, 2)),
        ("3.5L 锅 99 x1", "3.5L 锅", 9900, sale(9900, 1)),
        ("7 Up 5 x3", "7 Up", 500, sale(500, 3)),
        ("Salomon 5 x3", "Salomon", 500, sale(500, 3)),
        ("扫地机器人 1,299/2,599 x30", "扫地机器人", 259900, sale(129900, 30)),
        ("空气炸锅 价格1,299 库存20", "空气炸锅", 129900, sale(129900, 20)),
        ("Bowl $1,299.00 x 20", "Bowl", 129900, sale(129900, 20)),
        ("Bowl 1,299.00 x 20", "Bowl", 129900, sale(129900, 20)),
        ("Bowl was 2,599 now 1,299, 20 units", "Bowl", 259900, sale(129900, 20)),
        ("茶具，原价 1,299，秒杀 899，200件", "茶具", 129900, sale(89900, 200)),
        ("一、茶具 市场价299 活动价199 库存30套 限购2套", "茶具", 29900, sale(19900, 30, 2)),
        ("十二、袜子 专柜价59 券后价39 30单 一人一件", "袜子", 5900, sale(3900, 30)),
        ("香皂 直播间价19.9 库存50盒 每人限两盒", "香皂", 1990, sale(1990, 50, 2)),
        ("面膜 到手39 库存50 限拍3件", "面膜", 3900, sale(3900, 50, 3)),
        ("马克杯 两只装 79 x5", "马克杯 两只装", 7900, sale(7900, 5)),
        ("Wool blanket ¥1,299 (was 1,599) 20 pcs", "Wool blanket", 159900, sale(129900, 20)),
        ("保温杯 99元（原价159） 50件", "保温杯", 15900, sale(9900, 50)),
        ("杯 500 ml（秒杀99，原价159）【库存 50】(限购2件)", "杯 500 ml", 15900, sale(9900, 50, 2)),
        ("灯 (原价 89) 39.9 x5", "灯", 8900, sale(3990, 5)),
        ("T恤 (2 件) 99 x5", "T恤 (2 件)", 9900, sale(9900, 5)),
        ("灯（限量 500 份）39 x5", "灯（限量 500 份）", 3900, sale(3900, 5)),
        ("Mug (list of 3) 20 x5", "Mug (list of 3)", 2000, sale(2000, 5)),
        ("T恤 3、5 码 99 x5", "T恤 3、5 码", 9900, sale(9900, 5)),
        ("保温杯99元 50件", "保温杯", 9900, sale(9900, 50)),
        ("保温杯¥99/159 50件", "保温杯", 15900, sale(9900, 50)),
        ("100元话费98元 50件", "100元话费", 9800, sale(9800, 50)),
        ("iPhone 15 5999 x3", "iPhone 15", 599900, sale(599900, 3)),
    ],
)
def test_a_line_is_read_backwards(
    text: str, title: str, list_price: int, expected: Sale | None
) -> None:
    line = one(text)
    assert (line.title, line.list_price, line.sale) == (title, list_price, expected)
    assert line.stock == (expected.quantity if expected else line.stock)


def test_lines_below_a_product_are_notes_for_the_host() -> None:
    text = "杯 9 x1\n- 双层真空\n  · 还烫口\n\n毯 8 x1\n— 柔软"
    (mug, blanket), unread = read_pasted(text, "CNY", HOLD_S)
    assert (mug.notes, blanket.notes) == ("双层真空\n还烫口", "柔软")
    assert unread == []


def test_skus_are_as_given_or_the_next_that_is_free() -> None:
    text = "a\nb #P2\nc\nd #x\ne #x"
    lines, unread = read_pasted(text, "CNY", HOLD_S, taken=["P1"])
    assert [line.sku for line in lines] == ["P4", "P2", "P5", "x"]
    assert unread == [Unread(5, "sku_twice")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- 先说话", "note_first"),
        ("杯 1.005 x3", "price"),
        ("杯 9999999999999 x3", "price"),
        ("杯 9 x0", "units"),
        ("杯 9 x100000000", "units"),
        ("杯 9 x3 限0", "limit"),
        ("杯 9 x3 限5000", "limit"),
        (f"{'杯' * 201} 9 x3", "too_long"),
        ("杯 9\n- " + "话" * 2001, "too_long"),
        ("x60", "no_title"),
        ("杯 1,29 x3", "commas"),
        ("杯 1，299 x3", "commas"),
        ("杯,99,159 x3", "commas"),
        ("杯,99,159,60", "commas"),
        ("饭碗\t129\t59.9\t30\t2", "columns"),
        ("灯\t199\t36", "columns"),
        ("灯 原价89 秒杀39.9 库存5箩筐", "not_read"),
        ("灯 ¥89 打九折", "not_read"),
        ("1. 原价 89 x3", "no_title"),
        ("\n".join(f"杯{n}" for n in range(LINES_MAX + 5)), "too_many"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(text: str, reason: str) -> None:
    _, unread = read_pasted(text, "CNY", HOLD_S)
    assert [one.reason for one in unread] == [reason]


@pytest.mark.parametrize(
    ("title", "is_odd"),
    [
        ("饭碗 129 59.9 30", True),
        ("灯 39.9", True),
        ("iPhone 15", False),
        ("保温杯 350ml", False),
        ("V 1.5L", False),
    ],
)
def test_a_title_that_ends_as_prices_do_is_odd(title: str, *, is_odd: bool) -> None:
    assert ("odd_title" in doubts_of(one(f"{title} 秒杀99 x3"))) is is_odd


def test_a_currency_without_decimals_takes_none() -> None:
    assert one("カップ 500 x2", "JPY").list_price == 500
    assert read_pasted("カップ 5.5 x2", "JPY", HOLD_S)[1] == [Unread(1, "price")]


@given(
    st.text(alphabet=st.sampled_from("杯a 19/.x限购价原秒杀#-,，、\n\t¥件元0一两人每"), max_size=80)
)
def test_any_text_is_read_or_named(text: str) -> None:
    lines, unread = read_pasted(text, "CNY", HOLD_S)
    assert all(line.title and line.sku and line.list_price >= 0 for line in lines)
    assert len({line.sku for line in lines}) == len(lines)
    assert all(1 <= one.number <= len(text.splitlines()) for one in unread)
    assert unpacked(packed(lines)) == lines
