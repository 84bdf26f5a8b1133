"""The embedded Redis's append-only file, before Redis reads it: a transaction torn by a crash is cut off.

Redis itself cuts off the torn command only, and leaves the `MULTI` before it open (valkey 4342, Redis 7.0
does the same). What its next life writes is then a part of that transaction: at the start after that one
half of a script that was never answered is carried out, and facts that were answered are refused. So the
checker that is built into every server cuts at the last whole transaction first.
"""

import logging
import subprocess
from pathlib import Path

logger = logging.getLogger(__name__)

CHECKER = "redis-check-aof"  # the server's own name for itself when it is to check a file
CHECK_S = 300.0  # of the largest file; 100 MB take about a second, and hardly any is torn
TAIL = 1_000_000  # bytes; the largest script writes less
WHOLE_END = b"*1\r\n$4\r\nEXEC\r\n"
NESTED = "Unexpected MULTI"  # torn before this was done: Redis reads on, and cutting there would cut too much


def mend(server: Path, folder: Path) -> bool:
    """Whether something was cut off. Never raises: what cannot be checked is left to Redis."""
    try:
        return _mend(server, folder)
    except (OSError, subprocess.SubprocessError):
        logger.exception("the append-only file could not be checked")
        return False


def _mend(server: Path, folder: Path) -> bool:
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    if not manifest.exists():
        manifest = folder / "appendonly.aof"  # as Redis 6.2 has it
    if not manifest.exists() or _ends_whole(_growing(manifest)):
        return False
    found = _check(server, manifest)
    if found.returncode == 0 or NESTED in found.stdout + found.stderr:
        return False
    return _check(server, manifest, "--fix").returncode == 0


def _check(server: Path, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHECKER, *options, str(path)],
        executable=server,
        input="y\n",
        capture_output=True,
        text=True,
        errors="replace",
        timeout=CHECK_S,
        check=False,
    )


def _growing(manifest: Path) -> Path:
    """The file that is written to: the last one that a manifest names."""
    if manifest.suffix != ".manifest":
        return manifest
    names = [line.split()[1] for line in manifest.read_text().splitlines() if line.endswith(" i")]
    return manifest.parent / names[-1] if names else manifest


def _ends_whole(path: Path) -> bool:
    """Whether nothing is torn, as far as the file's end tells: most often so, and found without reading all
    of it. A file torn inside a command is not taken for whole, unless a text in it is an `EXEC` to the byte
    and was torn right there."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - TAIL, 0))
        tail = file.read()
    at = tail.rfind(WHOLE_END)
    return size == 0 or (at >= 0 and _are_whole(tail[at + len(WHOLE_END) :]))


def _are_whole(commands: bytes) -> bool:
    """Plain commands, one after the other, to the last byte."""
    at = 0
    while at < len(commands):
        count, at = _number(commands, at, b"*")
        for _ in range(count):
            size, at = _number(commands, at, b"$")
            at += size + 2
        if count < 1:
            return False
    return at == len(commands)


def _number(data: bytes, at: int, sign: bytes) -> tuple[int, int]:
    """The number of a RESP line and where the next one begins; -1 and beyond the end for what is none."""
    end = data.find(b"\r\n", at)
    digits = data[at + 1 : end]
    if end < 0 or data[at : at + 1] != sign or not digits.isdigit():
        return -1, len(data) + 1
    return int(digits), end + 2
