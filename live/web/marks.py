"""If-Match: a change is made only of what its sender has read (RFC 9110, 13.1.1)."""

from starlette.requests import Request


def seen_mark(request: Request) -> str | None:
    """The mark that the sender has read; None where any will do. One of several, or a weak one, is none that
    we ever gave, and matches nothing."""
    sent = request.headers.get("if-match", "").strip()
    return None if sent in ("", "*") else sent.removeprefix('"').removesuffix('"')
