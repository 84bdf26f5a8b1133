"""Percentiles, rates and the drawn report."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from live.crowd.purchase import Purchase
from scripts.crowd import report
from scripts.crowd.charts import nice_top
from scripts.crowd.figures import by_time, percentile, summarize
from scripts.crowd.options import read_options
from scripts.crowd.plan import draw_wishes
from scripts.crowd.promises import judge
from scripts.crowd.records import Evidence, Heard, pack, unpack


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (90, 90), (99, 99), (99.9, 100), (100, 100), (0, 1)]
)
def test_percentiles_are_nearest_rank(percent, expected):
    assert percentile(range(1, 101), percent) == expected


def test_the_percentile_of_nothing_is_zero():
    assert percentile([], 99) == 0


def test_the_percentile_of_one_is_itself():
    assert percentile([7.0], 50) == percentile([7.0], 99.9) == 7.0


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.3, 0.5), (1, 1), (7, 10), (21, 25), (999, 1000), (1001, 2000)]
)
def test_an_axis_ends_at_a_round_number(value, top):
    assert nice_top(value) == pytest.approx(top)


def _evidence() -> Evidence:
    accepted = Purchase("a", "v1", 1, "pay", 0.0, answered_s=0.1, outcome="accepted", status=201)
    refused = Purchase("b", "v2", 1, "pay", 0.5, answered_s=1.0, outcome="sold_out", status=409)
    strange = Purchase("c", "v3", 1, "pay", 0.7, answered_s=0.9, outcome="http_500", status=500)
    silent = Purchase("d", "v4", 1, "pay", 0.9)
    return Evidence(
        quantity=1,
        restocked=0,
        limit=1,
        offer_id="o",
        purchases=[accepted, refused, strange, silent],
        heard=[Heard("v1", joins=2, frames=5)],
        audit={"offers": [], "ledger_lag": 0, "ok": False},
        rows=[],
        tally={},
    )


def test_figures_separate_refusals_from_errors():
    figures = summarize(_evidence(), Counter({"reset": 2}))
    assert figures["accepted"] == 1
    assert figures["refused"] == {"sold_out": 1}
    assert figures["errors"] == {"http_500": 1, "unresolved": 1}
    assert figures["troubles"] == {"reset": 2}
    assert figures["latency_ms"]["max"] == 500.0
    assert figures["sockets"]["breaks"] == 1


def test_slices_of_time_lose_nobody():
    buckets = by_time(_evidence().purchases, slices=4)
    assert sum(b.arrived for b in buckets) == 4
    assert [sum(getattr(b, n) for b in buckets) for n in ("accepted", "refused", "failed")] == [
        1
    ] * 3


def test_a_report_names_what_broke_and_hides_the_token():
    options = read_options(["--token", "secret-token"])
    evidence = _evidence()
    evidence.purchases[3].key = "<script>"
    figures = summarize(evidence, Counter())
    page = report.render(
        options, evidence, figures, judge(evidence), datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert "a promise broke" in page
    assert "&lt;script&gt; never got an answer" in page
    assert "secret-token" not in page
    assert page.count("<svg") == 3


def test_records_survive_the_way_between_processes():
    evidence = _evidence()
    assert unpack(pack(evidence.purchases, evidence.heard)) == (evidence.purchases, evidence.heard)


def test_the_same_seed_draws_the_same_crowd():
    options = read_options(["--orders", "200", "--units", "50", "--seed", "3"])
    first, again = draw_wishes(options, "r"), draw_wishes(options, "r")
    assert first == again
    assert len({wish.key for wish in first}) == len(first) == 210
    assert [w.intended_s for w in first] == sorted(w.intended_s for w in first)


def test_only_the_greedy_want_more_than_the_limit():
    options = read_options(["--orders", "1000", "--viewers", "0", "--per-buyer-limit", "2"])
    wanted = Counter(wish.buyer for wish in draw_wishes(options, "r"))
    assert len(wanted) == 500
    assert sum(max(count - 2, 0) for count in wanted.values()) == 50


@pytest.mark.parametrize(
    "wrong",
    [["--orders", "0"], ["--pay-share", "1.2"], ["--ramp", "-1"], ["--base-url", "localhost:80"]],
)
def test_nonsense_is_refused_with_a_sentence(wrong, capsys):
    with pytest.raises(SystemExit):
        read_options(wrong)
    assert "error:" in capsys.readouterr().err
