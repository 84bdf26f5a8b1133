"""QR codes (ISO/IEC 18004) as drawings that stand in a page."""

from functools import lru_cache

import segno
from markupsafe import Markup

QUIET = 4  # modules of white around the code, as the standard wants


@lru_cache(64)
def qr_svg(text: str) -> Markup:
    """An `<svg class="qr-code">` without a size of its own: black on white, whatever is below it. It survives the
    loss of 15 % (level M). Raises ValueError: more than fits into one."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    return Markup(
        code.svg_inline(
            border=QUIET,
            omitsize=True,
            dark="#000",
            light="#fff",
            svgclass="qr-code",
            lineclass=None,
        )
    )
