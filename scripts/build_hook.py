"""Hatchling's hook: a wheel carries templates/ and static/, with the front-end libraries in it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[BuilderConfig]):
    """Runs scripts/vendor before a real build; an editable install reads the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the files of the wheel are gathered."""
        if version == "editable":
            return
        done = subprocess.run([sys.executable, Path(self.root, "scripts", "vendor")], check=False)
        if done.returncode:
            raise RuntimeError("run scripts/vendor with npm on the PATH, then build again")
        for name in ("templates", "static"):
            build_data["force_include"][str(Path(self.root, name))] = f"live/assets/{name}"
