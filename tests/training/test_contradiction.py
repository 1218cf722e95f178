"""What torch teaches of two passages, and what the packed file answers."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from bifinding.nlp.consistency.contradiction import Transformer
from bifinding.nlp.packed import PackedTransformer

from .small_transformer import features_of

PAIRS = [
    ("The gate was not locked.", "大门已上锁。", True),
    ("The gate was locked.", "大门未上锁。", True),
    ("No soap was provided in the toilet.", "厕所未提供肥皂。", False),
]


@pytest.fixture
def comparer(monkeypatch):
    features = features_of("".join(text for pair in PAIRS for text in pair[:2]))
    from bifinding.training.contradiction import Comparer

    monkeypatch.setattr("bifinding.training.pack._SHOWN", 1)
    return Comparer(features)


def test_what_is_learnt_is_what_the_packed_file_answers(comparer, tmp_path):
    taught = comparer.odds(PAIRS)
    path = tmp_path / "polarity.onnx"
    path.write_bytes(comparer.packed([text for pair in PAIRS for text in pair[:2]]))
    weights = {name: array.astype(np.float32) for name, array in comparer.compared().items()}
    asked = Transformer(weights, PackedTransformer(path))
    assert np.allclose(asked.odds([row[:2] for row in PAIRS]), taught, atol=0.05)


def test_a_set_gives_two_faithful_and_two_contrary_pairs(comparer):
    told = [("The gate was locked.", "大门已上锁。"), ("The gate was not locked.", "大门未上锁。")]
    one = SimpleNamespace(states=[{"en": [en] * 2, "zh": [zh] * 2} for en, zh in told])
    [batch] = comparer._batches([one], [], random.Random(1))
    assert sorted(batch) == sorted((en, zh, a != b) for a, (en, _) in enumerate(told)
                                   for b, (_, zh) in enumerate(told))  # fmt: skip


def test_the_better_judge_counts_for_more():
    from bifinding.training.contradiction import beside

    rng = np.random.default_rng(0)
    wrong = rng.random(2000) < 0.3
    others, own = (np.where(wrong, 2.0, -2.0) + rng.normal(0, s, 2000) for s in (4, 1.5))
    theirs, mine, _ = beside(others, own, wrong)
    assert 0 < theirs < mine
