"""Drawing: a template, a language and its variables make HTML; pages and sockets draw alike.

There is one Jinja environment per language, so that `t`, `lang` and the number filters are at hand
in every partial and macro without being passed. A variable that is not given raises.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from live.web import figures, names
from live.web.assets import asset_dir
from live.web.changes import changes_said
from live.web.keymap import BY_ACT
from live.web.language import language_of
from live.web.static_files import static_url
from live.web.words import LANGUAGES, all_words, is_known, translate


def render(
    request: HTTPConnection,
    name: str,
    context: Mapping[str, object],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    lang: str = "",
) -> HTMLResponse:
    """A page in `lang`, or the reader's language; adds `csrf_token` and, unless it is given, `path` to the context.

    `path` is where this page can be read again: what a form is answered with has to give it.
    """
    added = {"csrf_token": str(request.scope.get("live.csrf", "")), "path": address_of(request)}
    page = draw(name, lang or language_of(request), **(added | dict(context)))
    return HTMLResponse(page, status_code=status, headers=dict(headers or {}))


def address_of(request: HTTPConnection) -> str:
    """Path and query under which this page can be read again; "" for the answer to a form."""
    if request.scope.get("method", "GET") != "GET":
        return ""
    return f"{request.url.path}?{request.url.query}".rstrip("?")


def draw(name: str, lang: str, **context: object) -> str:
    """The HTML of a template, for no request in particular: same input, same bytes."""
    return environment(lang).get_template(name).render(context)


@cache
def environment(lang: str) -> Environment:
    """The environment of one language. Compiled templates stay; a new release is a new process."""
    made = Environment(
        loader=FileSystemLoader(asset_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(t=partial(translate, lang), lang=lang, static=static_url, keymap=BY_ACT)
    made.filters.update(filters(lang))
    made.tests["has_figure"] = has_figure
    made.tests["known"] = is_known  # `{% if key is known %}`: the catalogue has words for it
    return made


def keep_compiled(folder: Path) -> None:
    """Templates compiled by a process are there for the next one, and the words are read now: the first page after
    a restart, with ten thousand viewers at the door, took 130 ms of everyone's time. A folder that cannot be written
    keeps nothing."""
    all_words()
    for lang in LANGUAGES:  # apart: what is constant in one language is compiled into it
        kept = folder / lang
        with suppress(OSError):
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            environment(lang).bytecode_cache = _Compiled(str(kept))


class _Compiled(FileSystemBytecodeCache):
    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk is no reason for a page not to be drawn
            super().dump_bytecode(bucket)


def has_figure(text: str) -> bool:
    """True where a digit stands: in a title it may be a price that was not read as one."""
    return any(char.isdigit() for char in text)


def filters(lang: str) -> dict[str, Callable[..., str]]:
    """What templates do to numbers, times and names."""
    return {
        "money": partial(_turned(figures.money), lang),
        "sign": partial(_turned(figures.sign), lang),
        "money0": partial(_turned(figures.money0), lang),
        "num": figures.num,
        "average": figures.average,
        "compact": partial(_turned(figures.compact), lang),
        "compact_money": partial(_turned(figures.compact_money), lang),
        "clock": figures.clock,
        "duration": figures.duration,
        "iso": figures.iso,
        "changes": partial(_turned(changes_said), lang),
        "called": partial(_turned(names.called), lang),
        "room": partial(_turned(names.room), lang),
        "mask_name": partial(_turned(names.masked), lang),
        "brief_name": partial(_turned(names.brief), lang),
    }


def _turned(figure: Callable[..., str]) -> Callable[..., str]:
    """`figure(value, …, lang=)` with the language first, ready to be bound."""

    def turned(lang: str, *values: object) -> str:
        return figure(*values, lang=lang)

    return turned
