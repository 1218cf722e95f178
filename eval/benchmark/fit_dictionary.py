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

from ...corpus.labels import LANGS
from ...nlp.bitext import Bitext
from ...nlp.consistency.dictionary import Dictionary, words
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


def fit(bitexts: Sequence[Bitext]) -> Dictionary:
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
    return Dictionary({"en": known[0], "zh": known[1]}, {"en": renders[0], "zh": renders[1]})


def lines(found: Dictionary) -> list[str]:
    """The lines of the file that holds a dictionary."""
    out = []
    for lang in LANGS:
        for word, count in sorted(found.counts[lang].items()):
            there = sorted(found.renders["en"].get(word, ())) if lang == "en" else []
            out.append("\t".join([lang, word, str(count), *there]))
    return out


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="the dictionary of the translation check")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    rows = [row for row in source("tune") if row["split"] == "train"]
    findings = [finding(row["id"], row["en"], row["zh"]) for row in rows]
    found = fit(Pipeline(encoder()).process(findings, ["align"]))
    text = "\n".join(lines(found)) + "\n"
    (options.folder / "dictionary.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
