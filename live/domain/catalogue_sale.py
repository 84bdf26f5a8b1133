"""The sale of a line in a product list: columns that no shop's export has, and that are all optional."""

from decimal import Decimal

from live.domain.catalogue_cells import COUNT, Reason, RefusedError, amount_in, cell_of
from live.domain.line_up import Sale, Terms, first_sale
from live.domain.moments import seconds_in
from live.domain.offer import (
    COUNTDOWN_MAX_S,
    DURATION_MAX_S,
    HOLD_MAX_S,
    HOLD_MIN_S,
    LIMIT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
)

COLUMNS = {  # by the field of a sale
    "price": "Sale Price",
    "quantity": "Sale Units",
    "per_buyer_limit": "Limit per Buyer",
    "duration_s": "Sale Seconds",
    "countdown_s": "Countdown Seconds",
    "hold_s": "Hold Seconds",
}
_KEYS = {column.casefold() for column in COLUMNS.values()}


def terms_in(cells: dict[str, str], currency_exponent: int) -> Terms | None:
    """What the line says of its sale; None where it says nothing. Raises RefusedError."""
    if _KEYS.isdisjoint(cells):
        return None
    terms = Terms(
        price=_price(cells, currency_exponent),
        quantity=_whole(cells, "quantity", 1, QUANTITY_MAX),
        per_buyer_limit=_whole(cells, "per_buyer_limit", 1, LIMIT_MAX),
        duration_s=_whole(cells, "duration_s", 1, DURATION_MAX_S),
        hold_s=_whole(cells, "hold_s", HOLD_MIN_S, HOLD_MAX_S),
        countdown_s=_whole(cells, "countdown_s", 0, COUNTDOWN_MAX_S),
    )
    return None if terms == Terms() else terms


def sale_wanted(terms: Terms, before: Sale | None, stock: int, free: int, hold_s: int) -> Sale:
    """The sale that a line's terms come to, in place of the one `before`. `free`: units of the stock that no other
    sale has; `hold_s`: of a first sale that says none. Raises RefusedError."""
    if before is None:
        if terms.price is None:
            raise RefusedError(Reason.SALE_WITHOUT_PRICE, COLUMNS["price"])
        if terms.quantity is None and free <= 0:
            raise RefusedError(Reason.SALE_WITHOUT_STOCK, COLUMNS["quantity"])
        before = first_sale(terms.price, free, hold_s)
    if terms.quantity is not None and terms.quantity > stock:
        raise RefusedError(
            Reason.SALE_OVER_STOCK, f"{COLUMNS['quantity']}: {terms.quantity} > {stock}"
        )
    return terms.of(before)


def cells_of(sale: Sale | None, currency_exponent: int) -> list[str]:
    """In the order of COLUMNS; `terms_in` reads them again."""
    if sale is None:
        return [""] * len(COLUMNS)
    return [told(sale, field, currency_exponent) for field in COLUMNS]


def told(sale: Sale, field: str, currency_exponent: int) -> str:
    """One of its terms, as a cell has it."""
    value: int = getattr(sale, field)
    if field == "price":
        return f"{Decimal(value).scaleb(-currency_exponent):.{currency_exponent}f}"
    return str(value)


def _price(cells: dict[str, str], currency_exponent: int) -> int | None:
    column = COLUMNS["price"]
    cell = cell_of(cells, column.casefold())
    if not cell:
        return None
    price = amount_in(column, cell, currency_exponent)
    if price > PRICE_MAX:
        raise RefusedError(Reason.BAD_PRICE, f"{column}: {cell}")
    return price


def _whole(cells: dict[str, str], field: str, least: int, most: int) -> int | None:
    """A count; a time may stand as `3:00`, too, which a person would type."""
    column = COLUMNS[field]
    cell = cell_of(cells, column.casefold())
    if not cell:
        return None
    plain = seconds_in(cell) if field.endswith("_s") else cell
    count = int(plain.partition(".")[0]) if COUNT.fullmatch(plain) else -1
    if not least <= count <= most:
        raise RefusedError(Reason.BAD_SALE, f"{column}: {cell[:40]}")
    return count
