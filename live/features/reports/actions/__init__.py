"""What a show came to, in sums and line by line."""

from live.features.reports.actions.report import (
    Report,
    body_of,
    kept_reports,
    report_of,
    reports_of,
    settles_at,
    summarise,
    timeline,
)
from live.features.reports.actions.sheets import comments_sheet, orders_sheet

__all__ = [
    "Report",
    "body_of",
    "comments_sheet",
    "kept_reports",
    "orders_sheet",
    "report_of",
    "reports_of",
    "settles_at",
    "summarise",
    "timeline",
]
