import pytest

from live.domain.ids import ShowId, show_of
from live.features.products.forms.items import LINE_UP_MAX
from live.runtime import new_item_id, new_offer_id

BITS = 5  # of a digit


@pytest.mark.parametrize("new", [new_item_id, new_offer_id])
def test_no_two_of_the_largest_line_up_are_alike(new: object) -> None:
    """The birthday bound, n² / 2 ÷ 2 to the number of bits: below one import in a million."""
    assert callable(new)
    made = new(ShowId("5kq0v3m8zt"))
    assert show_of(made) == "5kq0v3m8zt"
    digits = len(made.partition("-")[2]) - 1
    assert LINE_UP_MAX**2 / 2 / 2 ** (BITS * digits) < 1e-6
