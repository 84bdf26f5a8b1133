from hypothesis import given
from hypothesis import strategies as st

from live.domain.ids import is_id, outside_viewer_id


@given(st.text(max_size=20), st.text(max_size=300))
def test_an_outside_viewer_has_an_id_like_no_other(platform: str, user_id: str) -> None:
    viewer = outside_viewer_id(platform, user_id)
    assert is_id(viewer)
    assert viewer.startswith("x")
    assert "-" not in viewer
    assert viewer == outside_viewer_id(platform, user_id)


def test_the_same_name_elsewhere_is_somebody_else() -> None:
    pairs = [("a", "b"), ("ab", ""), ("", "ab"), ("b", "a"), ("a", "B")]
    assert len({outside_viewer_id(*pair) for pair in pairs}) == len(pairs)
