"""Findings for people to label: tasks for Label Studio, lines for doccano, a sheet with drop-downs.

The model's labels stand there as suggestions. What people make of them is read like any other file of
findings (``corpus/readers/labelled.py``), so the tool's export goes straight into ``train``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ...corpus.labels import ENTITY_LABELS, LANGS, Lang
from ...corpus.offsets import to_utf16
from ...corpus.readers.labelled import SEPARATOR
from ...corpus.schema import Analysis
from ...corpus.tasks import LABELS, TASKS
from .wording import both, name
from .workbook import add_choice, add_label_lists, cell, widths


def label_studio_config() -> str:
    """The labelling interface that the tasks go with."""
    sides = "".join(
        f'<Labels name="facts_{lang}" toName="{lang}">'
        + "".join(f'<Label value="{label}"/>' for label in ENTITY_LABELS)
        + f'</Labels><Text name="{lang}" value="${lang}"/>'
        for lang in LANGS
    )
    choices = "".join(
        f'<Header value="{task.capitalize()}"/><Choices name="{task}" toName="en" layout="select">'
        + "".join(
            f'<Choice value="{label}" html="{_escaped(name(label))}"/>' for label in LABELS[task]
        )
        + "</Choices>"
        for task in TASKS
    )
    return f"<View>{sides}{choices}</View>\n"


def write_label_studio(records: Sequence[Analysis], stream: IO[bytes]) -> None:
    """Tasks with the predictions as pre-annotations; offsets in UTF-16 units, as its editor counts."""
    tasks = [
        {
            "data": {"id": record.id, "en": record.en or "", "zh": record.zh or ""},
            "predictions": [
                {
                    "model_version": record.model,
                    "score": record.area.probability if record.area else 0,
                    "result": [*_choices(record), *_regions(record)],
                }
            ],
        }
        for record in records
    ]
    stream.write(json.dumps(tasks, ensure_ascii=False, indent=1).encode() + b"\n")


def _choices(record: Analysis) -> list[dict[str, Any]]:
    return [
        {
            "from_name": task,
            "to_name": "en",
            "type": "choices",
            "value": {"choices": [label]},
        }
        for task, label in _suggested(record).items()
    ]


def _regions(record: Analysis) -> list[dict[str, Any]]:
    regions = []
    for lang in LANGS:
        text = getattr(record, lang) or ""
        for entity in record.entities[lang]:
            value = {
                "start": to_utf16(text, entity.start),
                "end": to_utf16(text, entity.end),
                "text": entity.text,
                "labels": [entity.label],
            }
            regions.append(
                {"from_name": f"facts_{lang}", "to_name": lang, "type": "labels", "value": value}
            )
    return regions


def write_doccano(records: Sequence[Analysis], stream: IO[bytes]) -> None:
    """Lines for a project of intent detection and slot filling: both languages as one text, labels as
    "area:PA7". Offsets are code points; ``sent`` keeps them with their words, so that a shift shows."""
    for record in records:
        texts: dict[Lang, str] = {lang: getattr(record, lang) or "" for lang in LANGS}
        text = texts["en"] + SEPARATOR + texts["zh"]
        first = {"en": 0, "zh": len(texts["en"]) + len(SEPARATOR)}
        spans = [
            [entity.start + first[lang], entity.end + first[lang], entity.label]
            for lang in LANGS
            for entity in record.entities[lang]
        ]
        line = {
            "text": text,
            "cats": [f"{task}:{label}" for task, label in _suggested(record).items()],
            "entities": spans,
            "finding": record.id,
            "sent": [[*span, text[span[0] : span[1]]] for span in spans],
        }
        stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def write_labelling_sheet(records: Sequence[Analysis], stream: IO[bytes]) -> None:
    """A row a finding: its texts, empty cells with drop-downs for the labels, the suggestions beside
    them. What is left empty was not labelled."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Findings")
    widths(sheet, (22, 70, 55, *[22] * (2 * len(TASKS))))
    sheet.freeze_panes = "B2"
    for i, task in enumerate(TASKS):
        add_choice(sheet, get_column_letter(4 + i), task, len(records))
    header = ["id", "en", "zh", *TASKS, *(f"suggested {task}" for task in TASKS)]
    sheet.append([cell(sheet, heading, head=True) for heading in header])
    for record in records:
        suggested = _suggested(record)
        hints = [both(suggested[task]) if task in suggested else None for task in TASKS]
        values = [record.id, record.en, record.zh, *[None] * len(TASKS), *hints]
        sheet.append([cell(sheet, value) for value in values])
    add_label_lists(book)
    book.save(stream)


def _suggested(record: Analysis) -> dict[str, str]:
    predictions = {task: getattr(record, task) for task in TASKS}
    return {task: p.label for task, p in predictions.items() if p and p.label}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
