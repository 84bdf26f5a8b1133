from pathlib import Path

import pytest
from jinja2 import UndefinedError

from live.web.render import draw, environment, keep_compiled
from live.web.static_files import static_url


def test_numbers_are_written_in_the_pages_language(pages: Path) -> None:
    assert draw("_numbers.html", "zh", minor=123450, n=12345) == "¥1,234.50 ¥1,235 12,345 1.2万"
    assert draw("_numbers.html", "en", minor=123450, n=12345) == "¥1,234.50 ¥1,235 12,345 12.3K"


def test_a_macro_knows_the_language_without_being_told(pages: Path) -> None:
    assert [draw("uses_macro.html", lang) for lang in ("zh", "en")] == ["zh", "en"]


def test_a_variable_that_is_not_given_raises(pages: Path) -> None:
    with pytest.raises(UndefinedError):
        draw("probe.html", "en", text="x")


def test_a_file_that_set_up_has_not_installed_has_an_address_all_the_same() -> None:
    assert static_url("vendor/not-installed.js") == "/static/vendor/not-installed.js"


def test_what_one_process_compiled_the_next_one_finds(pages: Path, tmp_path: Path) -> None:
    keep_compiled(tmp_path)
    said = [draw("uses_macro.html", lang) for lang in ("zh", "en")]
    kept = {path: path.stat().st_ino for path in tmp_path.rglob("*.cache")}
    assert {path.parent.name for path in kept} == {"zh", "en"}
    environment.cache_clear()
    keep_compiled(tmp_path)
    assert [draw("uses_macro.html", lang) for lang in ("zh", "en")] == said
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*.cache")} == kept, "read"

    (pages / "uses_macro.html").write_text("{{ lang }} anew")
    environment.cache_clear()
    keep_compiled(tmp_path)
    assert draw("uses_macro.html", "en") == "en anew", "another release has other templates"


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(
    pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    keep_compiled(tmp_path / "file")
    assert draw("uses_macro.html", "zh") == "zh"
    environment.cache_clear()
    keep_compiled(tmp_path)
    (tmp_path / "zh").rmdir()  # as a full disk: it cannot be written when it is needed
    assert draw("uses_macro.html", "zh") == "zh"
