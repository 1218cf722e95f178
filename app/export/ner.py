"""Facts as training data for named-entity recognition elsewhere: spaCy's DocBin, CoNLL.

Tokens are those of ``spacy.blank("en")`` and ``spacy.blank("zh")`` (characters). A fact that begins or
ends within a token is widened to whole tokens, and left out where it would then lie over another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import AnalysedReport, Analysis
from .wording import plural


@dataclass
class Fit:
    """How many facts there were, and how many did not fit the tokens."""

    facts: int = 0
    widened: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        unfit = self.widened + self.left_out
        return (
            f"{unfit} of {plural(self.facts, 'fact')} did not fit tokens: "
            f"{self.widened} widened to whole tokens, {self.left_out} left out"
        )


def write_docbin(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> Fit:
    """One document a text with ``ents``; ``user_data`` has the finding's id and the language."""
    fit, store = Fit(), DocBin(store_user_data=True)
    for record, lang, doc in _docs(reports, fit):
        doc.user_data = {"id": record.id, "lang": lang}
        store.add(doc)
    stream.write(store.to_bytes())
    return fit


def write_conll(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> Fit:
    """The four columns of CoNLL-2003 (two of them empty), BIO labels, a blank line behind each
    sentence; tokens of white space are left out."""
    fit = Fit()
    for record, lang, doc in _docs(reports, fit):
        stream.write(b"-DOCSTART- -X- O O\n\n")
        ends = {end for _, end in record.sentences[lang]}
        for line in _lines(doc, ends):
            stream.write(line.encode())
    return fit


def _lines(doc: Doc, ends: set[int]) -> Iterator[str]:
    open_line = False
    for token in doc:
        if not token.is_space:
            label = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
            yield f"{token.text} -X- _ {label}\n"
            open_line = True
        if open_line and any(at in ends for at in range(token.idx + 1, token.idx + len(token) + 1)):
            yield "\n"
            open_line = False
    if open_line:
        yield "\n"


def _docs(reports: Iterable[AnalysedReport], fit: Fit) -> Iterator[tuple[Analysis, Lang, Doc]]:
    """Each text that is not empty as a document, its facts on whole tokens."""
    for report in reports:
        for record in report.findings:
            for lang in LANGS:
                if text := getattr(record, lang):
                    doc = _tokenizer(lang).make_doc(text)
                    doc.ents = _spans(doc, record, lang, fit)
                    yield record, lang, doc


def _spans(doc: Doc, record: Analysis, lang: Lang, fit: Fit) -> list[Span]:
    spans: list[Span] = []
    for fact in record.entities[lang]:
        fit.facts += 1
        span = doc.char_span(fact.start, fact.end, fact.label)
        exact = span is not None
        span = span or doc.char_span(fact.start, fact.end, fact.label, alignment_mode="expand")
        if span is None or (spans and span.start < spans[-1].end):
            fit.left_out += 1
            continue
        fit.widened += not exact
        spans.append(span)
    return spans


@cache
def _tokenizer(lang: Lang) -> Language:
    return spacy.blank(lang)
