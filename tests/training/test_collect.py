"""What is learned from reports, tables and corrections, and what must be held out together."""

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.schema import Finding, Given, Report, Source, Text
from bifinding.training import collect
from bifinding.training.collect import implied_severity, own


def finding(id="r#7.8", site=None, texts=True, **given):
    return Finding(
        id=id,
        source=Source(file="said.csv", line=4),
        site_id=site,
        texts={"en": Text.whole("No drill."), "zh": Text.whole("未演习。")} if texts else {},
        given=Given(**given),
    )


def report(*findings, file="r.txt", layout="amfori-d"):
    return Report(file=file, layout=layout, findings=list(findings))


def test_no_situation_is_on_both_sides_of_the_split():
    train, test = set(collect.corpus("train")[1]), set(collect.corpus("test")[1])
    assert train
    assert test
    assert not train & test


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (Given(rating="no", crucial=True), "critical"),
        (Given(rating="no", crucial=False), "major"),
        (Given(rating="partially", crucial=True), "major"),
        (Given(rating="partially"), "minor"),
        (Given(rating="no", status="corrected"), "observation"),
        (Given(status="new"), None),
    ],
)
def test_severity_follows_from_rating_and_question(given, severity):
    assert implied_severity(given) == severity


def test_findings_without_a_label_teach_nothing():
    found = own([report(finding(area="PA7"), finding("r#x"))])
    assert [f.given.area for f in found.findings] == ["PA7"]
    assert found.groups == ["r.txt"]
    assert found.corrected == [False]


def test_a_correction_replaces_what_it_says_and_leaves_the_rest():
    stated = finding(area="PA7", question="7.8", rating="no", status="not_corrected")
    said = finding(texts=False, status="corrected")
    [corrected] = own([report(stated)], [said]).findings
    assert corrected.en == "No drill."
    assert corrected.given.question == "7.8"
    assert corrected.given.status == "corrected"
    assert corrected.given.severity == "observation"  # follows from the status that was corrected


def test_a_corrected_question_brings_its_area_and_its_weight():
    stated = finding(area="PA5", question="5.5", crucial=False, rating="no")
    [corrected] = own([report(stated)], [finding(texts=False, question="6.2")]).findings
    assert (corrected.given.area, corrected.given.crucial) == ("PA6", True)
    assert corrected.given.severity == "critical"


def test_a_corrected_area_takes_away_a_question_of_another():
    stated = finding(area="PA7", question="7.8")
    [corrected] = own([report(stated)], [finding(texts=False, area="PA12")]).findings
    assert (corrected.given.area, corrected.given.question) == ("PA12", None)


def test_rows_of_a_table_are_corrections_where_the_id_is_known_and_findings_where_not():
    table = report(
        finding(severity="minor"), finding("x-1", area="PA2"), file="said.csv", layout="table"
    )
    found = own([report(finding(area="PA7", severity="major")), table])
    assert [f.id for f in found.findings] == ["r#7.8", "x-1"]
    assert found.findings[0].given.severity == "minor"
    assert found.corrected == [True, True]
    assert found.groups == ["r.txt", "said.csv"]


@pytest.mark.parametrize(
    ("audits", "what"),
    [
        ([report(finding("r#1.1", area="PA1"))], "no report given here has"),
        ([report(finding(area="PA7")), report(finding(area="PA7"), file="b/r.txt")], "2 reports have"),
    ],
)  # fmt: skip
def test_a_correction_of_no_one_finding_is_reported_and_changes_nothing(audits, what):
    found = own(audits, [finding(texts=False, area="PA1")])
    assert {f.given.area for f in found.findings} == {
        f.given.area for r in audits for f in r.findings
    }
    [problem] = found.problems
    assert problem.what == f"{what} a finding 'r#7.8'"
    assert (problem.file, problem.place) == ("said.csv", "row 4")


def test_two_reports_of_one_site_are_held_out_together():
    audits = [
        report(finding("a#1.1", "S1", area="PA1"), file="a.txt"),
        report(finding("b#1.1", "S2", area="PA1"), file="b.txt"),
        report(finding("c#1.1", "S1", area="PA1"), file="c.txt"),
    ]
    assert own(audits).groups == ["a.txt", "b.txt", "a.txt"]


def test_rows_of_a_table_are_held_out_by_site_where_it_names_one():
    table = report(finding("1", "S1", area="PA1"), finding("2", area="PA1"), layout="table")
    assert own([table]).groups == ["S1", "said.csv"]


def test_points_and_contrast_sets_teach_no_severity_and_only_points_a_status():
    for findings, situations in (collect.point_findings(), collect.contrast_findings()):
        assert len(set(situations)) == len(findings)
        assert {finding.given.question for finding in findings} == set(questions())
        assert not any(f.given.severity for f in findings)
        assert any(f.given.status for f in findings) == findings[0].id.startswith("point")
        assert all(f.en and f.zh and f.given.area for f in findings)
