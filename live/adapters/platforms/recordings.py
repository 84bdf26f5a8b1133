"""A recorded show, of whichever source: what was said, in the order and at the pace in which it was said."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from live.adapters.platforms import bilibili, ours, social_stream, youtube
from live.adapters.platforms.base import Read, Said, Skipped, list_of, object_of, platform_of

BOM = b"\xef\xbb\xbf"
LINE_MAX = 16 * 1024 * 1024  # bytes of a first line that is looked at whole


class NotARecordingError(ValueError):
    """The file is none of the formats that we know."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file holds. `said` is sorted by `offset_ms`, which each one has; `skipped`: how many lines
    were not comments, by code."""

    source: str
    said: Sequence[Said]
    skipped: Counter[str]


def open_recording(path: Path) -> Recording:
    """The whole file, read; its format is told by its content. Raises NotARecordingError, OSError."""
    with path.open("rb") as file:
        head = _first_line(file)
        if head.startswith(b"<"):
            return _recording("Bilibili danmaku", bilibili.read(file))
        if not head.startswith((b"{", b"[")):
            raise NotARecordingError("It is neither XML nor JSON.")
        return _json_recording(head, file)


def _json_recording(head: bytes, file: BinaryIO) -> Recording:
    first = _object_in(head)
    if youtube.is_youtube(first):
        return _recording("YouTube live chat", youtube.read(file))
    documents = _lines(file) if first is not None else [_document(file)]
    return _messages(documents)


def _messages(documents: Iterable[object]) -> Recording:
    """Our own shape, or Social Stream Ninja's: one document, or one on each line."""
    sources: dict[str, None] = {}
    found: list[Read] = []
    for document in documents:
        if ours.is_ours(object_of(document)):
            sources["our own shape"] = None
            batch = object_of(document)
            platform = platform_of(batch.get("platform"))
            found += [ours.read(platform, one) for one in list_of(batch["comments"])]
            continue
        for one in document if isinstance(document, list) else [document]:
            if social_stream.is_social_stream(one):
                sources["Social Stream Ninja"] = None
                found.append(social_stream.read(one))
            else:
                found.append(Skipped("invalid", "It is no message that we know."))
    if not sources:
        raise NotARecordingError("It is JSON, but holds no comments in a shape that we know.")
    return _recording(", ".join(sources), found)


def _recording(source: str, read: Iterable[Read]) -> Recording:
    said: list[Said] = []
    skipped: Counter[str] = Counter()
    for one in read:
        if isinstance(one, Said):
            said.append(one)
        else:
            skipped[one.code] += 1
    return Recording(source, _timed(said), skipped)


def _timed(said: Sequence[Said]) -> Sequence[Said]:
    """In order, each with its place in the recording: what has none of its own goes by the clock, counted
    from the first one; what has no time at all, with the one before it."""
    begin = min((one.at_ms for one in said if one.at_ms is not None), default=0)
    timed: list[Said] = []
    last = 0
    for one in said:
        if one.offset_ms is not None:
            last = max(0, one.offset_ms)  # before the show began: at once
        elif one.at_ms is not None:
            last = one.at_ms - begin
        timed.append(replace(one, offset_ms=last))
    return sorted(timed, key=lambda one: one.offset_ms or 0)


def _first_line(file: BinaryIO) -> bytes:
    """The first one with anything in it; the file stands at its beginning then."""
    begin = len(BOM) if file.read(len(BOM)) == BOM else 0
    file.seek(begin)
    while line := file.readline(LINE_MAX):
        if line.strip():
            break
        begin += len(line)
    file.seek(begin)
    return line.lstrip()


def _lines(file: BinaryIO) -> Iterator[object]:
    for line in file:
        if line.strip():
            yield _object_in(line)


def _document(file: BinaryIO) -> object:
    try:
        return json.load(file)
    except (ValueError, RecursionError) as error:
        raise NotARecordingError(f"It begins as JSON, but is not: {error}.") from error


def _object_in(line: bytes) -> object:
    """The JSON of one line; None if it is none of its own."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
