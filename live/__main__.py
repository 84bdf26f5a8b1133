"""`python -m live` is the `live` command."""

import sys

from live.cli import main

if __name__ == "__main__":
    sys.exit(main())
