"""How many files a process may have open: every socket is one."""

import contextlib
import resource

WANTED = 12_000  # ten thousand viewers, and what else is open


def raise_limit() -> None:
    """The soft limit becomes the hard one: no process of ours calls select()."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError):  # macOS names a hard limit that it does not give
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def allowed() -> int:
    """What `raise_limit` can bring about; -1 is no limit."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]
