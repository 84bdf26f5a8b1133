from live.domain.attendance import Attendance


def test_averages_are_none_where_there_is_nothing_to_divide_by() -> None:
    assert (Attendance().average, Attendance().watch_each_ms) == (None, None)
    assert Attendance(live_ms=10).average == 0


def test_nobody_watches_for_longer_than_the_show_was() -> None:
    told = Attendance(peak=3, unique=2, views=4, watch_ms=900, live_ms=400)
    assert (told.average, told.watch_each_ms) == (2.25, 400)
    assert Attendance(unique=4, watch_ms=900, live_ms=400).watch_each_ms == 225


def test_of_two_tellings_the_higher_figures_hold() -> None:
    one, two = Attendance(5, 1, 1, 10, 0), Attendance(4, 2, 1, 10, 99)
    assert one.at_least(two) == two.at_least(one) == Attendance(5, 2, 1, 10, 99)
    assert one.exceeds(two)
    assert two.exceeds(one)
    assert not one.exceeds(one.at_least(two))
