"""A buyer's request, read into a command."""

from collections.abc import Mapping

from live.domain.offer import LIMIT_MAX
from live.domain.order import KEY_MAX, is_key
from live.errors import Malformed
from live.web.fields import Fields

PAGE_MAX = 500  # orders in one answer
AFTER_MAX = 2**53  # a position in the list


def quantity(values: Mapping[str, object], *, is_form: bool = False) -> int:
    """Units wanted. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    wanted = fields.integer("quantity", least=1, most=LIMIT_MAX)
    fields.check()
    return wanted


def idempotency_key(text: str | None) -> str:
    """The Idempotency-Key. Raises Malformed when it is missing or unusable."""
    if text is None:
        raise Malformed(
            "Send an Idempotency-Key header, a new one for each order you mean.", code="key_missing"
        )
    if not is_key(text):
        raise Malformed(
            f"The Idempotency-Key must be 1 to {KEY_MAX} visible ASCII characters.",
            code="key_malformed",
        )
    return text
