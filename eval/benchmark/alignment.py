"""Sentence alignment on the MAC corpus, beside its peers on the same encoder.

    python -m bifinding.eval.benchmark.alignment MAC_PATH [--split dev|test] [--curve]

MAC (https://github.com/bfsujason/mac; MAC_PATH is a clone) holds chapters of Chinese novels with
English translations and gold beads. Strict: the very same bead is gold. Lax: the bead has a
sentence pair in common with the gold. Precision runs over all beads found, recall over the gold
beads with two sides, counts pooled over chapters (the scorer of Vecalign and Bertalign). Speed
counts the sentences of both languages and everything from text to beads.
"""

from __future__ import annotations

import argparse
import resource
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from ...nlp.longalign import Text, align_texts
from ...nlp.use import Use
from .alignment_peers import bertalign, gale_church

Half = tuple[int, ...]
Beads = list[tuple[Half, Half]]  # of English and Chinese sentences
Found = list[tuple[list[int], list[int], float]]
LENGTHS = (500, 1000, 2000, 5000, 10_000)  # sentences of a side
BINS = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)


@dataclass(frozen=True)
class Chapter:
    name: str
    en: list[str]
    zh: list[str]
    gold: Beads


def load(path: str | Path, split: str) -> list[Chapter]:
    """The chapters of "dev" or "test". Raises FileNotFoundError where the path is no clone of MAC."""
    folder = Path(path) / split / "intertext"
    links = sorted(p for p in folder.glob("*.xml") if len(p.name.split(".")) == 4)
    if not links:
        raise FileNotFoundError(
            f"{folder}: no alignments; give the path of a clone of bfsujason/mac"
        )
    return [_chapter(path) for path in links]


def _chapter(path: Path) -> Chapter:
    project, zh, en, _ = path.name.split(".")
    zh_texts, zh_at = _sentences(path.with_name(f"{project}.{zh}.xml"))
    en_texts, en_at = _sentences(path.with_name(f"{project}.{en}.xml"))
    gold = []
    for link in ET.parse(path).iter("link"):
        ids_en, ids_zh = link.attrib["xtargets"].split(";")
        gold.append(
            (tuple(en_at[i] for i in ids_en.split()), tuple(zh_at[i] for i in ids_zh.split()))
        )
    return Chapter(zh, en_texts, zh_texts, gold)


def _sentences(path: Path) -> tuple[list[str], dict[str, int]]:
    found = list(ET.parse(path).iter("s"))
    texts = [" ".join((s.text or "").split()) for s in found]
    return texts, {s.attrib["id"]: k for k, s in enumerate(found)}


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1, each (strict, lax)."""

    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]


def score(pairs: Iterable[tuple[Beads, Beads]]) -> Score:
    """Of pairs of gold and found beads, a pair a text."""
    precision, recall = np.zeros(3), np.zeros(3)
    for gold, found in pairs:
        precision += _hits(found, gold)
        recall += _hits(_two_sided(gold), _two_sided(found))
    p, r = (hits[:2] / max(hits[2], 1) for hits in (precision, recall))
    f1 = 2 * p * r / np.maximum(p + r, 1e-9)
    return Score(*(tuple(map(float, figure)) for figure in (p, r, f1)))


def _two_sided(beads: Beads) -> Beads:
    return [bead for bead in beads if bead[0] and bead[1]]


def _hits(beads: Beads, reference: Beads) -> np.ndarray:
    """Strict hits, lax hits and the number of beads."""
    known = set(reference)
    links = {(i, j) for left, right in reference for i in left for j in right}
    strict = [bead in known for bead in beads]
    lax = [any((i, j) in links for i in left for j in right) for left, right in beads]
    return np.array([sum(strict), sum(map(max, strict, lax)), len(beads)])


def ours(model: Use) -> Callable[[Sequence[str], Sequence[str]], Found]:
    """Our beads with their probabilities."""
    return lambda en, zh: align_texts(
        Text.of(en, model.compose(en)), Text.of(zh, model.compose(zh))
    )


def plain(beads: Iterable[Sequence]) -> Beads:
    """The beads alone, without their probabilities."""
    return [(tuple(bead[0]), tuple(bead[1])) for bead in beads]


def reliability(
    pairs: Iterable[tuple[Beads, Found]],
) -> list[tuple[float, float, int, float, float]]:
    """For each range of probabilities: its bounds, beads, mean probability, share that is gold."""
    rows = [
        (chance, (tuple(left), tuple(right)) in known)
        for gold, found in pairs
        for known in (set(gold),)
        for left, right, chance in found
    ]
    chance, truth = np.array(rows).T
    out = []
    for low, high in pairwise(BINS):
        within = (chance >= low) & (chance < high)
        if within.any():
            means = float(chance[within].mean()), float(truth[within].mean())
            out.append((low, min(high, 1.0), int(within.sum()), *means))
    return out


def strung(chapters: Sequence[Chapter], sentences: int) -> Chapter:
    """Chapters one behind the other, over and over, until both sides have so many sentences together."""
    whole = Chapter("", [], [], [])
    for chapter in cycle(chapters):
        if len(whole.en) + len(whole.zh) >= sentences:
            return whole
        at_en, at_zh = len(whole.en), len(whole.zh)
        whole.gold.extend(
            (tuple(i + at_en for i in en), tuple(j + at_zh for j in zh)) for en, zh in chapter.gold
        )
        whole.en.extend(chapter.en)
        whole.zh.extend(chapter.zh)
    raise ValueError("no chapters")


def curve(chapters: Sequence[Chapter], model: Use, console: Console) -> None:
    """Prints time, strict F1 and the peak of the process's memory by the length of the text."""
    align = ours(model)
    for length in LENGTHS:
        text = strung(chapters, 2 * length)
        start = time.perf_counter()
        found = align(text.en, text.zh)
        seconds = time.perf_counter() - start
        speed = (len(text.en) + len(text.zh)) / seconds
        f1 = score([(text.gold, plain(found))]).f1[0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        console.print(
            f"{len(text.en):6} x {len(text.zh):5}  {seconds:6.1f} s  {speed:5.0f} sentences/s"
            f"  F1 {f1:.3f}  {peak:5.0f} MiB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Sentence alignment on MAC, beside its peers.")
    parser.add_argument("path", help="a clone of https://github.com/bfsujason/mac")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--curve", action="store_true", help="time and memory by length, instead")
    args = parser.parse_args()
    model, console = Use(), Console()
    chapters = load(args.path, args.split)
    model.compose(["Warm up.", "热身。"])
    with threadpool_limits(1):
        if args.curve:
            curve(chapters, model, console)
        else:
            _compare(chapters, model, console)


def _compare(chapters: Sequence[Chapter], model: Use, console: Console) -> None:
    golds = [c.gold for c in chapters]
    sentences = sum(len(c.en) + len(c.zh) for c in chapters)
    systems: dict[str, Callable[[Sequence[str], Sequence[str]], list]] = {
        "Gale-Church": gale_church,
        "Bertalign, pooled": bertalign(model, pooled=True),
        "Bertalign, anew": bertalign(model, pooled=False),
        "ours": ours(model),
    }
    table = Table("", "strict P", "R", "F1", "lax P", "R", "F1", "sentences/s")
    found: list = []
    for name, align in systems.items():
        start = time.perf_counter()
        found = [align(c.en, c.zh) for c in chapters]
        speed = sentences / (time.perf_counter() - start)
        s = score(zip(golds, map(plain, found), strict=True))
        figures = [f"{x[k]:.3f}" for k in (0, 1) for x in (s.precision, s.recall, s.f1)]
        table.add_row(name, *figures, f"{speed:.0f}")
    console.print(table)
    console.print("Probability of our beads: range, beads, mean, share that is gold")
    for low, high, beads, mean, share in reliability(zip(golds, found, strict=True)):
        console.print(f"  {low:.2f}-{high:.2f} {beads:6} {mean:.3f} {share:.3f}")


if __name__ == "__main__":
    main()
