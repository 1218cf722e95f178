"""The names of every label, written once, in the order that models and pages use."""

from __future__ import annotations

from typing import Literal, get_args

Lang = Literal["en", "zh"]
Area = Literal[
    "PA1", "PA2", "PA3", "PA4", "PA5", "PA6", "PA7", "PA8", "PA9", "PA10", "PA11", "PA12", "PA13"
]  # fmt: skip
Answer = Literal["yes", "partially", "no", "not_applicable"]
Status = Literal["new", "not_corrected", "partially_corrected", "corrected"]
Severity = Literal["observation", "minor", "major", "critical", "zero_tolerance"]
EntityLabel = Literal[
    "LAW_ARTICLE", "PERCENT", "HEADCOUNT", "RATIO", "DURATION", "MONEY", "DATE"
]  # fmt: skip
DefectType = Literal[
    "untranslated",
    "wrong_finding",
    "omission_en",
    "omission_zh",
    "status_mismatch",
    "law_mismatch",
    "percent_mismatch",
    "date_mismatch",
    "number_mismatch",
    "polarity_mismatch",
]
Level = Literal["error", "warning", "note"]

LANGS: tuple[Lang, ...] = get_args(Lang)
AREAS: tuple[Area, ...] = get_args(Area)
STATUSES: tuple[Status, ...] = get_args(Status)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # from mild to grave
ENTITY_LABELS: tuple[EntityLabel, ...] = get_args(EntityLabel)
# In order of precedence: where two types could name one cause, the first that fits does.
DEFECT_TYPES: tuple[DefectType, ...] = get_args(DefectType)
LEVELS: tuple[Level, ...] = get_args(Level)  # from grave to mild
