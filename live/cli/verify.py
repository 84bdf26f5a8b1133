#!/usr/bin/env python3
"""Recomputes a whole sale from an exported ledger. Needs nothing but this file and Python 3.11 or newer.

    live verify EXPORT [RECEIPT …]      or      python3 verify.py EXPORT [RECEIPT …]

EXPORT is what `GET /api/v1/shows/{id}/ledger` answers; a RECEIPT is what `GET /api/v1/orders/{id}/receipt`
answered to a buyer, or what a screen showed: `NUMBER HASH`. Exit code 0: everything holds; 1: something
does not, and its line or entry is named; 2: not an export.

What it checks. The file is written exactly as the server writes it. The numbers run without a gap; each
hash is that of the entry before and the entry's own line; sequence and time never run backwards; every
offer and order is of the show that the head names. An offer's units are never below zero, left + held +
paid = quantity + restocked, and each entry moves exactly the units that it says. An offer keeps its price,
limit and quantity; it is sold only while it is open, by its own times; closed, it stays closed. An order is
taken once, for price × quantity, with a higher attempt than the order before it at the same offer; it is
settled as its state allows, a late payment is honoured if and only if it can be; nobody is over the limit.
Each receipt stands in its place, word by word.

What that proves: whoever exported this cannot have changed, removed, added or reordered an entry before
any hash that somebody has kept, without its showing here. What it does not prove: that all entries were
made by real buyers, that nothing was left out of the ledger from the beginning, or that goods were sent;
nor anything after the last hash that somebody has kept. A receipt is of the entry that took its order.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

BEFORE_THE_FIRST = "0" * 64
HEAD = (  # the first lines of the file, as patterns
    r"live-ledger 1",
    r"show ([A-Za-z0-9_]+)",
    r"entries (0|[1-9][0-9]{0,17})",
    r"head ([0-9a-f]{64})",
    r"",
)
ID = re.compile(r"[A-Za-z0-9_-]+")
SHOWN = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{8,64})")  # a receipt as screens show it
TEXT = {
    "kind",
    "offer",
    "order",
    "buyer",
    "currency",
    "state",
    "order_id",
    "show_id",
    "hash",
    "line",
}


def fields(names: str) -> dict[str, type]:
    """Name → type: text, yes or no, or a whole number."""
    return {k: str if k in TEXT else bool if k == "late" else int for k in names.split()}


ORDER_FIELDS = fields(
    "n seq at_ms kind offer order buyer quantity amount currency attempt left held paid late"
)
OFFER_FIELDS = fields(
    "n seq at_ms kind offer state left held paid quantity restocked opens_ms closes_ms rest_ms"
    " delta price limit"
)
RECEIPT_FIELDS = fields("order_id show_id n hash line")
MAY_BE_NEGATIVE = ("restocked", "delta")  # units that were taken off sale again
UNITS = ("left", "held", "paid")
ORDER_KEEPS = ("offer", "buyer", "quantity", "amount", "currency", "attempt")
OFFER_KEEPS = (
    "held",
    "paid",
    "quantity",
    "price",
    "limit",
)  # whatever an operator or the clock does
# kind → (states that the order may be in, its state afterwards)
STEPS = {
    "take": ((None,), "held"),
    "pay": (("held", "expired"), "paid"),
    "cancel": (("held",), "cancelled"),
    "expire": (("held",), "expired"),
    "refund": (("paid", "expired"), "refunded"),
}
OWNED = ("held", "paid")
ON_SALE = ("open", "sold_out")
# an offer's state → what it may be told to be next
NEXT = {
    "unknown": ("armed", "open"),
    "armed": ("armed", "open", "sold_out", "paused", "closed"),
    "open": ("open", "sold_out", "paused", "closed"),
    "sold_out": ("open", "sold_out", "paused", "closed"),
    "paused": ("paused", "open", "sold_out", "closed"),
    "closed": (),
}
HOLD_MIN_MS = 1_000  # no hold is shorter; how long those of an offer are, no entry says


class WrongError(Exception):
    """Something that cannot be true; says where and why."""


class NotAnExportError(Exception):
    """The file is something else."""


def must(is_so: bool, why: str) -> None:
    """Raises WrongError."""
    if not is_so:
        raise WrongError(why)


def read_entry(line: bytes) -> Entry:
    """An entry that has exactly its fields, written as the server writes them. Raises WrongError."""
    try:
        text = line.decode("utf-8")
        entry = json.loads(text)
        again = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise WrongError(f"it cannot be read: {error}") from error
    must(isinstance(entry, dict) and again == text, "it is not written as the ledger writes")
    kind = entry.get("kind")
    must(kind == "offer" or (isinstance(kind, str) and kind in STEPS), f"its kind is {kind!r}")
    wanted = OFFER_FIELDS if kind == "offer" else ORDER_FIELDS
    must({k: type(v) for k, v in entry.items()} == wanted, "its fields are not those of an entry")
    below = [k for k, v in entry.items() if type(v) is int and v < 0 and k not in MAY_BE_NEGATIVE]
    must(not below, f"{', '.join(below)} below zero")
    return dict(entry)


class Sale:
    """The sale of one show as it unfolds, entry by entry."""

    def __init__(self, show: str) -> None:
        self.show, self.seq, self.at_ms = show, 0, 0
        self.hashes = [BEFORE_THE_FIRST]  # by number
        self.order_of: dict[int, tuple[str, str]] = {}  # number → (kind, order)
        self.offers: dict[str, Entry] = {}  # the last entry of each, with its units now
        self.orders: dict[
            str, tuple[str, Entry, int]
        ] = {}  # (state, its take, number of its last entry)
        self.owned: defaultdict[tuple[str, str], int] = defaultdict(int)  # (offer, buyer) → units

    @property
    def n(self) -> int:
        """Entries so far."""
        return len(self.hashes) - 1

    def add(self, line: bytes) -> None:
        """The next line of the export, without its end. Raises WrongError."""
        number = self.n + 1
        try:
            entry = self._chain(number, line)
            if entry["kind"] == "offer":
                self._offer(entry)
            else:
                self._order(entry)
        except WrongError as error:
            raise WrongError(f"entry {number}: {error}") from error

    def _chain(self, number: int, line: bytes) -> Entry:
        body = line[65:]
        computed = hashlib.sha256(self.hashes[-1].encode() + b"\n" + body).hexdigest()
        fits = line[:65] == computed.encode() + b" "
        must(fits, "its hash does not fit: this entry was changed, or one before it")
        entry = read_entry(body)
        must(entry["n"] == number, f"it calls itself number {entry['n']}")
        must(entry["seq"] > self.seq, "it comes before the entry that it follows")
        must(entry["at_ms"] >= self.at_ms, "time runs backwards")
        for child in {entry["offer"], entry.get("order", entry["offer"])}:
            is_ours = child.startswith(f"{self.show}-") and ID.fullmatch(child) is not None
            must(is_ours, f"{child!r} is not of show {self.show}, which line 2 names")
        self.seq, self.at_ms = entry["seq"], entry["at_ms"]
        self.hashes.append(computed)
        if entry["kind"] != "offer":
            self.order_of[number] = (entry["kind"], entry["order"])
        return entry

    def _offer(self, now: Entry) -> None:
        before = self.offers.get(now["offer"])
        state, was = now["state"], before["state"] if before else "unknown"
        must(state in NEXT[was], f"the offer is {state}, after it was {was}")
        must(state != "open" or now["left"] > 0, "open though no unit is left")
        must(state != "sold_out" or now["left"] == 0, "sold out though units are left")
        if before is None:
            check_beginning(now)
        else:
            check_change(before, now)
        conserved(now)
        attempt, currency = (before["attempt"], before["currency"]) if before else (0, None)
        self.offers[now["offer"]] = now | {"attempt": attempt, "currency": currency}

    def _order(self, entry: Entry) -> None:
        kind, quantity, offer = entry["kind"], entry["quantity"], self.offers.get(entry["offer"])
        if offer is None:
            raise WrongError("an order for an offer that was never opened")
        state, taken = None, entry
        if entry["order"] in self.orders:
            state, taken, _ = self.orders[entry["order"]]
        allowed, after = STEPS[kind]
        must(state in allowed and quantity > 0, f"{kind} of an order that is {state or 'unknown'}")
        same = all(entry[k] == taken[k] for k in ORDER_KEEPS)
        must(same, "the order is not what it was when it was taken")
        must(
            not overdue(offer, entry["at_ms"]), "the offer is not closed, and past its closing time"
        )
        must(entry["late"] == (state == "expired"), "late, or not late, though it is the other")
        buyer = (entry["offer"], entry["buyer"])
        if kind == "take":
            self._take(entry, offer)
        elif kind == "expire":
            held_ms = entry["at_ms"] - taken["at_ms"]
            must(held_ms >= HOLD_MIN_MS, f"it expires after {held_ms} ms, before any hold does")
        elif state == "expired":
            fits = quantity <= offer["left"] and self.owned[buyer] + quantity <= offer["limit"]
            can_be = fits and offer["state"] != "closed"
            must(kind == "refund" or can_be, "a late payment is honoured though it cannot be")
            must(kind == "pay" or not can_be, "a late payment is refused though it can be honoured")
        offer[state if state in OWNED else "left"] -= quantity
        offer[after if after in OWNED else "left"] += quantity
        told = all(offer[k] == entry[k] for k in UNITS)
        must(told, f"its units are not what {kind} of {quantity} leaves")
        conserved(offer)
        self.owned[buyer] += ((after in OWNED) - (state in OWNED)) * quantity
        within = self.owned[buyer] <= offer["limit"]
        must(within, f"a buyer has more than the limit of {offer['limit']}")
        self.orders[entry["order"]] = (after, taken, entry["n"])

    def _take(self, entry: Entry, offer: Entry) -> None:
        must(offer["state"] in ON_SALE, f"a take while the offer is {offer['state']}")
        priced = entry["amount"] == offer["price"] * entry["quantity"]
        must(priced, "the amount is not the price times the quantity")
        must(
            entry["attempt"] > offer["attempt"],
            "its attempt was made before that of an earlier order",
        )
        must(
            offer["currency"] in (None, entry["currency"]), "the offer is sold in another currency"
        )
        offer["attempt"], offer["currency"] = entry["attempt"], entry["currency"]


def conserved(offer: Entry) -> None:
    """No unit is lost or doubled. Raises WrongError."""
    units = offer["left"] + offer["held"] + offer["paid"]
    is_whole = units == offer["quantity"] + offer["restocked"]
    must(is_whole, "left + held + paid is not quantity + restocked")


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
    """An offer's later entry: the clock's, an operator's, or told when units ran out or came back.

    Raises WrongError."""
    added, was, state = now["restocked"] - before["restocked"], before["state"], now["state"]
    changed = [k for k in OFFER_KEEPS if now[k] != before[k]]
    must(not changed, f"{', '.join(changed)} changed though nobody ordered")
    must(added == now["delta"], "it was restocked by more or less than its delta")
    must(now["left"] == before["left"] + added, "units moved though nobody ordered")
    on_sale = was in ON_SALE and state in ON_SALE
    must(on_sale or (added != 0) == (was == state), f"{state} after {was}, delta {added}")
    at = now["at_ms"]
    must(state == "closed" or not overdue(before, at), "it goes on after its closing time")
    must(was != "armed" or state not in ON_SALE or at >= now["opens_ms"], "it opens too early")
    times = (now["opens_ms"], now["closes_ms"], now["rest_ms"])
    must(times == times_after(before, state, at), "its times are not what they were")


def times_after(before: Entry, state: str, at: int) -> tuple[int, int, int]:
    """(opens, closes, rest) once the offer comes to be `state`."""
    opens, closes, rest = before["opens_ms"], before["closes_ms"], before["rest_ms"]
    if state == "closed":  # by the clock, or by hand
        return (opens, closes if overdue(before, at) else at, rest)
    if state == before["state"]:
        return (opens, closes, rest)
    if state == "paused":
        return (opens, 0, max(closes - max(at, opens), 1))
    if before["state"] == "paused":
        return (min(opens, at), at + rest, 0)
    return (opens, closes, rest)


def read_head(lines: list[bytes]) -> tuple[str, int, str]:
    """(show, number of entries, hash of the last). Raises WrongError, NotAnExportError."""
    found = []
    for number, pattern in enumerate(HEAD, 1):
        line = lines[number - 1] if number <= len(lines) else b"(nothing)"
        match = re.fullmatch(pattern.encode(), line)
        if match is None and number == 1:
            raise NotAnExportError(f"this does not begin with `{pattern}`: not an exported ledger")
        if match is None:
            raise WrongError(f"line {number}: it is not written as an export's head is")
        found += [group.decode() for group in match.groups()]
    return found[0], int(found[1]), found[2]


def recompute(export: bytes) -> Sale:
    """The sale, if all of the export holds. Raises WrongError, NotAnExportError."""
    lines = export.split(b"\n")
    show, count, head = read_head(lines)
    sale = Sale(show)
    *whole, rest = lines[len(HEAD) :] or [b"(nothing)"]
    for line in whole:
        sale.add(line)
    if rest:
        sale.add(rest)
        raise WrongError(f"entry {sale.n}: its line has no end")
    counted = f"line 3 names {count} entries, there are {sale.n}"
    must(sale.n == count, f"entry {min(sale.n, count) + 1}: {counted}")
    must(sale.hashes[-1] == head, f"line 4: entry {sale.n}, the last one, has another hash")
    return sale


def verify(path: str) -> Sale:
    """As `recompute`, from a file."""
    try:
        export = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise NotAnExportError(f"{path} cannot be read: {error}") from error
    return recompute(export)


def read_receipt(path: str) -> Entry:
    """A receipt's file: exactly its fields, each once. Raises WrongError."""
    try:
        pairs = json.loads(Path(path).read_bytes().decode("utf-8"), object_pairs_hook=tuple)
        receipt = dict(pairs if isinstance(pairs, tuple) else ())
    except (OSError, ValueError, TypeError, RecursionError):
        raise WrongError(f"receipt {path!r}: neither a receipt's file nor NUMBER HASH") from None
    is_whole = {k: type(v) for k, v in receipt.items()} == RECEIPT_FIELDS
    is_whole = is_whole and len(pairs) == len(receipt)
    must(is_whole, f"receipt {path!r}: its fields are not a receipt's")
    return receipt


def check_receipt(sale: Sale, given: str) -> str:
    """A sentence about one receipt: a JSON file, or `NUMBER HASH`. Raises WrongError."""
    shown, receipt = SHOWN.fullmatch(given), None
    if shown is None:
        receipt = read_receipt(given)
        n, given_hash = receipt["n"], receipt["hash"]
    else:
        n, given_hash = int(shown[1]), shown[2]
    must(0 < n <= sale.n, f"receipt {n}: there is no such entry")
    kind, order = sale.order_of.get(n, ("", ""))
    if receipt is None:
        must(sale.hashes[n].startswith(given_hash), f"receipt {n}: the entry has another hash")
    else:
        must(receipt["show_id"] == sale.show, f"receipt {n}: it is of another show")
        must(given_hash == sale.hashes[n], f"receipt {n}: the entry has another hash")
        line = f"{sale.hashes[n - 1]}\n{receipt['line']}".encode("utf-8", "surrogatepass")
        is_so = hashlib.sha256(line).hexdigest() == given_hash
        must(is_so, f"receipt {n}: its line is not the entry's")
        is_theirs = kind == "take" and receipt["order_id"] == order
        must(is_theirs, f"receipt {n}: the entry is not where this order was taken")
    if not order:
        return f"receipt {n} stands in its place"
    state, _, last = sale.orders[order]
    return f"receipt {n} stands in its place: order {order}, {state} since entry {last}"


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
    print(
        f"holds: show {sale.show}, {sale.n} entries, {len(sale.orders)} orders, head {sale.hashes[-1]}"
    )
    return 0


if __name__ == "__main__":
    own = argparse.ArgumentParser(description="Recomputes a sale from its exported ledger.")
    add_arguments(own)
    sys.exit(run(own.parse_args()))
