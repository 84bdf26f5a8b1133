"""The quick look at a file's end: what is torn is never taken for whole."""

from pathlib import Path

import pytest

from live.cli import aof

PLAIN = b"*3\r\n$4\r\nHSET\r\n$1\r\nk\r\n$1\r\nv\r\n"
SCRIPT = b"*1\r\n$5\r\nMULTI\r\n" + PLAIN * 2 + aof.WHOLE_END
FAKE = b"*2\r\n$3\r\nSET\r\n$%d\r\n%s\r\n" % (len(aof.WHOLE_END), aof.WHOLE_END)


def looks_whole(tmp_path: Path, data: bytes) -> bool:
    path = tmp_path / "file.aof"
    path.write_bytes(data)
    return aof._ends_whole(path)


@pytest.mark.parametrize("data", [b"", SCRIPT, SCRIPT + PLAIN, SCRIPT + PLAIN * 3, PLAIN + SCRIPT])
def test_a_whole_file_is_not_read_through(tmp_path: Path, data: bytes) -> None:
    assert looks_whole(tmp_path, data)


@pytest.mark.parametrize("last", [PLAIN, SCRIPT, b"*1\r\n$5\r\nMULTI\r\n" + FAKE + PLAIN])
def test_a_file_torn_inside_a_command_is_never_whole(tmp_path: Path, last: bytes) -> None:
    borders = {0, len(last)}
    if not last.startswith(PLAIN):  # between two commands of a script: that Redis sees for itself
        start = len(b"*1\r\n$5\r\nMULTI\r\n")
        borders |= {start + n * len(PLAIN) for n in range(4)} | {start, start + len(FAKE)}
    for size in range(len(last)):
        if size not in borders and not last[:size].endswith(aof.WHOLE_END):
            assert not looks_whole(tmp_path, SCRIPT + last[:size]), last[:size]
