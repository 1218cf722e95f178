"""Files that labelling tools really wrote: imported there from `label`, submitted, exported."""

from pathlib import Path

import pytest
from bifinding.corpus.readers import read

EXPORTS = Path(__file__).parent / "exports"


@pytest.mark.parametrize("name", ["label_studio_1.23.2.json", "doccano_1.8.4.jsonl"])
def test_a_real_export_gives_labels_and_marks_where_the_words_stand(name):
    report = read(EXPORTS / name)
    assert not report.problems
    rare, plain = report.findings
    assert (rare.id, rare.given.area, rare.given.question) == ("𠮷-1", "PA7", "7.15")
    for finding, en, zh in (
        (rare, ["May 2025"], ["2025年5月"]),
        (plain, ["12 workers", "60 hours"], ["12名工人", "60小时"]),
    ):
        assert [mark.text for mark in finding.marks["en"]] == en
        assert [mark.text for mark in finding.marks["zh"]] == zh
        for lang, marks in finding.marks.items():
            assert all(finding.texts[lang].text[m.start : m.end] == m.text for m in marks)


def test_the_person_who_labelled_has_the_last_word():
    assert {f.given.severity for f in read(EXPORTS / "label_studio_1.23.2.json").findings} == {
        "critical"
    }
