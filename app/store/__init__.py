"""The store: reports, findings, predictions, what people said of them, and who may say it.

``Store`` is all that others use; ``views`` holds what it returns. A report is put in whole or not at
all, and what a call has returned is on the disk.
"""

from .store import NotFound, Store
from .tokens import ROLES, Role, User
from .views import (
    Change,
    Correction,
    Counts,
    Filters,
    FindingRow,
    Outline,
    Page,
    ReportRow,
    StoredDefect,
    StoredFinding,
    StoredIssue,
    StoredReport,
    Verdict,
)

__all__ = [
    "ROLES",
    "Change",
    "Correction",
    "Counts",
    "Filters",
    "FindingRow",
    "NotFound",
    "Outline",
    "Page",
    "ReportRow",
    "Role",
    "Store",
    "StoredDefect",
    "StoredFinding",
    "StoredIssue",
    "StoredReport",
    "User",
    "Verdict",
]
