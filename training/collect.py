"""What there is to learn from: the written corpus, and labelled findings of the user's own."""

from __future__ import annotations

from collections.abc import Iterable

from ..corpus import catalogue
from ..corpus.dataset import rows, to_finding
from ..corpus.labels import Severity
from ..corpus.schema import Finding, Given, Report, Source, Text


def corpus(split: str) -> tuple[list[Finding], list[str]]:
    """The findings of that split of the written corpus, and the situation of each."""
    chosen = [row for row in rows() if row["split"] == split]
    return [to_finding(row) for row in chosen], [row["situation"] for row in chosen]


def catalogue_findings() -> tuple[list[Finding], list[str]]:
    """The catalogues' own words as short labelled texts: topics of areas and questions, what law
    articles are about, terms of the glossary. They carry an area, and the questions a question."""
    found: list[tuple[str, str, str, str | None]] = [
        (q.topic_en, q.topic_zh, q.area, q.number) for q in catalogue.questions().values()
    ]
    for area in catalogue.areas().values():
        found += [(en, zh, area.code, None) for en, zh in area.topics]
        found.append((area.scope_en, area.scope_zh, area.code, None))
    for law in catalogue.laws().values():
        found += [(en, zh, area, None) for en, zh, area in law.topics.values()]
    for term in catalogue.glossary():
        if term.area != "*":
            found.append((", ".join(term.en), "、".join(term.zh), term.area, None))
    findings = [
        Finding(
            id=f"catalogue#{i}",
            source=Source(file="catalogue"),
            texts={"en": Text.whole(en), "zh": Text.whole(zh)},
            given=Given(area=area, question=question),  # pyright: ignore[reportArgumentType]
        )
        for i, (en, zh, area, question) in enumerate(found)
    ]
    return findings, [f.id for f in findings]


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
