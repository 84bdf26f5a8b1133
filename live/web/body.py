"""Request bodies, read with a limit that holds before and while the bytes come in.

A body over its limit is refused without being kept; a body that is not what it claims to be is
`Malformed`. What the values mean is the business of `fields.py`.
"""

import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn, cast

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from live.errors import Malformed, TooLarge

JSON_MAX = 64 * 1024  # bytes. The longest honest body (an item with all variants) is under 20 KiB.
LINES_JSON_MAX = 512 * 1024  # bytes; 500 lines, all with their notes
CSV_MAX = 8 * 1024 * 1024  # bytes; some 20,000 product lines
PICTURE_MAX = 10 * 1024 * 1024  # bytes; a photo as a phone takes it
FIELDS_MAX = 200  # parts of one form
DIGITS_MAX = 19  # of a JSON integer: no field of ours is wider than 63 bits


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the browser sent it; the name is the sender's claim."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A form's text fields (the last of a name wins) and its files."""

    fields: dict[str, str]
    files: dict[str, SentFile]


async def read_json(
    request: Request, max_bytes: int = JSON_MAX, *, may_be_empty: bool = False
) -> dict[str, object]:
    """The JSON object of the body; `{}` for no body where that is allowed.

    Raises TooLarge or Malformed.
    """
    body = await read_bytes(request, max_bytes)
    if not body and may_be_empty:
        return {}
    return parse_object(body)


def parse_json(body: bytes) -> object:
    """Any JSON value, strictly: UTF-8, no NaN, no bottomless nesting. Raises Malformed."""
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON.") from error
    return value


def parse_object(body: bytes) -> dict[str, object]:
    """A JSON object, as strictly. Raises Malformed."""
    value = parse_json(body)
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return cast("dict[str, object]", value)


async def read_bytes(request: Request, max_bytes: int) -> bytes:
    """The raw body. Raises TooLarge before it holds more than `max_bytes`."""
    _check_announced(request, max_bytes)
    chunks: list[bytes] = []
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > max_bytes:
                raise TooLarge
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise Malformed("The body ended early.") from error
    return b"".join(chunks)


async def read_form(
    request: Request, max_bytes: int = JSON_MAX, *, file_max_bytes: int = 0
) -> Form:
    """The fields of an HTML form, and its files where `file_max_bytes` allows any.

    Raises TooLarge or Malformed.
    """
    total = max_bytes + file_max_bytes
    _check_announced(request, total)
    counted = Request(request.scope, _counting(request.receive, total))
    try:
        async with counted.form(
            max_files=1 if file_max_bytes else 0, max_fields=FIELDS_MAX, max_part_size=max_bytes
        ) as form:
            return await _plain(form, file_max_bytes)
    except (HTTPException, MultiPartException, ValueError) as error:
        raise Malformed("The form could not be read.") from error
    except ClientDisconnect as error:
        raise Malformed("The form ended early.") from error


async def _plain(form: FormData, file_max_bytes: int) -> Form:
    fields: dict[str, str] = {}
    files: dict[str, SentFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read(file_max_bytes + 1)
            if len(content) > file_max_bytes:
                raise TooLarge
            files[name] = SentFile(value.filename or "", content)
        else:
            value.encode()  # some charsets decode to lone surrogates, which nothing below can keep
            fields[name] = value
    return Form(fields, files)


def _check_announced(request: Request, max_bytes: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:DIGITS_MAX]) > max_bytes:
        raise TooLarge


def _counting(receive: Receive, max_bytes: int) -> Callable[[], Awaitable[Message]]:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise TooLarge
        return message

    return counted


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int:
    """A longer number is cut: still out of every field's range, which its field will say."""
    return int(text[: DIGITS_MAX + 2])


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number too large")
    return value
