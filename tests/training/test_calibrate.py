"""Calibration on scores whose truth is known."""

import numpy as np
import pytest
from bifinding.corpus.tasks import LABELS
from bifinding.models.heads import Head
from bifinding.training.calibrate import calibrate, review_threshold


def heads():
    return {
        task: Head(
            names,
            np.zeros((1, len(names) - (task == "severity"))),
            np.zeros(len(names) - (task == "severity")),
            ordinal=task == "severity",
        )
        for task, names in LABELS.items()
    }


def scored(n=400, sharp=3.0):
    """Labels drawn from softmax(s), and the scores ``sharp`` * s of a head too sure of itself."""
    random = np.random.default_rng(0)
    scores, labels = {}, {}
    for task, names in LABELS.items():
        columns = len(names) - (task == "severity")
        truth = random.normal(0, 2, (n, columns))
        if task == "severity":
            truth = -np.sort(-truth, axis=1)
            labels[task] = (random.random((n, 1)) < 1 / (1 + np.exp(-truth))).sum(axis=1)
        else:
            labels[task] = (truth + random.gumbel(size=truth.shape)).argmax(axis=1)
        scores[task] = sharp * truth
    return scores, labels


def test_a_head_too_sure_of_itself_is_cooled_by_as_much():
    scores, labels = scored()
    fitted = heads()
    calibrate(fitted, scores, labels, lost=0.0)
    for task in ("area", "question", "status", "finding"):
        assert fitted[task].temperature == pytest.approx(3.0, rel=0.25), task


def test_a_task_without_any_label_is_left_alone():
    scores, labels = scored()
    labels["severity"] = np.full(400, -1)
    fitted = heads()
    calibrate(fitted, scores, labels, lost=0.0)
    assert fitted["severity"].temperature == 1.0


def test_hardly_a_finding_is_taken_for_another_text():
    scores, labels = scored()
    fitted = heads()
    calibrate(fitted, scores, labels, lost=0.01)
    p = fitted["finding"].distribution(scores["finding"] + fitted["finding"].bias)
    findings = labels["finding"] == 1
    lost = (p[findings].argmax(axis=1) == 0).mean()
    assert lost <= 0.01 + 1 / findings.sum()
    before = heads()["finding"].distribution(scores["finding"])
    assert (before[findings].argmax(axis=1) == 0).mean() > 2 * lost


def test_a_person_looks_at_those_of_which_the_model_is_unsure():
    """Of 300 it is sure, and right; of 100 it is unsure, and as often wrong."""
    random = np.random.default_rng(0)
    _, labels = scored()
    p = {}
    for task in ("area", "status"):
        k = len(LABELS[task])
        guess = np.where(np.arange(400) < 300, labels[task], random.integers(0, k, 400))
        sure = np.where(np.arange(400) < 300, 0.98, random.uniform(0.3, 0.5, 400))[:, None]
        p[task] = np.eye(k)[guess] * (sure - (1 - sure) / (k - 1)) + (1 - sure) / (k - 1)
    strict = review_threshold(p, labels, risk=0.02)
    lenient = review_threshold(p, labels, risk=0.9)
    assert lenient < 0.4 < strict <= 0.98
