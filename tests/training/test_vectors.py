"""Vectors kept on disk: the same bits as fresh ones, whatever becomes of the files."""

import numpy as np
import pytest
from bifinding.training.vectors import KeptVectors


class Counting:
    name, dim = "counting", 3

    def __init__(self, last=1):
        self.asked, self.last = [], last

    def encode(self, texts):
        self.asked += [text for text in texts if len(text) < 9]  # those of the test
        return np.array([[len(text), ord(text[0]), self.last] for text in texts], np.float32)


def test_a_batch_is_encoded_once_and_in_an_order_of_its_own(tmp_path):
    encoder = Counting()
    first = KeptVectors(encoder, tmp_path).encode(["bb", "a", "bb"])
    assert first.tolist() == [[2, 98, 1], [1, 97, 1], [2, 98, 1]]
    assert encoder.asked == ["a", "bb"]
    again = KeptVectors(encoder, tmp_path).encode(["a", "bb"])
    assert again.tolist() == [[1, 97, 1], [2, 98, 1]]
    assert encoder.asked == ["a", "bb"]


def test_what_another_encoder_of_the_name_has_kept_is_not_taken(tmp_path):
    KeptVectors(Counting(), tmp_path).encode(["a"])
    assert KeptVectors(Counting(last=2), tmp_path).encode(["a"]).tolist() == [[1, 97, 2]]


@pytest.mark.parametrize("junk", [b"", b"\x93NUMPY", b"junk" * 99])
def test_a_broken_file_is_made_again(tmp_path, junk):
    encoder = Counting()
    first = KeptVectors(encoder, tmp_path).encode(["a"])
    [path] = tmp_path.iterdir()
    path.write_bytes(junk)
    assert np.array_equal(KeptVectors(encoder, tmp_path).encode(["a"]), first)
    assert encoder.asked == ["a", "a"]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path):
    (tmp_path / "file").write_text("")
    encoder = Counting()
    for _ in range(2):
        assert len(KeptVectors(encoder, tmp_path / "file" / "folder").encode(["a"])) == 1
    assert encoder.asked == ["a", "a"]


def test_no_text_is_no_vector(tmp_path):
    assert KeptVectors(Counting(), tmp_path).encode([]).shape == (0, 3)
