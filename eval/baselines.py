"""What simpler classifiers reach on the same findings: the bar a model has to clear.

Each baseline learns from the whole texts, English and Chinese one after the other, and answers each
task by itself; none knows of states, laws, cues, or that a question belongs to an area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

from ..corpus.labels import LANGS
from ..corpus.tasks import LABELS
from ..nlp.bitext import Bitext

# Training texts, gold labels by task (-1: none), test texts, to probabilities by task.
Baseline = Callable[
    [Sequence[Bitext], Mapping[str, np.ndarray], Sequence[Bitext]], dict[str, np.ndarray]
]
_EPOCHS = 8
_BAG_OF_WORDS = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": 1,
    "length": 65536,
    "no_output_layer": False,
}


def majority(
    train: Sequence[Bitext], labels: Mapping[str, np.ndarray], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    """Each label as often as it occurs in training, whatever the text says."""
    found = {}
    for task, y in labels.items():
        counts = np.bincount(y[y >= 0], minlength=len(LABELS[task]))
        found[task] = np.tile(counts / counts.sum(), (len(test), 1))
    return found


def tfidf(
    train: Sequence[Bitext], labels: Mapping[str, np.ndarray], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    """TF-IDF of words (jieba's, for Chinese), pairs of words and character 2- to 4-grams; logistic
    regression."""
    words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 4), min_df=3, max_features=50_000, sublinear_tf=True
    )
    both = make_union(words, characters)
    return _logistic(both.fit_transform(_spaced(train)), labels, both.transform(_spaced(test)))


def encoder(
    train: Sequence[Bitext], labels: Mapping[str, np.ndarray], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    """The mean of the sentence vectors; logistic regression."""
    return _logistic(_means(train), labels, _means(test))


def textcat(
    train: Sequence[Bitext], labels: Mapping[str, np.ndarray], test: Sequence[Bitext]
) -> dict[str, np.ndarray]:
    """spaCy's bag-of-words text classifier, a few epochs."""
    found = {}
    for task, y in labels.items():
        fix_random_seed(0)
        nlp = spacy.blank("xx")
        nlp.add_pipe("textcat", config={"model": _BAG_OF_WORDS})

        def doc(bitext: Bitext, nlp: Language = nlp) -> Doc:
            return Doc(nlp.vocab, _words(bitext) or [" "])

        names = LABELS[task]
        examples = [
            Example.from_dict(
                doc(bitext), {"cats": {name: float(i == k) for i, name in enumerate(names)}}
            )
            for bitext, k in zip(train, y, strict=True)
            if k >= 0
        ]
        optimizer = nlp.initialize(lambda examples=examples: examples)
        order = np.random.default_rng(0)
        for _ in range(_EPOCHS):
            order.shuffle(examples)  # pyright: ignore[reportArgumentType]
            for batch in minibatch(examples, 64):
                nlp.update(batch, sgd=optimizer)
        docs = nlp.pipe(doc(bitext) for bitext in test)
        found[task] = np.array([[d.cats[name] for name in names] for d in docs])
    return found


BASELINES: dict[str, Baseline] = {
    "majority": majority,
    "TF-IDF + logistic regression": tfidf,
    "encoder + logistic regression": encoder,
    "spaCy textcat": textcat,
}


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


def _logistic(train: Any, labels: Mapping[str, np.ndarray], test: Any) -> dict[str, np.ndarray]:
    """From feature matrices, dense or sparse, a row a text."""
    found = {}
    for task, y in labels.items():
        model = LogisticRegression(C=10, max_iter=200, tol=1e-3).fit(train[y >= 0], y[y >= 0])
        found[task] = np.zeros((test.shape[0], len(LABELS[task])))
        found[task][:, model.classes_] = model.predict_proba(test)
    return found
