"""A negation lost or added in translation, and the network that sees it."""

from types import SimpleNamespace

import numpy as np
import pytest
from bifinding.corpus.labels import LANGS
from bifinding.corpus.schema import Finding, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.consistency import check_pair
from bifinding.nlp.consistency.contradiction import network
from bifinding.nlp.consistency.pair import Pair
from bifinding.nlp.consistency.polarity import suspicions
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline

SAME = [
    ("The exit of the paint store was not locked.", "油漆库的出口未上锁。"),
    ("None of the licences had expired.", "所有证照均在有效期内。"),
    ("Every worker keeps his own passport.", "工人的护照均由本人保管。"),
    ("Young workers are not put on night shifts.", "未成年工不上夜班。"),
    ("The drill of June was no later than planned.", "6月的演习没有晚于计划。"),
]
CONTRARY = [
    ("The exit of the paint store was not locked.", "油漆库的出口已上锁。"),
    ("All licences were valid.", "所有证照均已过期。"),
    ("The passports of the workers are kept by the agent.", "工人的护照未由中介保管。"),
    ("Young workers are not put on night shifts.", "未成年工被安排上夜班。"),
    ("Soap was provided in all toilets.", "所有厕所均未提供肥皂。"),
]


def aligned(en, zh):
    texts = {lang: split_states(text, lang) for lang, text in zip(LANGS, (en, zh), strict=True)}
    finding = Finding(id="1", source=Source(file="x"), texts=texts)
    return Pipeline(encoder()).process([finding], ["check"])[0]


def defects(en, zh):
    return check_pair(aligned(en, zh), encoder().encode)


@pytest.mark.parametrize(("en", "zh"), SAME)
def test_translations_are_left_alone(en, zh):
    assert defects(en, zh) == []


@pytest.mark.parametrize(("en", "zh"), CONTRARY)
def test_contradictions_are_told_once(en, zh):
    assert [d.type for d in defects(en, zh)] == ["polarity_mismatch"]


def test_it_points_at_the_negation_and_the_word_that_it_denies():
    (defect,) = defects("The gloves were not worn by the painters.", "喷漆工佩戴了手套。")
    assert (defect.en.text, defect.zh.text) == ("not worn", "佩戴")
    (defect,) = defects("Soap was provided in all toilets.", "所有厕所均未提供肥皂。")
    assert (defect.en.text, defect.zh.text) == ("Soap", "未提供肥皂")


def test_in_a_long_sentence_it_points_at_the_clause():
    (defect,) = defects(
        "Based on site tour, the drums were labelled, and the oil store was not ventilated.",
        "根据现场走访，油桶已贴标签，油库通风良好。",
    )
    assert "油库" in defect.zh.text or "通风" in defect.zh.text
    assert defect.en.text.startswith("not ventilated")


def test_a_negation_that_makes_the_difference_is_asked_away():
    bitext = aligned("Ear plugs were not worn by the weavers.", "织布工人均佩戴了耳塞。")
    (suspicion,) = suspicions(Pair(bitext, encoder().encode))
    halves, clauses, without = suspicion.odds
    assert halves > 0 and clauses > 0
    assert without < 0
    lang, (start, end) = suspicion.cue
    assert (lang, bitext.en.text[start:end]) == ("en", "not")


def test_each_pair_is_judged_by_itself():
    pairs = SAME + CONTRARY
    together = network().chances(pairs)
    alone = [network().chances([pair])[0] for pair in pairs]
    assert np.allclose(together, alone, atol=1e-4)
    assert together[: len(SAME)].max() < together[len(SAME) :].min()


def test_nothing_to_compare():
    assert network().chances([]).shape == (0,)
    assert 0 <= network().chances([("", "")])[0] <= 1


def test_what_is_learnt_is_what_answers():
    """The network as torch teaches it, and as numpy asks it."""
    torch = pytest.importorskip("torch")
    from bifinding.eval.benchmark import fit_polarity as fit
    from sklearn.decomposition import PCA

    tokens = fit.network_tokens()([text for pair in SAME + CONTRARY for text in pair])
    noise = np.random.default_rng(0).normal(size=(600, 1280))
    pca = PCA(fit.KEPT, random_state=0).fit(np.concatenate([*tokens, noise]))
    spread = np.sqrt(np.sqrt(pca.explained_variance_))
    small = [np.float32(pca.transform(rows) / spread) for rows in tokens]
    torch.manual_seed(0)
    learner = fit._network(torch).eval()
    with torch.no_grad():
        taught = learner(fit._padded(torch, small[::2]), fit._padded(torch, small[1::2])).numpy()
    weights = learner.exported(SimpleNamespace(pca=pca, spread=spread))
    alone = fit.ensemble({f"0.{name}": array for name, array in weights.items()})
    asked = alone.chances(SAME + CONTRARY)
    assert np.allclose(1 / (1 + np.exp(-taught)), asked, atol=1e-3)
