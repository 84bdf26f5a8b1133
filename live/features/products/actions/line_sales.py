"""The sale of a line that is changed: its new terms, or the first ones of an item that has none prepared."""

from dataclasses import replace

from live.domain.line_up import Line, Sale, first_sale
from live.domain.offer import PRICE_MAX, QUANTITY_MAX, OfferState
from live.errors import Invalid
from live.features.products.actions.claims import Claims
from live.features.products.forms import SaleEdit
from live.web.fields import field_error


def sale_of(edit: SaleEdit, line: Line, claims: Claims, drafted: int, hold_s: int) -> Sale | None:
    """What the edit makes of the line's sale; None where there was none and none is made.

    `line`: with its new stock and list price; `drafted`: units of its other sales that are prepared; `hold_s`: of
    a first sale. Raises Invalid.
    """
    if line.sale is None and edit.skips_none:
        return None
    free = line.stock - claims.spoken_for - drafted
    price = _price(edit, line)
    if line.sale is None:
        _check_first(edit, price, line.stock, free, claims)
    if edit.all_free and free <= 0:
        raise Invalid([field_error("sale.quantity", "none_free")])
    if edit.quantity is not None and edit.quantity > line.stock:
        raise Invalid([field_error("sale.quantity", "over_stock", stock=line.stock)])
    units = min(free, QUANTITY_MAX) if edit.all_free else edit.quantity
    terms = replace(edit, price=price, quantity=units)
    return terms.of(line.sale or first_sale(price or 0, free, hold_s))


def _price(edit: SaleEdit, line: Line) -> int | None:
    """In percent of what it costs now, half a minor unit rounded up; without a sale that is the list price."""
    if not edit.percent:
        return edit.price
    of_list = edit.of_list or line.sale is None
    if of_list and not line.list_price:
        raise Invalid([field_error("sale.price", "no_list_price")])
    now = line.list_price if of_list or line.sale is None else line.sale.price
    price = (now * edit.percent * 2 + 100) // 200
    if price > PRICE_MAX:
        raise Invalid([field_error("sale.price", "out_of_range")])
    return price


def _check_first(edit: SaleEdit, price: int | None, stock: int, free: int, claims: Claims) -> None:
    wrong = [] if price is not None else [field_error("sale.price", "required")]
    if edit.stands_alone and any(
        one.state is not OfferState.CLOSED for one in claims.offers.values()
    ):
        wrong = [field_error("sale.price", "on_air")]
    elif edit.quantity is None and free <= 0:
        code = "none_free" if stock else "no_stock"
        wrong.append(field_error("sale.price" if not wrong else "sale.quantity", code))
    if wrong:
        raise Invalid(wrong)
