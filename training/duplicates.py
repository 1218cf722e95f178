"""Findings told twice: what they teach is already known, and a test that meets them tests nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from ..corpus.labels import LANGS, Lang
from ..corpus.tasks import TASKS
from ..models.features import mean_vector, states_of
from ..nlp.bitext import Bitext

_NEAR = 0.8  # cosine of two texts that are worth comparing letter by letter
_ROWS = 256  # texts compared with all others at once


def duplicates(new: Sequence[Bitext], known: Sequence[Bitext], alike: float) -> np.ndarray:
    """Which of ``new`` repeat one of ``known``, or one of ``new`` that stands before them; shape
    (len(new),), boolean.

    Two findings are one where they have the same labels and languages and, in each language, agree in
    ``alike`` of the characters of their states (1 - indel distance / length), numbers and
    punctuation apart: "3 of 10 workers" teaches what "7 of 30 workers" does. To compare every pair
    so would be slow; only pairs whose mean sentence vectors lie near each other are.
    """
    rows = [*known, *new]
    texts = [_folded(bitext) for bitext in rows]
    labels = [
        tuple(getattr(b.finding.given, task) for task in TASKS) + tuple(map(bool, text))
        for b, text in zip(rows, texts, strict=True)
    ]
    number = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    kinds = np.array([number[label] for label in labels], int)
    vectors = [_vectors(rows, lang) for lang in LANGS]
    repeated = np.zeros(len(rows), bool)
    for start in range(len(known), len(rows), _ROWS):
        block = slice(start, start + _ROWS)
        near = np.asarray(kinds[block, None] == kinds)
        for v in vectors:
            lacking = np.logical_not(v[block].any(axis=1, keepdims=True))  # a language not used
            near &= (v[block] @ v.T >= _NEAR) | lacking
        for i in range(start, start + len(near)):
            repeated[i] = any(
                not repeated[j] and _alike(texts[i], texts[j], alike)
                for j in np.flatnonzero(near[i - start][:i]).tolist()
            )
    return repeated[len(known) :]


def _alike(a: tuple[str, ...], b: tuple[str, ...], least: float) -> bool:
    return all(
        fuzz.ratio(one, other, score_cutoff=100 * least)
        for one, other in zip(a, b, strict=True)
        if one
    )


def _folded(bitext: Bitext) -> tuple[str, ...]:
    """Each language's states, in letters alone."""
    folded = []
    for side in (bitext.side(lang) for lang in LANGS):
        said = "".join(side.text[slice(*state)] for state in states_of(side, whole=True))
        folded.append("".join(filter(str.isalpha, unicodedata.normalize("NFKC", said).casefold())))
    return tuple(folded)


def _vectors(bitexts: Sequence[Bitext], lang: Lang) -> np.ndarray:
    """The mean vector of each text in that language, of unit length; zeros where there is none."""
    sides = [bitext.side(lang) for bitext in bitexts]
    found = [mean_vector(side, states_of(side, whole=True)) for side in sides]
    rows = np.zeros((len(found), max(map(len, found), default=1) or 1), np.float32)
    for row, vector in zip(rows, found, strict=True):
        row[: len(vector)] = vector
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
