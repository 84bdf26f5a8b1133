"""the same 300-byte text to every socket: deliveries a second beside what others would use.

One server process each, on this machine, one after the other in every round, all with the same reader
(scripts/benchmarks/sockets/reader.py, a process of its own that only counts): Node's `ws`,
`websockets.broadcast()`, a Starlette loop on uvicorn (scripts/peers/fanout), and our hub: once as the
beat sends partials to pages, once as facts go to viewers of the API. Ours also looks who has not read,
who is behind, and counts. `scripts/setup bench` installs `ws`; without Node it is left out, and said so.
The processor shares tell who was the bottleneck: of one core, the server should have used all.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.ratios import pairwise, table
from scripts.benchmarks.servers import ROOT, START_TIMEOUT_S, free_port
from scripts.benchmarks.sockets.hub_server import API, PAGE

NODE_WS, LOOP = "Node ws", "Starlette loop"
OURS, OURS_API = "ours, pages", "ours, API"
GOALS = {NODE_WS: 1.0, LOOP: 2.0}
PEERS = ROOT / ".vendor" / "peers" / "node_modules"
SLACK_S = 60.0  # to open ten thousand sockets, beside what is measured


@dataclass(frozen=True, slots=True)
class Contestant:
    """How it is started, the port left out, and where its sockets are."""

    name: str
    argv: Sequence[str]
    more: Sequence[str] = ()
    path: str = "/"


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    everyone = contestants()
    if NODE_WS not in {one.name for one in everyone}:
        print("Node's ws is left out: it is not installed (`scripts/setup bench`, with Node).")
    found = {str(n): _at(n, everyone, options) for n in options.connections}
    names = [one.name for one in everyone]
    rows = [[name, *(f"{by['per_s'][name]:,.0f}" for by in found.values())] for name in names] + [
        [f"{ours} ÷ {name}", *(str(by["ratios"][ours][name]["text"]) for by in found.values())]
        for ours in (OURS, OURS_API)
        for name in GOALS
        if name in names
    ]
    print(table(["deliveries/s", *(f"{n:,} sockets" for n in options.connections)], rows))
    return {"bench": "fanout", "sockets": found, "goals": GOALS}


def contestants() -> list[Contestant]:
    """Everyone who can run here."""
    python = (sys.executable, "-m")
    hub = (*python, "scripts.benchmarks.sockets.hub_server")
    found = [
        Contestant("websockets.broadcast()", (*python, "scripts.peers.fanout.broadcast")),
        Contestant(LOOP, (*python, "scripts.peers.fanout.starlette_loop")),
        Contestant(OURS, hub, path=PAGE),
        Contestant(OURS_API, hub, ("--facts",), API),
    ]
    node = shutil.which("node")
    if node and (PEERS / "ws").exists():
        argv = (node, "scripts/peers/fanout/ws.mjs")
        found.insert(0, Contestant(NODE_WS, argv, (str(PEERS.parent),)))
    return found


def _at(sockets: int, everyone: Sequence[Contestant], options: BenchOptions) -> dict[str, Any]:
    """All rounds with so many sockets."""
    runs: dict[str, list[Mapping[str, float]]] = {one.name: [] for one in everyone}
    for number in range(options.pairs):
        first = number % len(everyone)
        for one in (*everyone[first:], *everyone[:first]):
            told = measure(one, sockets, options.seconds)
            runs[one.name].append(told)
            late = ""
            if "late_p99_ms" in told:
                late = f"  event loop late p99 {told['late_p99_ms']:.1f} ms"
            print(
                f"{sockets:>6} sockets  {one.name:<23}{told['per_s']:9,.0f}/s  processor: server"
                f" {told['server_cpu']:.0%}, reader {told['reader_cpu']:.0%}"
                f"{late}",
                flush=True,
            )
    rates = {name: [one["per_s"] for one in of] for name, of in runs.items()}
    ratios: dict[str, dict[str, Any]] = {
        ours: {
            name: (ratio := pairwise(rates[ours], base)).figures() | {"text": str(ratio)}
            for name, base in rates.items()
            if name not in (OURS, OURS_API)
        }
        for ours in (OURS, OURS_API)
    }
    return {
        "per_s": {name: round(statistics.median(of)) for name, of in rates.items()},
        "ratios": ratios,
        "reader_cpu_max": round(max(one["reader_cpu"] for of in runs.values() for one in of), 2),
        "late_p99_ms": {
            ours: round(max(one["late_p99_ms"] for one in runs[ours]), 1)
            for ours in (OURS, OURS_API)
        },
    }


def measure(one: Contestant, sockets: int, seconds: float) -> Mapping[str, float]:
    """One run of one server. Raises RuntimeError when it, or the reader, fails."""
    port = free_port()
    with _served([*one.argv, str(port), *one.more], port) as (server, ask):
        command = [sys.executable, "-m", "scripts.benchmarks.sockets.reader"]
        told = {"port": port, "path": one.path, "sockets": sockets, "seconds": seconds}
        for name, value in (told | {"server": server.pid, "ask": ask}).items():
            command += [f"--{name}", str(value)]
        read = subprocess.run(
            command, cwd=ROOT, pass_fds=[ask], capture_output=True, text=True, check=False,
            timeout=SLACK_S + seconds,
        )  # fmt: skip
        if read.returncode:
            why = (read.stderr.strip().splitlines() or ["it ended"])[-1]
            raise RuntimeError(f"{one.name}, {sockets} sockets: {why}")
        figures: dict[str, float] = json.loads(read.stdout)
        last_words, _ = server.communicate(
            timeout=SLACK_S
        )  # its standard input ends, and so does it
    return figures | (json.loads(last_words) if last_words.strip() else {})


@contextmanager
def _served(argv: Sequence[str], port: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process, and the descriptor on which it is asked for rounds."""
    process = subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    try:
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{' '.join(argv)} did not start") from error
                time.sleep(0.05)
        yield process, process.stdin.fileno()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
