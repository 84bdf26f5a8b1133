"""What must be documented is: settings, close codes, packages, words of the glossary."""

import pkgutil
from pathlib import Path

import pytest

import live
import live.features
from live.hub.close_codes import CloseCode
from live.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme_and_says_what_it_is(name: str) -> None:
    assert f"LIVE_{name.upper()}" in README
    assert Settings.model_fields[name].description


@pytest.mark.parametrize(
    "name", [m.name for m in pkgutil.iter_modules(live.__path__) if m.name != "__main__"]
)
def test_every_package_is_on_the_map(name: str) -> None:
    assert f"{name}.py" in README or f"{name}/" in README


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(live.features.__path__)])
def test_every_feature_is_on_the_map(name: str) -> None:
    assert name in README.split("features/", 1)[1].split("cli/", 1)[0]


@pytest.mark.parametrize("code", list(CloseCode))
def test_every_close_code_says_whether_to_come_back(code: CloseCode) -> None:
    assert isinstance(code.reconnect, bool)


def test_the_top_level_holds_what_was_agreed() -> None:
    agreed = {"pyproject.toml", "README.md", "live", "templates", "static", "tests", "scripts"}
    found = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".")}
    assert found - agreed <= {"var", "build", "dist", "node_modules"}
