"""What simpler classifiers reach on the same findings: the bar a model has to clear.

Each baseline learns from the whole texts, English and Chinese one after the other, and answers each
task by itself; none knows of states, laws, cues, or that a question belongs to an area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_union
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

from ..corpus.labels import LANGS
from ..corpus.tasks import LABELS
from ..nlp.bitext import Bitext

# Texts to probabilities by task. It can be pickled.
Fitted = Callable[[Sequence[Bitext]], dict[str, np.ndarray]]
# Training texts and their gold labels by task (-1: none) to what answers.
Baseline = Callable[[Sequence[Bitext], Mapping[str, np.ndarray]], Fitted]
_EPOCHS = 8
_BAG_OF_WORDS = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": 1,
    "length": 65536,
    "no_output_layer": False,
}
_CNN = {
    "@architectures": "spacy.TextCatReduce.v1",
    "exclusive_classes": True,
    "use_reduce_first": False,
    "use_reduce_last": False,
    "use_reduce_max": False,
    "use_reduce_mean": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 96,
        "depth": 4,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
        "pretrained_vectors": None,
    },
}


def majority(train: Sequence[Bitext], labels: Mapping[str, np.ndarray]) -> Fitted:
    """Each label as often as it occurs in training, whatever the text says."""
    shares = {}
    for task, y in labels.items():
        counts = np.bincount(y[y >= 0], minlength=len(LABELS[task]))
        shares[task] = counts / counts.sum()
    return partial(_constant, shares)


def _constant(shares: Mapping[str, np.ndarray], test: Sequence[Bitext]) -> dict[str, np.ndarray]:
    return {task: np.tile(share, (len(test), 1)) for task, share in shares.items()}


def tfidf(train: Sequence[Bitext], labels: Mapping[str, np.ndarray]) -> Fitted:
    """TF-IDF of words (jieba's, for Chinese), pairs of words and character 2- to 4-grams; logistic
    regression."""
    words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 4), min_df=3, max_features=50_000, sublinear_tf=True
    )
    both = make_union(words, characters)
    return partial(_weighted, both, _logistic(both.fit_transform(_spaced(train)), labels))


def _weighted(
    vectorizer: FeatureUnion, models: Mapping[str, LogisticRegression], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    return _answers(models, vectorizer.transform(_spaced(test)))


def encoder(train: Sequence[Bitext], labels: Mapping[str, np.ndarray]) -> Fitted:
    """The mean of the sentence vectors; logistic regression."""
    return partial(_encoded, _logistic(_means(train), labels))


def _encoded(
    models: Mapping[str, LogisticRegression], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    return _answers(models, _means(test))


def textcat(
    train: Sequence[Bitext],
    labels: Mapping[str, np.ndarray],
    model: Mapping[str, Any] = _BAG_OF_WORDS,
    epochs: int = _EPOCHS,
) -> Fitted:
    """spaCy's bag-of-words text classifier, a few epochs."""
    pipelines = {}
    for task, y in labels.items():
        fix_random_seed(0)
        pipelines[task] = nlp = spacy.blank("xx")
        nlp.add_pipe("textcat", config={"model": dict(model)})
        names = LABELS[task]
        examples = [
            Example.from_dict(
                _doc(nlp, bitext), {"cats": {name: float(i == k) for i, name in enumerate(names)}}
            )
            for bitext, k in zip(train, y, strict=True)
            if k >= 0
        ]
        optimizer = nlp.initialize(lambda examples=examples: examples)
        order = np.random.default_rng(0)
        for _ in range(epochs):
            order.shuffle(examples)  # pyright: ignore[reportArgumentType]
            for batch in minibatch(examples, 64):
                nlp.update(batch, sgd=optimizer)
    return partial(_categorised, pipelines)


def textcat_cnn(train: Sequence[Bitext], labels: Mapping[str, np.ndarray]) -> Fitted:
    """spaCy's convolutional text classifier, fewer epochs: each takes minutes."""
    return textcat(train, labels, _CNN, _EPOCHS // 2)


def _categorised(
    pipelines: Mapping[str, Language], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    found = {}
    for task, nlp in pipelines.items():
        docs = nlp.pipe(_doc(nlp, bitext) for bitext in test)
        found[task] = np.array([[doc.cats[name] for name in LABELS[task]] for doc in docs])
    return found


BASELINES: dict[str, Baseline] = {
    "majority": majority,
    "TF-IDF + logistic regression": tfidf,
    "encoder + logistic regression": encoder,
    "spaCy textcat": textcat,
}


def _doc(nlp: Language, bitext: Bitext) -> Doc:
    return Doc(nlp.vocab, _words(bitext) or [" "])


def _words(bitext: Bitext) -> list[str]:
    """The words of both texts in lower case."""
    return [
        side.text[a:b].lower()
        for lang in LANGS
        for side in [bitext.side(lang)]
        for a, b in side.tokens
    ]


def _spaced(bitexts: Sequence[Bitext]) -> list[str]:
    return [" ".join(_words(bitext)) for bitext in bitexts]


def _means(bitexts: Sequence[Bitext]) -> np.ndarray:
    rows = [np.vstack([b.en.vectors, b.zh.vectors]) for b in bitexts]
    return np.stack([vectors.sum(axis=0) / max(len(vectors), 1) for vectors in rows])


def _logistic(train: Any, labels: Mapping[str, np.ndarray]) -> dict[str, LogisticRegression]:
    """From a feature matrix, dense or sparse, a row a text."""
    return {
        task: LogisticRegression(C=10, max_iter=200, tol=1e-3).fit(train[y >= 0], y[y >= 0])
        for task, y in labels.items()
    }


def _answers(models: Mapping[str, LogisticRegression], features: Any) -> dict[str, np.ndarray]:
    found = {}
    for task, model in models.items():
        found[task] = np.zeros((features.shape[0], len(LABELS[task])))
        found[task][:, model.classes_] = model.predict_proba(features)
    return found
