"""Typed reading of a body's values: every wrong field is collected, then all are named at once.

    fields = Fields(await read_json(request))
    title = fields.text("title", longest=120)
    stock = fields.integer("stock", least=0, most=100_000)
    fields.check()

Until `check` has passed, a value may be a stand-in for a wrong one: build nothing from it before.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import cast
from urllib.parse import urlsplit

from live.domain.money import to_minor
from live.errors import FieldError, Invalid
from live.web.words import translate

URL_MAX = 2_000
UNKNOWN_MAX = 10  # names that are told back, of any number that was sent
UNKNOWN_LONGEST = 64  # characters of such a name
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,4})?", re.ASCII)
_SEPARATORS = re.compile(r"[,，、;；\r\n]")
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6}\d*)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # they flip others' text
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters by category, nothing to the eye


class WrongValueError(ValueError):
    """One value that is not fit; `code` is a key of `words/reasons.toml`."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(translate("en", f"reasons.{code}", **values))


def field_error(name: str, code: str, **values: object) -> FieldError:
    """The finding, with its reason in English for programs."""
    return FieldError(name, translate("en", f"reasons.{code}", **values), code, values)


def reason_in(lang: str, error: FieldError) -> str:
    """Why, in the reader's language."""
    return translate(lang, f"reasons.{error.code}", **error.values) if error.code else error.reason


class Fields:
    """One body's values. `is_form`: all values are text, so `"5"` is an integer and `""` is absent.

    A program that sends a name which nobody has asked for by the time of `check` has misspelt one: it is
    told. A form may hold what is none of ours.
    """

    def __init__(self, values: Mapping[str, object], *, is_form: bool = False) -> None:
        self._values = values
        self._is_form = is_form
        self._asked: set[str] = set()
        self._errors: list[FieldError] = []

    def check(self) -> None:
        """Raises Invalid with every wrong field, if there is one."""
        if not self._is_form:
            self._refuse_unasked()
        if self._errors:
            raise Invalid(self._errors)

    def refuse(self, name: str, code: str, **values: object) -> None:
        """Adds a finding; `code` is a key of `words/reasons.toml`."""
        self._errors.append(field_error(name, code, **values))

    def has(self, name: str) -> bool:
        """True if the field was sent with a value; JSON null and an empty form field are none."""
        value = self._get(name)
        return value is not None and not (self._is_form and value == "")

    def _get(self, name: str) -> object:
        self._asked.add(name)
        return self._values.get(name)

    def _refuse_unasked(self) -> None:
        for name in sorted(self._values.keys() - self._asked)[:UNKNOWN_MAX]:
            self.refuse(name.encode(errors="replace").decode()[:UNKNOWN_LONGEST], "unknown")

    def text(
        self,
        name: str,
        *,
        longest: int,
        shortest: int = 1,
        default: str | None = None,
        many_lines: bool = False,
    ) -> str:
        """Trimmed, NFC, visible text without control characters."""
        if default is not None and not self.has(name):
            return default
        try:
            return clean_text(
                self._get(name), longest=longest, shortest=shortest, many_lines=many_lines
            )
        except WrongValueError as wrong:
            self.refuse(name, wrong.code, **wrong.values)
            return ""

    def integer(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number; `true` and `5.0` are not."""
        if default is not None and not self.has(name):
            return default
        value = self._get(name)
        if self._is_form and isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
            value = int(value)
        if value is None or value == "":
            self.refuse(name, "required")
        elif isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, "whole_number")
        elif not least <= value <= most:
            self.refuse(name, "between", least=least, most=most)
        else:
            return value
        return least

    def amount(self, name: str, currency: str, *, least: int = 0, most: int | None = None) -> int:
        """Minor units of a decimal text such as `59.90` (a form's price field)."""
        value = self._get(name)
        text = value.strip().lstrip("¥￥$€£").strip() if isinstance(value, str) else ""
        if not self.has(name):
            self.refuse(name, "required")
            return least
        if not _AMOUNT.fullmatch(text):
            self.refuse(name, "amount")
            return least
        try:
            minor = to_minor(text, currency)
        except ValueError as wrong:
            self.refuse(name, "amount" if str(wrong).startswith("not") else "decimals")
            return least
        if minor < least or (most is not None and minor > most):
            self.refuse(name, "out_of_range")
        return minor

    def url(self, name: str, *, default: str | None = None) -> str:
        """An absolute http or https address."""
        if default is not None and not self.has(name):
            return default
        text = self.text(name, longest=URL_MAX)
        if text and not is_web_url(text):
            self.refuse(name, "web_url")
        return text

    def moment(self, name: str, *, local: tzinfo | None = None) -> datetime:
        """An RFC 3339 time, in UTC. `local`: the zone of a form's time that names none."""
        value = self._get(name)
        if not self.has(name):
            self.refuse(name, "required")
            return EPOCH
        try:
            return parse_moment(value, local)
        except (ValueError, OverflowError):
            self.refuse(name, "moment")
            return EPOCH

    def moment_or_none(self, name: str, *, local: tzinfo | None = None) -> datetime | None:
        """As `moment`, for a field that may be left out."""
        return self.moment(name, local=local) if self.has(name) else None

    def choice(self, name: str, options: Iterable[str], *, default: str | None = None) -> str:
        """One of `options`, spelt exactly so."""
        if default is not None and not self.has(name):
            return default
        allowed = tuple(options)
        value = self._get(name)
        if isinstance(value, str) and value in allowed:
            return value
        self.refuse(name, "choice", options=", ".join(allowed))
        return allowed[0]

    def flag(self, name: str) -> bool:
        """True or false; a form's box is true if it was sent."""
        value = self._get(name)
        if self._is_form:
            return value is not None
        if value is not None and not isinstance(value, bool):
            self.refuse(name, "flag")
        return value is True

    def texts(self, name: str, *, longest: int, most: int) -> list[str]:
        """A list of short texts (variants); absent is empty. A form sends them in one text, separated by
        commas, semicolons or line breaks of either language."""
        value = self._get(name) if self.has(name) else []
        if self._is_form and isinstance(value, str):
            value = [part for part in _SEPARATORS.split(value) if part.strip()]
        if not isinstance(value, list) or len(value) > most:
            self.refuse(name, "list", most=most)
            return []
        try:
            return [clean_text(part, longest=longest) for part in value]
        except WrongValueError as wrong:
            self.refuse(name, wrong.code, **wrong.values)
            return []

    def objects(self, name: str, *, most: int) -> list[Mapping[str, object]]:
        """A list of JSON objects, at least one."""
        value = self._get(name)
        if isinstance(value, list) and 1 <= len(value) <= most:
            found = [cast("Mapping[str, object]", one) for one in value if isinstance(one, dict)]
            if len(found) == len(value):
                return found
        self.refuse(name, "objects", most=most)
        return []

    def object(self, name: str) -> Mapping[str, object]:
        """A JSON object."""
        value = self._get(name)
        if isinstance(value, dict):
            return cast("Mapping[str, object]", value)
        self.refuse(name, "object")
        return {}


def clean_text(value: object, *, longest: int, shortest: int = 1, many_lines: bool = False) -> str:
    """`value` trimmed and in NFC. Raises ValueError with the reason why it is not fit to show."""
    if value is None:
        raise WrongValueError("required")
    if not isinstance(value, str):
        raise WrongValueError("text")
    if len(value) > 4 * longest + 100:  # before any work on it; trimming cannot save it
        raise WrongValueError("longest", most=longest)
    _refuse_controls(value, many_lines)
    text = unicodedata.normalize("NFC", value.translate(_TURNS)).strip()
    if len(text) > longest:
        raise WrongValueError("longest", most=longest)
    if shortest and not _is_visible(text):
        raise WrongValueError("empty")
    if len(text) < shortest:
        raise WrongValueError("shortest", least=shortest)
    return text


def is_web_url(text: str) -> bool:
    """True for an absolute http(s) address without credentials, spaces or tricks."""
    if "\\" in text or any(c.isspace() or not c.isprintable() for c in text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    has_host = bool(host) and "@" not in parts.netloc and port != 0
    return parts.scheme in ("http", "https") and has_host and not host.startswith((".", "-"))


def parse_moment(value: object, local: tzinfo | None = None) -> datetime:
    """Aware UTC time. Raises ValueError or OverflowError."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value.strip()):
        raise ValueError("not a time")
    text = re.sub(r"(\.\d{6})\d+", r"\1", value.strip().upper())
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if local is None:
            raise ValueError("no zone")
        moment = moment.replace(tzinfo=local)
    moment = moment.astimezone(UTC)
    if moment < EPOCH:
        raise ValueError("before 1970")
    return moment


def _refuse_controls(text: str, many_lines: bool) -> None:
    allowed = "\n\r\t" if many_lines else ""
    for character in text:
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs"):
            raise WrongValueError("control_characters")


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(c)[0] not in "ZC" and c not in _BLANK_LETTERS for c in text)
