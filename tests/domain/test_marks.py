from datetime import UTC, datetime

from live.domain.marks import mark_of


def test_the_same_values_have_the_same_mark_and_no_others() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert mark_of("a", 1, None, True, at) == mark_of("a", 1, None, True, at)
    values: list[tuple[object, ...]] = [
        (), ("",), ("", ""), ("a",), ("a", ""), ("a", None), ("None",), (None,), (1,), ("1",), (True,),
        (["a"], "b"), ("a", ["b"]), (at,), ("\ud800",),
    ]  # fmt: skip
    assert len({mark_of(*some) for some in values}) == len(values)
