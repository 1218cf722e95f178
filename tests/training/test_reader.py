"""A fine-tuned model made into a second reader reads as before."""

import numpy as np
import pytest
from bifinding.corpus.schema import Finding, Source, Text
from bifinding.corpus.tasks import LABELS
from bifinding.models.heads import Head
from bifinding.models.reader import Reader
from bifinding.models.transformer import TransformerClassifier
from bifinding.nlp.packed import PackedTransformer
from bifinding.nlp.pipeline import segment
from bifinding.training.reader import main, packed

from .small_transformer import features_of

PAIRS = [
    ("The fire door was locked and the door alarm was off.", "防火门上锁,门警关闭。"),
    ("Wages for June were paid late.", "6月工资逾期支付。"),
    ("The door of the boiler room was open.", "锅炉房的门开着。"),
]  # fmt: skip


@pytest.fixture
def model():
    texts = "".join(en + zh for en, zh in PAIRS)
    features = features_of(texts, ["▁door", "▁the", "▁was", "防火门", "▁never"])
    random = np.random.default_rng(0)
    heads = {
        task: Head(
            names,
            random.normal(0, 0.1, (64, len(names) - (task == "severity"))).astype(np.float32),
            np.zeros(len(names) - (task == "severity"), np.float32),
            temperature=0.7,
            ordinal=task == "severity",
        )
        for task, names in LABELS.items()
    }
    about = {"recipe": {}, "data": {"corpus": {}}}
    return TransformerClassifier("toy", "use", features, heads, 0.5, about)


@pytest.fixture(autouse=True)
def once_is_enough(monkeypatch):
    monkeypatch.setattr("bifinding.training.pack._SHOWN", 1)


def findings():
    texts = [{"en": Text.whole(en), "zh": Text.whole(zh)} for en, zh in PAIRS]
    return [Finding(id="x", source=Source(file="x"), texts=both) for both in texts]


def reader(model, tmp_path):
    path = tmp_path / "reader.onnx"
    path.write_bytes(packed(model, findings()))
    return Reader(PackedTransformer(path))


def test_it_reads_as_the_model_does_that_it_was_made_of(model, tmp_path):
    bitexts = [segment(finding) for finding in findings()]
    features = model.features.transform(bitexts)[:, :64]
    for task, p in reader(model, tmp_path).probabilities(bitexts).items():
        assert np.allclose(p, model.heads[task].probabilities(features), atol=0.05)


def test_a_piece_that_no_finding_shows_falls_apart_into_those_it_knows(model, tmp_path):
    network = reader(model, tmp_path).network
    [scores] = network.read(["The door was never open."])
    assert all(np.isfinite(of_task).all() for of_task in scores)
    assert "▁never" in model.features.tokenizer.get_vocab()
    assert "▁never" not in network.about["tokenizer"]


def test_a_folder_without_a_fine_tuned_model_is_told_in_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["reader", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "no readable model" in said and "Traceback" not in said
