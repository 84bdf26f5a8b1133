"""What failed among thousands of tests in three processes, tried again by itself: false alarm or fault?

Sockets, browsers and clocks on a machine with two busy cores can be late for reasons that are not ours. So a few
failures are run three times more, alone, and each must pass each time; they are named in the output whatever comes
of it. No second look for pure rules, for what kills processes, or when more than a few failed: those are faults.
"""

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
NEVER = ("tests/domain/", "tests/chaos/")
MOST, TIMES = 5, 3


def main() -> int:
    """Exit code 0 when all that failed was late only, 1 otherwise."""
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not failed or len(failed) > MOST or any(each.startswith(NEVER) for each in failed):
        return 1
    print("\n== failed beside the others, tried again alone:", *failed, sep="\n   ", flush=True)
    for _ in range(TIMES):
        again = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *failed]
        if subprocess.run(again, check=False).returncode:
            print("== it fails alone too: a fault")
            return 1
    print(f"== UNSTEADY: passed {TIMES} times alone; look at these before they grow:", *failed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
