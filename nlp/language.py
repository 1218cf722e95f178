"""The two spaCy languages, ready for audit text: tokens and sentences.

Everything that is special to Chinese stands here: jieba with the words of the glossary and of the
law names, in a tokenizer of its own, so that jieba's global dictionary stays as the user left it.
Where rjieba is installed (extra ``fast``) it cuts what it cuts as jieba does: runs of Chinese
characters. (It takes Latin letters, digits and hyphens in another way.)
"""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

import spacy
from spacy.attrs import IDX, IS_SPACE, LENGTH
from spacy.lang.zh import ChineseTokenizer, Segmenter
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..corpus import catalogue
from ..corpus.labels import Lang
from . import components  # noqa: F401  (registers the components added below)

_HAN = re.compile(r"[\u4e00-\u9fd5]+")
# jieba cuts such blocks each by itself; any other character is a token of its own.
_BLOCK = re.compile(r"(?P<block>[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+)|\S")


@cache
def jieba_tokenizer() -> Any:
    """A jieba tokenizer that knows the audit vocabulary (one for the process, a second to load)."""
    return _jiebas()[0]


@cache
def _jiebas() -> tuple[Any, Any]:
    """That tokenizer, and rjieba with its frequencies to the last count (None where not installed)."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    slow = jieba.Tokenizer()
    slow.initialize()
    words = [word for term in catalogue.glossary() for word in term.zh if len(word) <= 6]
    words += [name for law in catalogue.laws().values() for name in law.names_zh]
    total, plain = slow.total, {word: slow.FREQ.get(word, 0) for word in words}
    for word in words:
        slow.add_word(word)
    try:
        from rjieba import Jieba  # pyright: ignore[reportMissingImports]
    except ImportError:
        return slow, None
    fast = Jieba()
    for word, count in plain.items():
        fast.add_word(word, slow.FREQ[word], "n")
        total += slow.FREQ[word] - count
    # jieba counts a word that is entered twice twice; probabilities are shares of that total.
    fast.add_word("\ue000" * 4, slow.total - total, "x")
    return slow, fast


@lru_cache(1 << 15)
def _cut(block: str) -> tuple[int, ...]:
    """Where the words of a block end."""
    slow, fast = _jiebas()
    words = fast.cut(block) if fast and _HAN.fullmatch(block) else slow.cut(block)
    return tuple(accumulate(map(len, words)))


class JiebaTokenizer(ChineseTokenizer):
    """spaCy's Chinese tokenizer over our own jieba, which it finds again after a round trip.

    (spaCy's own loses its segmenter when it is restored from bytes.)
    """

    def __init__(self, vocab: Vocab):
        super().__init__(vocab, segmenter=Segmenter.char)
        self.segmenter = Segmenter.jieba.value

    def __call__(self, text: str) -> Doc:
        self.jieba_seg = jieba_tokenizer()
        return super().__call__(text)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"jieba_seg": None}  # a lock inside jieba does not pickle


@spacy.registry.tokenizers("bifinding.JiebaTokenizer.v1")
def create_jieba_tokenizer() -> Any:
    return lambda nlp: JiebaTokenizer(nlp.vocab)


@cache
def language(lang: Lang) -> Language:
    """The spaCy pipeline for "en" or "zh": tokenizer and sentence boundaries."""
    if lang == "zh":
        config = {"nlp": {"tokenizer": {"@tokenizers": "bifinding.JiebaTokenizer.v1"}}}
        nlp = spacy.blank("zh", config=config)
    else:
        nlp = spacy.blank("en")
    nlp.add_pipe("bifinding_sentences")
    return nlp


def tokens(text: str, lang: Lang) -> list[tuple[int, int]]:
    """Spans of the tokens of a text, white space left out."""
    if lang == "zh":
        return _chinese_tokens(text)
    spans = language(lang).tokenizer(text).to_array([IDX, LENGTH, IS_SPACE]).tolist()
    return [(start, start + length) for start, length, space in spans if not space]


def _chinese_tokens(text: str) -> list[tuple[int, int]]:
    """Those of the spaCy pipeline, without making a Doc."""
    spans = []
    for match in _BLOCK.finditer(text):
        at = match.start()
        if match["block"] is None:
            spans.append((at, at + 1))
            continue
        start = 0
        for end in _cut(match["block"]):
            spans.append((at + start, at + end))
            start = end
    return spans


@cache
def _dictionary() -> dict[str, int]:
    tokenizer = jieba_tokenizer()
    tokenizer.initialize()
    return tokenizer.FREQ


def is_word(text: str) -> bool:
    """Whether jieba's dictionary, or ours, has this Chinese word of two characters or more."""
    return len(text) > 1 and _dictionary().get(text, 0) > 0
