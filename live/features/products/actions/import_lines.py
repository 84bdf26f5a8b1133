"""One line of an imported file and the item that it is of: which sale it prepares, and what is to be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.domain.catalogue import ImportedItem
from live.domain.catalogue_cells import Reason, RefusedError, Rejected
from live.domain.catalogue_sale import COLUMNS, sale_wanted, told
from live.domain.doubts import FIELDS, line_doubts, new_doubts
from live.domain.line_up import Line, Sale
from live.domain.offer import OfferState
from live.errors import Conflict
from live.features.products.actions.claims import Claims
from live.store import items, offers
from live.store.items import Item
from live.store.offers import Offer

_REASONS = {
    "list_jump": Reason.LIST_JUMP,
    "over_stock": Reason.SALE_STOCK,
    "limit_idle": Reason.SALE_LIMIT,
    "brief": Reason.SALE_LENGTH,
    "lengthy": Reason.SALE_LENGTH,
    "hold_brief": Reason.SALE_LENGTH,
}


@dataclass(frozen=True, slots=True)
class Known:
    """An item as it stands, with its sales, oldest first. `claims`: None where the line does not hang on them."""

    row: Item
    sales: Sequence[Offer]
    claims: Claims | None = None

    @property
    def drafts(self) -> list[Offer]:
        """Those that nobody has pushed."""
        pushed = self.claims.offers if self.claims else ()
        return [one for one in self.sales if one.state == OfferState.DRAFT and one.id not in pushed]

    @property
    def draft(self) -> Sale | None:
        """Of them the newest."""
        return offers.sale_of(self.drafts[-1]) if self.drafts else None

    def hangs_on_claims(self, item: ImportedItem) -> bool:
        """True for less stock and for another sale, where there are sales at all."""
        return bool(self.sales) and (item.stock < self.row.stock or self.has_other_sale(item))

    def has_other_sale(self, item: ImportedItem) -> bool:
        """Whether the line prepares one. The terms of one that was on air do not: a file that comes in again
        sells nothing twice."""
        if item.sale is None:
            return False
        as_it_is = self.draft or (offers.sale_of(self.sales[-1]) if self.sales else None)
        return as_it_is is None or item.sale.of(as_it_is) != as_it_is


def sale_in(item: ImportedItem, known: Known | None, hold_s: int) -> Sale | None:
    """The sale that the line prepares; None where it leaves the item's as it is. Raises RefusedError, also for
    less stock than is spoken for."""
    claims = known.claims if known else None
    if known and claims and item.stock < known.row.stock:
        try:
            claims.allow(item.stock)
        except Conflict as short:
            needed = f"{item.sku}: {item.stock} < {short.values['needed']}"
            raise RefusedError(Reason.STOCK_SHORT, needed) from short
    if item.sale is None or (known and not known.has_other_sale(item)):
        return None
    free = item.stock - (claims.spoken_for if claims else 0)
    return sale_wanted(item.sale, known.draft if known else None, item.stock, free, hold_s)


def slips_in(
    item: ImportedItem, known: Known | None, sale: Sale | None, places: int
) -> list[Rejected]:
    """What is probably a slip, and was not before; the newest sale counts while it is prepared. `places`: of the
    currency."""
    sale = sale or (known.draft if known else None)
    line = Line(
        item.sku, item.variant, item.title, item.list_price_minor, item.stock, None, "", sale
    )
    codes = new_doubts(line, items.line_of(known.row, known.draft)) if known else line_doubts(line)
    found = dict.fromkeys(
        (_REASONS.get(code, Reason.SALE_PRICE), _detail(item, sale, code, places)) for code in codes
    )
    return [Rejected(item.line, reason, detail) for reason, detail in found]


def _detail(item: ImportedItem, sale: Sale | None, code: str, places: int) -> str:
    """The column that it stands in, if the line has it."""
    field = FIELDS[code]
    if item.sale is None or sale is None or field not in COLUMNS:
        return item.sku
    return f"{COLUMNS[field]}: {told(sale, field, places)}"
