"""Every sentence of the screens, in Chinese and English, from the TOML files beside this module.

One table per key: `[orders.held]` with `zh = "…"` and `en = "…"`; `{placeholders}` are filled by
name. English says `en_one = "…"` where it has another form for an `n` of one. A key that is missing
raises: a screen with a hole is a bug, not a fallback.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import cast

LANGUAGES = ("zh", "en")
ONE = "en_one"  # the only form of plural that our two languages need


class WordsError(Exception):
    """A key that is missing, or said twice, or not said in both languages."""


def translate(lang: str, key: str, **values: object) -> str:
    """The text of `key`. Raises WordsError for an unknown key, KeyError for a missing value."""
    text = sentence(lang, key)
    if lang == "en" and str(values.get("n")) == "1":
        text = all_words()[key].get(ONE, text)
    return text.format(**values) if "{" in text else text


def sentence(lang: str, key: str) -> str:
    """The text of `key` with its placeholders still in it."""
    try:
        return all_words()[key][lang]
    except KeyError as error:
        raise WordsError(f"no words for {key!r} in {lang!r}") from error


def is_known(key: str) -> bool:
    """True if there are words for `key`."""
    return key in all_words()


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Key → language → text, read once."""
    words: dict[str, dict[str, str]] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for key, texts in _leaves("", tomllib.loads(file.read_text("utf-8"))):
            if key in words:
                raise WordsError(f"{key!r} is said twice; the second time in {file.name}")
            if set(texts) - {ONE} != set(LANGUAGES):
                raise WordsError(f"{key!r} in {file.name} needs {LANGUAGES}, and no more but {ONE}")
            words[key] = texts
    return words


def _leaves(prefix: str, table: dict[str, object]) -> Iterator[tuple[str, dict[str, str]]]:
    """(dotted key, texts) of every table that holds texts; a key may also have keys below it."""
    texts = {name: value for name, value in table.items() if isinstance(value, str)}
    if texts:
        yield prefix, texts
    for name, below in table.items():
        if isinstance(below, dict):
            key = f"{prefix}.{name}" if prefix else name
            yield from _leaves(key, cast("dict[str, object]", below))
