"""Tasks that ask for vectors: each gets its own, and a function is called once for all."""

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


def task(function, *questions):
    def asking(ask):
        return [ask(function, texts)[:, 0].tolist() for texts in questions]

    return asking


def test_each_task_gets_the_vectors_of_its_own_texts():
    encode = Lengths()
    questions = [(["a"], ["bb", "ccc"]), (), (["消防"],), ([], ["dddd"])]
    tasks = [task(encode, *asked) for asked in questions]
    assert together(tasks) == [[[1], [2, 3]], [], [[2]], [[], [4]]]
    assert encode.calls == [["a", "消防"], ["bb", "ccc", "dddd"]]


def test_functions_are_asked_apart():
    one, other = Lengths(), Lengths()
    tasks = [task(one, ["a"], ["bb"]), task(other, ["ccc"]), task(one, ["不符"])]
    assert together(tasks) == [[[1], [2]], [[3]], [[2]]]
    assert one.calls == [["a", "不符"], ["bb"]]
    assert other.calls == [["ccc"]]


def test_no_task_asks_nothing():
    encode = Lengths()
    assert together([]) == []
    assert together([task(encode)]) == [[]]
    assert encode.calls == []


def test_what_a_task_raises_comes_out():
    def fails(ask):
        ask(encode, ["a"])
        raise ValueError("no such thing")

    encode = Lengths()
    with pytest.raises(ValueError, match="no such thing"):
        together([task(encode, ["b"]), fails, task(encode, ["c"], ["d"])])
