"""Every kind of fault twice on the real thing, in two orders, and every invariant held after it."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from scripts.faults.history import read_lines
from scripts.faults.plan import KINDS

TOP = Path(__file__).parents[2]
SEED, DECKS = 1, 2
MINUTES = 10  # never reached: the decks end first
PATIENCE_S = 600.0  # the faults, the settling after them, and the proof


@pytest.mark.long
def test_two_decks_of_faults_break_no_invariant(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "scripts.faults.chaos", "--seed", str(SEED)]
    argv += ["--points", str(DECKS * len(KINDS)), "--minutes", str(MINUTES)]
    run = subprocess.run(
        [*argv, "--folder", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    recovered = Counter(
        line["kind"]
        for path in tmp_path.glob("history-*.jsonl")
        for line in read_lines(path)
        if line["what"] == "fault" and line["phase"] == "recovered"
    )
    assert recovered == dict.fromkeys(KINDS, DECKS)
