"""The benchmarks run, with sizes so small that their figures mean nothing; and say when they cannot."""

import json
from typing import Any

import pytest

from scripts import postgres
from scripts.benchmarks.bench import main
from scripts.benchmarks.peers import SMALL_SALE

pytestmark = pytest.mark.long
needs_postgres = pytest.mark.skipif(
    postgres.find_binary("postgres") is None, reason="no PostgreSQL server on this machine"
)


def told(capsys: pytest.CaptureFixture[str], argv: list[str]) -> dict[str, Any]:
    """The JSON object of a benchmark that went well."""
    assert main(argv) == 0, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_scale_holds_every_size_against_the_smallest_and_watches_a_show_end(capsys):
    argv = ["scale", "--pairs", "1", "--offers", "1", "3", "--earlier", "5", "600"]
    figures = told(capsys, [*argv, "--ended", "40", "--patience", "0"])
    sizes = figures["sizes"]
    assert set(sizes) >= {
        *("5 earlier orders", "600 earlier orders", "1 offer", "3 offers"),
        "3 offers, orders over all",
    }
    assert "ratio" not in sizes["5 earlier orders"]["script"]
    assert sizes["600 earlier orders"]["script"]["ratio"] > 0
    assert {"lua", "hset", "zadd", "xadd"} <= set(sizes["1 offer"]["parts_us"])
    assert figures["bytes_per_order"]["orders"] == 600
    assert figures["bytes_per_order"]["book"] > 100
    assert figures["after_end"]["orders"] == 40
    assert not figures["after_end"]["settled"]


def test_ledger_tells_the_ratio_the_lag_and_the_memory_of_the_worker(capsys):
    argv = ["ledger", "--pairs", "1", "--seconds", "1", "--connections", "2", "--orders", "10"]
    figures = told(capsys, argv)
    found = figures["sqlite"]
    assert figures["audit_ok"]
    assert found["orders"] >= 10
    assert found["ratio"] > 0
    assert found["held_back"]["ratio"] > 0
    assert found["at_work"]["lag_to_burst"] > 0
    assert found["worker"]["peak_mib"] >= found["worker"]["end_mib"] > 0


def test_fanout_measures_ours_beside_the_others_with_one_reader(capsys):
    figures = told(capsys, ["fanout", "--pairs", "1", "--seconds", "1", "--sockets", "7"])
    found = figures["sockets"]["7"]
    assert {"ours, pages", "ours, API", "Starlette loop", "websockets.broadcast()"} <= set(
        found["per_s"]
    )
    assert min(found["per_s"].values()) > 0
    assert found["ratios"]["ours, pages"]["Starlette loop"]["ratio"] > 0


def test_after_a_kill_all_are_back_and_have_heard_everything_once(capsys):
    argv = ["reconnect", "--sockets", "12", "--seconds", "1", "--orders-per-s", "10"]
    figures = told(capsys, argv)
    assert figures["audit_ok"]
    assert figures["back_s"] > 0
    assert figures["heard"]["comments"] > 0
    assert {figures["heard"][name] for name in ("unheard", "doubled", "resets")} == {0}
    assert figures["orders_not_accepted"] == 0


def test_comments_are_all_stored_counted_and_heard(capsys):
    argv = ["comments", "--seconds", "1", "--viewers", "2", "--rate", "60"]
    figures = told(capsys, argv)
    assert figures["audit_ok"]
    assert figures["counted"]
    assert figures["heard"]
    assert figures["stored"] == figures["taken"] == figures["sent"] >= 150


@needs_postgres
def test_peers_sell_no_unit_too_many_and_every_row_is_there(capsys):
    argv = ["peers", "--pairs", "1", "--seconds", "1", "--connections", "4"]
    figures = told(capsys, argv)
    assert figures["wrong"] == []
    assert set(figures["small_sale"]["sold"].values()) == {SMALL_SALE}
    assert len(figures["connections"]["4"]) == 5
    assert {"cpu", "fastapi", "postgresql", "fdatasync_us"} <= set(figures["machine"])


@pytest.mark.parametrize("argv", [["peers"], ["ledger", "--database", "postgresql"]])
def test_a_missing_server_is_one_sentence(argv, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    assert main(argv) == 1
    said = capsys.readouterr().err
    assert said == "bench: PostgreSQL's server (postgres, initdb) is missing; install postgresql.\n"
