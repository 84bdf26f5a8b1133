"""The house keeps its own rules: short files, pinned libraries, nothing at the top but what was agreed."""

import json
import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
LINES_MAX = 300
SOURCES = sorted(
    path for folder in ("live", "scripts", "tests") for path in (TOP / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_file_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


@pytest.mark.parametrize("folder", ["static", "scripts/peers", "scripts/benchmarks/pages"])
def test_libraries_for_node_are_pinned_and_locked_without_a_host(folder: str) -> None:
    package = json.loads((TOP / folder / "package.json").read_text())
    lock = json.loads((TOP / folder / "package-lock.json").read_text())
    for name, version in (package["dependencies"] | package.get("devDependencies", {})).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        locked = lock["packages"][f"node_modules/{name}"]
        assert locked["version"] == version
        assert locked["integrity"]
        assert "resolved" not in locked


def test_scripts_that_start_things_can_be_run() -> None:
    for name in ("scripts/run", "scripts/test", "scripts/check", "scripts/vendor", ".ci/run"):
        assert (TOP / name).stat().st_mode & 0o100, name
