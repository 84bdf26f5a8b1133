"""What the pages say stands in the catalogue, all of it, and the catalogue holds nothing that nobody says."""

import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from live.web.assets import asset_dir
from live.web.words import all_words
from tests.web.sources import literals, said_by_script, said_by_style, said_by_template

LIVE = Path(__file__).parents[2] / "live"
SAME_IN_BOTH = {"SKU", "https"}
PREFIX = re.compile(r"[a-z_]+(\.[\w:-]+)*[._]")
WORD = re.compile(r"[\w:-]+")


def test_no_template_has_words_of_its_own() -> None:
    found = {
        f"{file.name}: {text}"
        for file in asset_dir("templates").rglob("*.html")
        for text in said_by_template(file.read_text("utf-8"))
        if not set(re.findall(r"[^\W\d_]+", text)) & SAME_IN_BOTH
    }
    assert found == set()


def test_no_script_has_words_of_its_own() -> None:
    found = {
        f"{file.name}: {text}"
        for file in (asset_dir("static") / "js").glob("*.js")
        for text in said_by_script(file.read_text("utf-8"))
    }
    assert found == set()


def test_no_style_sheet_has_words_of_its_own() -> None:
    found = {
        f"{file.name}: {text}"
        for file in (asset_dir("static") / "css").glob("*.css")
        for text in said_by_style(file.read_text("utf-8"))
    }
    assert found == set()


def test_nothing_in_the_catalogue_is_said_by_nobody() -> None:
    assert {key for key in all_words() if not is_used(key)} == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["'Hello'"]),
        ("<p>{{ t('a.b') }}</p>{# a note #}<script>var word</script>", []),
        ("<b title='你好'></b>", ["title='你好'"]),
        ("<b aria-label=\"{{ t('a') }}: {{ x }}\"></b>", ["aria-label='\ufffc: \ufffc'"]),
        ("{{ '，' if x }}", ["，"]),
        ("{% block body_class %}paper{% endblock %}<i data-x='no words'></i>", []),
    ],
)
def test_words_in_a_template_are_found(source: str, found: list[str]) -> None:
    assert said_by_template(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('el.textContent = "Gone";', ['"Gone"']),
        ('el.setAttribute("title", `${n} left`);', ["`${n} left`"]),
        ('el.textContent = root.querySelector("h2").dataset.said; // "a note"', []),
        ('el.append(name, "：");', ['"："']),
        ('el.textContent = text.replace("{n}", n);', []),
    ],
)
def test_words_in_a_script_are_found(source: str, found: list[str]) -> None:
    assert said_by_script(source) == found


def is_used(key: str) -> bool:
    """True if the key is written somewhere, or is put together of a prefix and words that are written somewhere."""
    written, prefixes, endings, words = _written()
    if key in written:
        return True
    rests = [key.removeprefix(prefix) for prefix in prefixes if key.startswith(prefix)]
    cut = [
        rest.removesuffix(ending) for rest in rests for ending in endings if rest.endswith(ending)
    ]
    return any(
        all(part in words or part.isdigit() for part in rest.split("."))
        for rest in chain(rests, cut)
    )


@cache
def _written() -> tuple[set[str], set[str], set[str], set[str]]:
    """All literals of the sources; those that may begin and end a key; every word in any of them."""
    static = asset_dir("static") / "js"
    files = chain(LIVE.rglob("*.py"), asset_dir("templates").rglob("*.html"), static.glob("*.js"))
    written = set(chain.from_iterable(map(literals, files)))
    beginnings = {text for text in written if PREFIX.fullmatch(text)}
    prefixes = {text for text in beginnings if "." in text}
    prefixes |= {"reasons." + text for text in beginnings if "." not in text}  # as fields.py does
    endings = {text for text in written if re.fullmatch(r"_\w+", text)}
    return written, prefixes, endings, set(chain.from_iterable(map(WORD.findall, written)))
