"""The folder of pictures. A name says what is in the file, so a file never changes, and the same picture is kept once."""

import asyncio
import contextlib
import hashlib
import os
import struct
import sys
from collections.abc import Collection
from pathlib import Path

from live.domain.pictures import SMALL_SUFFIX, address_of
from live.errors import NotNow

WAIT_S = 20.0  # wall clock; the child's own limit is on the processor
AT_ONCE = 1  # per process: buyers are served by the same processors
SHRINK = Path(__file__).with_name("shrink.py")
REASONS = {10: "kind", 11: "pixels", 12: "broken"}  # what it exits with
HEAVY = "heavy"


class PictureError(ValueError):
    """`code`: kind (no JPEG, PNG or WebP), pixels (too many), broken, heavy (more time or memory than it may
    take)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Pictures:
    """Of one installation; all its processes see the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def keep(self, content: bytes) -> str:
        """The address of the picture, kept in two sizes. Raises PictureError; NotNow when it cannot be kept."""
        async with self._turn:
            large, small = await _shrunk(content)
        name = hashlib.sha256(large).hexdigest()[:32]
        try:
            await asyncio.to_thread(self._write, name, large, small)
        except OSError as error:
            raise NotNow("The picture could not be kept; try again.") from error
        return address_of(name)

    def _write(self, name: str, large: bytes, small: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in ((SMALL_SUFFIX, small), ("", large)):
            path = self.folder / f"{name}{suffix}.webp"
            unfinished = path.with_suffix(f".{os.getpid()}.part")
            unfinished.write_bytes(content)
            unfinished.replace(path)

    async def remove_unused(self, used: Collection[str], before_s: float) -> int:
        """Takes away what nobody uses and was kept before `before_s` (unix); how many pictures. `used`: their
        addresses."""
        return await asyncio.to_thread(self._remove_unused, set(used), before_s)

    def _remove_unused(self, used: set[str], before_s: float) -> int:
        removed = 0
        for path in self.folder.glob("*"):
            name = path.name.removesuffix(".webp").removesuffix(SMALL_SUFFIX)
            with contextlib.suppress(FileNotFoundError):
                if address_of(name) in used or path.stat().st_mtime > before_s:
                    continue
                path.unlink()
                removed += path.name == f"{name}.webp"
        return removed


async def _shrunk(content: bytes) -> tuple[bytes, bytes]:
    """Both sizes. Raises PictureError, NotNow."""
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(SHRINK),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env={},
        )  # fmt: skip
    except OSError as error:
        raise NotNow from error
    try:
        async with asyncio.timeout(WAIT_S):
            told, _ = await child.communicate(content)
    except TimeoutError as error:
        raise PictureError(HEAVY) from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise PictureError(REASONS.get(child.returncode, HEAVY))
    large, small = struct.unpack_from(">II", told)
    return told[8 : 8 + large], told[8 + large : 8 + large + small]
