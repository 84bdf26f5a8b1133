"""What is allowed and probably a slip: of a sale that is prepared, and of a product's list price and stock.

A slip of two zeros is the commonest one: a price in yuan typed as if it were in fen, or the other way about.
"""

from live.domain.line_up import Line, Sale

TIMES = 10  # a price so many times the list price, or below a tenth of it, is not meant
HUNDRED = 100
FIELDS = {  # where the slip is, by its code
    "free": "price",
    "hundredfold": "price",
    "over_list": "price",
    "hundredth": "price",
    "far_below": "price",
    "limit_idle": "per_buyer_limit",
    "over_stock": "quantity",
    "brief": "duration_s",
    "lengthy": "duration_s",
    "hold_brief": "hold_s",
    "list_jump": "list_price",
    "odd_title": "title",  # as `pasted.doubts_of` finds it
}
BRIEF_S, LENGTHY_S = 15, 3600  # a sale shorter than a breath, or longer than most shows
HOLD_BRIEF_S = 30  # nobody pays in less


def doubts(sale: Sale, list_price: int, stock: int, drafted: int = 0) -> tuple[str, ...]:
    """Codes, in a fixed order: free, hundredfold, over_list, hundredth, far_below, limit_idle, over_stock, brief,
    lengthy, hold_brief. Prices in minor units, `list_price` 0 is none; `drafted`: units of the item's other sales that are
    prepared."""
    price = price_doubt(sale.price, list_price)
    found = {
        price: bool(price),
        "limit_idle": sale.per_buyer_limit > sale.quantity,
        "over_stock": sale.quantity + drafted > stock,
        "brief": sale.duration_s < BRIEF_S,
        "lengthy": sale.duration_s > LENGTHY_S,
        "hold_brief": sale.hold_s < HOLD_BRIEF_S,
    }
    return tuple(code for code, is_so in found.items() if is_so)


def price_doubt(price: int, list_price: int) -> str:
    """free, hundredfold, over_list, hundredth or far_below; "" for a price that nobody wonders at."""
    if price == 0:
        return "free"
    if list_price and price >= TIMES * list_price:
        return "hundredfold"
    if 0 < list_price < price:
        return "over_list"
    if price * HUNDRED <= list_price:
        return "hundredth"
    return "far_below" if price * TIMES < list_price else ""


def new_doubts(line: Line, before: Line, drafted: int = 0) -> tuple[str, ...]:
    """As `line_doubts`, without what was doubtful before."""
    known = line_doubts(before, drafted=drafted)
    return tuple(code for code in line_doubts(line, before, drafted) if code not in known)


def line_doubts(line: Line, before: Line | None = None, drafted: int = 0) -> tuple[str, ...]:
    """As `doubts` of its sale, if it has one; and of a list price that is another by now: list_jump, ten times
    as high or as low as before."""
    found = doubts(line.sale, line.list_price, line.stock, drafted) if line.sale else ()
    old = before.list_price if before else 0
    if old and line.list_price and not old < TIMES * line.list_price < TIMES * TIMES * old:
        return (*found, "list_jump")
    return found
