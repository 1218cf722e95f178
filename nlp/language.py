"""The two spaCy languages, ready for audit text: tokens and sentences.

Everything that is special to Chinese stands here: jieba with the words of the glossary and of the
law names, in a tokenizer of its own, so that jieba's global dictionary stays as the user left it.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import spacy
from spacy.lang.zh import ChineseTokenizer, Segmenter
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..corpus import catalogue
from ..corpus.labels import Lang
from . import components  # noqa: F401  (registers the components added below)


@cache
def _jieba() -> Any:
    """A jieba tokenizer that knows the audit vocabulary (one for the process, a second to load)."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    words = [word for term in catalogue.glossary() for word in term.zh if len(word) <= 6]
    for word in words + [name for law in catalogue.laws().values() for name in law.names_zh]:
        tokenizer.add_word(word)
    return tokenizer


class JiebaTokenizer(ChineseTokenizer):
    """spaCy's Chinese tokenizer over our own jieba, which it finds again after a round trip.

    (spaCy's own loses its segmenter when it is restored from bytes.)
    """

    def __init__(self, vocab: Vocab):
        super().__init__(vocab, segmenter=Segmenter.char)
        self.segmenter = Segmenter.jieba.value

    def __call__(self, text: str) -> Doc:
        self.jieba_seg = _jieba()
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
    doc = language(lang).tokenizer(text)
    return [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]


@cache
def _dictionary() -> dict[str, int]:
    tokenizer = _jieba()
    tokenizer.initialize()
    return tokenizer.FREQ


def is_word(text: str) -> bool:
    """Whether jieba's dictionary, or ours, has this Chinese word of two characters or more."""
    return len(text) > 1 and _dictionary().get(text, 0) > 0
