"""Where a form may send its reader next: a path of this site, and nothing that leads off it."""

from urllib.parse import urlsplit

HOME = "/"
PATH_MAX = 500


def local_path(text: str, default: str = HOME) -> str:
    """`text` if it is a path here, else `default`.

    Browsers read `//host`, `/\\host` and control characters between the slashes as another site.
    """
    if not text.startswith("/") or text.startswith("//") or len(text) > PATH_MAX:
        return default
    if "\\" in text or not text.isascii() or not text.isprintable() or " " in text:
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else text
