from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from live.web import render
from tests.web.guarded import make_client

PAGES = {
    "errors/page.html": "<h1>{{ status }} {{ title }}</h1><p>{{ message }}</p><i>{{ code }}</i>{{ retry_after }}",
    "errors/_toast.html": "<p id='toast'>{{ message }}</p><i>{{ code }}</i>",
    "accounts/sign_in.html": "<form>{{ error }}|{{ email }}|{{ next }}|{{ demo_login }}|{{ csrf_token }}</form>",
    "probe.html": "{{ text }}|{{ lang }}|{{ csrf_token }}|{{ path }}",
    "_numbers.html": "{{ minor|money('CNY') }} {{ minor|money0('CNY') }} {{ n|num }} {{ n|compact }}",
    "macros.html": "{% macro who() %}{{ lang }}{% endmacro %}",
    "uses_macro.html": "{% from 'macros.html' import who %}{{ who() }}",
}


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Plain templates in place of the designed ones."""
    for name, text in PAGES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    render.environment.cache_clear()
    monkeypatch.setattr(render, "asset_dir", lambda _name: tmp_path)
    yield tmp_path
    render.environment.cache_clear()


@pytest.fixture
def client(pages: Path) -> TestClient:
    return make_client()
