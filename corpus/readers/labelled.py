"""What labelling tools export, as rows of an ordinary table: Label Studio's JSON, doccano's JSONL.

Both count a marked passage's place in the browser. Which units they count in depends on the tool's
version, so the marked words decide: the reading under which the text says them is the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from ..labels import LANGS, Lang
from ..offsets import from_utf16
from ..schema import Mark
from ..tasks import TASKS

Lost = Callable[[str], None]

SEPARATOR = "\n\n"  # between the two languages where a tool shows one text


def as_row(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A task of Label Studio or a line of doccano as a row with id, texts, labels and marks; anything
    else as it is."""
    if isinstance(item.get("data"), Mapping) and isinstance(item.get("annotations"), list):
        return _label_studio(item["data"], item["annotations"])
    if isinstance(item.get("text"), str) and isinstance(item.get("cats"), list):
        return _doccano(item)
    return item


def _label_studio(data: Mapping[str, Any], annotations: list[Any]) -> Mapping[str, Any]:
    kept = [a for a in annotations if isinstance(a, Mapping) and not a.get("was_cancelled")]
    results = kept[-1].get("result") if kept else None  # the last word on it
    given: dict[str, str] = {}
    marks: dict[Lang, list[dict[str, Any]]] = {lang: [] for lang in LANGS}
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, Mapping) else None
        if not isinstance(value, Mapping):
            continue
        name, side = result.get("from_name"), result.get("to_name")
        if name in TASKS and (choices := value.get("choices")):
            given[name] = str(choices[0])
        elif side in marks and (labels := value.get("labels")):
            span = value.get("start"), value.get("end")
            mark = _mark(str(data.get(side) or ""), span, str(labels[0]), value.get("text"))
            marks[side].append(mark)
    return {**{key: data.get(key) for key in ("id", *LANGS)}, "given": given, "marks": marks}


def _doccano(item: Mapping[str, Any]) -> Mapping[str, Any]:
    text = item["text"]
    given = dict(cat.split(":", 1) for cat in item["cats"] if isinstance(cat, str) and ":" in cat)
    spans = [span for entity in item.get("entities") or () if (span := _doccano_span(entity))]
    sent = {tuple(span) for span in item.get("sent") or () if isinstance(span, list)}
    in_code_points = {(start, end) for start, end, *_ in sent}
    in_browser = [(from_utf16(text, a), from_utf16(text, b), label) for a, b, label in spans]
    if not any(span[:2] in in_code_points for span in spans) and any(
        span[:2] in in_code_points for span in in_browser
    ):
        spans = in_browser
    en, _, zh = text.partition(SEPARATOR)
    marks: dict[Lang, list[dict[str, Any]]] = {lang: [] for lang in LANGS}
    for start, end, label in spans:
        lang: Lang = "en" if start < len(en) else "zh"
        first = 0 if lang == "en" else len(en) + len(SEPARATOR)
        mark = {"start": start - first, "end": end - first, "label": label}
        marks[lang].append(mark | {"text": text[start:end]})
    return {"id": item.get("finding"), "en": en, "zh": zh, "given": given, "marks": marks}


def _doccano_span(entity: Any) -> tuple[int, int, str] | None:
    """An entity as doccano's versions write it: a list, or an object."""
    if isinstance(entity, Mapping):
        entity = [entity.get(key) for key in ("start_offset", "end_offset", "label")]
    match entity:
        case [int(start), int(end), str(label)]:
            return start, end, label
    return None


def _mark(text: str, span: tuple[Any, Any], label: str, words: Any) -> dict[str, Any]:
    """A marked passage in code points; where neither reading gives its words, as it came."""
    start, end = (int(edge) if isinstance(edge, int | float) else -1 for edge in span)
    for a, b in ((start, end), (from_utf16(text, start), from_utf16(text, end))):
        if 0 <= a < b and (words is None or text[a:b] == words):
            return {"start": a, "end": b, "label": label, "text": text[a:b]}
    return {"start": start, "end": end, "label": label, "text": str(words)}


def marks_of(value: Any, texts: Mapping[Lang, str], lost: Lost) -> dict[Lang, list[Mark]]:
    """The marks of a row that lie where they say; ``lost`` is told of every other."""
    marks: dict[Lang, list[Mark]] = {}
    for lang in LANGS:
        for mark in value.get(lang) or () if isinstance(value, Mapping) else ():
            try:
                read = Mark.model_validate(mark)
            except ValidationError:
                lost(f"a mark that cannot be read ({str(mark)[:60]})")
                continue
            if texts.get(lang, "")[read.start : read.end] == read.text:
                marks.setdefault(lang, []).append(read)
            else:
                lost(f"the mark {read.text!r} does not stand at {read.start} to {read.end}")
    return marks
