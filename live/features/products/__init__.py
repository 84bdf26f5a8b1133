"""The line-up: items by hand and from a product CSV."""
