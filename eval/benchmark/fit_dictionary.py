"""Finds the words of the check's dictionary in the written corpus.

    python -m bifinding.eval.benchmark.fit_dictionary nlp/consistency

IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation") over the
aligned sentences of the tuning findings, in both directions; a pair of words stays where each
renders the other at least once in a hundred times. What speaks for a negation in the other language is
learnt by an L1-regularised logistic regression over the clauses of aligned sentences: does the clause that
renders this one hold a negation?
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from ...corpus.labels import LANGS, Lang
from ...nlp.bitext import Bitext
from ...nlp.consistency.dictionary import Dictionary, grams, words
from ...nlp.consistency.negation import cues_of
from ...nlp.consistency.pair import Encode, Pair, other
from ...nlp.encoder import encoder
from ...nlp.pipeline import Pipeline
from .consistency import finding, source

ROUNDS = 6
SEEN = 3  # times the corpus must have a word
SHARE = 0.01
ALIKE = 0.35  # cosine from which two clauses count as renderings
STRENGTH = 0.3  # of the regression: the inverse of its L1 penalty
Beads = Sequence[tuple[list[str], list[str]]]


def beads(bitexts: Iterable[Bitext]) -> Beads:
    """The words of aligned sentences, English and Chinese."""
    return [
        tuple(
            words(side, [side.sentences[k] for k in rows])
            for side, rows in ((bitext.en, bead.en), (bitext.zh, bead.zh))
        )
        for bitext in bitexts
        for bead in bitext.beads
        if bead.en and bead.zh and bead.similarity > 0.3
    ]  # pyright: ignore[reportReturnType]


def model1(pairs: Sequence[tuple[list[str], list[str]]]) -> dict[tuple[str, str], float]:
    """p(second | first) for words that stand in aligned sentences, after some rounds of EM."""
    counts = [Counter(word for pair in pairs for word in pair[k]) for k in (0, 1)]
    names: list[list[str | None]] = [[None], []]  # the empty word renders what has no source
    for k in (0, 1):
        names[k] += [word for word, n in counts[k].items() if n > 1]
    ids = [{word: i for i, word in enumerate(side)} for side in names]
    firsts, seconds, places, place = [], [], [], 0
    for one, two in pairs:
        sources = [0, *(ids[0][w] for w in one if w in ids[0])]
        for word in two:
            if word in ids[1]:
                firsts += sources
                seconds += [ids[1][word]] * len(sources)
                places += [place] * len(sources)
                place += 1
    keys, at = np.unique(np.array(firsts) * len(names[1]) + seconds, return_inverse=True)
    first, where = keys // len(names[1]), np.array(places)
    chance = np.ones(len(keys))
    for _ in range(ROUNDS):
        share = chance[at] / np.bincount(where, chance[at])[where]
        chance = np.bincount(at, share)
        chance /= np.bincount(first, chance)[first]
    return {
        (str(names[0][i]), str(names[1][j])): float(p)
        for i, j, p in zip(first, keys % len(names[1]), chance, strict=True)
        if i and p > SHARE
    }


def denials(bitexts: Iterable[Bitext], encode: Encode) -> dict[Lang, dict[str, float]]:
    """What speaks for a negation in the other language: words and their log odds."""
    blank = Dictionary({}, {}, {})
    said: dict[Lang, list[str]] = {lang: [] for lang in LANGS}
    denied: dict[Lang, list[bool]] = {lang: [] for lang in LANGS}
    for bitext in bitexts:
        pair = Pair(bitext, encode, blank)
        for bead in (b for b in pair.beads if b.en and b.zh and b.similarity > 0.3):
            cues = {lang: cues_of(pair, bead, lang) for lang in LANGS}
            parts = {lang: pair.clauses(pair.spans(bead, lang), lang) for lang in LANGS}
            alike = pair.vectors(parts["en"], "en") @ pair.vectors(parts["zh"], "zh").T
            for lang in LANGS:
                cosines = alike if lang == "en" else alike.T
                for part, row in zip(parts[lang], cosines, strict=True):
                    if row.max() >= ALIKE:
                        start, end = parts[other(lang)][int(row.argmax())]
                        said[lang].append(pair.text(part, lang))
                        denied[lang].append(any(start <= c[0] < end for c in cues[other(lang)]))
    return {lang: _odds(said[lang], denied[lang], lang) for lang in LANGS}


def _odds(said: Sequence[str], denied: Sequence[bool], lang: Lang) -> dict[str, float]:
    def analyse(text: str) -> set[str]:
        return grams(text, lang)

    counter = CountVectorizer(
        analyzer=analyse,  # pyright: ignore[reportArgumentType]  (the stub knows names only)
        min_df=4,
        binary=True,
    )
    x = counter.fit_transform(said)
    regression = LogisticRegression(
        C=STRENGTH, penalty="l1", solver="liblinear", random_state=0
    ).fit(x, denied)
    names = counter.get_feature_names_out()
    found = {
        str(name): round(float(odds), 3)
        for name, odds in zip(names, np.asarray(regression.coef_)[0], strict=True)
        if abs(odds) >= 0.05
    }
    return {"": round(float(np.asarray(regression.intercept_)[0]), 3), **found}


def fit(bitexts: Sequence[Bitext], encode: Encode) -> Dictionary:
    """The dictionary of some aligned findings."""
    pairs = beads(bitexts)
    there = model1(pairs)
    back = model1([(zh, en) for en, zh in pairs])
    counts = [Counter(word for pair in pairs for word in pair[k]) for k in (0, 1)]
    known = [{word: n for word, n in side.items() if n >= SEEN} for side in counts]
    renders: tuple[dict[str, set[str]], ...] = (defaultdict(set), defaultdict(set))
    for en, zh in there:
        if (zh, en) in back and en in known[0] and zh in known[1]:
            renders[0][en].add(zh)
            renders[1][zh].add(en)
    return Dictionary(
        {"en": known[0], "zh": known[1]},
        {"en": renders[0], "zh": renders[1]},
        denials(bitexts, encode),
    )


def files(found: Dictionary) -> dict[str, list[str]]:
    """The lines of the files that hold a dictionary."""
    words, odds = [], []
    for lang in LANGS:
        for word, count in sorted(found.counts[lang].items()):
            there = sorted(found.renders["en"].get(word, ())) if lang == "en" else []
            words.append("\t".join([lang, word, str(count), *there]))
        odds += [f"{lang}\t{gram}\t{odd}" for gram, odd in sorted(found.denies[lang].items())]
    return {"dictionary.tsv": words, "negation.tsv": odds}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="the dictionary of the translation check")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    rows = [row for row in source("tune") if row["split"] == "train"]
    findings = [finding(row["id"], row["en"], row["zh"]) for row in rows]
    model = encoder()
    found = fit(Pipeline(model).process(findings, ["align"]), model.encode)
    for name, lines in files(found).items():
        (options.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
