"""The library as spaCy components, for anyone's pipeline of English or Chinese.

>>> nlp = spacy.blank("en")
>>> nlp.add_pipe("bifinding_entities")
>>> doc = nlp("Overtime reached 48 hours.")
>>> [(span.text, span.label_, span._.value) for span in doc.spans["bifinding"]]
[('48 hours', 'DURATION', {'value': 48, 'unit': 'hour'})]

The facts themselves, with offsets in characters, are ``doc._.facts``. Token spans are a view of them
that may not fit (spaCy keeps ``RMB21.56`` in one token): those that do not are ``doc._.unfit_facts``.
"""

from __future__ import annotations

from typing import Any, cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Entity
from . import entities
from .sentences import split_sentences

SPANS = "bifinding"


@Language.component("bifinding_sentences")
def set_sentences(doc: Doc) -> Doc:
    """Marks as sentence start the first token that begins at or behind each boundary."""
    starts = [start for start, _ in split_sentences(doc.text)]
    next_start = 0
    for token in doc:
        opens = next_start < len(starts) and token.idx >= starts[next_start]
        token.is_sent_start = token.i == 0 or opens
        while next_start < len(starts) and token.idx >= starts[next_start]:
            next_start += 1
    return doc


class EntityComponent:
    """Finds the facts of a text. ``lang`` is the pipeline's: "en" or "zh"."""

    def __init__(self, lang: Lang):
        self.lang: Lang = lang

    def __call__(self, doc: Doc) -> Doc:
        found = entities.extract(doc.text, self.lang)
        # As JSON: msgpack, which spaCy stores user data with, turns lists into tuples.
        doc.user_data[SPANS] = [entity.model_dump_json() for entity in found]
        spans = [doc.char_span(e.start, e.end, label=e.label) for e in found]
        doc.spans[SPANS] = [span for span in spans if span is not None]
        return doc

    # Nothing is learnt, so there is nothing to store; spaCy asks all the same.
    def to_disk(self, path: Any, exclude: Any = ()) -> None: ...

    def from_disk(self, path: Any, exclude: Any = ()) -> EntityComponent:
        return self

    def to_bytes(self, exclude: Any = ()) -> bytes:
        return b""

    def from_bytes(self, data: bytes, exclude: Any = ()) -> EntityComponent:
        return self


@Language.factory("bifinding_entities")
def create_entities(nlp: Language, name: str) -> EntityComponent:
    if nlp.lang not in LANGS:
        raise ValueError(
            f"bifinding_entities reads English and Chinese, this pipeline is {nlp.lang!r}; "
            "use spacy.blank('en') or spacy.blank('zh')"
        )
    return EntityComponent(cast(Lang, nlp.lang))


def _facts(doc: Doc) -> list[Entity]:
    return [Entity.model_validate_json(fact) for fact in doc.user_data.get(SPANS, [])]


def _unfit(doc: Doc) -> list[Entity]:
    return [f for f in _facts(doc) if doc.char_span(f.start, f.end) is None]


def _of_span(span: Span) -> Entity | None:
    for fact in _facts(span.doc):
        if (fact.start, fact.end, fact.label) == (span.start_char, span.end_char, span.label_):
            return fact
    return None


def _value(span: Span) -> dict[str, Any] | None:
    fact = _of_span(span)
    return fact.value if fact else None


def _partial(span: Span) -> str | None:
    fact = _of_span(span)
    return fact.partial if fact else None


Doc.set_extension("facts", getter=_facts, force=True)
Doc.set_extension("unfit_facts", getter=_unfit, force=True)
Span.set_extension("value", getter=_value, force=True)
Span.set_extension("partial", getter=_partial, force=True)
