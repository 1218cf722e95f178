"""The translation check on pairs written by hand: which defect a reviewer would want to see."""

from pathlib import Path

import pytest
import yaml
from bifinding.corpus.schema import Finding, Source, Text
from bifinding.corpus.stated import split_states
from bifinding.nlp.consistency import check_pair, lexicon
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "consistency.yaml").read_text("utf-8"))


def defects(en: str, zh: str):
    texts = {"en": split_states(en, "en"), "zh": split_states(zh, "zh")}
    finding = Finding(id="t", source=Source(file="t"), texts=texts)
    model = encoder()
    bitext = Pipeline(model).process([finding], ["check"])[0]
    return check_pair(bitext, model.encode)


def alarms(en: str, zh: str) -> set[str]:
    return {d.type for d in defects(en, zh) if d.level != "note"}


def _cases(kind: str):
    for case in CASES[kind]:
        marks = [pytest.mark.xfail(strict=True, reason="known")] if case.get("known") else []
        yield pytest.param(case, marks=marks, id=(case["en"] or case["zh"])[:40])


@pytest.mark.parametrize("case", _cases("defects"))
def test_a_defect_is_found_and_named(case):
    assert alarms(case["en"], case["zh"]) == {case["expect"]}


@pytest.mark.parametrize("case", _cases("clean"))
def test_a_pair_that_says_the_same_raises_no_alarm(case):
    assert alarms(case["en"], case["zh"]) == set()


def test_a_number_that_differs_is_quoted_from_both_texts():
    (defect,) = defects("Overtime reached 48 hours in May.", "5月份加班达到46小时。")
    assert defect.message == "English says 48 hours, Chinese says 46 hours."
    assert (defect.level, defect.en.text, defect.zh.text) == ("error", "48 hours", "46小时")


def test_the_previous_finding_that_chinese_leaves_out_is_no_omission():
    en = (
        "Previous finding: Five exits were locked in May 2023 and no drill was held. "
        "Current status: Not corrected. Two exits of the warehouse were still locked."
    )
    assert alarms(en, "未改善。仓库的两个出口仍然上锁。") == set()


def test_a_status_that_one_text_names_is_a_note():
    (defect,) = defects("The boiler has a valid certificate.", "已整改。锅炉持有有效的证书。")
    assert (defect.type, defect.level) == ("status_mismatch", "note")


def test_one_missing_sentence_is_one_defect():
    en = (
        "The dormitory has two exits. In March 2024, 14 of 20 rooms housed more than 8 people, "
        "which is against Article 4 of the Labour Law. The kitchen is clean."
    )
    found = [d for d in defects(en, "宿舍设有两个出口。厨房干净。") if d.level != "note"]
    assert [d.type for d in found] == ["omission_zh"]


def test_offsets_slice_to_the_text():
    for case in CASES["defects"]:
        for defect in defects(case["en"], case["zh"]):
            for text, span in ((case["en"], defect.en), (case["zh"], defect.zh)):
                assert span is None or text[span.start : span.end] == span.text


def test_a_text_in_one_language_has_nothing_to_compare():
    finding = Finding(
        id="t", source=Source(file="t"), texts={"en": Text.whole("No drill was held.")}
    )
    assert check_pair(Pipeline(encoder()).process([finding], ["check"])[0]) == []


@pytest.mark.parametrize(
    ("lang", "text", "status"),
    [
        ("en", "Not corrected.", "not_corrected"),
        ("en", "The finding remains open.", "not_corrected"),
        ("en", "The point has since been fixed.", "corrected"),
        ("en", "Partially corrected.", "partially_corrected"),
        ("en", "The records must be corrected within 30 days.", None),
        ("zh", "未整改。", "not_corrected"),
        ("zh", "该问题仍未得到解决。", "not_corrected"),
        ("zh", "部分改善。", "partially_corrected"),
        ("zh", "该问题已关闭。", "corrected"),
        ("zh", "应在30天内整改。", None),
    ],
)
def test_status_words(lang, text, status):
    assert [s.status for s in lexicon.statuses(text, lang)] == ([status] if status else [])


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("en", "They weren't informed and lacked gloves.", ["n't", "lacked"]),
        ("en", "No later than 5 May, not more than 3 hours.", []),
        ("zh", "未成年工未佩戴口罩，不得超过3小时。", ["未"]),
        ("zh", "工厂没有提供，也无记录。", ["没有", "无"]),
    ],
)
def test_negations(lang, text, words):
    assert [text[a:b] for a, b in lexicon.negations(text, lang)] == words


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["en", "zh"]))
def test_clauses_hold_every_character_once_and_in_order(text, lang):
    spans = lexicon.clauses(text, (0, len(text)), lang)
    assert all(a < b for a, b in spans) and spans == sorted(spans)
    joined = "".join(text[a:b] for a, b in spans)
    assert "".join(joined.split()) == "".join(text.split())


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60))
def test_no_text_makes_the_check_raise(en, zh):
    for defect in defects(en, zh):
        assert defect.message and (defect.en or defect.zh)


def test_a_lost_negation_points_at_its_words():
    (defect,) = defects("The gloves were not worn by the painters.", "喷漆工佩戴了手套。")
    assert defect.type == "polarity_mismatch"
    assert (defect.en.text, defect.zh.text) == ("not worn", "佩戴")


def test_what_the_chinese_takes_from_the_previous_state_is_no_omission():
    en = (
        "Previous finding: Workers were unaware that they may leave where danger is near. "
        "Current status: Not corrected. 10 of 13 interviewed knitters would ask the master first."
    )
    zh = "未改善。13名受访编织工中有10人会先问师傅，不知道有危险时可以离开。"
    assert alarms(en, zh) == set()


@pytest.mark.parametrize(
    ("en", "zh", "alarm"),
    [
        (
            "Based on management interview, worker interview and site tour, no list was kept.",
            "根据管理层访谈、员工访谈和现场走访，没有清单。",
            set(),
        ),
        (
            "Based on management interview, worker interview and site tour, no list was kept.",
            "根据管理层访谈和现场走访，没有清单。",
            {"omission_zh"},
        ),
        (
            "Based on management interview and site tour, no list was kept.",
            "根据管理层访谈、员工访谈和现场走访，没有清单。",
            {"omission_en"},
        ),
    ],
)
def test_a_kind_of_evidence_that_one_text_lacks_is_a_warning(en, zh, alarm):
    assert alarms(en, zh) == alarm


def test_a_month_that_there_is_not_is_quoted_as_it_stands():
    (found,) = defects(
        "Payroll of March to May 2024 was checked.", "查阅了2024年3月至14月的工资表。"
    )
    assert found.message == "English says March to May 2024, Chinese says March 2024 to 2024-14."


@pytest.mark.parametrize("code", ["ETI 3.2", "SA8000 3.2"])
def test_a_clause_of_a_code_outside_the_catalogue_is_itself_in_both_texts(code):
    assert not defects(f"{code} - The eyewash gave no water.", f"{code}：洗眼器无水。")
    (found,) = defects(f"{code} - The eyewash gave no water.", f"{code[:-1]}3：洗眼器无水。")
    assert found.type == "law_mismatch"
