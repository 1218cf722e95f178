"""The second reader: whom it is asked about, that it answers the same in any company, and that it errs
elsewhere than the linear model."""

import numpy as np
import pytest
from bifinding import load
from bifinding.corpus.labels import LANGS
from bifinding.corpus.schema import Finding, Source
from bifinding.corpus.stated import split_states
from bifinding.corpus.tasks import LABELS
from bifinding.models import load_classifier
from bifinding.models.classifier import LinearClassifier
from bifinding.models.reader import reader
from bifinding.nlp.pipeline import segment
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config

TEXTS = [
    ("The evacuation stairs were used to store cartons.", "疏散楼梯间堆放纸箱。", "PA7"),
    ("Two guards kept the passports of the night shift.", "两名保安保管着夜班工人的护照。", "PA11"),
    ("The union's notice board had been taken down.", "工会公告栏已被拆除。", "PA3"),
    ("Sludge from the dye house was buried behind the yard.", "染整车间的污泥被埋在厂区后面。", "PA12"),
]  # fmt: skip


def bitext(en="", zh=""):
    texts = {"en": en, "zh": zh}
    return segment(
        Finding(
            id="x",
            source=Source(file="x"),
            texts={lang: split_states(text, lang) for lang, text in texts.items() if text},
        )
    )


def areas(*bitexts):
    best = reader().probabilities(bitexts)["area"].argmax(axis=1)
    return [LABELS["area"][i] for i in best]


@pytest.mark.parametrize("lang", LANGS)
def test_it_knows_the_area_of_either_language(lang):
    found = areas(*(bitext(**{lang: (en, zh)[LANGS.index(lang)]}) for en, zh, _ in TEXTS))
    assert found == [area for *_, area in TEXTS]


def test_its_labels_are_those_of_the_tasks():
    assert reader().labels == LABELS


def test_a_finding_without_text_gets_a_distribution_too():
    for p in reader().probabilities([bitext(), bitext(*TEXTS[0][:2])]).values():
        assert np.allclose(p.sum(axis=1), 1, atol=0.01)  # but for the floor


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=5))
def test_a_text_is_read_the_same_in_any_company(texts):
    for text, together in zip(texts, reader().network.read(texts), strict=True):
        [alone] = reader().network.read([text])
        for one, other, labels in zip(alone, together, LABELS, strict=True):
            assert one.shape == (len(LABELS[labels]) - (labels == "severity"),)
            assert np.isfinite(one).all()
            assert np.array_equal(one, other)


def test_several_threads_read_as_one_does():
    texts = [text for pair in TEXTS for text in pair[:2]]
    alone = reader().network.read(texts)
    with parallel_config("threading", n_jobs=2):
        together = reader().network.read(texts)
    for one, other in zip(alone, together, strict=True):
        assert all(map(np.array_equal, one, other))


def test_it_is_asked_only_about_what_the_model_is_not_sure_of(monkeypatch):
    model = load_classifier("shipped")
    asked = []
    monkeypatch.setattr(
        type(reader()), "weigh", lambda self, p, bitexts: asked.extend(bitexts) or p
    )
    sure = [("Corrected. Wages for May were above the legal minimum wage.", "已改善。5月工资高于当地法定最低工资。")]  # fmt: skip
    findings = [bitext(*pair) for pair in (*sure, ("The matter was noted.", "该事项已记录。"))]
    bitexts = load("shipped").process([b.finding for b in findings], ["classify"])
    model.predict(bitexts)
    assert [b.finding for b in asked] == [findings[1].finding]


def test_a_model_that_does_not_ask_answers_by_itself():
    model = load_classifier("shipped")
    alone = LinearClassifier(
        "alone", model.encoder, model.features, model.heads, model.review_below
    )
    assert not alone.asks
    bitexts = load("shipped").process([bitext(en, zh).finding for en, zh, _ in TEXTS], ["classify"])
    features = model.features.transform(bitexts)
    both, one = model.probabilities(features), alone.probabilities(features)
    assert any(not np.allclose(both[task], one[task]) for task in ("area", "status"))
