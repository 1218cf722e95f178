"""Scores on small tables that can be checked by hand."""

import numpy as np
import pytest
from bifinding.eval import metrics

GOLD = np.array([0, 1, 2, 1])
P = np.array([[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.6, 0.3], [0.7, 0.2, 0.1]])


def test_accuracy_and_near_misses():
    assert metrics.accuracy(GOLD, P) == 0.5
    assert metrics.within_one(GOLD, P) == 1.0
    assert metrics.top_k(GOLD, P, 2) == 1.0


def test_macro_f1_weighs_each_label_the_same():
    # label 0: one hit, one false alarm; label 1: one hit, one miss, one false alarm; label 2: missed
    assert metrics.macro_f1(GOLD, P) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.array([[0.9, 0.1]] * 10)
    assert metrics.calibration_error(np.array([0] * 9 + [1]), sure) == pytest.approx(0.0)
    assert metrics.calibration_error(np.array([0] * 5 + [1] * 5), sure) == pytest.approx(0.4)


def test_the_review_threshold_keeps_the_risk():
    confidence = np.linspace(0.99, 0.5, 200)
    right = np.arange(200) < 150  # the less sure quarter is wrong
    threshold = metrics.threshold_for(confidence, right, 0.05)
    kept = confidence >= threshold
    assert 140 <= kept.sum() < 160
    assert (~right[kept]).mean() <= 0.05


def test_without_a_safe_region_everything_goes_to_review():
    assert metrics.threshold_for(np.array([0.9, 0.8]), np.array([False, False]), 0.05) == 1.0


def test_texts_of_one_situation_count_as_one_observation():
    gold, p = np.array([0, 1] * 60), np.tile([0.9, 0.1], (120, 1))
    alone = metrics.intervals(gold, p, [str(i) for i in range(120)], "area")["accuracy"]
    low, high = alone
    assert 0.35 < low < 0.45 < 0.55 < high < 0.65
    # The first half of the situations holds all that is right: only few of them vary together.
    together = metrics.intervals(np.sort(gold), p, [str(i // 10) for i in range(120)], "area")
    assert together["accuracy"][0] < low
    assert together["accuracy"][1] > high


def test_twenty_right_answers_do_not_prove_perfection():
    gold, p = np.zeros(20, int), np.tile([0.9, 0.1], (20, 1))
    situations = [str(i) for i in range(20)]
    found = metrics.intervals(gold, p, situations, "severity")
    assert found["accuracy"] == found["within_one"] == (0.8316, 1.0)  # 16.8 %: Clopper-Pearson's
    assert metrics.intervals(1 - gold, p, situations, "area")["accuracy"] == (0.0, 0.1684)


def test_reliability_says_how_often_each_confidence_was_right():
    p = np.array([[0.95, 0.05]] * 4 + [[0.62, 0.38]] * 2)
    assert metrics.reliability(np.array([0, 0, 0, 1, 1, 0]), p) == [
        {"n": 2, "confidence": 0.62, "accuracy": 0.5},
        {"n": 4, "confidence": 0.95, "accuracy": 0.75},
    ]


def test_coverage_takes_the_surest_first_and_ties_together():
    shares, accuracies = metrics.coverage(
        np.array([0.5, 0.9, 0.7, 0.7]), np.array([False, True, True, False])
    )
    assert shares.tolist() == [0.25, 0.75, 1.0]
    assert accuracies == pytest.approx([1.0, 2 / 3, 0.5])


def test_confusion_has_gold_in_rows():
    assert metrics.confusion(GOLD, P).tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
