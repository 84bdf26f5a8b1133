"""Codes that stand in a page: drawn so that the page's policy allows them."""

import xml.etree.ElementTree as ET

import pytest

from live.web.qr import QUIET, qr_svg


def test_a_code_is_a_drawing_without_styles_and_with_quiet_around_it() -> None:
    drawn = ET.fromstring(str(qr_svg("https://live.example.com/watch/a&b")))
    assert drawn.get("class") == "qr-code"
    assert not any("style" in element.attrib or element.tag == "style" for element in drawn.iter())
    width = float(str(drawn.get("viewBox")).split()[2])
    assert (width - 2 * QUIET - 17) % 4 == 0  # ISO/IEC 18004: version v has 17 + 4 v modules


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        qr_svg("x" * 3000)
