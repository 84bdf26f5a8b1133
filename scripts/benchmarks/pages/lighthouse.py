"""Lighthouse, as scripts/setup bench installed it: one page, on the phone that it imitates."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from scripts.benchmarks.control_room import ARGS, NAMES
from scripts.benchmarks.servers import ROOT

COMMAND = ROOT / ".vendor" / "pages" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
RUN_S = 180.0
TRIES = 3  # it misses the start of the page now and then, and says itself to run it again
UNSCORED = {"notApplicable", "manual", "informative", "error"}


class NotHere(Exception):
    """It is not on this machine; the message says what to install."""


class NoFigures(Exception):
    """It ran as often as it may and came to nothing; the message is its own."""


def judge(address: str, runs: int) -> dict[str, int]:
    """Category → score of 100, the median of so many runs; prints what cost points. Raises NotHere, NoFigures."""
    node = shutil.which("node")
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if node is None or not COMMAND.is_file():
        raise NotHere("it is not installed (`scripts/setup bench`, with Node)")
    if browser is None:
        raise NotHere("there is no Chromium; name it in CHROMIUM")
    found: dict[str, list[int]] = {name: [] for name in CATEGORIES}
    for _ in range(runs):
        for name, score in _scores(node, browser, address).items():
            found[name].append(score)
    return {name: round(statistics.median(scores)) for name, scores in found.items()}


def _scores(node: str, browser: str, address: str) -> dict[str, int]:
    for _ in range(TRIES - 1):
        with suppress(NoFigures):
            return _run(node, browser, address)
    return _run(node, browser, address)


def _run(node: str, browser: str, address: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report = Path(folder) / "report.json"
        options = (
            f"--output-path={report}",
            "--output=json",
            "--quiet",
            "--no-enable-error-reporting",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(ARGS)}",
        )
        try:
            done = subprocess.run(
                [node, str(COMMAND), address, *options],
                env=os.environ | {"CHROME_PATH": browser},
                capture_output=True,
                text=True,
                timeout=RUN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NoFigures(f"it had nothing to say after {RUN_S:.0f} s") from None
        if done.returncode or not report.is_file():
            raise NoFigures(f"it failed: {done.stderr.strip()[-300:]}")
        told = json.loads(report.read_text(encoding="utf-8"))
    if told.get("runtimeError"):
        raise NoFigures(f"it failed: {told['runtimeError'].get('message', '')}")
    _print_losses(told)
    return {name: round(100 * told["categories"][name]["score"]) for name in CATEGORIES}


def _print_losses(told: dict[str, dict[str, dict[str, object]]]) -> None:
    """The audits that are short of full marks."""
    for name, audit in told["audits"].items():
        score = audit.get("score")
        if (
            isinstance(score, int | float)
            and score < 1
            and audit["scoreDisplayMode"] not in UNSCORED
        ):
            print(f"  {name} {score:.2f} {audit.get('displayValue', '')}", flush=True)
