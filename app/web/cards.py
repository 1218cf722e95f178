"""A stored finding as the review page shows it: the exported page's view, and what people said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import AnalysedReport, Report
from ...corpus.tasks import TASKS
from ..export.html import FindingView, Label, ReportView
from ..store import Filters, FindingRow, Outline, Store, StoredDefect, StoredFinding, StoredReport
from ..store.standing import given

UNSURE = 0.5  # a finding that nobody accepted and whose score is as high wants a person
PAGE = 20  # findings of a page
SHOWS = ("all", "open", "unsure")


def unsure(row: Outline | FindingRow) -> bool:
    return not row.reviewed and row.score >= UNSURE


@dataclass(frozen=True, slots=True)
class CardLabel:
    """One label of a finding: ``value`` is the one that counts, ``by`` whose it is (person, report or
    model); ``model`` is what the model says, ``given`` what the report says."""

    task: str
    value: str | None
    by: str
    model: Label | None
    given: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """``open`` defects are marked in the text, ``dismissed`` ones are not."""

    stored: StoredFinding
    view: FindingView
    labels: list[CardLabel]
    open: list[StoredDefect]
    dismissed: list[StoredDefect]

    @property
    def unsure(self) -> bool:
        return unsure(self.stored)

    @property
    def doubt(self) -> float:
        """The probability of the label that the model is least sure of."""
        record = self.stored.record
        found = [p.probability for task in TASKS if (p := getattr(record, task))]
        return min(found, default=1.0)

    @classmethod
    def of(cls, stored: StoredFinding, report: Report) -> Card:
        open_ = [one for one in stored.defects if one.verdict != "dismissed"]
        record = stored.record.model_copy(update={"defects": [one.defect for one in open_]})
        view = FindingView.of(record, report, stored.finding.texts, stored.id)
        stated = given(stored.record)
        labels = []
        for task in TASKS:
            model = next((label for label in view.labels if label.task == task), None)
            by = "person" if task in stored.said else "report" if stated[task] else "model"
            labels.append(CardLabel(task, getattr(stored, task), by, model, stated[task]))
        dismissed = [one for one in stored.defects if one.verdict == "dismissed"]
        return cls(stored, view, labels, open_, dismissed)


def wanted(row: Outline, show: str) -> bool:
    """Whether a list that shows all, open or unsure findings has it."""
    return show == "all" or (not row.reviewed if show == "open" else unsure(row))


def count(rows: Sequence[Outline], show: str) -> int:
    return sum(wanted(row, show) for row in rows)


def outline(store: Store, report: int) -> list[Outline]:
    """All findings of a report in their order, without their texts."""
    return store.outline(Filters(report=report))


def report_view(stored: StoredReport, rows: Sequence[Outline]) -> ReportView:
    """The report's head: header, ratings, metrics; with counts over all its findings."""
    counts = Counter(row.level for row in rows if row.level)
    counts.update(row.area for row in rows if row.area)
    counts["review"] = sum(map(unsure, rows))
    view = ReportView.of(AnalysedReport(report=stored.report, findings=[]), stored.id, 1)
    return replace(view, counts=counts)


def languages(cards: Sequence[Card]) -> list[Lang]:
    """Those that any of the findings is written in."""
    found: list[Lang] = [
        lang for lang in LANGS if any(getattr(card.stored, lang) for card in cards)
    ]
    return found or [*LANGS]


def next_unsure(rows: Sequence[Outline], position: int) -> Outline | None:
    """The next finding after that place that wants a person, from the start again after the end."""
    wanted = [row for row in rows if unsure(row) and row.position != position]
    later = (row for row in wanted if row.position > position)
    return next(later, wanted[0] if wanted else None)
