"""Requests about offers, read into commands."""

from collections.abc import Mapping
from dataclasses import dataclass

from live.domain.catalogue import STOCK_MAX
from live.domain.line_up import Sale
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
from live.web.fields import Fields

LENGTHS = ("duration_s", "hold_s")  # typed as minutes and seconds


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A flash sale in draft; `price` in minor units."""

    item_id: str
    kind: str
    price: int
    quantity: int
    per_buyer_limit: int
    duration_s: int
    hold_s: int
    countdown_s: int

    @property
    def sale(self) -> Sale:
        """Its terms."""
        return Sale(
            self.price, self.quantity, self.per_buyer_limit,
            self.duration_s, self.hold_s, self.countdown_s,
        )  # fmt: skip


def new_offer(
    values: Mapping[str, object], currency: str, hold_default_s: int, *, is_form: bool = False
) -> NewOffer:
    """A form may give lengths as they stand in the line-up, `3:00`. Raises Invalid."""
    if is_form:
        lengths = {name: seconds_in(str(values[name])) for name in LENGTHS if name in values}
        values = dict(values) | lengths
    fields = Fields(values, is_form=is_form)
    price = (
        fields.amount("price", currency, most=PRICE_MAX)
        if is_form
        else fields.integer("price", least=0, most=PRICE_MAX)
    )
    offer = NewOffer(
        item_id=fields.text("item_id", longest=64),
        kind=fields.choice("kind", ["flash_sale"], default="flash_sale"),
        price=price,
        quantity=fields.integer("quantity", least=1, most=QUANTITY_MAX),
        per_buyer_limit=fields.integer("per_buyer_limit", least=1, most=LIMIT_MAX),
        duration_s=fields.integer("duration_s", least=1, most=DURATION_MAX_S),
        hold_s=fields.integer("hold_s", least=HOLD_MIN_S, most=HOLD_MAX_S, default=hold_default_s),
        countdown_s=fields.integer("countdown_s", least=0, most=COUNTDOWN_MAX_S, default=0),
    )
    fields.check()
    return offer


def restock_wanted(values: Mapping[str, object]) -> tuple[int, int | None]:
    """As `restock_delta`, of a form; and the stock that the item shall have then, None: as it is. Raises Invalid."""
    return restock_delta(values, is_form=True), stock_wanted(values)


def stock_wanted(values: Mapping[str, object]) -> int | None:
    """The stock that a form wants the item to have, None: as it is. Raises Invalid."""
    fields = Fields(values, is_form=True)
    stock = fields.integer("stock", least=1, most=STOCK_MAX) if fields.has("stock") else None
    fields.check()
    return stock


def restock_delta(values: Mapping[str, object], *, is_form: bool = False) -> int:
    """Units to add, or (negative) to take out. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    delta = fields.integer("delta", least=-QUANTITY_MAX, most=QUANTITY_MAX)
    if delta == 0:
        fields.refuse("delta", "not_zero")
    fields.check()
    return delta
