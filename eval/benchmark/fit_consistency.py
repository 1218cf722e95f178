"""Fits the regressions of the translation check on the tuning half of the planted benchmark.

    python -m bifinding.eval.benchmark.fit_consistency

Prints the weights that ``nlp.consistency`` holds as constants, and how well each tells planted from
clean on the other half: the share of the planted found at so many false alarms per clean pair.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Callable, Iterator

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ...corpus.dataset import rows
from ...corpus.labels import LANGS, Lang
from ...nlp.consistency import meaning, polarity
from ...nlp.consistency.facts import Comparison
from ...nlp.consistency.pair import Pair, other
from ...nlp.encoder import SentenceEncoder, encoder
from ...nlp.pipeline import Pipeline
from . import planting
from .consistency import HALVES, another, finding, half_of

PAIRS = 1500  # clean pairs of each half
Sample = tuple[np.ndarray, bool]


class Bench:
    """Pairs of texts made ready for the check."""

    def __init__(self, model: SentenceEncoder):
        self.model, self.pipeline = model, Pipeline(model)

    def pair(self, en: str, zh: str) -> Pair:
        bitext = self.pipeline.process([finding("fit", en, zh)], ["check"])[0]
        return Pair(bitext, self.model.encode)

    def clauses(self, en: str, zh: str, lang: Lang) -> list[tuple[str, np.ndarray]]:
        """The clauses of one side that an omission could be seen in, with their features."""
        pair = self.pair(en, zh)
        facts = Comparison(pair)
        return [
            (pair.text(span, lang), row)
            for k, bead in enumerate(pair.beads)
            if pair.spans(bead, lang) and not meaning.formulas(pair, pair.spans(bead, lang), lang)
            for span, row in meaning.clause_features(pair, facts, pair.beads, k, lang)
        ]

    def doubts(self, en: str, zh: str) -> dict[tuple[str, str], np.ndarray]:
        """The doubtful clauses of a pair, by the texts of clause and counterpart."""
        pair = self.pair(en, zh)
        return {
            (pair.text(d.clause, d.lang), pair.text(d.counterpart, other(d.lang))): d.features
            for bead in polarity.with_neighbours(pair.beads)
            for d in polarity.doubts(pair, bead)
        }


def lost_clauses(bench: Bench, source: list, index: int) -> Iterator[Sample]:
    """Every clause of a clean pair, and those whose counterpart has been taken out."""
    en, zh = source[index]["en"], source[index]["zh"]
    for lang in LANGS:
        yield from ((row, False) for _, row in bench.clauses(en, zh, lang))
        new = planting.omission(en, zh, random.Random(index), other(lang))
        if not new:
            continue
        old, cut = (zh, new[1]) if lang == "en" else (en, new[0])
        blocks = difflib.SequenceMatcher(None, old, cut, autojunk=False).get_opcodes()
        removed = "".join(old[a:b] for kind, a, b, _, _ in blocks if kind != "equal")
        clauses = bench.clauses(*new, lang)
        if len(removed) >= 6 and clauses:
            vectors = bench.model.encode([removed, *(text for text, _ in clauses)])
            likeness = vectors[1:] @ vectors[0]
            if likeness.max() >= 0.45:
                yield clauses[int(likeness.argmax())][1], True


def lost_negations(bench: Bench, source: list, index: int) -> Iterator[Sample]:
    """The doubtful clauses of a clean pair, and the one that a planted flip adds."""
    en, zh = source[index]["en"], source[index]["zh"]
    clean = bench.doubts(en, zh)
    yield from ((row, False) for row in clean.values())
    for seed in (1, 2):
        new = planting.polarity(en, zh, random.Random(seed))
        fresh = [row for key, row in bench.doubts(*new).items() if key not in clean] if new else []
        if fresh:
            yield max(fresh, key=lambda row: float(row[0])), True


def two_findings(bench: Bench, source: list, index: int) -> Iterator[Sample]:
    """A clean pair, a pair with a clause or a fact changed, and one with another finding's Chinese."""
    en, zh = source[index]["en"], source[index]["zh"]
    rng = random.Random(index)
    changed = planting.PLANTERS[rng.choice(["omission_zh", "omission_en", "number_mismatch"])](
        en, zh, rng
    )
    for texts, wrong in (
        ((en, zh), False),
        (changed, False),
        ((en, another(source, index, rng)), True),
    ):
        if texts:
            pair = bench.pair(*texts)
            row = meaning.unlike_features(pair, Comparison(pair))
            if row is not None:
                yield row, wrong


FITS: dict[str, Callable[[Bench, list, int], Iterator[Sample]]] = {
    "LOST": lost_clauses,
    "NEGATION": lost_negations,
    "OTHER": two_findings,
}


def main(model: SentenceEncoder | None = None) -> None:
    bench = Bench(model or encoder())
    for name, samples in FITS.items():
        sets = {}
        for half in HALVES:
            source = [
                r
                for r in rows()
                if r["question"] and r["en"] and r["zh"] and half_of(r["question"]) == half
            ]
            source = random.Random(0).sample(source, min(len(source), PAIRS))
            made = [s for i in range(len(source)) for s in samples(bench, source, i)]
            sets[half] = (
                np.array([row for row, _ in made]),
                np.array([y for _, y in made]),
                len(source),
            )
        x, y, _ = sets["tune"]
        scaler, regression = StandardScaler(), LogisticRegression()
        fitted = make_pipeline(scaler, regression).fit(x, y)
        weights = np.asarray(regression.coef_)[0] / np.asarray(scaler.scale_)
        bias = float(np.asarray(regression.intercept_)[0] - weights @ np.asarray(scaler.mean_))
        print(f"{name}: weights {[round(float(w), 2) for w in weights]}, bias {bias:.2f}")
        x, y, pairs = sets["test"]
        chance = fitted.predict_proba(x)[:, 1]
        alarms = np.sort(chance[~y])[::-1]
        for share in (0.005, 0.01, 0.02, 0.03):
            level = alarms[min(int(share * pairs), len(alarms) - 1)]
            print(
                f"  {(chance[y] > level).mean():.3f} of {y.sum()} above {level:.2f} ({share:.1%} false)"
            )


if __name__ == "__main__":
    main()
