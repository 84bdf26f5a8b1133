"""Where `templates/` and `static/` are: at the top of a checkout, or inside the installed package."""

from functools import cache
from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def asset_dir(name: Literal["templates", "static"]) -> Path:
    """The folder of that name.

    Raises:
        FileNotFoundError: this installation was built without it.
    """
    for place in (_PACKAGE / "assets" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}/ is neither beside live/ nor inside it; install again")
