"""Placing an order, and reading one."""

from live.features.orders.actions.door import Door, accepted
from live.features.orders.actions.finding import find, from_row, order_for, orders_of, purchases_of
from live.features.orders.actions.waiting import place_of, stop_waiting, wait

__all__ = [
    "Door",
    "accepted",
    "find",
    "from_row",
    "order_for",
    "orders_of",
    "place_of",
    "purchases_of",
    "stop_waiting",
    "wait",
]
