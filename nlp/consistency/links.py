"""Which words of a bead's two halves render each other.

Two words are linked where the encoder finds them alike or the dictionary knows one as a rendering of
the other. A word that stands several times is linked to the one whose surroundings are rendered too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...corpus.labels import Lang
from ...corpus.schema import Bead
from ..bitext import Span
from . import lexicon
from .dictionary import FUNCTION, stem
from .pair import Pair, other

_LOW, _HIGH = 0.42, 0.75  # cosines of two words at which they are strangers, and one word
_KNOWN = 0.75  # link of two words that the dictionary knows as renderings
_AROUND = 0.35  # what the surroundings count for
_TIE = 0.08  # links that are as good as each other
_PHRASE = {
    "en": re.compile(
        r"[.;:!?](?=\s|$)|,(?=\s)|\b(?:but|while|whereas|although|though|because|which|who)\b"
    ),
    "zh": re.compile(r"[，。；：！？!?;]|,(?!\d)|但|而(?!且)|却"),
}
# Words without content of their own, negations among them.
_EMPTY: dict[Lang, frozenset[str]] = {
    "en": FUNCTION["en"]
    | frozenset(
        "not no none never cannot without which there these those than if but because so also only "
        "still yet again".split()
    ),
    "zh": FUNCTION["zh"]
    | frozenset("未 没有 没 不 无 未能 能 均 已 仍 也 都 并 该 但 因 因为 由于 其中".split()),
}


@dataclass
class Half:
    """The content words of one half of a bead: their spans, their forms, and where the phrases end that
    they stand in. ``low`` is the whole text in lower case."""

    lang: Lang
    low: str
    words: list[Span]
    forms: list[str]
    ends: list[int]

    @cached_property
    def starts(self) -> list[int]:
        return [start for start, _ in self.words]

    @cached_property
    def phrases(self) -> np.ndarray:
        return np.array([self.phrase(start) for start in self.starts], int)

    def phrase(self, position: int) -> int:
        """The phrase that a position lies in."""
        return bisect_left(self.ends, position + 1)

    def word(self, index: int) -> str:
        return self.low[slice(*self.words[index])]


def half(pair: Pair, spans: Sequence[Span], lang: Lang, cues: Sequence[Span]) -> Half:
    """The words of some sentences. ``cues`` are their negations; what is left of a word without
    one (张贴 of 未张贴) is a word."""
    side = pair.side(lang)
    low = pair.low[lang]
    words: list[Span] = []
    for a, b in spans:
        for start, end in side.tokens[
            bisect_left(side.tokens, (a,)) : bisect_left(side.tokens, (b,))
        ]:
            for cue in cues:
                if cue[0] <= start < cue[1] < end:
                    start = cue[1]
            word = low[start:end]
            within = any(cue[0] < end and start < cue[1] for cue in cues)
            empty = word in _EMPTY[lang] or (within and lexicon.explicit(word, lang))
            if word[0].isalpha() and not empty:
                words.append((start, end))
    ends = sorted(m.end() for a, b in spans for m in _PHRASE[lang].finditer(low, a, b))
    forms = [low[a:b] if lang == "zh" else stem(low[a:b]) for a, b in words]
    return Half(lang, low, words, forms, ends)


class Links:
    """How the words of a bead's halves are linked.

    ``strength`` (words of the English, words of the Chinese): 0 for strangers to 1 for one word;
    ``fit``: the same with what the phrases around them are worth.
    """

    def __init__(self, pair: Pair, bead: Bead, cues: dict[Lang, list[Span]]):
        self.en, self.zh = (half(pair, pair.spans(bead, x), x, cues[x]) for x in ("en", "zh"))
        vectors = [
            pair.embed([side.word(k) for k in range(len(side.words))])
            for side in (self.en, self.zh)
        ]
        alike = (vectors[0] @ vectors[1].T - _LOW) / (_HIGH - _LOW)
        self.strength = np.clip(alike, 0, 1)
        place: dict[str, list[int]] = {}
        for j, form in enumerate(self.zh.forms):
            place.setdefault(form, []).append(j)
        for i, form in enumerate(self.en.forms):
            for rendering in pair.dictionary.renders["en"].get(form, ()):
                for j in place.get(rendering, ()):
                    self.strength[i, j] = max(self.strength[i, j], _KNOWN)
        self.fit = self.strength + _AROUND * self._around()

    def __bool__(self) -> bool:
        return bool(self.strength.size)

    def _around(self) -> np.ndarray:
        """For two words, how well the words of their phrases are linked on average, both ways."""
        if not self:
            return self.strength
        en, zh = (np.equal.outer(np.unique(h.phrases), h.phrases) for h in (self.en, self.zh))
        sizes_en, sizes_zh = en.sum(1, keepdims=True), zh.sum(1, keepdims=True)
        there = np.stack([self.strength[:, row].max(1) for row in zh], 1)
        back = np.stack([self.strength[row].max(0) for row in en], 0)
        both = (en @ there / sizes_en + back @ zh.T / sizes_zh.T) / 2
        return en.T @ both @ zh

    def half(self, lang: Lang) -> Half:
        return self.en if lang == "en" else self.zh

    def best(self, lang: Lang) -> tuple[np.ndarray, np.ndarray]:
        """For each word of a half the index of the word that renders it, and how surely, 0 to 1."""
        fit, strength = self._seen(self.fit, lang), self._seen(self.strength, lang)
        best = fit.argmax(1)
        return best, strength[np.arange(len(best)), best]

    def spread(self, values: np.ndarray, lang: Lang) -> np.ndarray:
        """For each word of a half the highest of its renderings' values, ties among them included."""
        fit = self._seen(self.fit, lang)
        return np.where(fit >= fit.max(1, keepdims=True) - _TIE, values[None], 0).max(1)

    def _seen(self, matrix: np.ndarray, lang: Lang) -> np.ndarray:
        return matrix if lang == "en" else matrix.T

    def rendering(self, lang: Lang, index: int) -> Span | None:
        """The word of the other half that renders a word; None where none does."""
        best, sure = self.best(lang)
        return self.half(other(lang)).words[best[index]] if sure[index] > 0.3 else None
