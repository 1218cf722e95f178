"""Tasks that ask for vectors: each gets its own, and the encoder is called once for all."""

import numpy as np
import pytest
from bifinding.nlp.together import together


class Lengths:
    """Gives each text its length, and remembers what it was asked at a time."""

    def __init__(self):
        self.calls = []

    def __call__(self, texts):
        self.calls.append(list(texts))
        return np.array([[len(text)] for text in texts], np.float32).reshape(-1, 1)


def task(*questions):
    def ask(encode):
        return [encode(texts)[:, 0].tolist() for texts in questions]

    return ask


def test_each_task_gets_the_vectors_of_its_own_texts():
    encode = Lengths()
    tasks = [task(["a"], ["bb", "ccc"]), task(), task(["消防"]), task([], ["dddd"])]
    assert together(tasks, encode) == [[[1], [2, 3]], [], [[2]], [[], [4]]]
    assert encode.calls == [["a", "消防"], ["bb", "ccc", "dddd"]]


def test_no_task_asks_nothing():
    encode = Lengths()
    assert together([], encode) == []
    assert together([task()], encode) == [[]]
    assert encode.calls == []


def test_what_a_task_raises_comes_out():
    def fails(encode):
        encode(["a"])
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        together([task(["b"]), fails, task(["c"], ["d"])], Lengths())
