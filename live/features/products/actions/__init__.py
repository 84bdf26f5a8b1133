"""Verbs of the line-up; other features import them from here."""

from live.features.products.actions.claims import Claims, claims_of
from live.features.products.actions.exports import export_csv
from live.features.products.actions.imports import (
    Imported,
    import_any,
    import_csv,
    imported_of,
    told_of,
)
from live.features.products.actions.line_up import (
    add,
    edit,
    find,
    line_up,
    rearrange,
    remove,
    shift,
)
from live.features.products.actions.lines import change
from live.features.products.actions.pictures import keep as keep_picture
from live.features.products.actions.pictures import remove_unused as remove_unused_pictures

__all__ = [
    "Claims",
    "Imported",
    "add",
    "change",
    "claims_of",
    "edit",
    "export_csv",
    "find",
    "import_any",
    "import_csv",
    "imported_of",
    "keep_picture",
    "line_up",
    "rearrange",
    "remove",
    "remove_unused_pictures",
    "shift",
    "told_of",
]
