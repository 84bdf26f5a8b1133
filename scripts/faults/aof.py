"""Redis's append-only file: which facts of a show it holds, and what is gone when its tail is cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from live.domain.events import Fact
from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.logs import facts


@dataclass(frozen=True, slots=True)
class Write:
    """What Redis applies as one: a command, or all between MULTI and EXEC. `start`, `end`: bytes."""

    start: int
    end: int
    commands: tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """A show as a prefix of the file leaves it; `epoch` "" when the prefix does not hold it."""

    epoch: str = ""
    seq: int = 0


def growing_file(folder: Path) -> Path:
    """The file that is written now: Redis 7 names it in a manifest, older ones have one file."""
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    if not manifest.exists():
        return folder / "appendonly.aof"
    lines = [line.split() for line in manifest.read_text().splitlines()]
    names = [words[1] for words in lines if words[-1] == "i"]
    return manifest.parent / names[-1]


def read_writes(data: bytes) -> list[Write]:
    """All whole writes of the file; a torn one at its end is left out, as Redis does."""
    writes: list[Write] = []
    start, inside = 0, list[tuple[bytes, ...]]()
    is_open = False
    for begin, end, command in _commands(data):
        name = command[0].upper()
        if name == b"MULTI" and not is_open:
            start, inside, is_open = begin, [], True
        elif name == b"EXEC":
            writes.append(Write(start, end, tuple(inside)))
            is_open = False
        elif is_open:
            inside.append(command)
        else:
            writes.append(Write(begin, end, (command,)))
    return writes


def stands(writes: Sequence[Write], show: ShowId) -> list[Stand]:
    """The show after each of the writes."""
    meta, now, found = keys.meta(show).encode(), Stand(), []
    for write in writes:
        for command in write.commands:
            if len(command) > 1 and command[1] == meta:
                now = _after(now, command)
        found.append(now)
    return found


def facts_of(write: Write, show: ShowId) -> list[Fact]:
    """The facts of the show that the write logs."""
    log, found = keys.log(show).encode(), list[Fact]()
    for command in write.commands:
        if command[0].upper() == b"XADD" and command[1] == log:
            fields = dict(zip(command[3::2], command[4::2], strict=True))
            found += facts([(command[2], fields)])
    return found


def _after(now: Stand, command: tuple[bytes, ...]) -> Stand:
    name = command[0].upper()
    if name in (b"DEL", b"UNLINK"):
        return Stand()
    if name not in (b"HSET", b"HMSET"):
        return now
    fields = dict(zip(command[2::2], command[3::2], strict=True))
    epoch = fields[b"epoch"].decode() if b"epoch" in fields else now.epoch
    seq = int(float(fields[b"seq"])) if b"seq" in fields else now.seq
    return Stand(epoch, seq)


def _commands(data: bytes) -> Iterator[tuple[int, int, tuple[bytes, ...]]]:
    """(start, end, words) of every whole command."""
    at = 0
    while at < len(data):
        start = at
        line, at = _line(data, at)
        if line.startswith(b"#"):  # an annotation
            continue
        if not line.startswith(b"*"):
            return
        words = []
        for _ in range(int(line[1:])):
            size, at = _line(data, at)
            if not size.startswith(b"$"):
                return
            end = at + int(size[1:])
            if end + 2 > len(data):
                return
            words.append(data[at:end])
            at = end + 2
        yield start, at, tuple(words)


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.find(b"\r\n", at)
    return (b"", len(data)) if end < 0 else (data[at:end], end + 2)
