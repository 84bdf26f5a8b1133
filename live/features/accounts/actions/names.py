"""Names of people and programs, as the audit log shows them."""

from live.errors import FieldError, Invalid
from live.web.fields import WrongValueError, clean_text
from live.web.words import translate

NAME_MAX = 100


def checked_name(name: str) -> str:
    """The name, trimmed. Raises Invalid for one that nobody could see or that has no end."""
    try:
        return clean_text(name, longest=NAME_MAX)
    except WrongValueError as wrong:
        reason = translate("en", f"reasons.{wrong.code}", **wrong.values)
        raise Invalid([FieldError("name", reason)], f"The name {reason}.") from wrong
