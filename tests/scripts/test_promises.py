"""The judge must find every kind of broken promise, and none in a clean run."""

from dataclasses import replace
from typing import Any

import pytest

from live.crowd.purchase import Purchase
from scripts.crowd.promises import CHECKS, judge
from scripts.crowd.records import Evidence, Heard

OFFER = "s-o1"


def _purchase(number: int, wish: str, end: str) -> Purchase:
    return Purchase(
        key=f"k{number}",
        buyer=f"v{number}",
        quantity=1,
        wish=wish,
        intended_s=0.1 * number,
        answered_s=0.1 * number + 0.01,
        outcome="accepted",
        status=201,
        order=f"s-{number}",
        body=f'{{"id":"s-{number}"}}',
        expires_at="2026-01-01T00:00:10Z",
        end=end,
    )


def _row(number: int, state: str) -> dict[str, Any]:
    return {
        "id": f"s-{number}",
        "offer_id": OFFER,
        "quantity": 1,
        "state": state,
        "viewer_id": f"v{number}",
        "key": f"k{number}",
    }


@pytest.fixture
def clean() -> Evidence:
    """Four units, four accepted: paid, cancelled, left alone, paid too late and refunded; one refused."""
    refused = Purchase("k5", "v5", 1, "pay", 0.5, answered_s=0.6, outcome="sold_out", status=409)
    heard = Heard("v3", orders={"s-3": ["held", "expired"]})
    heard.expired_at["s-3"] = "2026-01-01T00:00:10.400Z"
    audit = {
        "id": OFFER,
        "quantity": 3,
        "restocked": 1,
        "left": 3,
        "held": 0,
        "paid": 1,
        "expired": 1,
        "cancelled": 1,
        "refunded": 1,
        "difference": 0,
    }
    return Evidence(
        quantity=3,
        restocked=1,
        limit=1,
        offer_id=OFFER,
        purchases=[
            _purchase(1, "pay", "paid"),
            _purchase(2, "cancel", "cancelled"),
            _purchase(3, "leave", ""),
            _purchase(4, "late", "refunded"),
            refused,
        ],
        heard=[heard],
        audit={"offers": [audit], "ledger_lag": 0, "ok": True},
        rows=[_row(1, "paid"), _row(2, "cancelled"), _row(3, "expired"), _row(4, "refunded")],
        tally={"held": 0, "paid": 1, "orders": 4},
    )


def _broken(evidence: Evidence) -> set[str]:
    check_of = {name: check.__name__ for name, check in CHECKS}
    return {check_of[v.name] for v in judge(evidence) if not v.held}


def test_a_clean_run_breaks_nothing(clean):
    assert _broken(clean) == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [("left", 2), ("left", -1), ("difference", 1), ("quantity", 4)],
)
def test_units_that_do_not_add_up_are_found(clean, field, value):
    clean.audit["offers"][0][field] = value
    assert "balance" in _broken(clean)


def test_an_audit_that_is_not_ok_is_found(clean):
    clean.audit["ok"] = False
    assert _broken(clean) == {"balance"}


def test_an_offer_missing_from_the_audit_is_found(clean):
    clean.audit["offers"] = []
    assert "balance" in _broken(clean)


def test_more_paid_than_existed_is_found(clean):
    clean.rows += [_row(number, "paid") for number in range(10, 14)]
    assert "not_oversold" in _broken(clean)


def test_a_list_that_differs_from_the_stock_is_found(clean):
    clean.rows[2]["state"] = "held"
    assert "ledger_equals_stock" in _broken(clean)


def test_an_unknown_state_is_found(clean):
    clean.rows[2]["state"] = "vanished"
    assert "ledger_equals_stock" in _broken(clean)


def test_a_ledger_that_never_catches_up_is_found(clean):
    clean.audit["ledger_lag"] = 7
    assert _broken(clean) == {"ledger_equals_stock"}


def test_a_lost_order_is_found(clean):
    del clean.rows[0]
    assert "not_lost" in _broken(clean)


def test_a_changed_quantity_is_found(clean):
    clean.rows[0]["quantity"] = 2
    assert "not_lost" in _broken(clean)


def test_an_order_that_nobody_asked_for_is_found(clean):
    clean.rows.append(_row(9, "expired"))
    assert "not_doubled" in _broken(clean)


def test_an_order_behind_an_unknown_result_is_not_a_double(clean):
    clean.rows.append(_row(9, "expired"))
    clean.purchases.append(Purchase("k9", "v9", 1, "leave", 0.9))
    broken = _broken(clean)
    assert "not_doubled" not in broken
    assert "all_answered" in broken


def test_one_order_for_two_keys_is_found(clean):
    clean.purchases[4] = replace(clean.purchases[0], key="k5")
    assert "not_doubled" in _broken(clean)


def test_two_orders_for_one_key_are_found(clean):
    clean.rows.append(_row(1, "paid") | {"id": "s-99"})
    assert {"one_order_per_key", "not_doubled"} <= _broken(clean)


def test_a_replay_with_another_answer_is_found(clean):
    clean.purchases[0].replays = [clean.purchases[0].body, '{"id": "s-1"}']
    assert _broken(clean) == {"same_answer"}


def test_a_buyer_over_the_limit_is_found(clean):
    clean.rows[2] |= {"viewer_id": "v1", "state": "paid"}
    assert "within_limit" in _broken(clean)


def test_units_that_were_never_offered_are_found(clean):
    clean.purchases[3].outcome = "sold_out"
    assert "nothing_withheld" in _broken(clean)


@pytest.mark.parametrize(("number", "state"), [(0, "expired"), (1, "paid"), (2, "paid")])
def test_an_end_that_did_not_stand_is_found(clean, number, state):
    clean.rows[number]["state"] = state
    assert "ends_stand" in _broken(clean)


@pytest.mark.parametrize("end", ["", "expired", "held"])
def test_a_late_payment_that_hangs_is_found(clean, end):
    clean.purchases[3].end = end
    assert "late_is_settled" in _broken(clean)


def test_a_hold_that_ends_too_late_is_found(clean):
    clean.heard[0].expired_at["s-3"] = "2026-01-01T00:00:11.100Z"
    assert _broken(clean) == {"expires_in_time"}
    clean.outage = True
    assert _broken(clean) == set()


def test_a_viewer_who_was_not_told_is_found(clean):
    clean.heard[0].orders.clear()
    assert _broken(clean) == {"heard_own"}
    clean.heard[0].resets = 1
    assert _broken(clean) == set()


def test_a_viewer_who_was_told_of_others_is_found(clean):
    clean.heard[0].orders["s-1"] = ["held"]
    assert _broken(clean) == {"heard_own"}


def test_an_event_that_came_twice_is_found(clean):
    clean.heard[0].repeats = 1
    assert _broken(clean) == {"heard_own"}


@pytest.mark.parametrize("name", ["held", "paid", "orders"])
def test_a_tally_that_disagrees_is_found(clean, name):
    clean.tally[name] += 1
    assert _broken(clean) == {"tally_equals_audit"}
