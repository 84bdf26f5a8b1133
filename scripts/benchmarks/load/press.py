"""The caller's side: runs a plan in a process of its own."""

import asyncio
import dataclasses
import json
import subprocess
import sys
from pathlib import Path

from scripts.benchmarks.load.plan import Plan, Report

ROOT = Path(__file__).resolve().parents[3]


async def press(plan: Plan) -> Report:
    """Raises RuntimeError, with the client's last words, when the plan could not be run."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.benchmarks.load"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        said, complained = await process.communicate(json.dumps(dataclasses.asdict(plan)).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = complained.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"the load client failed: {''.join(last)}")
    return Report(**json.loads(said))
