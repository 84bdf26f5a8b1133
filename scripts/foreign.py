"""Finds what must not be committed: keys, package registry hosts, paths of one machine."""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BIG = 400_000  # bytes

# Written in pieces so that this file does not find itself.
PATTERNS = {
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*" + rb"PRIVATE KEY"),
    "a cloud or host token": re.compile(rb"\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|sk_live_\w{16,})"),
    "a package registry host": re.compile(
        rb"registry\.npm" + rb"js\.org|pypi\." + rb"org/simple|pythonhosted" + rb"\.org"
    ),
    "a path of one machine": re.compile(rb"(?<![\w.])/(work/main|root/\.|home/\w+/\w|tmp/lab)"),
}


def tracked() -> list[Path]:
    """What git holds or would hold."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=TOP, capture_output=True, check=True).stdout
    return [TOP / name.decode() for name in told.split(b"\0") if name]


def findings(path: Path) -> list[str]:
    """What is wrong with one file, in words."""
    content = path.read_bytes()
    found = [what for what, pattern in PATTERNS.items() if pattern.search(content)]
    if len(content) > BIG:
        found.append(f"{len(content)} bytes in one file")
    return found


def main() -> int:
    bad = [
        f"{path.relative_to(TOP)}: {what}"
        for path in tracked()
        if path.is_file()
        for what in findings(path)
    ]
    print("\n".join(bad) or "nothing found")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
