"""The arithmetic of the benchmarks, and what they accept to be told."""

import pytest

from scripts.benchmarks.bench import main, read_options
from scripts.benchmarks.contestants import judge
from scripts.benchmarks.control_room import latencies_ms
from scripts.benchmarks.hammer import Blow
from scripts.benchmarks.ledger import Burst, Memory
from scripts.benchmarks.machine import cpu_model
from scripts.benchmarks.memory import STILL_S, Sample, given_back, has_settled
from scripts.benchmarks.meter import Reading, add, cost
from scripts.benchmarks.peers import REFERENCE, markdown
from scripts.benchmarks.ratios import Spread, pairwise, spread, table
from scripts.benchmarks.scale import Size, beside, is_flat
from scripts.benchmarks.steady_orders import quantile


def test_a_ratio_is_taken_round_by_round_and_not_of_the_medians():
    assert pairwise([10, 40, 30], [10, 20, 60]) == Spread(1.0, 0.5, 2.0)


def test_a_round_without_a_base_has_no_ratio_to_boast_of():
    assert pairwise([10], [0]) == Spread(0.0, 0.0, 0.0)


def test_a_spread_is_told_as_median_and_range():
    found = spread([1.5, 1.25, 3.0])
    assert str(found) == "1.50 (1.25–3.00)"
    assert found.figures() == {"ratio": 1.5, "range": [1.25, 3.0]}


def test_a_table_has_a_line_under_its_head():
    assert table(["a", "b"], [["1", "2"]]).splitlines() == [
        "| a | b |",
        "| --- | --- |",
        "| 1 | 2 |",
    ]


def test_an_order_is_seen_with_the_first_paint_that_counts_it():
    placed = [100, 200, 300, 350, 600]
    paints = [(340.0, 2), (500.0, 4), (505.0, 4), (700.0, 5)]
    assert latencies_ms(paints, placed, known=1) == [140.0, 200.0, 150.0, 100.0]


def test_a_quantile_is_one_of_the_values():
    assert quantile([3.0, 1.0, 2.0], 0.99) == 3.0
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([], 0.99) == 0.0


def test_the_drain_and_the_lag_are_two_sides_of_one_burst():
    burst = Burst(orders=1_000, seconds=4.0, lag_s=2.0)
    assert (burst.fill, burst.drain, burst.ratio, burst.lag_share) == (250, 500, 2.0, 0.5)


def test_memory_is_told_for_the_middle_of_the_orders_not_of_the_samples():
    mib = 2**20
    samples = [(0, 100 * mib), (10, 101 * mib), (20, 102 * mib), (55, 103 * mib), (100, 104 * mib)]
    told = Memory(90 * mib, samples, peak=110 * mib).figures()
    assert told["idle_mib"] == 90
    assert told["peak_mib"] == 110
    assert (told["start_mib"], told["middle_mib"], told["end_mib"]) == (100, 103, 104)
    assert (told["grew_first_half_mib"], told["grew_second_half_mib"]) == (3, 1)


@pytest.mark.parametrize(
    ("units", "left", "sold", "rows", "accepted", "word"),
    [
        (100, 90, 9, 9, 9, "10 units are gone and orders have 9"),
        (100, 90, 10, 9, 9, "9 rows have 10 units"),
        (100, -2, 102, 102, 102, "102 sold of 100"),
        (100, 90, 10, 10, 11, "11 orders were accepted and 10 are there"),
    ],
)
def test_books_that_do_not_add_up_are_named(units, left, sold, rows, accepted, word):
    assert word in judge(units, left, sold, rows, accepted)


def test_an_order_under_way_when_the_client_stopped_is_no_fault():
    assert judge(100, 90, 10, 10, 8) == ""


def test_a_cost_is_what_the_clocks_moved_for_each_order():
    before = Reading({"evalsha": 100, "hset": 40, "info": 5}, redis_s=1.0, web_s=2.0)
    after = Reading(
        {"evalsha": 300, "hset": 80, "zadd": 20, "info": 99}, redis_s=1.0005, web_s=2.001
    )
    found = cost(before, after, orders=10)
    assert (found.script, round(found.redis, 6), round(found.web, 6)) == (20, 50, 100)
    assert found.parts == {"hset": 4, "zadd": 2, "lua": 14}


def test_stretches_are_averaged_by_part():
    one = cost(Reading({}, 0, 0), Reading({"evalsha": 40, "zadd": 8}, 0, 0), 4)
    other = cost(Reading({}, 0, 0), Reading({"evalsha": 80}, 0, 0), 4)
    assert add([one, other]).script == 15
    assert add([one, other]).parts == {"zadd": 1, "lua": 14}


def test_a_size_is_held_against_the_smallest_of_its_own_kind():
    small, large = Size("1 offer", "", 1, None), Size("9 offers", "1 offer", 1, None)
    for size, us in ((small, 40), (large, 44)):
        size.costs[0] = cost(Reading({}, 0, 0), Reading({"evalsha": us}, 0, 0), 4)
    large.costs[1] = small.costs[0]  # a round in which only one of them could be measured
    assert beside(small, [small, large], "script") is None
    assert beside(large, [small, large], "script") == Spread(1.1, 1.1, 1.1)
    assert is_flat(spread([1.1]))
    assert not is_flat(spread([1.11]))


def test_memory_has_settled_when_no_hold_is_left_and_nothing_fell_for_a_while():
    falling = [Sample(0, 1000, 5), Sample(10, 800, 0), Sample(10 + STILL_S / 2, 500, 0)]
    still = [*falling, Sample(11 + 2 * STILL_S, 500, 0)]
    assert not has_settled(falling)
    assert has_settled(still)
    assert not has_settled([*still, Sample(12 + 2 * STILL_S, 400, 0)])
    assert not has_settled([Sample(0, 1000, 1), Sample(STILL_S * 3, 1000, 1)])


def test_what_is_given_back_is_a_share_of_what_the_show_took():
    samples = [Sample(0, 1_100, 5), Sample(10, 700, 0), Sample(20, 350, 0), Sample(99, 350, 0)]
    back = given_back(100, samples)
    assert (back.taken, back.back, back.share, back.seconds) == (1_000, 750, 0.75, 20)


def test_a_processor_is_known_by_its_name():
    assert cpu_model("processor : 0\nmodel name\t: A Fast One\nstepping : 1\n") == "A Fast One"


def test_the_table_of_peers_begins_with_the_reference():
    bursts = {
        REFERENCE: [Blow(400, 0, 4.0, 1.0, 2.0)],
        "ours": [Blow(800, 0, 4.0, 1.0, 3.0)],
    }
    _, _, reference, ours = markdown({64: bursts}, ["ours"]).splitlines()
    assert reference.startswith(f"| {REFERENCE} | 1.00 (1.00–1.00), 100/s")
    assert ours == "| ours | 2.00 (2.00–2.00), 200/s, p99 3.0 ms |"


def test_every_benchmark_says_what_it_measures(capsys):
    for name in ("orders", "ledger", "peers", "scale", "pages"):
        with pytest.raises(SystemExit) as ended:
            read_options([name, "--help"])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out) > 300


def test_options_are_read_for_their_benchmark():
    name, options = read_options(["scale", "--offers", "1", "50", "--earlier", "7"])
    assert (name, options.offers, options.earlier) == ("scale", (1, 50), (7,))
    name, options = read_options(["ledger", "--database", "sqlite", "postgresql", "--orders", "9"])
    assert (name, options.databases, options.orders) == ("ledger", ("sqlite", "postgresql"), 9)


@pytest.mark.parametrize(
    "wrong",
    [
        ["ledger", "--pairs", "0"],
        ["ledger", "--database", "mysql"],
        ["peers", "--seconds", "0.5"],
        ["peers", "--connections", "0"],
        ["scale", "--earlier", "0"],
        ["scale", "--ended", "-1"],
        ["nonsense"],
    ],
)
def test_nonsense_is_refused_with_a_sentence(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err
