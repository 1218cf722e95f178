"""The shipped sample: one source, a text and a PDF that give the same findings, planted defects."""

from collections import Counter

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.labels import DEFECT_TYPES, SEVERITIES, STATUSES
from bifinding.corpus.readers import read
from bifinding.corpus.sample import FOLDER, make

SOURCE = make.source()
BY_QUESTION = {finding["question"]: finding for finding in SOURCE["findings"]}
PLANTED = [finding for finding in SOURCE["findings"] if "planted" in finding]


def folded(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["report.txt", "report.pdf"])
def test_the_files_give_the_findings_of_the_source(name):
    report = read(FOLDER / name)
    assert report.layout == "amfori-d"
    assert report.problems == []
    assert [finding.id for finding in report.findings] == [f"report#{q}" for q in BY_QUESTION]
    for finding in report.findings:
        told = BY_QUESTION[finding.given.question]
        assert folded(finding.en) == folded(make.cell(told["en"]))
        assert folded(finding.zh) == folded(make.cell(told["zh"]))
        assert finding.site_id == "156-900418-001"
        question = questions()[told["question"]]
        assert finding.given.area == question.area
        assert finding.given.crucial is question.crucial


def test_text_and_pdf_agree_on_everything_else():
    text, pdf = read(FOLDER / "report.txt"), read(FOLDER / "report.pdf")
    for report in (text, pdf):
        assert report.ratings == SOURCE["ratings"]
        assert report.header["Monitoring Type"] == "Follow-up Monitoring"
        assert report.header["Submission Date"] == "18/06/2025"
        metrics = {metric.name: metric.value for metric in report.metrics}
        assert len(metrics) == 57
        assert metrics["Lowest wage paid for regular work at the site"] == 2350
        assert metrics["Domestic migrant workers - Female"] == 51
    assert {key: folded(value) for key, value in text.description.items()} == {
        key: folded(value) for key, value in pdf.description.items()
    }
    assert [finding.given for finding in text.findings] == [f.given for f in pdf.findings]


def test_the_text_is_what_the_source_makes():
    assert (FOLDER / "report.txt").read_text(encoding="utf-8") == make.text(SOURCE)


def test_the_pdf_is_what_the_source_makes():
    pytest.importorskip("paperang_p2_fonts_cjk", reason="needs the extra [sample]")
    assert (FOLDER / "report.pdf").read_bytes() == make.pdf(SOURCE)


def test_it_shows_every_status_and_severity_over_many_areas():
    areas = {questions()[number].area for number in BY_QUESTION}
    assert len(BY_QUESTION) >= 12 and len(areas) >= 7
    assert {finding["status"] for finding in SOURCE["findings"]} == {*STATUSES}
    assert {finding["severity"] for finding in SOURCE["findings"]} == {*SEVERITIES}


@pytest.mark.parametrize("finding", PLANTED, ids=lambda finding: finding["question"])
def test_planted_defects_stand_in_the_text(finding):
    planted = finding["planted"]
    assert planted["type"] in DEFECT_TYPES
    for lang in ("en", "zh"):
        if lang in planted:
            assert planted[lang] in make.cell(finding[lang])


def test_planted_defects_are_of_different_types():
    types = Counter(finding["planted"]["type"] for finding in PLANTED)
    assert len(types) == len(PLANTED) >= 7


def test_the_planted_slip_is_the_only_wrong_sum():
    metrics = {metric.name: metric.value for metric in read(FOLDER / "report.txt").metrics}
    (slip,) = SOURCE["planted"]
    total, *parts = slip["metrics"]
    assert (metrics[total], sum(metrics[part] for part in parts)) == (241, 214)
    for group in ("Male", "Female", "Non-binary"):
        kinds = ("Permanent", "Temporary", "Seasonal")
        assert (
            sum(metrics[f"{kind} workers - {group}"] for kind in kinds)
            == metrics[f"{group} workers"]
        )
    sample = [value for name, value in metrics.items() if name.startswith("Sample - ")]
    assert sum(sample) == metrics["Total sample"]
