"""What there is to learn from: the written corpus, and labelled findings of the user's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..corpus import catalogue
from ..corpus.compose import compose
from ..corpus.contrasts import contrasts
from ..corpus.dataset import rows, to_finding
from ..corpus.labels import Severity, Status
from ..corpus.points import points
from ..corpus.schema import Finding, Given, InputError, Report, Source, Text


def corpus(split: str) -> tuple[list[Finding], list[str]]:
    """The findings of that split of the written corpus, and the situation of each."""
    chosen = [row for row in rows() if row["split"] == split]
    return [to_finding(row) for row in chosen], [row["situation"] for row in chosen]


def composed_findings() -> tuple[list[Finding], list[str]]:
    """The training findings in other circumstances (``corpus/compose.py``), and their situations. They
    teach area and question alone: for status and severity, invented circumstances measured worse."""
    made = list(compose([row for row in rows() if row["split"] == "train"]))
    findings = [
        to_finding({**row, "id": f"composed#{i}", "status": None, "severity": None})
        for i, row in enumerate(made)
    ]
    return findings, [row["situation"] for row in made]


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


def point_findings() -> tuple[list[Finding], list[str]]:
    """The points of the corpus as short findings with an area, a question and, some, a status, each a
    situation."""
    return _of_questions((f"point: {p.id}", p.question, p.en, p.zh, p.status) for p in points())


def contrast_findings() -> tuple[list[Finding], list[str]]:
    """One state of each contrast set in one wording, as ``point_findings``: the first state and the
    second in turn, for a question is asked of what is right as of what is wrong."""
    return _of_questions(
        (f"contrast: {one.id}", one.question, state["en"][0], state["zh"][0], None)
        for number, one in enumerate(contrasts())
        for state in [one.states[number % 2]]
    )


def _of_questions(
    rows: Iterable[tuple[str, str, str, str, Status | None]],
) -> tuple[list[Finding], list[str]]:
    """Findings from rows of id, question, English, Chinese, and status where it is known."""
    known = catalogue.questions()
    findings = [
        Finding(
            id=id,
            source=Source(file="corpus"),
            texts={"en": Text.whole(en), "zh": Text.whole(zh)},
            given=Given(area=known[question].area, question=question, status=status),
        )
        for id, question, en, zh, status in rows
    ]
    return findings, [f.id for f in findings]


# --- the user's own -------------------------------------------------------------------------


@dataclass
class Own:
    """Labelled findings of the user's. ``groups``: what each must be held out with, its report or its
    site; ``corrected``: whether a person labelled it, and not its report's structure alone;
    ``problems``: corrections that could not be used."""

    findings: list[Finding] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    corrected: list[bool] = field(default_factory=list)
    problems: list[InputError] = field(default_factory=list)

    def add(self, finding: Finding, group: str, corrected: bool) -> None:
        """Adds a finding that has a label; one without any has nothing to teach."""
        given = finding.given
        severity = given.severity or implied_severity(given)
        if any((given.area, given.question, given.status, severity)):
            given = given.model_copy(update={"severity": severity})
            self.findings.append(finding.model_copy(update={"given": given}))
            self.groups.append(group)
            self.corrected.append(corrected)


def own(reports: Iterable[Report], corrections: Sequence[Finding] = ()) -> Own:
    """The labelled findings of reports and of tables.

    The label of a report's finding is the report's structure: question number, status word, and the
    severity that rating and question imply; what it does not say stays unlabelled. The labels of a
    table, and of ``corrections`` (findings of which only id and labels are known), come from a
    person: where a report given here has a finding of that id, they replace its own. Of a sheet that
    tells what was changed (``Finding.changed``) only that comes from a person, and it replaces what
    a table says, too.
    """
    reports = list(reports)
    tables = [report for report in reports if report.layout == "table"]
    audits = [report for report in reports if report.layout != "table"]
    said = [(finding, _site_or_file(finding)) for table in tables for finding in table.findings]
    said += [(finding, "") for finding in corrections]
    lists = {f.id for f, _ in said if f.texts and f.changed is None}
    known = Counter(finding.id for report in audits for finding in report.findings)
    corrected = {f.id: _says(f) for f, _ in said if known[f.id] == 1 and _says(f) != Given()}
    changed = {f.id: f.changed for f, _ in said if f.changed not in (None, Given())}
    result = Own()
    for report, group in zip(audits, _groups(audits), strict=True):
        for finding in report.findings:
            given = finding.given
            if finding.id in corrected:
                given = _corrected(given, corrected[finding.id])
            result.add(finding.model_copy(update={"given": given}), group, finding.id in corrected)
    for finding, group in said:
        times = known[finding.id]
        if finding.changed is not None and not times and finding.id in lists:
            continue  # the list it was made from is here, and tells the rest
        if finding.texts and not times:
            given = _corrected(finding.given, changed.get(finding.id) or Given())
            by_person = finding.changed != Given()
            result.add(finding.model_copy(update={"given": given}), group, by_person)
        elif times != 1 and _says(finding) != Given():
            what = f"{times} reports have" if times else "no report given here has"
            mend = (
                "give their files different names" if times else "give its report, or add its text"
            )
            at = finding.source
            result.problems.append(
                InputError(at.file, f"{what} a finding {finding.id!r}", mend, f"row {at.line}")
            )
    return result


def implied_severity(given: Given) -> Severity | None:
    """What rating, status and question say together (``labels.md``); None where they say nothing."""
    if given.status == "corrected" or given.rating == "yes":
        return "observation"
    if given.rating == "no":
        return "critical" if given.crucial else "major"
    if given.rating == "partially":
        return "major" if given.crucial else "minor"
    return None


def _groups(reports: Sequence[Report]) -> list[str]:
    """A group for each report: two reports of one site are one, as a follow-up repeats the words of
    the audit before it."""
    group_of_site: dict[str, str] = {}
    groups = []
    for report in reports:
        sites = {f.site_id for f in report.findings if f.site_id}
        group = next((group_of_site[s] for s in sorted(sites) if s in group_of_site), report.file)
        group_of_site.update(dict.fromkeys(sites, group))
        groups.append(group)
    return groups


def _site_or_file(finding: Finding) -> str:
    return finding.site_id or finding.source.file


def _says(finding: Finding) -> Given:
    """What a person says of a finding in a table."""
    return finding.given if finding.changed is None else finding.changed


def _corrected(given: Given, says: Given) -> Given:
    """What the report states, with what a person says in its place."""
    stated = says.model_dump(exclude_none=True)
    new = given.model_copy(update=stated)
    question = catalogue.questions().get(new.question or "")
    if question and says.question and question.number != given.question:
        new.area, new.crucial = question.area, question.crucial
    elif question and says.area and question.area != says.area:
        new.question = new.crucial = None
    return new
