"""Fits the regressions of the translation check on the tuning half of the planted benchmark.

    python -m bifinding.eval.benchmark.fit_consistency

Prints the weights that ``nlp.consistency`` holds as constants, and how well each tells planted from
clean: the share of the planted found at so many false alarms per clean pair. The files, each in the
styles of its own writer, are cut in two folds. The dictionary that the features of one fold rest on comes from the other, so that the
regressions learn how far a dictionary can be trusted on findings that it has not seen; the share
found is that of weights fitted on the other fold. What is lost is learned from the other writers' tuning
pairs, too, which are fewer and further from each other: each counts twice.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ...corpus.labels import LANGS, Lang
from ...nlp.consistency import meaning, omission
from ...nlp.consistency.dictionary import Dictionary
from ...nlp.consistency.facts import Comparison
from ...nlp.consistency.pair import Pair, other
from ...nlp.encoder import SentenceEncoder, encoder
from ...nlp.pipeline import Pipeline
from . import planting
from .consistency import another, by_others, finding, source
from .fit_dictionary import fit

PAIRS = 1500  # clean pairs of each fold
SHARES = (0.005, 0.01, 0.02, 0.03)
OTHERS = 2.0  # how much a clause of the other writers' pairs weighs
Sample = tuple[np.ndarray, bool]


class Bench:
    """Pairs of texts made ready for the check."""

    def __init__(self, model: SentenceEncoder, known: Dictionary):
        self.model, self.pipeline, self.dictionary = model, Pipeline(model), known

    def pair(self, en: str, zh: str) -> Pair:
        bitext = self.pipeline.process([finding("fit", en, zh)], ["check"])[0]
        return Pair(bitext, self.model.encode, dictionary=self.dictionary)

    def clauses(self, en: str, zh: str, lang: Lang) -> list[tuple[str, np.ndarray]]:
        """The clauses of one side that an omission could be seen in, with their features."""
        pair = self.pair(en, zh)
        facts = Comparison(pair)
        return [
            (pair.text(span, lang), row)
            for k, bead in enumerate(pair.beads)
            if pair.spans(bead, lang) and not meaning.formulas(pair, pair.spans(bead, lang), lang)
            for span, row in omission.clause_features(pair, facts, pair.beads, k, lang)
        ]


def lost_clauses(bench: Bench, findings: list, index: int) -> Iterator[Sample]:
    """Every clause of a clean pair, and those whose counterpart has been taken out."""
    en, zh = findings[index]["en"], findings[index]["zh"]
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
            if likeness.max() >= 0.4:
                yield clauses[int(likeness.argmax())][1], True


def of_others(bench: Bench, fold: int) -> Iterator[Sample]:
    """Every clause of the other writers' clean pairs; of those with an omission, the one that looks most
    like it (they say what is missing, not where), and the others. A writer is in one fold."""
    for row in by_others("tuning"):
        kept = {"omission_zh": "en", "omission_en": "zh"}.get(row["defect"])
        if ord(row["id"][0]) % 2 != fold or (row["defect"] and not kept):
            continue
        for lang in LANGS:
            rows = [x for _, x in bench.clauses(row["en"], row["zh"], lang)]
            odds = [float(x @ omission.LOST_WEIGHTS) for x in rows]
            yield from (
                (x, lang == kept and z == max(odds)) for x, z in zip(rows, odds, strict=True)
            )


def two_findings(bench: Bench, findings: list, index: int) -> Iterator[Sample]:
    """A clean pair, a pair with a clause or a fact changed, and one with another finding's Chinese."""
    en, zh = findings[index]["en"], findings[index]["zh"]
    rng = random.Random(index)
    changed = planting.PLANTERS[rng.choice(["omission_zh", "omission_en", "number_mismatch"])](
        en, zh, rng
    )
    for texts, wrong in (
        ((en, zh), False),
        (changed, False),
        ((en, another(findings, index, rng)), True),
    ):
        if texts:
            pair = bench.pair(*texts)
            row = meaning.unlike_features(pair, Comparison(pair))
            if row is not None:
                yield row, wrong


FITS: dict[str, Callable[[Bench, list, int], Iterator[Sample]]] = {
    "LOST": lost_clauses,
    "OTHER": two_findings,
}


def fold_of(row: dict[str, Any]) -> int:
    """Which of two folds a finding belongs to, with its whole file."""
    return hashlib.sha256(row["id"].partition("#")[0].encode()).digest()[0] % 2


def _folds(model: SentenceEncoder) -> Iterator[tuple[Bench, list]]:
    """The findings of each fold, with a bench whose dictionary is from the other."""
    findings = source("tune")
    bitexts = Pipeline(model).process(
        [finding(row["id"], row["en"], row["zh"]) for row in findings], ["align"]
    )
    for fold in (0, 1):
        others = [
            b
            for row, b in zip(findings, bitexts, strict=True)
            if fold_of(row) != fold and row["split"] == "train"
        ]
        mine = [row for row in findings if fold_of(row) == fold]
        chosen = random.Random(0).sample(mine, min(len(mine), PAIRS))
        yield Bench(model, fit(others)), chosen


def _chances(learnt: tuple[np.ndarray, np.ndarray, np.ndarray], asked: np.ndarray) -> np.ndarray:
    x, y, weigh = learnt
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(x, y, logisticregression__sample_weight=weigh).predict_proba(asked)[:, 1]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="weights of the translation check")
    parser.add_argument("names", nargs="*", default=list(FITS), choices=list(FITS), metavar="NAME")
    options = parser.parse_args(arguments)
    folds = list(_folds(encoder()))
    for name in options.names:
        sets = []
        for fold, (bench, findings) in enumerate(folds):
            made = [s for i in range(len(findings)) for s in FITS[name](bench, findings, i)]
            others = list(of_others(bench, fold)) if name == "LOST" else []
            weigh = np.repeat([1.0, OTHERS], [len(made), len(others)])
            both = made + others
            sets.append((np.array([row for row, _ in both]), np.array([y for _, y in both]), weigh))
        x, y, weigh = (np.concatenate(parts) for parts in zip(*sets, strict=True))
        scaler = StandardScaler().fit(x)
        regression = LogisticRegression(max_iter=1000).fit(scaler.transform(x), y, weigh)
        weights = np.asarray(regression.coef_)[0] / np.asarray(scaler.scale_)
        bias = float(np.asarray(regression.intercept_)[0] - weights @ np.asarray(scaler.mean_))
        print(f"{name}: weights {[round(float(w), 3) for w in weights]}, bias {bias:.3f}")
        chance = np.concatenate([_chances(sets[1 - k], sets[k][0]) for k in (0, 1)])
        alarms = np.sort(chance[~y])[::-1]
        pairs = sum(len(findings) for _, findings in folds)
        for share in SHARES:
            level = alarms[min(int(share * pairs), len(alarms) - 1)]
            found = (chance[y] > level).mean()
            print(f"  {found:.3f} of {y.sum()} above {level:.2f} ({share:.1%} false)", flush=True)


if __name__ == "__main__":
    main()
