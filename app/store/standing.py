"""How a finding stands, from what the pipeline said and what people said since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ...corpus import catalogue
from ...corpus.labels import LEVELS, Level
from ...corpus.schema import Analysis, Defect, Issue, Report
from ...corpus.tasks import TASKS
from ...nlp import entities
from ...training.collect import implied_severity
from ..lint import places, quotes
from .views import Verdict

_WEIGHT: dict[Level, float] = {"error": 1.0, "warning": 0.5, "note": 0.1}


@dataclass(frozen=True)
class Said:
    """What people said of a finding last: labels by task, verdicts by the key of a defect."""

    labels: Mapping[str, str | None] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict | None] = field(default_factory=dict)
    accepted: bool = False


def key(check: str, words: Sequence[str]) -> str:
    """The short name of a defect or issue: the same check with the same words has the same, so a
    verdict outlives a new analysis, but not a changed number."""
    return hashlib.sha256(json.dumps([check, *words]).encode()).hexdigest()[:16]


def defect_key(defect: Defect) -> str:
    return key(defect.type, quotes(defect))


def issue_key(issue: Issue) -> str:
    return key(issue.check, places(issue))


def given(record: Analysis) -> dict[str, str | None]:
    """What the report itself states, with the severity that its rating and question imply."""
    stated = record.given.model_dump(include=set(TASKS))
    return stated | {"severity": record.given.severity or implied_severity(record.given)}


def labels(record: Analysis, said: Mapping[str, str | None]) -> dict[str, str | None]:
    """The labels that count: a person's, else the report's own, else the model's."""
    stated = given(record)
    found = {}
    for task in TASKS:
        prediction = getattr(record, task)
        found[task] = stated[task] or (prediction.label if prediction else None)
    return found | {task: said[task] for task in TASKS if task in said}


def level(record: Analysis, verdicts: Mapping[str, Verdict | None]) -> Level | None:
    """The gravest level among the defects that nobody dismissed."""
    levels = {d.level for d in record.defects if verdicts.get(defect_key(d)) != "dismissed"}
    return next((level for level in LEVELS if level in levels), None)


def score(record: Analysis, said: Said) -> float:
    """How much a finding needs a person, from 0 to about 3: the model's doubt of the label that it is
    least sure of (0 to 1), the gravest open defect (1 for an error), half for a wish for review, and
    half where model and report name different areas or statuses. 0 once a person accepted it."""
    if said.accepted:
        return 0.0
    predictions = {task: getattr(record, task) for task in TASKS}
    sure = [p.probability for task, p in predictions.items() if p and task not in said.labels]
    stated = given(record)
    differs = any(
        stated[task] and (p := predictions[task]) and p.label != stated[task]
        for task in ("area", "status")
        if task not in said.labels
    )
    grave = level(record, said.verdicts)
    return round(
        1
        - min(sure, default=1)
        + (_WEIGHT[grave] if grave else 0)
        + 0.5 * record.review
        + 0.5 * differs,
        4,
    )


def implied(field: str, value: str | None, now: Mapping[str, str | None]) -> dict[str, str | None]:
    """What else changes with a label: a question brings its area, another area ends the question."""
    questions = catalogue.questions()
    if field == "question" and value and questions[value].area != now["area"]:
        return {"area": questions[value].area}
    if field == "area" and (question := questions.get(now["question"] or "")):
        return {} if question.area == value else {"question": None}
    return {}


# --- reports --------------------------------------------------------------------------------


def stem(file: str) -> str:
    return PurePath(file.replace("\\", "/")).stem


def content(report: Report) -> str:
    """The hash of what a report says, whatever its file is called."""
    name = stem(report.file)
    said = report.model_dump(
        mode="json", exclude={"file": True, "problems": True, "findings": {"__all__": {"source"}}}
    )
    for finding in said["findings"]:
        finding["id"] = finding["id"].removeprefix(f"{name}#")
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def supplier(report: Report) -> str | None:
    names = [report.header.get("Monitored Party"), *(site.name for site in report.sites)]
    return next(filter(None, names), None)


def site(report: Report) -> str | None:
    """The site of the report: the first that it details, or that a finding of it names."""
    ids = [s.id for s in report.sites] + [finding.site_id for finding in report.findings]
    return next(filter(None, ids), None)


def audit_date(report: Report) -> str | None:
    """The first day of the audit in ISO form; the day the report was handed in, where only that stands."""
    names = sorted(report.header, key=lambda name: ("Start" not in name, "Submission" not in name))
    for name in names:
        if "date" in name.casefold() and "Expiration" not in name:
            for fact in entities.extract(report.header[name], "en"):
                day = str(fact.value.get("value", ""))
                if fact.label == "DATE" and len(day) == len("2025-01-31"):
                    return day
    return None


def laws(record: Analysis) -> set[str]:
    """The laws that a finding cites in either language: ids of the catalogue, or names it lacks."""
    values = [fact.value for facts in record.entities.values() for fact in facts]
    return {str(law) for value in values if (law := value.get("id") or value.get("law"))}
