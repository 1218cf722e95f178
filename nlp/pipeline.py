"""The line every finding goes through: segment, encode, align, extract, classify, check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Literal, Protocol, get_args

from joblib import cpu_count, parallel_config

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import AnalysedReport, Analysis, Defect, Finding, Prediction, Report
from . import consistency, entities
from .align import align
from .bitext import Bitext, Side
from .composition import compose
from .encoder import SentenceEncoder
from .entities.link import link
from .language import tokens
from .sentences import split_sentences
from .together import together

Stage = Literal["align", "extract", "classify", "check"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Labels(Protocol):
    """What a classifier says of one finding."""

    area: Prediction
    question: Prediction
    status: Prediction
    severity: Prediction
    review: bool


class Classifier(Protocol):
    """Anything that labels findings; ``name`` goes into each record."""

    name: str

    def predict(self, bitexts: Sequence[Bitext]) -> Sequence[Labels]: ...


class Pipeline:
    """Turns findings into records, in batches, in the order they come.

    ``encoder`` and ``classifier`` are only asked by the stages that need them; ``classifier`` may be
    None, which leaves the labels out. ``threads`` read beside each other where that is quicker: as many
    as there are cores, unless told otherwise; the records are the same.
    """

    def __init__(
        self,
        encoder: SentenceEncoder,
        classifier: Classifier | None = None,
        threads: int | None = None,
    ):
        self.encoder, self.classifier = encoder, classifier
        self.threads = threads or cpu_count()

    def pipe(
        self,
        findings: Iterable[Finding],
        stages: Sequence[Stage] = STAGES,
        batch_size: int = 64,
    ) -> Iterator[Analysis]:
        """Yields one record a finding. A stage brings those it rests on ("check": align, extract)."""
        remaining = iter(findings)
        while batch := list(islice(remaining, batch_size)):
            with parallel_config("threading", n_jobs=self.threads):
                bitexts = self.process(batch, stages)
                labels = (
                    self.classifier.predict(bitexts)
                    if self.classifier and "classify" in stages
                    else [None] * len(bitexts)
                )
                defects = self._check(bitexts) if "check" in stages else [[]] * len(bitexts)
            for bitext, label, found in zip(bitexts, labels, defects, strict=True):
                yield self._record(bitext, label, found, stages)

    def forget(self) -> None:
        """Drops what the encoder remembers: from here on all is as if nothing had been before."""
        if forget := getattr(self.encoder, "forget", None):
            forget()

    def analyse(
        self,
        report: Report,
        stages: Sequence[Stage] = STAGES,
        advance: Callable[[], None] = lambda: None,
    ) -> AnalysedReport:
        """All records of a report and, with the stage "check", the report-level issues.

        ``advance`` is called once a finding, for a progress bar.
        """
        records = []
        for record in self.pipe(report.findings, stages):
            records.append(record)
            advance()
        issues = consistency.check_report(report, records) if "check" in stages else []
        return AnalysedReport(report=report, findings=records, issues=issues)

    def process(
        self, findings: Sequence[Finding], stages: Sequence[Stage] = STAGES
    ) -> list[Bitext]:
        """Segments, encodes, aligns and extracts; each distinct sentence is encoded once."""
        bitexts = [segment(finding) for finding in findings]
        self._encode(bitexts)
        for bitext in bitexts:
            if {"extract", "classify", "check"} & set(stages):
                for lang in LANGS:
                    side = bitext.side(lang)
                    side.entities = entities.extract(side.text, lang)
            if {"align", "extract", "check"} & set(stages):
                bitext.beads = align(bitext.en, bitext.zh, partial(compose, self.encoder))
            if {"extract", "check"} & set(stages):
                _link(bitext)
        return bitexts

    def _encode(self, bitexts: Sequence[Bitext]) -> None:
        sides = [bitext.side(lang) for bitext in bitexts for lang in LANGS]
        vectors = self.encoder.encode(
            [side.text[start:end] for side in sides for start, end in side.sentences]
        )
        first = 0
        for side in sides:
            side.vectors = vectors[first : first + len(side.sentences)]
            first += len(side.sentences)

    def _check(self, bitexts: Sequence[Bitext]) -> list[list[Defect]]:
        encode = self.encoder.encode
        return together([partial(consistency.check_pair, b, encode) for b in bitexts])

    def _record(
        self,
        bitext: Bitext,
        labels: Labels | None,
        defects: list[Defect],
        stages: Sequence[Stage],
    ) -> Analysis:
        finding = bitext.finding
        record = Analysis(
            id=finding.id,
            source=finding.source,
            site_id=finding.site_id,
            en=finding.en,
            zh=finding.zh,
            given=finding.given,
            sentences={lang: bitext.side(lang).sentences for lang in LANGS},
            alignment=bitext.beads,
            defects=defects,
        )
        if {"extract", "check"} & set(stages):
            record.entities = {lang: bitext.side(lang).entities for lang in LANGS}
        if labels and self.classifier:
            record.area, record.question = labels.area, labels.question
            record.status, record.severity = labels.status, labels.severity
            record.review, record.model = labels.review, self.classifier.name
        return record


def _link(bitext: Bitext) -> None:
    """Points each entity at the one of the other language that states the same fact."""
    en, zh = bitext.en, bitext.zh
    beads_of = (
        _beads_of(en, [b.en for b in bitext.beads]),
        _beads_of(zh, [b.zh for b in bitext.beads]),
    )
    for pair in link(en.entities, zh.entities, beads_of):
        if en.entities[pair.en].link is None and zh.entities[pair.zh].link is None:
            en.entities[pair.en].link, zh.entities[pair.zh].link = pair.zh, pair.en


def _beads_of(side: Side, beads: Sequence[Sequence[int]]) -> list[int]:
    """For each entity the index of the bead whose sentences hold its start; -1 where none does."""
    bead_of_sentence = {sentence: i for i, rows in enumerate(beads) for sentence in rows}
    return [
        next(
            (
                bead_of_sentence.get(i, -1)
                for i, (start, end) in enumerate(side.sentences)
                if start <= entity.start < end
            ),
            -1,
        )
        for entity in side.entities
    ]


def segment(finding: Finding) -> Bitext:
    """The finding's two sides with sentences and tokens; a missing language is an empty side."""

    def side(lang: Lang) -> Side:
        text = finding.texts.get(lang)
        if text is None:
            return Side(lang, "", (0, 0))
        breaks = (*text.current, *(text.previous or ()))
        return Side(
            lang,
            text.text,
            text.current,
            text.previous,
            sentences=split_sentences(text.text, breaks),
            tokens=tokens(text.text, lang),
        )

    return Bitext(finding, side("en"), side("zh"))
