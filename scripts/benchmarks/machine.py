"""What a figure was measured on: the machine and the versions, printed once beside the ratios."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from live.cli import redis_server
from scripts.benchmarks.hammer import client_name
from scripts.benchmarks.servers import fsync_us
from scripts.postgres import find_binary


def look(folder: Path, *packages: str) -> dict[str, str | int | float]:
    """The facts; `folder` is on the disk that matters, `packages` are told by their versions too."""
    facts: dict[str, str | int | float] = {
        "cpu": cpu_model(Path("/proc/cpuinfo").read_text()),
        "cores": os.cpu_count() or 1,
        "kernel": platform.release(),
        "fdatasync_us": fsync_us(folder),
        "python": platform.python_version(),
        "server": str(redis_server.find_binary()),
        "postgresql": postgresql_version(),
        "client": client_name(),
    }
    return facts | {name: version(name) for name in packages}


def told(facts: dict[str, str | int | float]) -> str:
    """The same in one line."""
    return "; ".join(f"{name} {value}" for name, value in facts.items())


def cpu_model(cpuinfo: str) -> str:
    """The processor's name as the kernel tells it."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def postgresql_version() -> str:
    """As `postgres --version` tells it, or that there is none."""
    binary = find_binary("postgres")
    if binary is None:
        return "missing"
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split("(PostgreSQL)")[-1].split()[0]
