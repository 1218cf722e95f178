"""What there is to learn from: the written corpus, and labelled findings of the user's own."""

from __future__ import annotations

from collections.abc import Iterable

from ..corpus.dataset import rows, to_finding
from ..corpus.labels import Severity
from ..corpus.schema import Finding, Given, Report


def corpus(split: str) -> tuple[list[Finding], list[str]]:
    """The findings of that split of the written corpus, and the situation of each."""
    chosen = [row for row in rows() if row["split"] == split]
    return [to_finding(row) for row in chosen], [row["situation"] for row in chosen]


def from_reports(reports: Iterable[Report]) -> tuple[list[Finding], list[str]]:
    """The labelled findings of reports, each report a group of its own.

    The label is the report's structure: the question number, the status word, and the severity that
    rating and question imply. What a report does not say stays unlabelled; a finding with no label
    at all is left out.
    """
    findings, groups = [], []
    for report in reports:
        for finding in report.findings:
            given = finding.given.model_copy(
                update={"severity": finding.given.severity or implied_severity(finding.given)}
            )
            if any((given.area, given.question, given.status, given.severity)):
                findings.append(finding.model_copy(update={"given": given}))
                groups.append(report.file)
    return findings, groups


def implied_severity(given: Given) -> Severity | None:
    """What rating, status and question say together (``labels.md``); None where they say nothing."""
    if given.status == "corrected" or given.rating == "yes":
        return "observation"
    if given.rating == "no":
        return "critical" if given.crucial else "major"
    if given.rating == "partially":
        return "major" if given.crucial else "minor"
    return None
