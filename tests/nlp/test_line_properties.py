"""What holds for the whole line, whatever the two texts are: a valid record, the same every time."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from bifinding import load
from bifinding.corpus.schema import Finding, Report, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.pipeline import Pipeline
from hypothesis import given, settings
from hypothesis import strategies as st

from ..contract import faults

CONTRACT = Path(__file__).parents[2] / ".." / "shared" / "tools" / "check_records.py"
EN = [
    "Previous finding: 4 of 9 dye vats had no lid.",
    "\nCurrent status: ",
    "Not corrected.",
    "Partially corrected. ",
    "In March 2025, 3 out of 12 sampled workers (25%) worked 62-78 hours of overtime.",
    " The highest weekly total was 72 hours, i.e. 12 hours a day (Mon. to Sat.).",
    "(Article 41 of the Labour Law of the PRC)",
    "There was no evidence that the ID cards were kept; all exits were unlocked.",
    "RMB 21.56 per hour, see no. 7.2!",
    "1) first point; 2) second",
    "员工",
]
ZH = [
    "未改善。",
    "部分改善。",
    "2025年3月，12名抽样工人中有3名（25%）加班六十二至七十八小时。",
    "每周最长72小时，即每天12小时。",
    "（《中华人民共和国劳动法》第四十一条）",
    "没有证据表明工厂扣留身份证；所有出口均未上锁。",
    "每小时21.56元",
    "9个染缸中有4个没有盖子。",
    "1）第一点；2）第二点",
    "\n\n",
    "drill",
]


def texts(pieces: list[str]) -> st.SearchStrategy[str]:
    """Findings that read like one, and anything at all between their sentences."""
    odd = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
    pieces_or_odd = st.one_of(st.sampled_from(pieces), st.sampled_from(pieces), odd)
    return st.lists(pieces_or_odd, max_size=6).map("".join)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    sides = {"en": draw(st.none() | texts(EN)), "zh": draw(st.none() | texts(ZH))}
    return Finding(
        id=draw(st.text(st.characters(exclude_categories=("Cs",)), max_size=3)),
        source=Source(file="f"),
        texts={lang: split_states(text, lang) for lang, text in sides.items() if text is not None},
    )


@pytest.fixture(scope="module")
def line() -> Pipeline:
    return load("shipped")


@pytest.fixture(scope="module")
def house_check():
    """The check of the house, where it stands beside this clone."""
    if not CONTRACT.exists():
        return lambda record: []
    spec = importlib.util.spec_from_file_location("check_records", CONTRACT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.faults


@given(finding=findings())
@settings(max_examples=60)
def test_any_pair_of_texts_gives_a_valid_record(line, house_check, finding):
    [record] = line.analyse(Report(file="f", layout="table", findings=[finding])).findings
    assert faults(record) == []
    assert [*house_check(json.loads(record.model_dump_json()))] == []
    assert (record.en, record.zh) == (finding.en, finding.zh)


@given(st.lists(findings(), min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_order_and_batch_size_change_nothing_and_twice_gives_the_same(line, batch, random):
    expected = [*line.pipe(batch)]
    assert [*line.pipe(batch)] == expected
    assert [*line.pipe(batch, batch_size=1)] == expected
    order = random.sample(range(len(batch)), len(batch))
    assert [*line.pipe([batch[i] for i in order], batch_size=2)] == [expected[i] for i in order]


@given(texts(EN), texts(ZH))
@settings(max_examples=15)
def test_a_record_does_not_depend_on_what_was_analysed_before(line, en, zh):
    """Remembered sentences are the same as fresh ones: the same finding, to a line that met it in
    other company."""
    finding = Finding(
        id="a",
        source=Source(file="f"),
        texts={"en": split_states(en, "en"), "zh": split_states(zh, "zh")},
    )
    [alone] = Pipeline(line.encoder.encoder, line.classifier).pipe([finding])
    [*line.pipe([finding, finding])]
    assert [*line.pipe([finding])] == [alone]
