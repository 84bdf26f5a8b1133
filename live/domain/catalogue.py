"""A product list as Shopify exports it: which lines are items, which are not, and why.

Pure text in, plan out. A line is never half taken: it is an item, a rejected line with its line
number and reason, or a line that adds a picture only. Line numbers are those of a text editor
(a quoted cell may hold line breaks).
"""

import re
from dataclasses import dataclass

from live.domain.catalogue_cells import (
    CONTROL,
    COUNT,
    Reason,
    RefusedError,
    Rejected,
    amount_in,
    cell_of,
    text_in,
)
from live.domain.catalogue_sale import terms_in
from live.domain.csv_text import CatalogueError as CatalogueError
from live.domain.csv_text import Line, bare_cell, read_lines
from live.domain.csv_text import decode_csv as decode_csv
from live.domain.line_up import Terms
from live.domain.pictures import is_own

TITLE_MAX = 200
SKU_MAX = 100
URL_MAX = 2_000
STOCK_MAX = 10_000_000  # units; more is a slipped column, not a stock
NOTES_MAX = 2_000
REQUIRED = ("Handle", "Title", "Variant Price")
NOTES_COLUMN = "Host Notes"  # Shopify has none; it passes over columns that it does not know

_URL = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportedItem:
    """One sellable variant. `list_price_minor`: the struck-through price if the file has one; `notes`: for the
    host, None where the file has no such column; `sale`: what it says of the sale, None for nothing.

    `line` is where it stands in the file, as in `Rejected`.
    """

    line: int
    sku: str
    title: str
    variant: str
    list_price_minor: int
    stock: int
    image_url: str
    notes: str | None = None
    sale: Terms | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What the file asks for, and which of its lines cannot be honoured.

    `notes`: lines that are items, and of which something is to be said.
    """

    items: list[ImportedItem]
    rejected: list[Rejected]
    notes: list[Rejected]


def item_name(title: str, variant: str) -> str:
    """What an item is called wherever it is named: `Ceramic mug / Green`."""
    return f"{title} / {variant}" if variant else title


@dataclass(slots=True)
class _Product:
    """What continuation lines inherit from the first line of their handle."""

    title: str
    image_url: str
    option_names: tuple[str, ...]
    is_for_sale: bool


def parse_products(text: str, *, currency_exponent: int = 2) -> ImportPlan:
    """The import plan of a Shopify product CSV.

    Raises CatalogueError if the file as a whole is not such a list.
    """
    plan = ImportPlan(items=[], rejected=[], notes=[])
    products: dict[str, _Product] = {}
    first_line_of: dict[tuple[str, str], int] = {}
    for line in read_lines(text, REQUIRED):
        try:
            item = _item(line, products, currency_exponent)
            if item is None:
                continue
            earlier = first_line_of.setdefault((item.sku, item.variant), line.number)
            if earlier != line.number:
                raise RefusedError(Reason.DUPLICATE_SKU, item.sku, earlier)
        except RefusedError as refused:
            plan.rejected.append(
                Rejected(line.number, refused.reason, refused.detail, refused.other)
            )
        else:
            plan.items.append(item)
            plan.notes.extend(_notes(line))
    return plan


def _item(line: Line, products: dict[str, _Product], currency_exponent: int) -> ImportedItem | None:
    """The line's item, or None for a line that only adds a picture."""
    if line.has_extra_cells:
        raise RefusedError(Reason.EXTRA_CELLS)
    cells = line.cells
    handle = text_in(cells, "handle", SKU_MAX)
    product = _product(cells, handle, products)
    sku, price = text_in(cells, "variant sku", SKU_MAX), cell_of(cells, "variant price")
    options = _options(cells)
    if not (sku or price or options or cell_of(cells, "title")):
        return None
    _check_product(product)
    variant = _variant(options, product)
    return ImportedItem(
        line=line.number,
        sku=sku or _sku_of(handle or product.title, variant),
        title=product.title,
        variant=variant,
        list_price_minor=_list_price(cells, price, currency_exponent),
        stock=_stock(cells),
        image_url=_url(cells, "variant image") or product.image_url,
        notes=_notes_of(cells),
        sale=terms_in(cells, currency_exponent),
    )


def _product(cells: dict[str, str], handle: str, products: dict[str, _Product]) -> _Product:
    """The product of this line; a line with a title begins one (or names it again)."""
    known = products.get(handle) if handle else None
    if known is not None and not cell_of(cells, "title"):
        return known
    names = tuple(cell_of(cells, f"option{n} name") for n in (1, 2, 3))
    status = cell_of(cells, "status").casefold()
    is_for_sale = status in ("", "active") if known is None or status else known.is_for_sale
    product = _Product("", "", names, is_for_sale)
    if handle:
        products[handle] = product  # known even if the lines below raise: its variants say so too
    product.title = text_in(cells, "title", TITLE_MAX)
    product.image_url = _url(cells, "image src")
    return product


def _check_product(product: _Product) -> None:
    if not product.title:
        raise RefusedError(Reason.MISSING_TITLE)
    if not product.is_for_sale:
        raise RefusedError(Reason.NOT_ACTIVE, product.title[:40])


def _options(cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        text_in(cells, f"option{n} value", TITLE_MAX)
        for n in (1, 2, 3)
        if cell_of(cells, f"option{n} value")
    )


def _variant(options: tuple[str, ...], product: _Product) -> str:
    """`Red / M`; empty for Shopify's placeholder of a product without variants."""
    if options == ("Default Title",) or product.option_names[:1] == ("Title",):
        options = tuple(option for option in options if option != "Default Title")
    return " / ".join(options)


def _sku_of(handle: str, variant: str) -> str:
    """A stand-in for a missing SKU that stays the same from import to import."""
    slug = re.sub(r"[\W_]+", "-", variant.casefold()).strip("-")
    return (f"{handle}-{slug}" if slug else handle)[:SKU_MAX]


def _list_price(cells: dict[str, str], price: str, currency_exponent: int) -> int:
    if not price:
        raise RefusedError(Reason.MISSING_PRICE)
    amount = amount_in("Variant Price", price, currency_exponent)
    compared = cell_of(cells, "variant compare at price")
    if not compared:
        return amount
    return max(amount, amount_in("Variant Compare At Price", compared, currency_exponent))


def _stock(cells: dict[str, str]) -> int:
    """Units; an empty cell is none. Shopify writes negatives for oversold goods: those need a look."""
    cell = cell_of(cells, "variant inventory qty")
    if not cell:
        return 0
    stock = int(cell.partition(".")[0]) if COUNT.fullmatch(cell) else -1
    if not 0 <= stock <= STOCK_MAX:
        raise RefusedError(Reason.BAD_STOCK, f"Variant Inventory Qty: {cell[:40]}")
    return stock


def _url(cells: dict[str, str], column: str) -> str:
    """The picture's address; a wrong one is none: `_notes` says so, and the item is for sale."""
    cell = cell_of(cells, column)
    return cell if _is_url(cell) else ""


def _is_url(cell: str) -> bool:
    if len(cell) > URL_MAX or CONTROL.search(cell):
        return False
    return is_own(cell) or bool(_URL.fullmatch(cell))


def _notes(line: Line) -> list[Rejected]:
    """The line's pictures that cannot be shown."""
    cells = {column: cell_of(line.cells, column) for column in ("image src", "variant image")}
    return [
        Rejected(line.number, Reason.BAD_URL, f"{column.title()}: {cell[:40]}")
        for column, cell in cells.items()
        if cell and not _is_url(cell)
    ]


def _notes_of(cells: dict[str, str]) -> str | None:
    """What the host says of it, line by line."""
    if NOTES_COLUMN.casefold() not in cells:
        return None
    text = bare_cell(
        cells[NOTES_COLUMN.casefold()].replace("\r\n", "\n").replace("\r", "\n").strip()
    )
    if CONTROL.search(text.replace("\n", "")):
        raise RefusedError(Reason.BAD_TEXT, NOTES_COLUMN)
    if len(text) > NOTES_MAX:
        raise RefusedError(Reason.TOO_LONG, f"{NOTES_COLUMN} > {NOTES_MAX}")
    return text
