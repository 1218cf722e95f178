"""What every record keeps to, whatever the texts were: the faults of one, as lines to read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bifinding.corpus.labels import LANGS
from bifinding.corpus.schema import Analysis
from bifinding.corpus.tasks import LABELS, TASKS


def faults(record: Analysis) -> list[str]:
    """An empty list for a record without fault."""
    return [*_faults(record)]


def _faults(record: Analysis) -> Iterator[str]:
    texts = {"en": record.en or "", "zh": record.zh or ""}

    def lies(what: str, lang: str, start: int, end: int, text: str | None = None) -> Iterator[str]:
        if not 0 <= start < end <= len(texts[lang]):
            yield f"{what} [{start}, {end}) leaves a text of {len(texts[lang])} characters"
        elif text is not None and texts[lang][start:end] != text:
            yield f"{what} says {text!r} where {texts[lang][start:end]!r} stands"

    for lang in LANGS:
        at = 0
        for start, end in record.sentences[lang]:
            yield from lies("sentence", lang, start, end)
            if start < at:
                yield f"sentences of {lang} overlap at {start}"
            at = end
        at = 0
        for entity in record.entities[lang]:
            yield from lies(f"{entity.label}", lang, entity.start, entity.end, entity.text)
            if entity.start < at:
                yield f"entities of {lang} overlap at {entity.start}"
            at = entity.end
        other = record.entities["zh" if lang == "en" else "en"]
        for i, entity in enumerate(record.entities[lang]):
            if entity.link is not None and other[entity.link].link != i:
                yield f"the link of {entity.text!r} does not come back"
        rows = sorted(i for bead in record.alignment for i in getattr(bead, lang))
        if record.alignment and rows != list(range(len(record.sentences[lang]))):
            yield f"beads hold the sentences {rows} of {lang}"
    for defect in record.defects:
        if not defect.message.strip() or "\n" in defect.message:
            yield f"the message of {defect.type} is {defect.message!r}"
        for lang in LANGS:
            if span := getattr(defect, lang):
                yield from lies(defect.type, lang, span.start, span.end, span.text)
    for task in TASKS:
        if prediction := getattr(record, task):
            if prediction.label not in (*LABELS[task], None):
                yield f"{task} is {prediction.label!r}"
            for evidence in prediction.evidence:
                yield from lies(f"{task} evidence", evidence.lang, evidence.start, evidence.end)
    line = record.model_dump_json()
    line.encode()  # a lone surrogate could not be written
    if Analysis.model_validate(json.loads(line, parse_constant=_refuse)) != record:
        yield "it does not come back from JSON as it was"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
