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
CHECK_S = 300.0  # of the largest file; one with 100,000 orders takes well under a second
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
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - len(WHOLE_END), 0))
        return size == 0 or file.read() == WHOLE_END
