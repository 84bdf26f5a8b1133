#!/usr/bin/env python3
"""Recomputes a whole sale from an exported ledger. Needs nothing but this file and Python 3.11 or newer.

    live verify EXPORT [RECEIPT …]      or      python3 verify.py EXPORT [RECEIPT …]

EXPORT is what `GET /api/v1/shows/{id}/ledger` answers; a RECEIPT is what `GET /api/v1/orders/{id}/receipt`
answered to a buyer, or what a screen showed: `NUMBER HASH`. Exit code 0: everything holds; 1: something
does not, and its line or entry is named; 2: not an export.

What it proves: no unit was lost, doubled or sold against its offer's price, limit, state or times; and
whoever exported this cannot have changed, removed, added or reordered an entry before any hash that
somebody has kept. What it does not: that all entries were made by real buyers, that nothing was left out
from the beginning, that goods were sent; nor anything after the last hash that somebody has kept.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import Any


def fields(texts: str, numbers: str) -> dict[str, type]:
    """Name → type of its value."""
    return dict.fromkeys(texts.split(), str) | dict.fromkeys(numbers.split(), int)


Entry = dict[str, Any]
BEFORE_THE_FIRST = "0" * 64
HOLD_MIN_MS = 1_000  # no hold is shorter; how long those of an offer are, no entry says
COUNT = "[1-9][0-9]{0,17}"
HEAD = ("live-ledger 1", r"show (\w+)", f"entries (0|{COUNT})", "head ([0-9a-f]{64})", "")  # lines
SHOWN = re.compile(f"({COUNT}) ([0-9a-f]{{8,64}})")  # a receipt as screens show it
UNITS = ("left", "held", "paid")
TIMES = ("opens_ms", "closes_ms", "rest_ms")
ORDER_KEEPS = ("offer", "buyer", "quantity", "amount", "currency", "attempt")
OFFER_KEEPS = ("held", "paid", "quantity", "price", "limit")  # only orders move units
BOTH = fields("kind offer", "n seq at_ms left held paid quantity")
ORDER_FIELDS = BOTH | fields("order buyer currency", "amount attempt") | {"late": bool}
OFFER_FIELDS = BOTH | fields("state", "opens_ms closes_ms rest_ms price limit restocked delta")
RECEIPT_FIELDS = fields("order_id show_id hash line", "n")
MAY_BE_NEGATIVE = ("restocked", "delta")  # units that were taken off sale again
# kind → (states that the order may be in, its state afterwards)
STEPS = {
    "take": ((None,), "held"),
    "pay": (("held", "expired"), "paid"),
    "cancel": (("held",), "cancelled"),
    "expire": (("held",), "expired"),
    "refund": (("paid", "expired"), "refunded"),
}
OWNED = ("held", "paid")
ON_SALE = {"open", "sold_out"}
UNKNOWN: Entry = {"state": "unknown", "attempt": 0, "currency": None}  # an offer of no entry yet
LATER = (*ON_SALE, "paused", "closed")  # what an offer of most states may be told to be next
NEXT = {"unknown": ("armed", "open"), "armed": ("armed", *LATER), "closed": ()}  # else LATER


class WrongError(Exception):
    """Something that cannot be true; says where and why."""


class NotAnExportError(Exception):
    """The file is something else."""


def must(is_so: object, why: str) -> None:
    """Raises WrongError."""
    if not is_so:
        raise WrongError(why)


def read_entry(line: bytes) -> Entry:
    """An entry that has exactly its fields, written as the server writes them. Raises WrongError."""
    try:
        entry = json.loads(line.decode("utf-8"))
        again = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise WrongError(f"it cannot be read: {error}") from error
    must(isinstance(entry, dict) and again == line, "it is not written as the ledger writes")
    kind = entry.get("kind")
    must(kind in ("offer", *STEPS), f"its kind is {kind!r}")
    wanted = OFFER_FIELDS if kind == "offer" else ORDER_FIELDS
    must({k: type(v) for k, v in entry.items()} == wanted, "its fields are not those of an entry")
    below = [k for k, v in entry.items() if type(v) is int and v < 0 and k not in MAY_BE_NEGATIVE]
    must(not below, f"{', '.join(below)} below zero")
    return dict(entry)


class Sale:
    """The sale of one show as it unfolds, entry by entry."""

    def __init__(self, show: str) -> None:
        self.show, self.n, self.seq, self.at_ms = show, 0, 0, 0  # of the last entry
        self.hashes = [BEFORE_THE_FIRST]  # by number
        self.steps = [("", "")]  # by number: (kind, order), of an offer's entry without an order
        self.offers: dict[str, Entry] = {}  # the last entry of each, with its units now
        self.orders: dict[str, tuple[str, Entry, int]] = {}  # (state, its take, its last number)
        self.owned: defaultdict[tuple[str, str], int] = defaultdict(int)  # (offer, buyer) → units

    def add(self, line: bytes) -> None:
        """The next line of the export, without its end. Raises WrongError."""
        self.n += 1
        try:
            entry = self._chain(line)
            move = self._offer if entry["kind"] == "offer" else self._order
            move(entry)
            offer = self.offers[entry["offer"]]
            is_whole = sum(offer[k] for k in UNITS) == offer["quantity"] + offer["restocked"]
            must(is_whole, "left + held + paid is not quantity + restocked")
        except WrongError as error:
            raise WrongError(f"entry {self.n}: {error}") from error

    def _chain(self, line: bytes) -> Entry:
        computed = sha256(self.hashes[-1].encode() + b"\n" + line[65:]).hexdigest()
        must(line[:65] == computed.encode() + b" ", "its hash does not fit: something was changed")
        entry = read_entry(line[65:])
        must(entry["n"] == self.n, f"it calls itself number {entry['n']}")
        must(entry["seq"] > self.seq, "it comes before the entry that it follows")
        must(entry["at_ms"] >= self.at_ms, "time runs backwards")
        for child in {entry["offer"], entry.get("order", entry["offer"])}:
            is_ours = re.fullmatch(rf"{self.show}-[\w-]*", child, re.ASCII)
            must(is_ours, f"{child!r} is not of show {self.show}, which line 2 names")
        self.seq, self.at_ms = entry["seq"], entry["at_ms"]
        self.hashes.append(computed)
        self.steps.append((entry["kind"], entry.get("order", "")))
        return entry

    def _offer(self, now: Entry) -> None:
        before = self.offers.get(now["offer"], UNKNOWN)
        state, was = now["state"], before["state"]
        must(state in NEXT.get(was, LATER), f"the offer is {state}, after it was {was}")
        must(state != "open" or now["left"] > 0, "open though no unit is left")
        must(state != "sold_out" or now["left"] == 0, "sold out though units are left")
        if before is UNKNOWN:
            check_beginning(now)
        else:
            check_change(before, now)
        self.offers[now["offer"]] = before | now  # attempt and currency are told by orders

    def _order(self, entry: Entry) -> None:
        kind, quantity, buyer = entry["kind"], entry["quantity"], (entry["offer"], entry["buyer"])
        must(entry["offer"] in self.offers, "an order for an offer that was never opened")
        offer = self.offers[entry["offer"]]
        state, taken, _ = self.orders.get(entry["order"], (None, entry, 0))
        allowed, after = STEPS[kind]
        must(state in allowed and quantity > 0, f"{kind} of an order that is {state or 'unknown'}")
        must(all(entry[k] == taken[k] for k in ORDER_KEEPS), "it is not what it was when taken")
        must(not overdue(offer, entry["at_ms"]), "the offer is not closed past its closing time")
        must(entry["late"] == (state == "expired"), "late, or not late, though it is the other")
        if kind == "take":
            must(offer["state"] in ON_SALE, f"a take while the offer is {offer['state']}")
            must(entry["amount"] == quantity * offer["price"], "the amount is not price × quantity")
            must(entry["attempt"] > offer["attempt"], "its attempt was made before another order's")
            must(offer["currency"] in (None, entry["currency"]), "it is in another currency")
            offer["attempt"], offer["currency"] = entry["attempt"], entry["currency"]
        held_ms = entry["at_ms"] - taken["at_ms"]
        must(kind != "expire" or held_ms >= HOLD_MIN_MS, f"it expires after {held_ms} ms, too soon")
        if state == "expired":
            fits = quantity <= offer["left"] and self.owned[buyer] + quantity <= offer["limit"]
            can_be = fits and offer["state"] != "closed"
            must(kind == "refund" or can_be, "a late payment is honoured though it cannot be")
            must(kind == "pay" or not can_be, "a late payment is refused though it can be honoured")
        for place, units in ((state, -quantity), (after, quantity)):
            offer[place if place in OWNED else "left"] += units
            self.owned[buyer] += units if place in OWNED else 0
        must(all(offer[k] == entry[k] for k in UNITS), f"its units are not as {kind} leaves them")
        must(self.owned[buyer] <= offer["limit"], f"more than the limit of {offer['limit']}")
        self.orders[entry["order"]] = (after, taken, self.n)


def overdue(offer: Entry, at_ms: int) -> bool:
    """The clock closes such an offer before anything else happens to it."""
    return offer["state"] in ON_SALE and 0 < offer["closes_ms"] <= at_ms


def check_beginning(offer: Entry) -> None:
    """The first entry of an offer: it is armed, or open at once. Raises WrongError."""
    at, opens, quantity = offer["at_ms"], offer["opens_ms"], offer["quantity"]
    is_whole = offer["left"] == quantity > 0 == offer["restocked"] == offer["delta"]
    must(is_whole and offer["limit"] > 0, "an offer begins with units that are not all left")
    on_time = opens > at if offer["state"] == "armed" else opens == at
    is_sound = on_time and offer["closes_ms"] > opens and offer["rest_ms"] == 0
    must(is_sound, "an offer begins with times that cannot be")


def check_change(before: Entry, now: Entry) -> None:
    """A later entry: the clock's, an operator's, or as units ran out or came back. Raises WrongError."""
    added, was, state = now["restocked"] - before["restocked"], before["state"], now["state"]
    changed = [k for k in OFFER_KEEPS if now[k] != before[k]]
    must(not changed, f"{', '.join(changed)} changed though nobody ordered")
    must(added == now["delta"], "it was restocked by more or less than its delta")
    must(now["left"] == before["left"] + added, "units moved though nobody ordered")
    on_sale = {was, state} <= ON_SALE
    must(on_sale or (added != 0) == (was == state), f"{state} after {was}, delta {added}")
    at = now["at_ms"]
    must(state == "closed" or not overdue(before, at), "it goes on after its closing time")
    must(was != "armed" or state not in ON_SALE or at >= now["opens_ms"], "it opens too early")
    opens, closes, rest = (before[k] for k in TIMES)  # and what they have to be now
    if state == "closed":  # by the clock, or by hand
        closes = closes if overdue(before, at) else at
    elif state == "paused" != was:
        closes, rest = 0, max(closes - max(at, opens), 1)
        opens = opens if at >= opens or now["opens_ms"] else 0  # 0: frozen in its countdown
    elif was == "paused" != state:
        opens, closes, rest = min(opens or at, at), at + rest, 0
    must([now[k] for k in TIMES] == [opens, closes, rest], "its times are not what they were")


def recompute(export: bytes) -> Sale:
    """The sale, if all of the export holds. Raises WrongError, NotAnExportError."""
    lines, named = export.split(b"\n"), list[str]()
    for number, pattern in enumerate(HEAD, 1):
        line = lines[number - 1] if number <= len(lines) else b"(nothing)"
        match = re.fullmatch(pattern.encode(), line)
        if match is None and number == 1:
            raise NotAnExportError(f"not an exported ledger: line 1 is not `{pattern}`")
        if match is None:
            raise WrongError(f"line {number}: it is not written as an export's head is")
        named += [group.decode() for group in match.groups()]
    show, count, head = named
    sale = Sale(show)
    *whole, rest = lines[len(HEAD) :] or [b"(nothing)"]
    for line in whole:
        sale.add(line)
    must(not rest, f"entry {sale.n + 1}: its line has no end")
    must(sale.n == int(count), f"line 3: it names {count} entries, there are {sale.n}")
    must(sale.hashes[-1] == head, f"line 4: entry {sale.n}, the last one, has another hash")
    return sale


def verify(path: str) -> Sale:
    """As `recompute`, from a file. Raises OSError, too."""
    return recompute(Path(path).read_bytes())


def read_receipt(path: str) -> Entry:
    """A receipt's file: exactly its fields, each once. Raises WrongError."""
    try:
        pairs = json.loads(Path(path).read_bytes().decode("utf-8"), object_pairs_hook=tuple)
        receipt = dict(pairs if isinstance(pairs, tuple) else ())
    except (OSError, ValueError, TypeError, RecursionError):
        raise WrongError(f"receipt {path!r}: neither a receipt's file nor NUMBER HASH") from None
    fits = {k: type(v) for k, v in receipt.items()} == RECEIPT_FIELDS
    must(fits and len(pairs) == len(receipt), f"receipt {path!r}: its fields are not a receipt's")
    return receipt


def check_receipt(sale: Sale, given: str) -> str:
    """A sentence about one receipt: a JSON file, or `NUMBER HASH`. Raises WrongError."""
    shown = SHOWN.fullmatch(given)
    receipt: Entry = {"n": int(shown[1]), "hash": shown[2]} if shown else read_receipt(given)
    n, told = receipt["n"], f"receipt {receipt['n']}"
    must(0 < n <= sale.n, f"{told}: there is no such entry")
    found = sale.hashes[n][: len(receipt["hash"]) if shown else None]
    must(found == receipt["hash"], f"{told}: the entry has another hash")
    if not shown:
        must(receipt["show_id"] == sale.show, f"{told}: it is of another show")
        line = f"{sale.hashes[n - 1]}\n{receipt['line']}".encode("utf-8", "surrogatepass")
        must(sha256(line).hexdigest() == found, f"{told}: its line is not the entry's")
        taking = ("take", receipt["order_id"])
        must(sale.steps[n] == taking, f"{told}: the entry is not where this order was taken")
    _, order = sale.steps[n]
    if not order:
        return f"{told} stands in its place"
    state, _, last = sale.orders[order]
    return f"{told} stands in its place: order {order}, {state} since entry {last}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An export, and any number of receipts."""
    parser.add_argument("export", help="a file, as GET /api/v1/shows/{id}/ledger answered it")
    parser.add_argument("receipts", nargs="*", help="a receipt's file, or 'NUMBER HASH'")


def run(args: argparse.Namespace) -> int:
    """The exit code."""
    try:
        sale = verify(args.export)
        told = [check_receipt(sale, receipt) for receipt in args.receipts]
    except (OSError, NotAnExportError) as error:
        print(error, file=sys.stderr)
        return 2
    except WrongError as error:
        print(f"BROKEN  {error}", file=sys.stderr)
        return 1
    for name, o in sale.offers.items():
        units = " + ".join(f"{o[k]} {k}" for k in UNITS)
        print(f"offer {name}: {o['quantity']} + {o['restocked']} units = {units}")
    about = f"show {sale.show}, {sale.n} entries, {len(sale.orders)} orders"
    print(*told, f"holds: {about}, head {sale.hashes[-1]}", sep="\n")
    return 0


if __name__ == "__main__":
    own = argparse.ArgumentParser(description="Recomputes a sale from its exported ledger.")
    add_arguments(own)
    sys.exit(run(own.parse_args()))
