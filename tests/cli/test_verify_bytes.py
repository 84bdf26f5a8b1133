"""Not a byte of an export or of a receipt may be another one."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from live.cli import verify
from live.domain.chain import offer_line, order_line
from live.domain.events import Fact, OrderTold
from live.domain.offer import HOLD_MIN_S
from tests.cli.forger import OFFER, SHOW, START_MS, Forger, export_of


def opened() -> Forger:
    return Forger().opened()


def small() -> bytes:
    """A little of everything."""
    story = Forger().offer("armed", opens_ms=START_MS + 500).after(500).offer("open")
    story.after(9).order("take").order("take", "b", quantity=3, amount=300).order("pay")
    return story.after(5_000).order("expire", "b").closed().export()


def broken(export: bytes) -> str:
    """Why it does not hold."""
    with pytest.raises((verify.WrongError, verify.NotAnExportError)) as caught:
        verify.recompute(export)
    return str(caught.value)


def test_every_flipped_byte_is_found_and_its_line_or_entry_is_named() -> None:
    sound = small()
    verify.recompute(sound)
    for place, byte in enumerate(sound):
        line = sound[:place].count(b"\n") + 1
        for mask in (1, 2, 4, 8, 16, 32, 64, 128, 255, 0x0A ^ 0x0D, 0x0A ^ 0x20):
            said = broken(sound[:place] + bytes([byte ^ mask]) + sound[place + 1 :])
            if line > 5:
                assert said.startswith((f"entry {line - 5}: ", "line 4: "))
            elif line > 1:
                assert said.startswith((f"line {line}: ", f"line {line + 1}: ", "entry "))


def test_every_byte_left_out_or_put_in_is_found() -> None:
    sound = small()
    for place in range(len(sound)):
        broken(sound[:place] + sound[place + 1 :])
        broken(sound[:place] + sound[place : place + 1] + sound[place:])
    for place in range(len(sound) + 1):
        for byte in (b"\n", b"\r", b" ", b"\0", b"0", b"\xef\xbb\xbf", b"\xe2\x80\xa8"):
            broken(sound[:place] + byte + sound[place:])


ODD_LINES: dict[str, Callable[[bytes], bytes]] = {
    "separators": lambda e: e.replace(b"\n", b"\x0b"),
    "CRLF": lambda e: e.replace(b"\n", b"\r\n"),
    "no end": lambda e: e[:-1],
    "twice": lambda e: e + e,
    "a line twice in the head": lambda e: e.replace(b"entries", b"show x\nentries", 1),
    "no head": lambda e: e.partition(b"\n\n")[2],
    "the head alone": lambda e: e.partition(b"\n\n")[0],
    "the first line alone": lambda e: e[:14],
    "another show": lambda e: e.replace(b"show s0show\n", b"show s0shox\n"),
    "a shorter show": lambda e: e.replace(b"show s0show\n", b"show s0sho\n"),
    "entries with a nought": lambda e: e.replace(b"entries ", b"entries 0"),
    "fewer entries": lambda e: e.replace(b"entries 7", b"entries 6"),
    "more entries": lambda e: e.replace(b"entries 7", b"entries 8"),
    "capitals": lambda e: e.replace(b"\nhead ", b"\nHead "),
    "nothing": lambda e: b"",
}


@pytest.mark.parametrize("name", ODD_LINES)
def test_what_is_not_written_as_an_export_is_refused(name: str) -> None:
    odd = ODD_LINES[name](small())
    assert odd != small()
    broken(odd)


@pytest.mark.parametrize(
    "line",
    [
        '{ "n":1}', "[]", "1", "null", "", "{}", '{"n":1,"n":1}', '{"kind":"\\u0041"}', "[" * 100_000,
        '{"n":' + "9" * 5_000 + "}", '{"kind":"offer","n":NaN}', '{"kind":"\\ud800"}',
    ],
    ids=lambda line: str(line)[:12],
)  # fmt: skip
def test_a_line_that_the_ledger_would_not_write_is_refused(line: str) -> None:
    assert forged_line(line).startswith("entry 1: ")


def forged_line(line: str) -> str:
    head = sha256(f"{'0' * 64}\n{line}".encode()).hexdigest()
    return broken(f"live-ledger 1\nshow s\nentries 1\nhead {head}\n\n{head} {line}\n".encode())


def test_nothing_was_sold_and_nothing_is_hidden() -> None:
    """An empty export has no entry that could bind the name of its show: that one word is not proven."""
    empty = export_of([])
    assert verify.recompute(empty).n == 0
    named = range(empty.index(b"s0show"), empty.index(b"s0show") + len("s0show"))
    for place, byte in enumerate(empty):
        if place not in named:
            broken(empty[:place] + bytes([byte ^ 1]) + empty[place + 1 :])


def test_it_knows_the_fields_and_the_shortest_hold_of_the_server() -> None:
    assert verify.HOLD_MIN_MS == HOLD_MIN_S * 1_000
    order = OrderTold(f"{SHOW}-a", OFFER, 1, "v", "k", "王", 1, 100, "CNY", 1, 4, 1, 0, False)
    line = json.loads(order_line(1, Fact(1, "take", 1, {}, order), order, "m"))
    assert {name: type(value) for name, value in line.items()} == verify.ORDER_FIELDS
    entry = opened().entries[0]
    known = {"seq", "at_ms", "kind"}
    fact = Fact(1, "offer", 1, {name: value for name, value in entry.items() if name not in known})
    line = json.loads(offer_line(1, fact))
    assert {name: type(value) for name, value in line.items()} == verify.OFFER_FIELDS


def a_receipt() -> dict[str, Any]:
    """Of the first order in `small`, which is entry 3."""
    lines = small().decode().partition("\n\n")[2].splitlines()
    given, _, line = lines[2].partition(" ")
    return {"order_id": f"{SHOW}-a", "show_id": SHOW, "n": 3, "hash": given, "line": line}


def stands(receipt: object, folder: Path) -> str:
    file = folder / "receipt.json"
    file.write_text(receipt if isinstance(receipt, str) else json.dumps(receipt), "utf-8")
    return verify.check_receipt(verify.recompute(small()), str(file))


def test_a_receipt_stands_and_says_what_became_of_its_order(tmp_path: Path) -> None:
    said = stands(a_receipt(), tmp_path)
    assert said == f"receipt 3 stands in its place: order {SHOW}-a, paid since entry 5"
    sale, short = verify.recompute(small()), a_receipt()["hash"][:8]
    assert "stands in its place" in verify.check_receipt(sale, f"3 {short}")
    assert verify.check_receipt(sale, f"7 {sale.hashes[7]}") == "receipt 7 stands in its place"


LINE = a_receipt()["line"]
FALSE_RECEIPTS: dict[str, dict[str, Any]] = {
    "line": {"line": LINE.replace('"quantity":1', '"quantity":9')},
    "line of a surrogate": {"line": LINE + "\ud800"},
    "show": {"show_id": "other"},
    "order": {"order_id": f"{SHOW}-b"},
    "number": {"n": 4},
    "number 0": {"n": 0},
    "number below 0": {"n": -4},
    "number as text": {"n": "3"},
    "number as a fraction": {"n": 3.0},
    "short hash": {"hash": a_receipt()["hash"][:12]},
    "no hash": {"hash": ""},
    "another field": {"paid": True},
}


@pytest.mark.parametrize("name", FALSE_RECEIPTS)
def test_a_receipt_that_was_altered_does_not_stand(name: str, tmp_path: Path) -> None:
    with pytest.raises(verify.WrongError, match="receipt"):
        stands(a_receipt() | FALSE_RECEIPTS[name], tmp_path)


def test_a_receipt_is_of_the_entry_that_took_the_order(tmp_path: Path) -> None:
    paid = small().decode().partition("\n\n")[2].splitlines()[4]
    given, _, line = paid.partition(" ")
    with pytest.raises(verify.WrongError, match="not where this order was taken"):
        stands(a_receipt() | {"n": 5, "hash": given, "line": line}, tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", "null", "[" * 100_000, '[["n", 3]]', '"n"'])
def test_a_file_that_is_no_receipt_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(verify.WrongError):
        stands(text, tmp_path)


def test_a_list_is_no_receipt(tmp_path: Path) -> None:
    with pytest.raises(verify.WrongError, match="its fields"):
        stands(json.dumps([[name, value] for name, value in a_receipt().items()]), tmp_path)


def test_a_receipt_that_says_a_thing_twice_is_refused(tmp_path: Path) -> None:
    twice = json.dumps(a_receipt()).replace("{", '{"show_id": "other", ', 1)
    with pytest.raises(verify.WrongError, match="its fields"):
        stands(twice, tmp_path)


@pytest.mark.parametrize(
    "given", ["² x", "²  deadbeef", "-1 aaaaaaaaaa", "0 00000000", "99 aaaaaaaaaa", "3 deadbeef", "3 AAAAAAAAAA", "3", "", "\0",
              "3 " + "0" * 65, "03 deadbeef", "9" * 30 + " deadbeef", "x" * 5_000],
    ids=lambda given: given[:14].encode("unicode_escape").decode(),
)  # fmt: skip
def test_words_that_are_no_receipt_are_refused(given: str) -> None:
    with pytest.raises(verify.WrongError, match="receipt"):
        verify.check_receipt(verify.recompute(small()), given)
