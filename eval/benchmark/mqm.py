"""Does the check know a wrong translation from a right one? Human judgements of news and talks.

    python -m bifinding.eval.benchmark.mqm REPOSITORY

REPOSITORY is a clone (bare or not) of google/wmt-mqm-human-evaluation (Freitag et al. 2021, "Experts,
Errors, and Context"). Chinese is the source there, English the translation of a machine. Positive
is a segment in which two raters (one, where only one rated) mark a major error of accuracy;
negative, one in which nobody marks any. Each positive goes with the free negative nearest in
source length, at most 3 characters or a tenth away. Printed is the area under the ROC curve of our
score beside those of the encoder's cosine and of the length ratio alone, and of whether the Chinese
has a number at all: over all, over the positives whose marked words hold a number ("number"; most of
these numbers are right, and the words around them wrong, so that having one tells most), and over those whose marked words are for the most part a number or a date
("number alone"). One half of the documents was looked at to find what is misread; the figures of the
other half stand apart.
"""

from __future__ import annotations

import argparse
import io
import math
import random
import re
import subprocess
import tarfile
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.metrics import roc_auc_score

from ...corpus.labels import Lang
from ...nlp.bitext import Bitext
from ...nlp.consistency import check_pair
from ...nlp.consistency.facts import Comparison
from ...nlp.consistency.pair import Pair
from ...nlp.encoder import SentenceEncoder, encoder
from ...nlp.entities import extract, numbers
from ...nlp.pipeline import Pipeline
from .consistency import finding

FILES = (
    "ted/zhen/mqm_ted_zhen.tsv",
    "generalMT2023/zhen/sxs_mqm_generalMT2023_zhen.3ratingsPerSegment.tsv.tar.gz",
    "generalMT2022/zhen/mqm_generalMT2022_zhen.tsv",
    "generalMT2023/zhen/mqm_generalMT2023_zhen.tsv",
    "newstest2020/zhen/mqm_newstest2020_zhen.tsv",
    "newstest2021/zhen/mqm_newstest2021_zhen.tsv",
)
ERRORS = tuple(
    f"Accuracy/{kind}"
    for kind in (
        "Mistranslation", "Omission", "Addition", "Untranslated", "Source language fragment"
    )
)  # fmt: skip


@dataclass
class Segment:
    """One machine's translation of one source segment, with the raters who found a major error."""

    zh: str
    en: str
    raters: set[str] = field(default_factory=set)
    major: set[str] = field(default_factory=set)
    spotless: bool = True
    number: bool = False
    number_alone: bool = False
    unseen: bool = False

    @property
    def wrong(self) -> bool:
        return len(self.major) >= min(2, len(self.raters))


def rows(repository: str, path: str) -> Iterator[dict[str, str]]:
    """The annotations of one file; none where the clone lacks its content."""
    command = ["git", "-C", repository, "show", f"HEAD:{path}"]
    got = subprocess.run(command, capture_output=True)
    data = b"" if got.returncode else got.stdout
    if data and path.endswith(".gz"):
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            member = next(m for m in archive.getmembers() if m.isfile())
            data = archive.extractfile(member).read()  # pyright: ignore[reportOptionalMemberAccess]
    head, *lines = data.decode("utf-8").split("\n")
    names = head.split("\t")
    yield from (dict(zip(names, line.split("\t"), strict=False)) for line in lines if "\t" in line)


def segments(annotations: Iterator[dict[str, str]]) -> list[Segment]:
    """The rated segments of one file, in the order of their system, document and number."""
    found: dict[tuple[str, ...], Segment] = {}
    for row in annotations:
        if len(row) < 9 or row["severity"] == "HOTW-test":  # planted tests of attention
            continue
        key = (row["system"], row["doc"], row.get("seg_id") or row.get("docSegId", ""))
        segment = found.setdefault(key, Segment(_plain(row["source"]), _plain(row["target"])))
        segment.unseen = bool(zlib.crc32(row["doc"].encode()) % 2)
        segment.raters.add(row["rater"])
        segment.spotless &= not row["category"].startswith(("Accuracy", "Non-translation"))
        major = row["severity"].lower() in ("major", "critical")
        if major and row["category"].startswith(ERRORS):
            segment.major.add(row["rater"])
            texts: dict[Lang, str] = {"zh": row["source"], "en": row["target"]}
            for lang, text in texts.items():
                for words in re.findall(r"<v>(.*?)</v>", text):
                    segment.number |= bool(numbers(words, lang))
                    segment.number_alone |= _mostly_number(words, lang)
    return [found[key] for key in sorted(found) if found[key].zh and found[key].en]


def _mostly_number(words: str, lang: Lang) -> bool:
    """Whether at least half of some words is numbers and dates."""
    dates = [e for e in extract(words, lang) if e.label == "DATE"]
    held = {i for n in (*numbers(words, lang), *dates) for i in range(n.start, n.end)}
    return bool(held) and 2 * len(held) >= len(words.strip())


def _plain(text: str) -> str:
    return re.sub(r"</?v>", "", text).strip()


def balanced(found: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
    """As many wrong segments as spotless ones, matched in source length."""
    wrong = [s for s in found if s.major and s.wrong]
    free = sorted((s for s in found if s.spotless), key=lambda s: len(s.zh))
    random.Random(0).shuffle(wrong)
    pairs = []
    for segment in wrong:
        size = len(segment.zh)
        at = bisect_left(free, size, key=lambda s: len(s.zh))
        near = [k for k in (at - 1, at) if 0 <= k < len(free)]
        best = min(near, key=lambda k: abs(len(free[k].zh) - size), default=None)
        if best is not None and abs(len(free[best].zh) - size) <= max(3, 0.1 * size):
            pairs.append((segment, free.pop(best)))
    return [a for a, _ in pairs], [b for _, b in pairs]


def scores(pairs: Sequence[tuple[str, str]], model: SentenceEncoder) -> dict[str, np.ndarray]:
    """What ours and three baselines say of pairs (en, zh); the higher, the more suspect."""
    pipeline = Pipeline(model)
    cosine, ours = [], []
    for first in range(0, len(pairs), 64):
        batch = pairs[first : first + 64]
        findings = [finding(f"m#{first + k}", *pair) for k, pair in enumerate(batch)]
        vectors = model.encode([text for pair in batch for text in pair])
        cosine += [float(a @ b) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]
        for bitext in pipeline.process(findings, ["check"]):
            ours.append(suspicion(bitext, model))
    ratio = np.array([math.log(len(en) / len(zh)) for en, zh in pairs])
    unlike = 1 - np.array(cosine)
    return {
        "ours": np.array(ours) + unlike,
        "cosine": unlike,
        "length ratio": np.abs(ratio - np.median(ratio)),
        "has a number": np.array([float(bool(numbers(zh, "zh"))) for _, zh in pairs]),
    }


def suspicion(bitext: Bitext, model: SentenceEncoder) -> float:
    """1 where one text alone states a fact, else the confidence that at least one error is one.

    A fact that nothing rivals is no defect, since a translation may leave it out on good grounds; but it
    tells more than any cosine. Warnings are left out: in talks they tell nothing.
    """
    if any(Comparison(Pair(bitext, model.encode)).left.values()):
        return 1.0
    defects = check_pair(bitext, model.encode)
    return 1 - math.prod(1 - d.confidence for d in defects if d.level == "error")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="human judgements of translations (MQM)")
    parser.add_argument("repository", help="clone of google/wmt-mqm-human-evaluation")
    options = parser.parse_args(arguments)
    wrong: list[Segment] = []
    right: list[Segment] = []
    for path in FILES:
        one, two = balanced(segments(rows(options.repository, path)))
        if one:  # most files are only named in a clone without their content
            print(f"{path}: {len(one)} wrong, {len(two)} right")
        wrong += one
        right += two
    both = [*wrong, *right]
    said = scores([(s.en, s.zh) for s in both], encoder())
    truth = np.arange(len(both)) < len(wrong)
    views = {
        "all": np.full(len(both), True),
        "number": ~truth | [s.number for s in both],
        "number alone": ~truth | [s.number_alone for s in both],
    }
    unseen = np.array([s.unseen for s in both])
    views |= {f"{name}, unseen": keep & unseen for name, keep in views.items()}
    print(f"{'':20} wrong  right  " + "  ".join(f"{name:>12}" for name in said))
    for name, keep in views.items():
        areas = "  ".join(f"{roc_auc_score(truth[keep], s[keep]):12.3f}" for s in said.values())
        print(f"{name:20} {truth[keep].sum():5}  {(~truth[keep]).sum():5}  {areas}")


if __name__ == "__main__":
    main()
