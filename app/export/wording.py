"""Labels, probabilities and values as people say them."""

from __future__ import annotations

from typing import Any

from ...corpus.catalogue import areas, questions
from ...corpus.schema import Entity

_NAMES = {
    "LAW_ARTICLE": "Law",
    "HEADCOUNT": "People",
    "omission_en": "Omission in English",
    "omission_zh": "Omission in Chinese",
    "no_finding": "No audit finding",
    "consistent": "None",
    "review": "Needs review",
}
_CHINESE = {
    "new": "新发现",
    "not_corrected": "未改善",
    "partially_corrected": "部分改善",
    "corrected": "已改善",
    "observation": "观察项",
    "minor": "轻微不符合",
    "major": "主要不符合",
    "critical": "关键不符合",
    "zero_tolerance": "零容忍",
}
_BOUNDS = {"at_most": "≤ ", "at_least": "≥ ", "more_than": "> ", "less_than": "< ", "about": "≈ "}


def name(label: str) -> str:
    """A label as people say it: "PA6 Decent Working Hours", "Not corrected"."""
    if label in areas():
        return f"{label} {areas()[label].names_en[0]}"
    if label in questions():
        topic = questions()[label].topic_en
        return f"{label} {topic[:1].upper()}{topic[1:]}"
    return _NAMES.get(label) or label.replace("_", " ").lower().capitalize()


def both(label: str) -> str:
    """A label as a workbook shows it: "PA6 Decent Working Hours / 体面劳动时间"."""
    if label in areas():
        return f"{name(label)} / {areas()[label].names_zh[0]}"
    if label in questions():
        return f"{name(label)} / {questions()[label].topic_zh}"
    return f"{name(label)} / {_CHINESE[label]}"


def percent(probability: float) -> str:
    """A probability without false certainty: "98 %", but never "0 %" or "100 %"."""
    return f"{'>99' if probability > 0.99 else '<1' if probability < 0.01 else round(probability * 100)} %"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """ "1 finding", "1,234 findings"; ``many`` for a noun whose plural is not made with an s."""
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"


def number_text(value: Any) -> str:
    """1234.5 as "1,234.5"; text as it is."""
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def value_text(entity: Entity) -> str:
    """An entity's value in words: "≥ 48 hours per week", "Labour Law, art. 41"."""
    value = entity.value
    if "law" in value:
        articles = ", ".join(map(str, value.get("articles") or ()))
        return f"{value['law'] or entity.text}{', art. ' if articles else ''}{articles}"
    if "whole" in value:
        return f"{number_text(value['part'])} of {number_text(value['whole'])}"
    if "value" not in value:
        return entity.text
    text = " ".join(filter(None, (value.get("part"), number_text(value["value"]))))
    if "upper" in value:
        text += f" – {number_text(value['upper'])}"
    if entity.label == "PERCENT":
        text += " %"
    elif entity.label == "HEADCOUNT":
        text += " people"
    elif entity.label == "MONEY":
        text = f"{value.get('currency') or ''} {text}".strip()
    elif value.get("unit"):
        one = value["value"] == 1 and "upper" not in value
        text += f" {value['unit']}" if one else f" {value['unit']}s"
    if value.get("per"):
        text += f" per {value['per']}"
    return _BOUNDS.get(value.get("bound", ""), "") + text
