"""The processes of a control room, as the kernel tells of them."""

from pathlib import Path

PROC = Path("/proc")


def web_process(data_dir: Path) -> int:
    """Process id of the one web process on this data folder. Raises RuntimeError without one."""
    wanted = f"LIVE_DATA_DIR={data_dir}".encode()
    for place in PROC.iterdir():
        if not place.name.isdigit():
            continue
        try:
            argv = (place / "cmdline").read_bytes().split(b"\0")
            environment = (place / "environ").read_bytes().split(b"\0")
        except OSError:  # it is gone, or somebody else's
            continue
        if b"serve" in argv and wanted in environment:
            return int(place.name)
    raise RuntimeError(f"no web process on {data_dir}")


def rss_bytes(pid: int) -> int:
    """Memory that the process has in use (VmRSS)."""
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")


def kernel_socket_bytes() -> int:
    """What all TCP sockets of this machine hold in the kernel, beside the memory of their processes."""
    for line in (PROC / "net" / "sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            return int(line.split()[-1]) * 4096
    return 0
