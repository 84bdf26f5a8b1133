"""What acts were done to, by name: an id that nothing is known of (any more) has none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.catalogue import item_name
from live.store.comments import Comment
from live.store.items import Item
from live.store.offers import Offer
from live.store.orders import Order


@dataclass(frozen=True, slots=True)
class Names:
    """By id. `offers`: the item's name; `comments`: who, and what they said; `orders`: buyer, offer, units."""

    items: Mapping[str, str]
    offers: Mapping[str, str]
    comments: Mapping[str, tuple[str, str]]
    orders: Mapping[str, tuple[str, str, int]]
    viewers: Mapping[str, str]


async def names_of(session: AsyncSession, show_id: str, ids: Collection[str]) -> Names:
    """Of whatever in the show has one of these ids."""
    wanted = sorted(ids)
    of_orders = select(Order.id, Order.buyer_name, Order.offer_id, Order.quantity)
    orders = (await session.exec(of_orders.where(col(Order.id).in_(wanted)))).all()
    offer_ids = [*wanted, *(order[2] for order in orders)]
    of_offers = (
        select(Offer.id, Item.title, Item.variant)
        .join(Item, col(Item.id) == col(Offer.item_id))
        .where(col(Offer.id).in_(offer_ids))
    )
    of_items = select(Item.id, Item.title, Item.variant).where(col(Item.id).in_(wanted))
    of_comments = select(Comment.id, Comment.name, Comment.text).where(col(Comment.id).in_(wanted))
    of_viewers = (
        select(Comment.viewer, func.max(Comment.name))
        .where(Comment.show_id == show_id, col(Comment.viewer).in_(wanted))
        .group_by(col(Comment.viewer))
    )
    return Names(
        {i: item_name(title, variant) for i, title, variant in await session.exec(of_items)},
        {i: item_name(title, variant) for i, title, variant in await session.exec(of_offers)},
        {i: (name, said) for i, name, said in await session.exec(of_comments)},
        {i: (name, offer, units) for i, name, offer, units in orders},
        dict((await session.exec(of_viewers)).all()),
    )
