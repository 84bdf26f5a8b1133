"""Templates and static files are found in a checkout."""

from live.web.assets import asset_dir


def test_the_checkout_has_both() -> None:
    assert (asset_dir("static") / "package.json").is_file()
    assert asset_dir("templates").is_dir()
