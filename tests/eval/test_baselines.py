"""The baselines on a slice of the corpus: they learn, and they never see a label of the test."""

import numpy as np
import pytest
from bifinding.corpus.tasks import LABELS
from bifinding.eval.baselines import BASELINES, majority
from bifinding.eval.metrics import accuracy
from bifinding.eval.views import gold, written
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline

AREAS = ("PA5", "PA7", "PA9")


def slice_of(split, n):
    """So many findings of each area, and the gold labels."""
    findings = written(split).findings
    of_area = [[f for f in findings if f.given.area == area] for area in AREAS]
    chosen = [f for group in of_area for f in group[:: len(group) // n][:n]]
    return Pipeline(encoder()).process(chosen, ["classify"]), {"area": gold(chosen)["area"]}


@pytest.fixture(scope="module")
def slices():
    return slice_of("train", 30), slice_of("test", 15)


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "majority"])
def test_every_baseline_learns_more_than_the_majority(slices, name):
    (train, labels), (test, wanted) = slices
    p = BASELINES[name](train, labels)(test)["area"]
    assert p.shape == (len(test), len(LABELS["area"]))
    assert p.sum(axis=1) == pytest.approx(1, abs=1e-5)
    usual = majority(train, labels)(test)["area"]
    assert accuracy(wanted["area"], p) > accuracy(wanted["area"], usual) + 0.2


def test_the_majority_is_what_training_holds_most(slices):
    (train, _), (test, _) = slices
    labels = {"status": np.array([0, 0, 0, 1, -1] + [-1] * (len(train) - 5))}
    p = majority(train, labels)(test)["status"]
    assert p[0].tolist() == [0.75, 0.25, 0, 0]
