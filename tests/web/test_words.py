import re
from string import Formatter
from typing import Any

import pytest

from live.web.assets import asset_dir
from live.web.words import ONE, WordsError, all_words, is_known, translate

USED = re.compile(r"""\bt\(\s*(['"])([\w.]+)\1\s*[,)]""")


def placeholders(text: str) -> Any:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_has_the_same_placeholders_in_both_languages() -> None:
    wrong = {
        key
        for key, texts in all_words().items()
        if placeholders(texts["zh"]) != placeholders(texts["en"]) or not all(texts.values())
    }
    assert wrong == set()


def test_placeholders_are_plain_names() -> None:
    names = {name for texts in all_words().values() for name in placeholders(texts["en"])}
    assert all(name.isidentifier() for name in names)


def test_every_sentence_that_a_template_says_is_there() -> None:
    missing = {
        f"{file.name}: {key}"
        for file in asset_dir("templates").rglob("*.html")
        for _, key in USED.findall(file.read_text("utf-8"))
        if not is_known(key)
    }
    assert missing == set()


def test_one_of_a_thing_has_its_own_form_in_english() -> None:
    assert [translate("en", "offers.n_units", n=n) for n in (0, 1, "1", 2, "1,001")] == [
        "0 units", "1 unit", "1 unit", "2 units", "1,001 units",
    ]  # fmt: skip
    assert translate("zh", "offers.n_units", n=1) == "1 件"


def test_every_form_for_one_differs_and_has_the_same_placeholders() -> None:
    wrong = {
        key
        for key, texts in all_words().items()
        if ONE in texts
        and (texts[ONE] == texts["en"] or placeholders(texts[ONE]) != placeholders(texts["en"]))
    }
    assert wrong == set()


def test_an_unknown_key_raises() -> None:
    with pytest.raises(WordsError, match=r"no\.such"):
        translate("en", "no.such")
    with pytest.raises(WordsError):
        translate("fr", next(iter(all_words())))


def test_a_value_that_is_not_given_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "live.web.words.all_words", lambda: {"hi": {"zh": "你好 {name}", "en": "Hello {name}"}}
    )
    assert translate("zh", "hi", name="Lin") == "你好 Lin"
    with pytest.raises(KeyError):
        translate("en", "hi")
