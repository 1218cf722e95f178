"""What redaction takes out of texts in both languages, and what it leaves there."""

import re
from pathlib import Path

import pytest
from bifinding.corpus.schema import Finding, Mark, Report, Site, Source, Text
from bifinding.corpus.text import has_chinese
from bifinding.nlp.redact import Redactor, redact
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
_GOLD = re.compile(r"<(?:(\w+):)?([^<>]+)>")


def sentences(path):
    """(text, its personal data as (kind, words)) of each line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield _GOLD.sub(r"\2", line), [(m[1] or "person", m[2]) for m in _GOLD.finditer(line)]


def report(en=None, zh=None, **fields):
    texts = {lang: Text.whole(t) for lang, t in (("en", en), ("zh", zh)) if t is not None}
    finding = Finding(id="f", source=Source(file="r"), texts=texts)
    return Report(file="r", layout="table", **{"findings": [finding]} | fields)


def masked(text):
    """The kinds and words that are masked in a text on its own."""
    return [(one.kind, words) for one in redact(report(text))[1] for words in one.texts]


@pytest.mark.parametrize(
    ("text", "personal"), list(sentences(HERE / "cases" / "redact.txt")), ids=lambda v: str(v)[:40]
)
def test_sentences_that_the_rules_were_written_with(text, personal):
    assert sorted(masked(text)) == sorted(set(personal))


@pytest.mark.parametrize(("lang", "least"), [("en", 0.94), ("zh", 0.86)])
def test_sentences_that_nobody_tuned_on(lang, least):
    right = told = known = 0
    for text, personal in sentences(HERE / "gold" / "redact.txt"):
        if has_chinese(text) == (lang == "zh"):
            found = set(masked(text))
            right += len(found & set(personal))
            told += len(found)
            known += len(personal)
    assert right / told == 1
    assert right / known >= least


def test_one_person_has_one_stand_in_in_both_languages():
    both = report(
        "Ms. Zhang Wei signed. Worker Xiaohong Li was absent. Lyu Bo called; later Zhang Wei left.",
        "张伟女士签字。李小红未到场，员工吕波致电。",
    )
    finding = redact(both)[0].findings[0]
    assert finding.en == (
        "Ms. [PERSON 1] signed. Worker [PERSON 2] was absent. [PERSON 3] called; later [PERSON 1] left."
    )
    assert finding.zh == "[人员1]女士签字。[人员2]未到场，员工[人员3]致电。"


def test_a_number_is_known_however_it_is_written():
    redactor = Redactor()
    redactor.redact(report("Call 138 2345 6789.", "手机：+86 13823456789"))
    second = redactor.redact(report("Mobile 13823456789 and 13900001111"))
    assert second.findings[0].en == "Mobile [PHONE 1] and [PHONE 2]"
    assert [one.times for one in redactor.masked] == [3, 1]


def test_an_identity_number_needs_its_check_digit_or_a_word_for_it():
    assert masked("The list shows 11010519491231002X.") == [("id", "11010519491231002X")]
    assert masked("The order is 110105194912310021.") == []
    assert masked("身份证号110105194912310021。") == [("id", "110105194912310021")]


def test_header_sites_and_description_are_masked_too():
    whole = report(
        "No drill.",
        header={"amfori ID": "156-048213-000", "Monitored Party": "Li Ning Sports Co., Ltd"},
        sites=[Site(id="156-048213-001", name="Li Ning Sports", details={"Contact": "Wang Lei"})],
        description={
            "Name of lead auditor": "William Zhou",
            "Good practices": "Li Ning shared rice.",
        },
    )
    done, found = redact(whole)
    assert done.header["amfori ID"].startswith("[MEMBER")
    assert done.header["Monitored Party"] == "Li Ning Sports Co., Ltd"
    assert done.sites[0].name == "Li Ning Sports"
    assert done.sites[0].details["Contact"].startswith("[PERSON")
    assert done.description["Name of lead auditor"].startswith("[PERSON")
    assert done.description["Good practices"] == "Li Ning shared rice."
    assert {one.kind for one in found} == {"member", "person"}
    assert whole.description["Name of lead auditor"] == "William Zhou"  # the report itself stays


def test_spans_and_marks_move_with_the_text():
    text = (
        "Previous finding: Mr. Wang Lei was ill. Current status: 12 workers and Mr. Wang Lei left."
    )
    start, at = text.index("Current"), text.index("12 workers")
    finding = (
        report()
        .findings[0]
        .model_copy(
            update={
                "texts": {
                    "en": Text(text=text, current=(start, len(text)), previous=(0, start - 1))
                },
                "marks": {
                    "en": [Mark(start=at, end=at + 10, label="HEADCOUNT", text="12 workers")]
                },
            }
        )
    )
    done = redact(report(findings=[finding]))[0].findings[0]
    side = done.texts["en"]
    assert side.text[slice(*side.current)] == "Current status: 12 workers and Mr. [PERSON 1] left."
    assert side.text[slice(*side.previous)] == "Previous finding: Mr. [PERSON 1] was ill."
    mark = done.marks["en"][0]
    assert side.text[mark.start : mark.end] == "12 workers"


PARTS = st.sampled_from(
    ["Mr. Wang Lei ", "员工张伟", "（工号0042）", "13823456789", " a.b@c.cn ", "12 workers ", "2024年5月",
     "Li Na, ", "、", "和", "ZC1234567 ", "某", "先生", "the ", "。", "A", "1", " ", "經理", "𠮷"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(PARTS, max_size=14), cut=st.integers(0, 200))
def test_nothing_but_what_is_listed_changes(parts, cut):
    text = "".join(parts)
    cut = min(cut, len(text))
    finding = (
        report()
        .findings[0]
        .model_copy(
            update={"texts": {"zh": Text(text=text, current=(cut, len(text)), previous=(0, cut))}}
        )
    )
    done, found = redact(report(findings=[finding]))
    side = done.findings[0].texts["zh"]
    stand_ins = {one.stand_in("zh"): one for one in found}
    pieces = re.split(r"(\[\w+?\d+\])", side.text)
    kept = [piece for piece in pieces if piece not in stand_ins]
    at = 0
    for piece in kept:
        at = text.index(piece, at) + len(piece)
    assert len(text) - sum(map(len, kept)) == sum(
        len(words) * times for one in found for words, times in one.texts.items()
    )
    assert side.current[1] == len(side.text)
    assert side.previous[1] == side.current[0]
    assert not redact(done)[1]  # nothing is left to find


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_redacted(text):
    done, found = redact(report(text))
    assert found or done.findings[0].en == text


@pytest.mark.parametrize(
    "unit", ["Wang Lei, ", "工号1234、", "13812345678 ", "a@b.", "王先生", "1-", "Mr. "]
)
def test_a_long_text_of_one_kind_is_no_trap(unit):
    text = unit * (30_000 // len(unit))
    assert len(redact(report(text))[0].findings[0].en) < 5 * len(text)
