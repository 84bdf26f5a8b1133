"""A sale, exported and recomputed by a file that stands alone; and what it says when somebody meddles."""

import asyncio
import json
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from live.app import create_app
from live.cli import verify
from live.features.accounts.actions import create_token
from tests.asking import Api, connected, done, eventually
from tests.engines import RedisServer, running, settings_for
from tests.factories import Viewer, buy, make_offer, make_show, make_viewer


async def history(api: Api, show: str, buyers: list[Viewer], chance: random.Random) -> list[str]:
    """Orders of a sale in which everything happens that may happen."""
    offers = [
        await make_offer(api, show, quantity=6, per_buyer_limit=3, hold_s=1),
        await make_offer(api, show, quantity=30, per_buyer_limit=9, hold_s=600),
    ]
    orders = []
    for _ in range(60):
        buyer = chance.choice(buyers)
        answer = await buy(api, chance.choice(offers), buyer, chance.randint(1, 2))
        if answer.status_code == 201:
            orders.append(answer.json()["id"])
            verb = chance.choice(["pay", "pay", "cancel", "wait"])
            if verb != "wait":
                done(await api.post(f"/orders/{orders[-1]}/{verb}", token=buyer.token))
            if verb == "pay" and chance.random() < 0.3:
                done(await api.post(f"/orders/{orders[-1]}/cancel"))
        if chance.random() < 0.1:
            done(
                await api.post(f"/offers/{offers[1]}/restock", {"delta": chance.choice([2, 3, -1])})
            )
    return orders


class Sold(NamedTuple):
    """What came of the sale: its ledger as exported, and order id → receipt as answered."""

    export: bytes
    receipts: dict[str, bytes]


async def sell(api: Api) -> Sold:
    show = await make_show(api)
    buyers = [await make_viewer(api) for _ in range(5)]
    orders = await history(api, show, buyers, random.Random(4))
    done(await api.post(f"/shows/{show}/end"))

    async def is_settled() -> bool:
        audit = await api.audit(show)
        return bool(audit["ok"]) and any(offer["expired"] for offer in audit["offers"])

    await eventually(is_settled)
    receipts = {order: (await api.get(f"/orders/{order}/receipt")).content for order in orders}
    return Sold((await api.get(f"/shows/{show}/ledger")).content, receipts)


@pytest.fixture(scope="module")
def sold(
    redis_server: RedisServer, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Sold:
    """One sale for all tests of this module: they only read what came of it."""
    settings = settings_for(tmp_path_factory.mktemp("sold"), migrated, redis_server.url)

    async def evening() -> Sold:
        app = create_app(settings)
        async with running(app) as runtime:
            now = runtime.clock.now()
            operator = await create_token(runtime.db, role="operator", name="bot", now=now)
            async with connected(app, operator) as api:
                return await sell(api)

    return asyncio.run(evening())


@pytest.fixture
def path(sold: Sold, tmp_path: Path) -> Path:
    """The exported file."""
    file = tmp_path / "export.txt"
    file.write_bytes(sold.export)
    return file


def alone(*words: str) -> subprocess.CompletedProcess[str]:
    """As a stranger runs it: nothing of ours on the path."""
    command = [sys.executable, "-I", "-S", str(verify.__file__), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_sale_holds_and_every_receipt_is_in_its_place(
    sold: Sold, path: Path, tmp_path: Path
) -> None:
    receipts: list[str] = []
    for order, receipt in sold.receipts.items():
        (tmp_path / f"{order}.json").write_bytes(receipt)
        receipts.append(str(tmp_path / f"{order}.json"))
    first: dict[str, Any] = json.loads(next(iter(sold.receipts.values())))
    ended = alone(str(path), *receipts)
    assert ended.returncode == 0, ended.stderr
    assert f"{len(receipts)} orders" in ended.stdout
    assert ended.stdout.count("stands in its place") == len(receipts) > 20
    shown = alone(str(path), f"{first['n']} {first['hash'][:12]}")
    assert shown.returncode == 0
    assert alone(str(path), f"{first['n'] + 1} {first['hash'][:12]}").returncode == 1


def test_one_changed_byte_is_found_and_its_entry_is_named(path: Path) -> None:
    sound = path.read_bytes()
    body = sound.index(b"\n\n") + 2
    chance = random.Random(1)
    for _ in range(60):
        place = chance.randrange(body, len(sound) - 1)
        changed = bytearray(sound)
        changed[place] ^= 1 << chance.randrange(7)
        path.write_bytes(bytes(changed))
        entry = sound[body:place].count(b"\n") + 1
        with pytest.raises((verify.WrongError, verify.NotAnExportError)) as caught:
            verify.verify(str(path))
        if caught.type is verify.WrongError:
            assert f"entry {entry}:" in str(caught.value) or f"entry {entry + 1}:" in str(
                caught.value
            )


def test_a_forger_who_recomputes_the_hashes_is_betrayed_by_the_units_or_the_head(
    path: Path,
) -> None:
    head, _, body = path.read_text().partition("\n\n")
    lines = [line.partition(" ")[2] for line in body.splitlines()]
    taken = next(i for i, line in enumerate(lines) if '"kind":"take"' in line)

    def forged(change: str) -> Path:
        entries = list(lines)
        if change == "drop":
            del entries[taken]
        elif change == "twice":
            entries.insert(taken, entries[taken])
        elif change == "swap":
            entries[taken], entries[taken + 1] = entries[taken + 1], entries[taken]
        elif change == "more":
            entries[taken] = entries[taken].replace('"quantity":', '"quantity":1')
        before, out = verify.BEFORE_THE_FIRST, []
        for n, line in enumerate(entries, 1):
            entry = json.loads(line) | {"n": n}
            line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            before = sha256(f"{before}\n{line}".encode()).hexdigest()
            out.append(f"{before} {line}")
        fields = [f"entries {len(out)}", f"head {before}"]
        named = [line for line in head.splitlines() if line.split()[0] not in ("entries", "head")]
        path.write_text("\n".join([*named, *fields]) + "\n\n" + "\n".join(out) + "\n")
        return path

    assert verify.verify(str(forged("nothing"))).n == len(lines)
    for change in ("drop", "twice", "swap", "more"):
        with pytest.raises(verify.WrongError):
            verify.verify(str(forged(change)))


def test_an_export_cut_short_is_found(path: Path) -> None:
    text = path.read_text()
    path.write_text(text[: text[:-1].rindex("\n") + 1])
    ended = alone(str(path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "BROKEN" in ended.stderr


def test_something_else_is_not_an_export(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    assert alone(str(tmp_path / "x")).returncode == 2
    assert alone(str(tmp_path / "none")).returncode == 2


async def test_only_those_who_may_get_export_and_receipt(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    viewer, other = await make_viewer(api), await make_viewer(api)
    order = done(await buy(api, offer, viewer))["id"]
    assert (await api.get(f"/shows/{show}/ledger", token=viewer.token)).status_code == 403
    assert (await api.get(f"/orders/{order}/receipt", token=other.token)).status_code == 404

    async def is_written() -> bool:
        return (await api.get(f"/orders/{order}/receipt", token=viewer.token)).status_code == 200

    await eventually(is_written)
    receipt = done(await api.get(f"/orders/{order}/receipt", token=viewer.token))
    assert receipt["order_id"] == order
    assert json.loads(receipt["line"])["order"] == order
