"""The shipped classifier on fresh findings."""

import numpy as np
import pytest
from bifinding import load
from bifinding.corpus.labels import AREAS, SEVERITIES, STATUSES
from bifinding.corpus.schema import Finding, Source
from bifinding.corpus.stated import split_states
from bifinding.corpus.tasks import LABELS
from bifinding.models import load_classifier
from bifinding.models.heads import OWN_WORDS, Head, combine
from scipy import sparse


def finding(en=None, zh=None):
    texts = {"en": en, "zh": zh}
    return Finding(
        id="x",
        source=Source(file="x"),
        texts={lang: split_states(text, lang) for lang, text in texts.items() if text},
    )


def classify(en=None, zh=None):
    return next(load().pipe([finding(en, zh)], ["classify"]))


# Fresh wordings, one language at a time: neither is the poorer relation.
AREA_CASES = [
    ("PA5", "Social insurance was not bought for 40 of 120 employees.", "120名员工中有40名未缴纳社会保险。"),
    ("PA6", "Monthly overtime reached 92 hours in August.", "8月份月加班时间高达92小时。"),
    ("PA7", "The fire extinguishers in the warehouse had expired.", "仓库的灭火器已过期。"),
    ("PA8", "Age was not verified and no ID copies were kept at hiring.", "招聘时未核查年龄，未留存身份证复印件。"),
    ("PA9", "Juvenile workers were not registered with the labour bureau.", "未成年工未到劳动部门登记。"),
    ("PA11", "The factory kept the original ID cards of migrant workers.", "工厂扣押外来工的身份证原件。"),
    ("PA12", "Hazardous waste was handed to a collector without a permit.", "危险废物交由无资质单位处置。"),
    ("PA3", "Management appointed the union chairman without an election.", "工会主席由管理层指定，未经选举。"),
]  # fmt: skip


@pytest.mark.parametrize(("area", "en", "zh"), AREA_CASES)
def test_area_from_either_language(area, en, zh):
    assert classify(en=en).area.label == area
    assert classify(zh=zh).area.label == area
    assert classify(en, zh).area.label == area


STATUS_CASES = [
    ("corrected", "Corrected. Two kits were bought in May.", "已整改。5月份添置了两个急救箱。"),
    ("not_corrected", "Not corrected. The door was locked again.", "未改善。该门依然上锁。"),
    ("partially_corrected", "Partially corrected. Masks are worn on line 1 only.", "部分改善。仅1号线佩戴口罩。"),
    ("new", "No eye wash was installed at the plating line.", "电镀线未安装洗眼器。"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "en", "zh"), STATUS_CASES)
def test_status_from_either_language(status, en, zh):
    assert classify(en=en).status.label == status
    assert classify(zh=zh).status.label == status


def test_the_auditors_own_grade_decides_the_severity():
    text = "Two of nine drums had no label. {} non-conformity."
    assert classify(text.format("Minor")).severity.label == "minor"
    assert classify(text.format("Critical")).severity.label == "critical"


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("Boil the noodles for three minutes and add chopped coriander.", None),
        (None, "今天下午多云转晴，最高气温二十六度。"),
        ("Dear all, the meeting moves to Thursday at ten.", "各位好，会议改到周四上午十点。"),
    ],
)
def test_a_text_that_is_no_finding_has_null_labels(en, zh):
    record = classify(en, zh)
    assert record.area.label is None
    assert record.severity.label is None


def test_evidence_lies_in_the_text_and_names_the_matter():
    en = "Based on factory tour, the fire hydrant on floor 2 was blocked by cartons."
    record = classify(en)
    words = " ".join(en[e.start : e.end].lower() for e in record.area.evidence)
    assert "fire" in words or "hydrant" in words


def test_area_and_question_agree_and_probabilities_are_in_order():
    record = classify(
        "Fire drill records of the night shift were missing.", "缺少夜班消防演习记录。"
    )
    assert record.question.label.split(".")[0] == record.area.label.removeprefix("PA")
    runners_up = [p for _, p in record.status.alternatives]
    assert runners_up == sorted(runners_up, reverse=True)


@pytest.mark.parametrize(
    ("earlier", "now", "area"),
    [
        (
            "Previous finding: No fire drill had been held for the night shift. Current status: ",
            "Not corrected. Nothing was done until the day of the audit.",
            "PA7",
        ),
        (
            "上次发现：工资单上没有列明加班费的计算方式，8月工资迟发。本次状态：",
            "未改善。到审核当天仍没有任何动作。",
            "PA5",
        ),
    ],
)
def test_what_it_is_about_may_stand_in_the_earlier_state_alone(earlier, now, area):
    lang = "zh" if "：" in earlier else "en"
    record = classify(**{lang: earlier + now})
    assert record.area.label == area
    assert record.status.label == "not_corrected"
    assert min(e.start for e in record.area.evidence) < len(earlier)
    assert all(e.start >= len(earlier) for e in record.severity.evidence)


def test_what_is_corrected_is_an_observation():
    p = {task: np.full((2, len(names)), 1 / len(names)) for task, names in LABELS.items()}
    p["status"] = np.array([[0.0, 0.1, 0.2, 0.7], [0.3, 0.3, 0.4, 0.0]])
    p["severity"] = np.array([[0.2, 0.4, 0.4, 0.0, 0.0], [0.2, 0.4, 0.4, 0.0, 0.0]])
    after = combine(p, np.zeros((2, len(OWN_WORDS))))["severity"]
    assert after == pytest.approx(np.array([[0.7, 0.15, 0.15, 0, 0], [0.2, 0.4, 0.4, 0, 0]]))


def test_label_order_is_written_in_the_model():
    heads = load_classifier().heads
    assert heads["area"].labels == AREAS
    assert heads["status"].labels == STATUSES
    assert heads["severity"].labels == SEVERITIES


def test_an_ordinal_head_gives_a_distribution():
    head = Head(SEVERITIES, np.ones((1, 4)), np.array([3.0, 1.0, -1.0, -3.0]), ordinal=True)
    [p] = head.probabilities(sparse.csr_matrix([[0.5]]))
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    assert p.argmax() == 2
