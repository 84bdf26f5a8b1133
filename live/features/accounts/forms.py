"""The sign-in form as a command."""

from dataclasses import dataclass, field

from starlette.requests import Request

from live.web.body import read_form
from live.web.local_paths import local_path

EMAIL_MAX = 254  # RFC 5321
PASSWORD_MAX = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """What was typed. Nothing is refused here: a malformed address is simply nobody's."""

    email: str
    password: str = field(repr=False)
    next: str


async def read_sign_in(request: Request) -> SignIn:
    """Raises Malformed or TooLarge."""
    fields = (await read_form(request)).fields
    return SignIn(
        email=fields.get("email", "")[:EMAIL_MAX].replace("\x00", ""),
        password=fields.get("password", "")[:PASSWORD_MAX],
        next=local_path(fields.get("next", "")),
    )
