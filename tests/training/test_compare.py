"""Two models on the same findings: McNemar's test, classes, and what is held against a new one."""

import numpy as np
import pytest
from bifinding.corpus.tasks import LABELS
from bifinding.training.compare import compare, losses

STATUS = len(LABELS["status"])


def answers(*labels):
    return {"status": np.eye(STATUS)[list(labels)]}


@pytest.mark.parametrize(
    ("gained", "lost", "p", "verdict"),
    [  # p by hand: two-sided binomial with 1/2
        (0, 0, 1.0, "no difference shown"),
        (5, 0, 0.0625, "no difference shown"),
        (6, 0, 0.0312, "better"),
        (1, 9, 0.0215, "worse"),
        (10, 8, 0.8145, "no difference shown"),
    ],
)
def test_mcnemar(gained, lost, p, verdict):
    gold = {"status": np.zeros(30, int)}
    before = answers(*[1] * gained, *[0] * (30 - gained))
    after = answers(*[0] * gained, *[1] * lost, *[0] * (30 - gained - lost))
    [change] = compare(gold, before, after)
    assert (change.gained, change.lost, change.n) == (gained, lost, 30)
    assert change.p == pytest.approx(p, abs=1e-4)
    assert change.verdict == verdict


def test_recall_and_f1_of_each_class():
    gold = {"status": np.array([0, 0, 0, 1, 1, -1]), "area": np.full(6, -1)}
    before, after = answers(0, 0, 1, 1, 1, 3), answers(0, 1, 1, 1, 1, 0)
    [change] = compare(gold, before, after)
    new, open_ = change.classes
    assert (new.label, new.n, new.recall_before, new.recall) == ("new", 3, 0.6667, 0.3333)
    assert (new.f1_before, new.f1) == (0.8, 0.5)
    assert (open_.label, open_.recall, open_.f1_before, open_.f1) == (
        "not_corrected",
        1,
        0.8,
        0.6667,
    )


def test_losses_beyond_margins_and_chance_are_named_and_small_classes_are_let_be():
    gold = {"status": np.array([0] * 900 + [1] * 20 + [2] * 5)}
    perfect = answers(*gold["status"])
    assert list(losses(compare(gold, perfect, perfect), classes=True)) == []
    of_a_class = answers(*[0] * 900, *[1] * 14, *[0] * 6, *[2] * 5)
    assert list(losses(compare(gold, perfect, of_a_class), classes=True)) == [
        "status not_corrected F1 1.000 → 0.824"
    ]
    assert list(losses(compare(gold, perfect, of_a_class), classes=False)) == []
    by_chance = answers(*[0] * 900, *[1] * 16, *[0] * 4, *[2] * 5)  # p = 1/8
    assert list(losses(compare(gold, perfect, by_chance), classes=True)) == []
    a_small_class = answers(*[0] * 900, *[1] * 20, *[0] * 5)
    assert list(losses(compare(gold, perfect, a_small_class), classes=True)) == []
    many = answers(*[0] * 885, *[3] * 15, *[1] * 20, *[2] * 5)
    assert list(losses(compare(gold, perfect, many), classes=True)) == [
        "status accuracy 1.000 → 0.984"
    ]
    assert list(losses(compare(gold, many, perfect), classes=True)) == []
