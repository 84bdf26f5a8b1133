"""Children are restarted when they die, stopped in order, and never outlive their parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from live.cli.supervise import HOPELESS, Part, Supervisor

LOGS_ITS_END = (
    "import signal, sys, time\n"
    "def end(*_):\n"
    "    open(sys.argv[1], 'a').write(sys.argv[2] + '\\n'); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "open(sys.argv[1] + '.' + sys.argv[2], 'w').write('up')\n"
    "time.sleep(60)\n"
)


def wait_for(path: Path, *, is_there: bool = True) -> None:
    deadline = time.monotonic() + 10
    while path.exists() != is_there:
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def until(path: Path) -> None:
    await asyncio.to_thread(wait_for, path)


async def test_a_killed_part_is_back_by_itself(tmp_path: Path) -> None:
    supervisor = Supervisor()
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    await supervisor.start(Part("part", (sys.executable, "-c", code), 1, 5))
    await until(note)
    await asyncio.sleep(0.1)
    os.kill(int(note.read_text()), signal.SIGKILL)
    note.unlink()
    await until(note)
    await supervisor.stop()


async def test_what_a_part_needs_is_made_before_each_of_its_starts(tmp_path: Path) -> None:
    supervisor, needed, seen = Supervisor(), tmp_path / "needed", tmp_path / "seen"
    code = (
        f"import os, time; os.remove({str(needed)!r});"
        f" open({str(seen)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    part = Part("part", (sys.executable, "-c", code), 1, 5, before=lambda: needed.write_text(""))
    await supervisor.start(part)
    for _ in range(2):
        await until(seen)
        await asyncio.sleep(0.1)
        os.kill(int(seen.read_text()), signal.SIGKILL)
        seen.unlink()
    await until(seen)
    await supervisor.stop()


async def test_a_part_whose_needs_cannot_be_met_is_started_all_the_same(tmp_path: Path) -> None:
    def fails() -> None:
        raise OSError("no space left")

    supervisor, note = Supervisor(), tmp_path / "note"
    code = f"import time; open({str(note)!r}, 'w'); time.sleep(60)"
    await supervisor.start(Part("part", (sys.executable, "-c", code), 1, 5, before=fails))
    await until(note)
    await supervisor.stop()


async def test_the_higher_stage_stops_first(tmp_path: Path) -> None:
    supervisor = Supervisor()
    log = tmp_path / "log"
    for stage, name in enumerate(["redis", "worker", "web"]):
        argv = (sys.executable, "-c", LOGS_ITS_END, str(log), name)
        await supervisor.start(Part(name, argv, stage, 5))
        await until(tmp_path / f"log.{name}")
    await supervisor.stop()
    assert log.read_text().split() == ["web", "worker", "redis"]


async def test_a_part_that_will_not_stop_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor()
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"open({str(tmp_path / 'up')!r}, 'w'); time.sleep(60)"
    )
    await supervisor.start(Part("deaf", (sys.executable, "-W", "ignore", "-c", code), 1, 0.2))
    await until(tmp_path / "up")
    await supervisor.stop()
    assert "deaf did not stop in 0.2 s" in capsys.readouterr().out


async def test_a_start_that_cannot_work_is_given_up() -> None:
    supervisor = Supervisor()
    await supervisor.start(Part("broken", (sys.executable, "-c", "raise SystemExit(3)"), 1, 5))
    async with asyncio.timeout(10 * HOPELESS):
        await supervisor.until_asked()
    assert supervisor.gave_up == "broken"
    await supervisor.stop()


def test_children_do_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = (
        "import asyncio, sys\n"
        "from live.cli.supervise import Part, Supervisor\n"
        "async def main():\n"
        f"    await Supervisor().start(Part('p', (sys.executable, '-c', {child!r}), 1, 5))\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent])
    wait_for(note)
    time.sleep(0.1)
    process.kill()
    process.wait()
    wait_for(Path("/proc", note.read_text()), is_there=False)
