"""Numbers and times as text for people; no locale library, two languages."""

from datetime import UTC, datetime

from live.domain.moments import rfc3339_of
from live.domain.money import exponent

# What stands before the amount. Two currencies that share a sign are told apart by letters.
SIGNS = {
    "CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "KRW": "₩", "HKD": "HK$",
    "TWD": "NT$", "SGD": "S$", "AUD": "A$", "CAD": "C$", "NZD": "NZ$", "THB": "฿", "VND": "₫",
    "INR": "₹", "PHP": "₱", "BRL": "R$", "MXN": "MX$", "MYR": "RM", "MOP": "MOP$",
}  # fmt: skip
ABROAD = {"zh": {"USD": "US$"}, "en": {}}  # what a reader of that language calls it instead
STEPS = {
    "zh": ((100_000_000, "亿"), (10_000, "万")),
    "en": ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "K")),
}  # below 10,000 both languages write the number out
UNIT_OF = {"K": 1_000}


def money(minor: int, currency: str, lang: str = "en") -> str:
    """`5900` CNY → `¥59.00`; with the currency's own number of decimals."""
    places = exponent(currency)
    whole, rest = divmod(abs(minor), 10**places)
    text = f"{whole:,}.{rest:0{places}d}" if places else f"{whole:,}"
    return _signed(minor, sign(currency, lang) + text)


EXACT = 100  # units of a currency, below which a sum is never rounded


def money0(minor: int, currency: str, lang: str = "en") -> str:
    """`123450` CNY → `¥1,235`: halves go up, for sums whose cents nobody reads; `590` → `¥5.90`, where they count."""
    unit = 10 ** exponent(currency)
    if abs(minor) < EXACT * unit and minor % unit:
        return money(minor, currency, lang)
    whole = (abs(minor) + unit // 2) // unit
    return _signed(minor if whole else 0, sign(currency, lang) + f"{whole:,}")


def num(value: int) -> str:
    """`12345` → `12,345`."""
    return f"{value:,}"


def average(value: float | None) -> str:
    """`733.4` → `733`, `2.25` → `2.2`: with one decimal below 10; `—` where there is none."""
    if value is None:
        return "—"
    return num(round(value)) if round(value, 1) >= 10 else f"{value:.1f}"


def compact(value: int, lang: str = "en") -> str:
    """`12345` → `1.2万`, `12.3K`; cut off, never rounded up past what was reached."""
    size = abs(value)
    for step, name in STEPS[lang]:
        if size >= step:
            tenths = size * 10 // UNIT_OF.get(name, step)
            whole, rest = divmod(tenths, 10)
            return _signed(value, f"{whole:,}.{rest}{name}" if rest else f"{whole:,}{name}")
    return num(value)


def compact_money(minor: int, currency: str, lang: str = "en") -> str:
    """`123456789` CNY → `¥123.4万`, `¥1.2M`; below 10,000 as `money0` has it."""
    unit = 10 ** exponent(currency)
    if abs(minor) < STEPS[lang][-1][0] * unit:
        return money0(minor, currency, lang)
    return _signed(minor, sign(currency, lang) + compact(abs(minor) // unit, lang))


def duration(ms: int) -> str:
    """`5025999` → `1:23:45`, h:mm:ss; cut off, never rounded up."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60:,}:{minutes % 60:02}:{seconds:02}"


def clock(at: datetime | None) -> str:
    """`20:15:07` in UTC; the browser shows its own zone (`data-clock`)."""
    return "--:--:--" if at is None else _utc(at).strftime("%H:%M:%S")


def iso(at: datetime | None) -> str:
    """RFC 3339 in UTC with milliseconds, for `datetime=` attributes."""
    if at is None:
        return ""
    return rfc3339_of(_utc(at))


def sign(currency: str, lang: str = "en") -> str:
    """What stands before an amount: `CNY` → `¥`, `CHF` → `CHF `."""
    return ABROAD[lang].get(currency) or SIGNS.get(currency) or f"{currency} "


def _signed(value: int, text: str) -> str:
    return f"-{text}" if value < 0 else text


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(UTC)
