"""Evaluation of a model made by hand, whose every answer is known beforehand."""

import numpy as np
import pytest
from bifinding.corpus.schema import Finding, Given, Source, Text
from bifinding.corpus.tasks import LABELS, TASKS
from bifinding.eval.evaluate import assess, evaluate
from bifinding.eval.learning import learning_curve
from bifinding.eval.views import Labelled, gold, hard, one_language, written
from bifinding.nlp.pipeline import segment

FIRE_EN, FIRE_ZH = "The fire exit on line 3 was locked.", "3号线的消防出口被锁。"
PAY_EN, PAY_ZH = "Wages of 12 workers were paid late.", "12名工人的工资延迟发放。"


def finding(id, en, zh, area=None, status="new"):
    texts = {lang: Text.whole(text) for lang, text in (("en", en), ("zh", zh)) if text}
    given = Given(area=area, status=status if area else None)
    return Finding(id=id, source=Source(file="hand"), texts=texts, given=given)


def one_hot(task, label, probability):
    row = np.full(len(LABELS[task]), (1 - probability) / (len(LABELS[task]) - 1))
    row[LABELS[task].index(label)] = probability
    return row


class KnowsFire:
    """Finds fire by the English word; all else is wages to it. Sure of the first, not of the second;
    without English it is not sure of anything."""

    name, review_below, reading = "knows-fire", 0.7, 0.0

    @property
    def features(self):
        return self

    def transform(self, bitexts):
        return [bitext.en.text for bitext in bitexts]

    def probabilities(self, texts):
        area = [
            one_hot("area", "PA7", 0.9) if "fire" in text else one_hot("area", "PA5", 0.6)
            for text in texts
        ]
        rest = {
            "finding": "yes", "question": "5.1", "status": "new", "severity": "minor"
        }  # fmt: skip
        return {"area": np.stack(area)} | {
            task: np.stack([one_hot(task, label, 0.8)] * len(texts)) for task, label in rest.items()
        }


class NoEncoder:
    name, dim = "none", 2

    def encode(self, texts):
        return np.ones((len(texts), 2), np.float32)


@pytest.fixture
def test_set():
    findings = [
        finding("a", FIRE_EN, FIRE_ZH, "PA7"),
        finding("b", "A fire drill was not held.", "未进行消防演习。", "PA7"),
        finding("c", PAY_EN, PAY_ZH, "PA5"),
        finding("d", "Pay slips of fire wardens were missing.", "消防员无工资单。", "PA5"),
        finding("e", None, "电镀线未安装洗眼器。", "PA7"),
        finding("menu", "Noodles with beef, no coriander.", "牛肉面，不要香菜。"),
    ]
    return Labelled(findings, [f.id for f in findings], ["plain"] * 4 + ["terse", "none"])


@pytest.fixture
def result(test_set):
    train = [
        finding("t", "The fire exit was locked.", "消防出口被锁。", "PA7"),
        finding("u", "Fire wardens were missing.", "没有消防员。", "PA7"),
        finding("v", "Wages were paid late.", "工资延迟发放。", "PA5"),
    ]
    return assess(KnowsFire(), NoEncoder(), test_set, train, "six texts")


def test_accuracy_by_what_was_given(result):
    accuracy = {view: scores["area"]["accuracy"] for view, scores in result.views.items()}
    assert accuracy == {"both": 0.6, "en": 0.75, "zh": 0.4}
    n = {view: scores["area"]["n"] for view, scores in result.views.items()}
    assert n == {"both": 5, "en": 4, "zh": 5}  # one finding has no English


def test_accuracy_by_style(result):
    assert list(result.kinds) == ["plain", "terse", "none"]
    assert result.kinds["plain"]["area"]["accuracy"] == 0.75
    assert result.kinds["terse"]["area"]["accuracy"] == 0.0
    assert list(result.kinds["none"]) == ["finding"]  # it has no other label


def test_a_finding_is_hard_where_the_nearest_training_text_has_another_label(test_set):
    train = [
        finding("t", "The fire exit was locked.", "消防出口被锁。", "PA7"),
        finding("u", "Fire wardens were missing.", "没有消防员。", "PA7"),
        finding("v", "Wages were paid late.", "工资延迟发放。", "PA5"),
    ]
    by_id = dict(zip("abcd", hard(train, test_set.findings)["area"].tolist(), strict=False))
    assert by_id == {"a": False, "b": False, "c": False, "d": True}


def test_a_task_without_labels_is_left_out(result):
    assert list(result.views["both"]) == ["area", "status", "finding"]


def test_the_review_rule_against_the_truth(result):
    found = result.coverage
    # Sure (0.8, held back by the status) of a, b, d; d is wrong. The menu is taken for a finding.
    assert (found["n"], found["kept"], found["accuracy"]) == (6, 0.5, 0.6667)
    assert found["of_the_rest"] == 0.3333
    assert found["curve"][-1] == [1.0, 0.5]


def test_the_surest_mistake_comes_first_with_its_texts(result):
    first, *others = result.mistakes
    assert (first["id"], first["task"], first["label"], first["predicted"]) == (
        "d",
        "area",
        "PA5",
        "PA7",
    )
    assert first["probability"] == 0.9
    assert first["zh"] == "消防员无工资单。"
    assert [m["id"] for m in others] == ["menu", "e"]


def test_what_is_taken_for_what(result):
    assert result.confusion["area"] == [
        ("PA5", "PA7", 1), ("PA7", "PA5", 1), ("PA7", "PA7", 2), ("PA5", "PA5", 1)
    ]  # fmt: skip


def test_time_is_measured_by_stage(result):
    assert list(result.seconds) == [
        "segment",
        "encode",
        "extract",
        "features",
        "second reader",
        "labels",
    ]
    assert all(seconds >= 0 for seconds in result.seconds.values())
    assert sum(result.seconds.values()) > 0


def test_the_scores_alone_are_those_of_the_whole_evaluation(test_set, result):
    bitexts = [segment(f) for f in test_set.findings]
    alone = evaluate(KnowsFire(), test_set.findings, bitexts)
    for task, scores in result.views["both"].items():
        assert alone[task] == {k: v for k, v in scores.items() if k != "interval"}


def test_each_share_of_the_learning_curve_holds_the_smaller_ones(test_set):
    asked = []

    def fit(rows):
        asked.append(set(rows))
        return KnowsFire()

    situations = [str(i // 3) for i in range(48)]  # 16 situations, three tellings each
    bitexts = [segment(f) for f in test_set.findings]
    points = learning_curve(fit, situations, test_set, bitexts)
    assert [point["findings"] for point in points] == [6, 12, 24, 48]
    assert asked[0] < asked[1] < asked[2] < asked[3]
    assert all({i // 3 * 3, i // 3 * 3 + 1, i // 3 * 3 + 2} <= asked[0] for i in asked[0])
    assert points[0]["scores"]["area"]["accuracy"] == 0.6


def test_one_language_leaves_the_other_side_empty():
    bitext = segment(finding("a", FIRE_EN, FIRE_ZH, "PA7"))
    alone = one_language(bitext, "zh")
    assert (alone.zh.text, alone.en.text, alone.en.tokens) == (FIRE_ZH, "", [])
    assert bitext.en.text == FIRE_EN


def test_the_held_out_corpus_shares_no_situation_with_training():
    train, test = written("train"), written("test")
    assert not set(train.situations) & set(test.situations)
    assert {"terse", "smeta", "none"} <= set(test.kinds)
    labels = gold(test.findings)
    assert all((labels[task] >= 0).sum() == labels["finding"].sum() for task in TASKS)


def test_a_topic_or_a_status_alone_does_not_tell_whether_a_text_is_a_finding():
    def of(given: Given):
        return finding("a", FIRE_EN, FIRE_ZH, "PA7").model_copy(update={"given": given})

    given = [Given(status="new"), Given(severity="minor"), Given(area="PA7"), Given()]
    assert gold([of(one) for one in given])["finding"].tolist() == [-1, 1, -1, 0]
