"""The data folder: made once, owned by one running `live up`, home of the secret key."""

import fcntl
import os
import secrets
import time
from pathlib import Path

from live.cli.refusal import Refusal

# seconds. After a kill -9 of `live up` its Redis needs a moment to end; it holds the lock till then.
ORPHAN_PATIENCE_S = 10.0


def make(folder: Path) -> None:
    """Create the folder if need be, and see that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refusal(f"the data folder {folder} cannot be made ({error.strerror}).") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Refusal(
            f"the data folder {folder} is not writable; set LIVE_DATA_DIR to one that is."
        )


def private_file(path: Path) -> None:
    """See that there is such a file; a new one is its owner's alone."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Refusal(f"{path} cannot be written ({error.strerror}).") from error


def claim(folder: Path) -> int:
    """Lock the folder for this process; the file descriptor is the lock and is freed on exit.

    The embedded Redis inherits it, so that a folder stays locked as long as anyone writes in it.
    """
    make(folder)
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refusal(f"the data folder {folder} is not writable ({error.strerror}).") from error
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    while not _locked(lock):
        owner = os.pread(lock, 20, 0).decode().strip()
        if _is_alive(owner) or time.monotonic() > deadline:
            os.close(lock)
            raise Refusal(
                f"the data folder {folder} is in use by another `live up`"
                f" (process {owner or 'unknown'}); stop that one or set LIVE_DATA_DIR."
            )
        time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def secret_key(folder: Path) -> str:
    """The key of this folder, made on first use with mode 0600."""
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f".secret_key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # the first of several processes wins, and never half a key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text().strip()
    if len(key) < 32:
        raise Refusal(f"{path} does not hold a key; restore it from a backup or delete it.")
    return key


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(owner: str) -> bool:
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
