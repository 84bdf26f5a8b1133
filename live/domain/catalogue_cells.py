"""Cells of a product list: how each kind of value is read from one, and why a line is refused."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from live.domain.csv_text import FORMULA, bare_cell
from live.domain.money import MINOR_MAX

_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,6})?", re.ASCII)
COUNT = re.compile(r"-?[0-9]{1,9}(?:\.0+)?", re.ASCII)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Reason(StrEnum):
    """Why a line was refused; stable codes of the import's answer."""

    MISSING_TITLE = "missing_title"
    MISSING_PRICE = "missing_price"
    BAD_PRICE = "bad_price"
    BAD_STOCK = "bad_stock"
    BAD_URL = "bad_url"
    TOO_LONG = "too_long"
    DUPLICATE_SKU = "duplicate_sku"
    FORMULA = "formula"
    BAD_TEXT = "bad_text"
    EXTRA_CELLS = "extra_cells"
    NOT_ACTIVE = "not_active"
    BAD_SALE = "bad_sale"
    # Found by the import, which knows what is there and what is on sale:
    STOCK_SHORT = "stock_short"
    SALE_WITHOUT_PRICE = "sale_without_price"
    SALE_WITHOUT_STOCK = "sale_without_stock"
    SALE_OVER_STOCK = "sale_over_stock"
    # Of lines that were taken, and are probably a slip:
    LIST_JUMP = "list_jump"
    SALE_PRICE = "sale_price"
    SALE_STOCK = "sale_stock"
    SALE_LIMIT = "sale_limit"
    SALE_LENGTH = "sale_length"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not taken, or not all of it. `line` counts from 1, the header included.

    `detail` is of no language: the column and what its cell holds. `other`: the line that it repeats.
    """

    line: int
    reason_code: Reason
    detail: str
    other: int = 0


class RefusedError(Exception):
    """One line's refusal, on its way to the list."""

    def __init__(self, reason: Reason, detail: str = "", other: int = 0) -> None:
        self.reason = reason
        self.detail = detail
        self.other = other
        super().__init__(detail)


def cell_of(cells: dict[str, str], column: str) -> str:
    return cells.get(column, "").strip()


def text_in(cells: dict[str, str], column: str, longest: int) -> str:
    """A text cell that people will read and export again: no formulas, no control characters."""
    raw = cells.get(column, "")
    text = raw.strip()
    if text and (raw.startswith(FORMULA) or text.startswith(FORMULA)):
        raise RefusedError(Reason.FORMULA, f"{column.title()}: {text[:40]}")
    text = bare_cell(text)
    if CONTROL.search(text):
        raise RefusedError(Reason.BAD_TEXT, column.title())
    if len(text) > longest:
        raise RefusedError(Reason.TOO_LONG, f"{column.title()} > {longest}")
    return " ".join(text.split())


def amount_in(column: str, cell: str, currency_exponent: int) -> int:
    """Minor units of `59.00`; trailing zeros beyond the currency's decimals are harmless."""
    if not _AMOUNT.fullmatch(cell):
        raise RefusedError(Reason.BAD_PRICE, f"{column}: {cell[:40]}")
    scaled = Decimal(cell).scaleb(currency_exponent)
    if scaled != scaled.to_integral_value() or scaled > MINOR_MAX:
        raise RefusedError(Reason.BAD_PRICE, f"{column}: {cell[:40]}")
    return int(scaled)
