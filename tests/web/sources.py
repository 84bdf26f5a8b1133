"""The words that stand in the sources of the pages themselves: in templates, scripts and style sheets."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

SPOKEN = ("title", "aria-label", "aria-description", "aria-roledescription", "alt", "placeholder", "label",
          "hx-confirm", "data-ask-text", "data-ask-yes", "data-ask-title", "data-done")  # fmt: skip
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
BETWEEN_QUOTES = re.compile(
    r"(?<=['\"`])[^'\"`\n<>{}]*(?=['\"`])"
)  # what stands between two strings as well
# What fills a tag and not its text.
BLOCK_IN_TAG = re.compile(
    r"\{% block (?:theme|body_class|body_attributes) %\}.*?\{% endblock %\}", re.DOTALL
)
ATTRIBUTE = re.compile(r"[\w:-]+=\"[^\"]*\"")
JS_TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|(?<=[=(,:!&|?{};\n])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+/[a-z]*"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|\$\{[^}]*\}|[^`\\])*`",
    re.DOTALL,
)
SINK = re.compile(
    r"(?:\.(?:textContent|innerText|innerHTML|title|placeholder|alt|ariaLabel)\s*=(?!=)"
    r"|\.(?:append|prepend|before|after|replaceChildren|insertAdjacentText|insertAdjacentHTML)\("
    r"|setAttribute\(\s*\"(?:title|aria-label|placeholder|alt)\")[^;\n]*"
)
# A literal there names a thing of the page, or a hole in a phrase.
NAMED = re.compile(
    r"(?:querySelector(?:All)?|closest|matches|replace|getAttribute|setAttribute|createElement"
    r"|insertAdjacent\w+|toLocale\w+)\(\s*$"
)
HOLES = re.compile(r"\$\{[^}]*\}|\\n|<[^>]*>|&\w+;")
# Between two phrases of the catalogue: what one language writes otherwise than the other.
PUNCTUATION = re.compile(r"[:;,.!?](?:\s|$)|[：；，。！？、（）“”]")


def is_said(text: str) -> bool:
    """True if a reader of one language could tell that the text is not in theirs."""
    return any(c.isalpha() for c in text)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mute += tag in ("script", "style")
        for name, value in attrs:
            if name in SPOKEN and value and _is_loose(value):
                self.found.append(f"{name}={value.strip()!r}")

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._mute and _is_loose(ATTRIBUTE.sub("", data)):
            self.found.append(repr(" ".join(data.split())))


HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where jinja puts something


def _is_loose(text: str) -> bool:
    return is_said(text) or bool(HOLE in text and PUNCTUATION.search(text))


def said_by_template(source: str) -> list[str]:
    """Texts and spoken attributes that are written into a template, and Chinese in what jinja computes."""
    page = _Page()
    written = BLOCK_IN_TAG.sub("", source)
    page.feed(JINJA.sub(lambda found: HOLE if found[0].startswith("{{") else "", written))
    page.close()
    computed = [
        text
        for code in JINJA.findall(source)
        if not code.startswith("{#")
        for text in BETWEEN_QUOTES.findall(code)
    ]
    return page.found + [text for text in computed if any(ord(c) > 0x2E80 for c in text)]


def said_by_script(source: str) -> list[str]:
    """Literals that a script puts into the page, and any in which there is Chinese."""
    literals = [found[0] for found in JS_TOKEN.finditer(source) if found[0][:1] in "\"'`"]
    plain = JS_TOKEN.sub(lambda found: "" if found[0].lstrip()[:1] == "/" else found[0], source)
    shown = [
        literal[0]
        for sink in SINK.findall(plain)
        for literal in JS_TOKEN.finditer(sink)
        if literal[0][:1] in "\"'`"
        and not NAMED.search(sink[: literal.start()])
        and is_said(HOLES.sub("", literal[0]))
    ]
    return shown + [text for text in literals if any(ord(c) > 0x2E80 for c in text)]


def said_by_style(source: str) -> list[str]:
    """Words that a style sheet puts into the page."""
    return [text for text in re.findall(r"content:\s*[\"']([^\"']*)", source) if is_said(text)]


def literals(path: Path) -> Iterator[str]:
    """Every piece of text that is written in a source, the fixed parts of composed ones too."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    else:
        yield from BETWEEN_QUOTES.findall(source)
