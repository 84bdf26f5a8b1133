"""Verbs of the line-up; other features import them from here."""

from live.features.products.actions.claims import Claims, claims_of
from live.features.products.actions.imports import (
    Imported,
    import_any,
    import_csv,
    imported_of,
    told_of,
)
from live.features.products.actions.line_up import add, edit, find, remove, shift

__all__ = [
    "Claims",
    "Imported",
    "add",
    "claims_of",
    "edit",
    "find",
    "import_any",
    "import_csv",
    "imported_of",
    "remove",
    "shift",
    "told_of",
]
