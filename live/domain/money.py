"""Money is an integer in the currency's minor unit beside an ISO 4217 code. No floats anywhere."""

from dataclasses import dataclass
from decimal import Decimal

# Minor units. Far above any live sale, far below 2^53, so JSON readers stay exact.
MINOR_MAX = 10**12
DIGITS_MAX = 20  # characters of an amount as people type it

# ISO 4217 exponents that are not 2.
EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}
CURRENCIES = frozenset(
    {
        "AED",
        "AUD",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
    }
    | {
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JPY",
        "KRW",
        "KWD",
        "MOP",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "OMR",
        "PHP",
    }
    | {"PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "USD", "VND", "ZAR"}
)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency`."""

    minor: int
    currency: str


def exponent(currency: str) -> int:
    """Decimal places of the currency (2 for CNY, 0 for JPY)."""
    return EXPONENTS.get(currency, 2)


def to_minor(text: str, currency: str) -> int:
    """Minor units of a decimal text such as `59.9`.

    Raises ValueError for anything that is not an exact, non-negative amount of that currency.
    """
    plain = text.strip().replace(",", "")
    if (
        len(plain) > DIGITS_MAX or not plain.replace(".", "", 1).isdecimal()
    ):  # no exponents, no signs
        raise ValueError("not a number")
    amount = Decimal(plain)
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError("too many decimals")
    minor = int(scaled)
    if minor > MINOR_MAX:
        raise ValueError("too large")
    return minor


def to_decimal(minor: int, currency: str) -> str:
    """`5990` CNY → `59.90`, for form fields."""
    places = exponent(currency)
    return str(Decimal(minor).scaleb(-places).quantize(Decimal(1).scaleb(-places)))
