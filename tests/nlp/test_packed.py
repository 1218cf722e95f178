"""A packed transformer whose file is missing or damaged is refused in one line."""

import pytest
from bifinding.corpus.schema import InputError
from bifinding.models.reader import FILE
from bifinding.nlp.packed import PackedTransformer


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: data[::-1]]
)
def test_a_damaged_file_is_named_with_the_mend(tmp_path, damage):
    path = tmp_path / "reader.onnx"
    path.write_bytes(damage(FILE.read_bytes()))
    with pytest.raises(InputError, match=r"reader.onnx: no readable.*install bifinding"):
        PackedTransformer(path)


def test_a_missing_file_is_named_with_the_mend(tmp_path):
    with pytest.raises(InputError, match=r"reader.onnx: no readable.*install bifinding"):
        PackedTransformer(tmp_path / "reader.onnx")
