"""Three minutes of faults on the real thing: every kind at least once, and every invariant held after it."""

import subprocess
import sys
from pathlib import Path

from scripts.faults.history import read_lines
from scripts.faults.plan import KINDS

TOP = Path(__file__).parents[2]
SEED, MINUTES = 1, 3
PATIENCE_S = 600.0  # the faults, the settling after them, and the proof


def test_three_minutes_of_faults_break_no_invariant(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "scripts.faults.chaos", "--seed", str(SEED)]
    run = subprocess.run(
        [*argv, "--minutes", str(MINUTES), "--folder", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    faults = [
        line
        for path in tmp_path.glob("history-*.jsonl")
        for line in read_lines(path)
        if line["what"] == "fault"
    ]
    assert {line["kind"] for line in faults if line["phase"] == "recovered"} == set(KINDS)
