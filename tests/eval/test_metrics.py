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
