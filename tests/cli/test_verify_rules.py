"""The rules of a sale, one by one: true sales hold, and a forger whose hashes all fit is found all the same."""

from collections.abc import Callable
from typing import Any

import pytest

from live.cli import verify
from tests.cli.forger import OFFER, SHOW, START_MS, Forger, export_of
from tests.cli.test_verify_bytes import broken

Tell = Callable[[Forger], object]


def opened() -> Forger:
    return Forger().opened()


def frozen(story: Forger | None = None) -> Forger:
    """In its countdown."""
    armed = (story or Forger()).offer("armed", opens_ms=START_MS + 9)
    return armed.offer("paused", opens_ms=0, closes_ms=0, rest_ms=59_991)


def taken() -> Forger:
    return opened().after(10).order("take")


def expired() -> Forger:
    return taken().after(1_000).order("expire")


def begun(**said: Any) -> Forger:
    """An offer whose first entry says something else."""
    story = opened()
    story.entries[-1] |= said
    return story


def told(**said: Any) -> Forger:
    """An entry, told when nothing has changed, that says something else."""
    story = opened().offer("open")
    story.entries[-1] |= said
    return story


def sold(**said: Any) -> Forger:
    """An order whose entry says other units."""
    story = taken()
    story.entries[-1] |= said
    return story


TRUE_SALES: list[Tell] = [
    lambda s: s.offer("armed", opens_ms=s.ms + 5).offer("armed", -1).after(7).offer("open"),
    lambda s: s.offer("armed", opens_ms=s.ms + 5).offer("armed", -5).after(7).offer("sold_out"),
    lambda s: s.offer("armed", opens_ms=s.ms + 5).closed(),
    lambda s: (
        s.offer("armed", opens_ms=s.ms + 5)
        .after(2)
        .offer("paused", closes_ms=0, rest_ms=59_995)
        .after(1)
        .offer("open", opens_ms=s.ms, closes_ms=s.ms + 59_995, rest_ms=0)
    ),
    lambda s: frozen(s).after(9).offer("open", opens_ms=s.ms, closes_ms=s.ms + 59_991, rest_ms=0),
    lambda s: frozen(s).after(9).closed(),
    lambda s: (
        s.opened()
        .after(1_000)
        .offer("paused", closes_ms=0, rest_ms=59_000)
        .offer("paused", 2)
        .after(9)
        .offer("open", closes_ms=s.ms + 59_000, rest_ms=0)
        .order("take")
    ),
    lambda s: s.opened().offer("paused", closes_ms=0, rest_ms=60_000).after(5).closed(),
    lambda s: s.opened().after(60_300).offer("closed"),
    lambda s: s.offer("armed", opens_ms=s.ms + 5).after(70_000).offer("open").offer("closed"),
    lambda s: (
        s.opened()
        .order("take", quantity=3)
        .order("take", "b", quantity=2)
        .offer("sold_out")
        .offer("open", 2)
        .order("take", "b2", quantity=1)
        .order("cancel", "b2")
        .order("pay")
        .closed()
        .order("refund")
        .order("pay", "b")
    ),
    lambda s: (
        s.opened()
        .order("take")
        .after(1_000)
        .order("expire")
        .order("pay")
        .order("refund", late=False)
    ),
    lambda s: s.opened().order("take").after(1_000).order("expire").closed().order("refund"),
    lambda s: (
        s.opened()
        .order("take", quantity=3)
        .after(1_000)
        .order("expire")
        .offer("open", -3)
        .order("refund")
    ),
    lambda s: (
        s.opened()
        .order("take", quantity=3)
        .after(1_000)
        .order("expire")
        .order("take", "a2")
        .order("refund")
    ),
    lambda s: s.opened().order("take", attempt=4).order("take", "b", attempt=9).after(100).closed(),
]


@pytest.mark.parametrize("tell", TRUE_SALES)
def test_a_true_sale_holds(tell: Tell) -> None:
    story = Forger()
    tell(story)
    assert verify.recompute(story.export()).n == len(story.entries)


FORGERIES: dict[str, tuple[Callable[[], Forger], str]] = {
    "take after the close": (
        lambda: opened().after(5).closed().order("take"),
        "while the offer is closed",
    ),
    "take past the closing time": (
        lambda: opened().after(60_000).order("take"),
        "past its closing time",
    ),
    "late payment past the closing time": (
        lambda: expired().after(60_000).order("pay"),
        "past its closing time",
    ),
    "open past the closing time": (
        lambda: opened().after(60_000).offer("open", 1),
        "after its closing time",
    ),
    "closed later than by the clock": (
        lambda: opened().after(60_001).closed(),
        "its times are not",
    ),
    "closed before now": (
        lambda: opened().after(10).offer("closed", closes_ms=START_MS),
        "its times are not",
    ),
    "take while armed": (
        lambda: Forger().offer("armed", opens_ms=START_MS + 9).order("take"),
        "while the offer is armed",
    ),
    "take while paused": (
        lambda: opened().offer("paused", closes_ms=0, rest_ms=60_000).order("take"),
        "while the offer is paused",
    ),
    "paused on sale, as if it had never opened": (
        lambda: opened().after(5).offer("paused", opens_ms=0, closes_ms=0, rest_ms=59_995),
        "its times are not",
    ),
    "resumed as if it had been open all the time": (
        lambda: frozen().after(50).offer("open", opens_ms=START_MS + 9, rest_ms=0),
        "its times are not",
    ),
    "opened before its time": (
        lambda: Forger().offer("armed", opens_ms=START_MS + 9).offer("open"),
        "it opens too early",
    ),
    "armed though it is time": (lambda: Forger().offer("armed"), "times that cannot be"),
    "open before its time": (
        lambda: Forger().offer("open", opens_ms=START_MS + 1),
        "times that cannot be",
    ),
    "closes before it opens": (
        lambda: Forger().offer("open", closes_ms=START_MS),
        "times that cannot be",
    ),
    "reopened after the close": (
        lambda: opened().after(5).closed().offer("open", closes_ms=START_MS + 60_000),
        "open, after it was closed",
    ),
    "closed twice": (lambda: opened().closed().closed(), "closed, after it was closed"),
    "restocked after the close": (
        lambda: opened().closed().offer("closed", 1),
        "closed, after it was",
    ),
    "armed again": (lambda: opened().offer("armed"), "armed, after it was open"),
    "begins paused": (
        lambda: Forger().offer("paused", closes_ms=0, rest_ms=9),
        "paused, after it was unknown",
    ),
    "an unknown state": (lambda: opened().offer("gone"), "the offer is gone"),
    "paused for nothing": (
        lambda: opened().offer("paused", closes_ms=0, rest_ms=60_000).offer("paused"),
        "paused after paused",
    ),
    "restocked while it pauses": (
        lambda: opened().offer("paused", 1, closes_ms=0, rest_ms=60_000),
        "paused after open, delta 1",
    ),
    "more time after a pause": (
        lambda: (
            opened()
            .offer("paused", closes_ms=0, rest_ms=60_000)
            .offer("open", closes_ms=START_MS + 90_000, rest_ms=0)
        ),
        "its times are not",
    ),
    "more time while it is open": (
        lambda: opened().offer("open", 1, closes_ms=START_MS + 90_000),
        "its times are not",
    ),
    "more rest than it had": (
        lambda: opened().offer("paused", closes_ms=0, rest_ms=60_001),
        "its times are not",
    ),
    "price changed": (lambda: taken().offer("open", price=999), "price changed"),
    "limit changed": (lambda: taken().offer("open", limit=5), "limit changed"),
    "quantity changed": (lambda: opened().offer("open", quantity=6), "quantity changed"),
    "sold out with units left": (lambda: opened().offer("sold_out"), "sold out though"),
    "open without units": (lambda: opened().offer("open", -5), "open though"),
    "restocked by more than it says": (lambda: told(restocked=2), "more or less than its delta"),
    "units from nowhere": (lambda: told(left=6), "units moved though nobody ordered"),
    "paid units from nowhere": (lambda: told(paid=1), "paid changed though nobody ordered"),
    "another number": (lambda: told(n=3), "it calls itself number 3"),
    "sequence repeated": (lambda: told(seq=1), "before the entry that it follows"),
    "begins with fewer units": (lambda: begun(left=4), "not all left"),
    "begins with restocked units": (lambda: begun(left=6, restocked=1), "not all left"),
    "begins without a limit": (lambda: begun(limit=0), "not all left"),
    "takes more than it says": (lambda: sold(left=3, held=2), "not as take leaves them"),
    "more sold than there was": (lambda: sold(left=-1, held=6), "left below zero"),
    "time runs backwards": (lambda: opened().after(-1).order("take"), "time runs backwards"),
    "attempt repeated": (
        lambda: taken().order("take", "b", attempt=1),
        "its attempt was made before",
    ),
    "attempt falls": (
        lambda: opened().order("take", attempt=50).order("take", "b", attempt=3),
        "its attempt was made before",
    ),
    "no attempt": (lambda: opened().order("take", attempt=0), "its attempt was made before"),
    "attempt changed": (lambda: taken().order("pay", attempt=2), "not what it was when"),
    "currency changed": (lambda: taken().order("pay", currency="USD"), "not what it was when"),
    "buyer changed": (lambda: taken().order("pay", buyer="f" * 16), "not what it was when"),
    "two currencies": (lambda: taken().order("take", "b", currency="USD"), "another currency"),
    "another amount": (lambda: opened().order("take", amount=1), "is not price × quantity"),
    "over the limit": (lambda: taken().order("take", "a2", quantity=3), "more than the limit of 3"),
    "expired at once": (lambda: taken().after(999).order("expire"), "after 999 ms"),
    "taken twice": (lambda: taken().order("take"), "take of an order that is held"),
    "paid twice": (lambda: taken().order("pay").order("pay"), "pay of an order that is paid"),
    "cancelled when paid": (
        lambda: taken().order("pay").order("cancel"),
        "of an order that is paid",
    ),
    "refunded when held": (lambda: taken().order("refund"), "refund of an order that is held"),
    "paid without a take": (
        lambda: taken().order("pay", "b", order=f"{SHOW}-b"),
        "that is unknown",
    ),
    "late though it is not": (lambda: taken().order("pay", late=True), "late, or not late"),
    "not late though it is": (lambda: expired().order("pay", late=False), "late, or not late"),
    "late payment honoured after the close": (
        lambda: expired().closed().order("pay"),
        "it cannot be",
    ),
    "late payment refused without cause": (lambda: expired().order("refund"), "it can be honoured"),
    "nothing bought": (lambda: opened().order("take", quantity=0), "take of an order"),
    "half a unit": (lambda: opened().order("take", quantity=1.5, amount=150), "its fields are not"),
    "yes as a number": (lambda: opened().order("take", quantity=True), "its fields are not"),
    "an amount below zero": (lambda: opened().order("take", amount=-1), "amount below zero"),
    "an unknown kind": (lambda: opened().add("gift", {"offer": OFFER}), "its kind is 'gift'"),
    "no kind": (lambda: opened().add("", {"kind": None}), "its kind is None"),
    "a kind that is a list": (lambda: opened().add("", {"kind": ["take"]}), "its kind is"),
    "an order of another show": (
        lambda: opened().order("take", order="other-a"),
        "'other-a' is not of show s0show",
    ),
    "an offer of another show": (
        lambda: opened().order("take", offer="other-o1"),
        "'other-o1' is not of show s0show",
    ),
    "an offer that never was": (lambda: opened().order("take", offer=f"{OFFER}x"), "never opened"),
    "a field too many": (lambda: opened().order("take", gift=1), "its fields are not"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forger_whose_hashes_fit_is_found_by_the_rules(name: str) -> None:
    forge, why = FORGERIES[name]
    entries = forge().entries
    said = broken(export_of(entries))
    assert said.startswith(f"entry {len(entries)}: ")
    assert why in said
