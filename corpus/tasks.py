"""What a finding is labelled with: the tasks and the labels of each, in the order all arrays follow."""

from __future__ import annotations

from .catalogue import questions
from .labels import AREAS, SEVERITIES, STATUSES

TASKS = ("area", "question", "status", "severity")
# "finding" tells a finding from any other text; only findings have the other labels.
LABELS: dict[str, tuple[str, ...]] = {
    "finding": ("no", "yes"),
    "area": AREAS,
    "question": tuple(questions()),
    "status": STATUSES,
    "severity": SEVERITIES,
}
