"""The fine-tuned classifier, on a tiny encoder with random weights: what it reads, where its evidence
lies, and what it is after a round trip."""

import json

import numpy as np
import pytest
from bifinding.corpus.schema import Finding, InputError, Source
from bifinding.corpus.stated import split_states
from bifinding.corpus.tasks import LABELS
from bifinding.models.heads import Head
from bifinding.models.storage import describe, digest, load, save
from bifinding.models.transformer import TransformerClassifier, TransformerFeatures, ready
from bifinding.models.weights import rounded
from bifinding.nlp.bitext import Bitext
from bifinding.nlp.pipeline import segment
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from safetensors.numpy import save as pack

from ..tiny_encoder import write_tiny_encoder

EN = "The fire door on floor 2 was locked. Wages were paid late."
ZH = "二楼的防火门上锁。工资逾期支付。"


def bitext(en=None, zh=None) -> Bitext:
    texts = {"en": en, "zh": zh}
    return segment(
        Finding(
            id="x",
            source=Source(file="x"),
            texts={lang: split_states(t, lang) for lang, t in texts.items() if t is not None},
        )
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"), ["query : follow - up", EN, ZH])
    import tokenizers
    import transformers

    features = TransformerFeatures(
        ready(transformers.AutoModel.from_pretrained(folder, attn_implementation="eager")),
        tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")),
        "query: ",
        "follow-up: ",
        window=16,
    )
    for weight in features.encoder.parameters():
        weight.data = weight.data.half().float()
    random = np.random.default_rng(0)
    heads = {
        task: Head(
            names,
            rounded(random.normal(0, 0.1, (32, len(names) - (task == "severity")))),
            np.zeros(len(names) - (task == "severity"), np.float32),
            ordinal=task == "severity",
        )
        for task, names in LABELS.items()
    }
    heads["finding"].bias[:] = (0, 50)  # every text is a finding
    heads["severity"].bias[:] = (3, 1, -1, -3)  # every grade is possible
    return TransformerClassifier("tiny", "use", features, heads, 0.5, {"recipe": {"seed": 0}})


def probabilities(model, *bitexts):
    return model.probabilities(model.features.transform(bitexts))


def test_every_task_has_a_distribution_and_area_agrees_with_question(model):
    found = probabilities(model, bitext(EN, ZH), bitext(EN), bitext(zh=ZH))
    for task, names in LABELS.items():
        assert found[task].shape == (3, len(names))
        assert np.allclose(found[task].sum(axis=1), 1)
    numbers = LABELS["question"]
    of_area = [sum(p for p, n in zip(found["question"][0], numbers, strict=True) if n.split(".")[0] == area[2:]) for area in LABELS["area"]]  # fmt: skip
    assert np.allclose(of_area, found["area"][0])


def test_two_languages_are_the_mean_of_each_alone(model):
    both, en, zh = model.features.transform([bitext(EN, ZH), bitext(EN), bitext(zh=ZH)])
    width = model.features.width
    assert np.allclose(both[:width], (en[:width] + zh[:width]) / 2, atol=1e-5)


def test_answers_do_not_depend_on_the_company_a_text_keeps(model):
    crowd = [bitext(EN * (i % 5 + 1)) for i in range(40)]
    alone, among = probabilities(model, bitext(EN)), probabilities(model, *crowd, bitext(EN))
    for task in LABELS:
        assert np.allclose(alone[task][0], among[task][-1], atol=0.02)  # half precision


def test_the_earlier_state_is_read_before_the_current_one(model):
    features = model.features
    side = bitext(
        "Previous finding: No exit sign.\nCurrent status: Corrected. Signs were put up."
    ).en
    assert side.previous is not None
    assert features.text(side) == "query: No exit sign. follow-up: Corrected. Signs were put up."
    assert features.text(bitext(EN).en) == f"query: {EN}"


def test_a_long_text_is_read_to_its_end_in_windows(model):
    long = EN * 60
    windows = model.features.windows([long])
    assert len(windows) > 50
    assert all(len(window.ids) <= 16 for window in windows)
    assert max(end for window in windows for _, end in window.offsets) == len(long)
    [labels] = model.predict([bitext(long, ZH * 60)])
    assert labels.area.label in LABELS["area"]


@pytest.mark.parametrize(("en", "zh"), [(None, None), ("", None), (None, "  "), ("…", "。")])
def test_texts_that_say_nothing_are_answered_all_the_same(model, en, zh):
    [labels] = model.predict([bitext(en, zh)])
    assert 0 <= labels.area.probability <= 1


def test_the_auditors_own_word_decides(model):
    [labels] = model.predict([bitext("Partially corrected. One fire door was locked.")])
    assert labels.status.label == "partially_corrected"
    [labels] = model.predict([bitext(zh="二楼的防火门上锁。属严重不符合项。")])
    assert labels.severity.label == "major"


def test_evidence_is_of_both_languages_and_not_of_the_prefix(model):
    [labels] = model.predict([bitext(EN, ZH)])
    assert {span.lang for span in labels.area.evidence} == {"en", "zh"}


@given(en=st.text(max_size=60), zh=st.text("二楼防火门上锁，12 ①㎡\n𠮷🔥Ａ．", max_size=40))
def test_evidence_lies_in_the_text_whatever_it_is(model, en, zh):
    asked = bitext(f"Previous finding: {en}\nCurrent status: {en}", zh)
    [labels] = model.predict([asked])
    for prediction in (labels.area, labels.question, labels.status, labels.severity):
        for span in prediction.evidence:
            side = asked.side(span.lang)
            assert side.current[0] <= span.start < span.end <= side.current[1]
            assert side.text[span.start : span.end].strip()


def test_a_restored_model_answers_the_same(model, tmp_path):
    save(model, tmp_path / "m")
    bitexts = [bitext(EN, ZH), bitext(EN), bitext(zh=ZH), bitext(EN * 9)]
    restored = load(tmp_path / "m")
    assert restored.predict(bitexts) == model.predict(bitexts)
    assert (restored.name, restored.encoder, restored.review_below) == ("tiny", "use", 0.5)
    assert restored.heads["status"].labels == LABELS["status"]
    assert digest(restored) == digest(model)


def rewritten(folder, change):
    """The model of a folder with its header's entry changed by ``change``."""
    path = folder / "model.safetensors"
    about = describe(folder)
    change(about)
    path.write_bytes(pack(load_file(path), {"bifinding": json.dumps(about)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.pop("tokenizer"),
        lambda about: about.update(tokenizer="junk"),
        lambda about: about.update(config={}),
        lambda about: about["config"].update(hidden_size=64),
        lambda about: about["config"].update(model_type="none-such"),
        lambda about: about.update(window=None),
    ],
)
def test_a_model_that_lacks_a_part_says_so(model, tmp_path, change):
    save(model, tmp_path / "m")
    rewritten(tmp_path / "m", change)
    with pytest.raises(InputError, match="no readable model"):
        load(tmp_path / "m")


@pytest.mark.parametrize("kind", ["bert", "trap"])
def test_a_model_from_a_stranger_runs_no_code(model, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    save(model, tmp_path / "m")
    for folder in (tmp_path, tmp_path / "m"):
        (folder / "trap.py").write_text(
            f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n", encoding="utf-8"
        )
    trap = {
        "model_type": kind,
        "auto_map": {"AutoConfig": "trap.Config", "AutoModel": "trap.Model"},
        "attn_implementation": "trap/trap",
        "_name_or_path": str(tmp_path),
    }
    rewritten(tmp_path / "m", lambda about: about["config"].update(trap))
    if kind == "trap":
        with pytest.raises(InputError, match="no readable model"):
            load(tmp_path / "m")
    else:
        assert load(tmp_path / "m").predict([bitext(EN)]) == model.predict([bitext(EN)])
    assert not (tmp_path / "sprung").exists()
