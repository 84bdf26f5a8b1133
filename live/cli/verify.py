#!/usr/bin/env python3
"""Recomputes a whole sale from an exported ledger. Needs nothing but this file and Python 3.11 or newer.

    live verify EXPORT [RECEIPT …]      or      python3 verify.py EXPORT [RECEIPT …]

EXPORT is what `GET /api/v1/shows/{id}/ledger` answers; a RECEIPT is what `GET /api/v1/orders/{id}/receipt`
answered to a buyer, or what a screen showed: `NUMBER HASH`. Exit code 0: everything holds; 1: something
does not, and its entry is named; 2: not an export.

What it checks, entry by entry: the numbers run without a gap; each hash is that of the entry before and
the entry's own line; no offer's units are below zero, and left + held + paid = quantity + restocked; each
entry moves exactly the units that it says; an order is taken once and settled as its state allows; no
buyer is over the limit; an amount is price × quantity; each receipt stands in its place.

What that proves: whoever exported this cannot have changed, removed, added or reordered an entry before
any hash that somebody has kept, without its showing here. What it does not prove: that all entries were
made by real buyers, that nothing was left out of the ledger from the beginning, or that goods were sent.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

FIRST_LINE = "live-ledger 1"
BEFORE_THE_FIRST = "0" * 64
# kind → (states that the order may be in, its state afterwards)
STEPS = {
    "take": ((None,), "held"),
    "pay": (("held", "expired"), "paid"),
    "cancel": (("held",), "cancelled"),
    "expire": (("held",), "expired"),
    "refund": (("paid", "expired"), "refunded"),
}
OWNED = ("held", "paid")


class WrongError(Exception):
    """An entry that cannot be true; says which and why."""


class NotAnExportError(Exception):
    """The file is something else."""


class Sale:
    """The sale as it unfolds, entry by entry."""

    def __init__(self) -> None:
        self.n, self.hash, self.seq = 0, BEFORE_THE_FIRST, 0
        self.hashes: dict[int, tuple[str, Any]] = {}  # n → (hash, order)
        self.offers: dict[str, Entry] = {}  # numbers, price, limit
        self.orders: dict[str, list[Any]] = {}  # [state, offer, buyer, quantity, amount]
        self.owned: defaultdict[tuple[str, str], int] = defaultdict(int)  # (offer, buyer) → units

    def add(self, number: int, given_hash: str, line: str) -> None:
        """One line of the export. Raises WrongError."""
        try:
            entry = json.loads(line)
            self._chain(number, given_hash, line, entry)
            if entry["kind"] in STEPS:
                self._order(entry)
            else:
                self._offer(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise WrongError(f"entry {number}: it cannot be read ({error!r})") from error

    def _chain(self, number: int, given_hash: str, line: str, entry: Entry) -> None:
        if entry["n"] != number:
            raise WrongError(f"entry {number}: it calls itself number {entry['n']}")
        computed = hashlib.sha256(f"{self.hash}\n{line}".encode()).hexdigest()
        if computed != given_hash:
            raise WrongError(
                f"entry {number}: its hash does not fit: this entry was changed, or one before it"
            )
        if entry["seq"] <= self.seq:
            raise WrongError(f"entry {number}: it comes before the entry that it follows")
        self.n, self.hash, self.seq = number, computed, entry["seq"]
        self.hashes[number] = (computed, entry.get("order"))

    def _offer(self, entry: Entry) -> None:
        n, before = entry["n"], self.offers.get(entry["offer"])
        now = {k: entry[k] for k in ("left", "held", "paid", "quantity", "restocked")}
        now["price"], now["limit"] = entry.get("price"), entry.get("limit")
        if before is None:
            if now["left"] != now["quantity"] + now["restocked"] or now["held"] or now["paid"]:
                raise WrongError(f"entry {n}: an offer opens with units that are not all left")
        else:
            added = now["restocked"] - before["restocked"]
            same = all(now[k] == before[k] for k in ("held", "paid", "quantity"))
            if now["left"] != before["left"] + added or not same:
                raise WrongError(f"entry {n}: units moved though nobody ordered")
        self.offers[entry["offer"]] = now
        self._conserved(n, now)

    def _order(self, entry: Entry) -> None:
        n, kind, quantity = entry["n"], entry["kind"], entry["quantity"]
        offer = self.offers.get(entry["offer"])
        if offer is None:
            raise WrongError(f"entry {n}: an order for an offer that was never opened")
        known = self.orders.get(entry["order"])
        state = known[0] if known else None
        allowed, after = STEPS[kind]
        if state not in allowed or quantity < 1:
            raise WrongError(f"entry {n}: {kind} of an order that is {state or 'unknown'}")
        facts = [entry["offer"], entry["buyer"], quantity, entry["amount"]]
        if known and known[1:] != facts:
            raise WrongError(f"entry {n}: the order is not what it was when it was taken")
        if offer["price"] is not None and entry["amount"] != offer["price"] * quantity:
            raise WrongError(f"entry {n}: the amount is not the price times the quantity")
        self._move(offer, state, after, quantity)
        if [offer[k] for k in ("left", "held", "paid")] != [
            entry[k] for k in ("left", "held", "paid")
        ]:
            raise WrongError(f"entry {n}: its units are not what {kind} of {quantity} leaves")
        self.orders[entry["order"]] = [after, *facts]
        self._limited(n, entry, state, after, offer)
        self._conserved(n, offer)

    def _move(self, offer: Entry, state: str | None, after: str, quantity: int) -> None:
        offer[state if state in OWNED else "left"] -= quantity
        offer[after if after in OWNED else "left"] += quantity

    def _limited(self, n: int, entry: Entry, state: str | None, after: str, offer: Entry) -> None:
        buyer = (entry["offer"], entry["buyer"])
        self.owned[buyer] += ((after in OWNED) - (state in OWNED)) * entry["quantity"]
        if offer["limit"] is not None and self.owned[buyer] > offer["limit"]:
            raise WrongError(f"entry {n}: a buyer has more than the limit of {offer['limit']}")

    def _conserved(self, n: int, offer: Entry) -> None:
        if min(offer["left"], offer["held"], offer["paid"]) < 0:
            raise WrongError(f"entry {n}: units below zero")
        if offer["left"] + offer["held"] + offer["paid"] != offer["quantity"] + offer["restocked"]:
            raise WrongError(f"entry {n}: left + held + paid is not quantity + restocked")


def read_export(path: str) -> tuple[dict[str, str], list[str]]:
    """(head of the file as a dict, its entry lines). Raises NotAnExportError."""
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAnExportError(f"{path} cannot be read: {error}") from error
    head, _, body = text.partition("\n\n")
    first, *fields = head.split("\n")
    if first != FIRST_LINE:
        raise NotAnExportError(f"{path} does not begin with `{FIRST_LINE}`")
    return dict(field.split(" ", 1) for field in fields if " " in field), body.splitlines()


def verify(path: str) -> Sale:
    """The sale, if all of the export holds. Raises WrongError, NotAnExportError."""
    head, lines = read_export(path)
    sale = Sale()
    for number, line in enumerate(lines, 1):
        given_hash, _, text = line.partition(" ")
        sale.add(number, given_hash, text)
    if str(sale.n) != head.get("entries") or sale.hash != head.get("head"):
        raise WrongError(f"entry {sale.n + 1}: the export ends before the head that it names")
    return sale


def check_receipt(sale: Sale, given: str) -> str:
    """A sentence about one receipt: a JSON file, or `NUMBER HASH`. Raises WrongError."""
    try:
        receipt = json.loads(Path(given).read_text("utf-8"))
        n, given_hash, order = int(receipt["n"]), receipt["hash"], receipt.get("order_id")
    except (OSError, ValueError, KeyError, TypeError):
        number, _, given_hash = given.partition(" ")
        if not number.isdigit():
            raise WrongError(f"receipt {given}: neither a file nor NUMBER HASH") from None
        n, order = int(number), None
    found, owner = sale.hashes.get(n, (None, None))
    if n == 0 or found is None:
        raise WrongError(f"receipt {n}: there is no such entry")
    if len(given_hash) < 8 or not found.startswith(given_hash):
        raise WrongError(f"receipt {n}: the entry has another hash")
    if order is not None and order != owner:
        raise WrongError(f"receipt {n}: the entry is of another order")
    return f"receipt {n} stands in its place"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An export, and any number of receipts."""
    parser.add_argument("export", help="a file, as GET /api/v1/shows/{id}/ledger answered it")
    parser.add_argument("receipts", nargs="*", help="a receipt's file, or 'NUMBER HASH'")


def run(args: argparse.Namespace) -> int:
    """The exit code."""
    try:
        sale = verify(args.export)
        told = [check_receipt(sale, receipt) for receipt in args.receipts]
    except NotAnExportError as error:
        print(error, file=sys.stderr)
        return 2
    except WrongError as error:
        print(f"BROKEN  {error}", file=sys.stderr)
        return 1
    for offer_id, offer in sale.offers.items():
        print(
            f"offer {offer_id}: {offer['quantity']} + {offer['restocked']} units = {offer['left']} left"
            f" + {offer['held']} held + {offer['paid']} paid"
        )
    print(*told, sep="\n", end="\n" if told else "")
    print(f"holds: {sale.n} entries, {len(sale.orders)} orders, head {sale.hash}")
    return 0


if __name__ == "__main__":
    own = argparse.ArgumentParser(description="Recomputes a sale from its exported ledger.")
    add_arguments(own)
    sys.exit(run(own.parse_args()))
