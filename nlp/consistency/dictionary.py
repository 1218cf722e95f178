"""A dictionary of audit English and Chinese: which words of a passage the other text renders.

Its pairs of words were found in the written corpus by eval.benchmark.fit_dictionary (IBM Model 1,
Brown et al. 1993, both ways). It knows the common words only; a word that it does not know says
nothing about an omission.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import itemgetter

from ...corpus.labels import Lang
from ..bitext import Side, Span
from .lexicon import in_full

# Function words come and go in translation.
FUNCTION: dict[Lang, frozenset[str]] = {
    "en": frozenset(
        "a an the of to in on at by for from with is are was were be been has have had do doe did and or "
        "that this it its they them their as who which when ther any".split()
    ),
    "zh": frozenset("的了在是和与及也都就而且但该其这那并以于之中上下对为等被由将向有"),
}
_SUFFIXES = (
    ("ies", "y", 5), ("sses", "ss", 5), ("ing", "", 6), ("ed", "", 5), ("es", "", 5), ("s", "", 4), ("ly", "", 5)
)  # fmt: skip


@lru_cache(50_000)
def stem(word: str) -> str:
    """An English word without its ending, roughly: the same for most forms of one word."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("s'")
    for suffix, new, shortest in _SUFFIXES:
        if word.endswith(suffix) and len(word) >= shortest and word[-2:] not in ("ss", "us", "is"):
            word = word[: -len(suffix)] + new
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def words(side: Side, spans: Iterable[Span]) -> list[str]:
    """The words of some passages, English ones as stems; numbers and marks left out."""
    first = itemgetter(0)
    out = []
    for a, b in spans:
        cut = slice(*(bisect_left(side.tokens, at, key=first) for at in (a, b)))
        for start, end in side.tokens[cut]:
            word = side.text[start:end]
            if word[0].isalpha():
                full = in_full(word, side.lang) or [word]
                out += [stem(w) for w in full] if side.lang == "en" else full
    return out


@dataclass(frozen=True)
class Dictionary:
    """For each language: how often the corpus has a word, and by which words the other renders it."""

    counts: dict[Lang, dict[str, int]]
    renders: dict[Lang, dict[str, set[str]]]

    def features(self, said: Iterable[str], lang: Lang, there: set[str]) -> list[float]:
        """What tells that words are not rendered among those of the other text, 6 numbers.

        Known words that nothing renders, and their share; unknown words; the share weighted by how rare
        a word is, and the rarest; known words.
        """
        content = [w for w in said if w not in FUNCTION[lang]]
        known = [w for w in content if w in self.counts[lang]]
        rare = {w: math.log(2e5 / self.counts[lang][w]) for w in known}
        lost = [w for w in known if self.renders[lang].get(w, _NONE).isdisjoint(there)]
        weight = sum(rare[w] for w in lost)
        return [
            len(lost),
            len(lost) / (len(known) + 1),
            len(content) - len(known),
            weight / (sum(rare.values()) + 5),
            max((rare[w] for w in lost), default=0.0),
            len(known),
        ]


_NONE: frozenset[str] = frozenset()


@cache
def dictionary() -> Dictionary:
    """The dictionary in dictionary.tsv: language, word, count and, for English, its renderings."""
    counts: dict[Lang, dict[str, int]] = {"en": {}, "zh": {}}
    renders: dict[Lang, dict[str, set[str]]] = {"en": defaultdict(set), "zh": defaultdict(set)}
    text = files(__name__.rpartition(".")[0]).joinpath("dictionary.tsv").read_text("utf-8")
    for lang, word, count, *there in (line.split("\t") for line in text.splitlines()):
        counts["en" if lang == "en" else "zh"][word] = int(count)
        for other in there:
            renders["en"][word].add(other)
            renders["zh"][other].add(word)
    return Dictionary(counts, renders)
