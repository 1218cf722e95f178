"""The tables of sentences in cases/, read: text without its marks, and the entities marked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
BOUNDS = {"at_most", "at_least", "more_than", "less_than", "about"}


def _number(text: str) -> float:
    return float(text)


def _value(label: str, words: list[str]) -> dict[str, Any]:
    """The value that a case's notation stands for ("36 hour/month at_most")."""
    value: dict[str, Any] = {}
    if words and words[-1] in BOUNDS:
        value["bound"] = words.pop()
    if label == "RATIO":
        part, whole = words[0].split("/")
        return value | {"part": int(part), "whole": int(whole)}
    read = str if label == "DATE" else _number
    low, _, high = words[0].partition("..")
    value["value"] = read(low)
    if high:
        value["upper"] = read(high)
    if len(words) > 1:
        unit, _, per = words[1].partition("/")
        value["currency" if label == "MONEY" else "unit"] = unit
        if per:
            value["per"] = per
    return value


def gold(case: dict[str, Any]) -> tuple[str, list[tuple[int, int, str, dict[str, Any]]]]:
    """The text of a case without its marks, and its entities."""
    text, spans = "", []
    for piece in re.split(r"(\[[^\]]*\])", case["text"]):
        if piece.startswith("["):
            spans.append((len(text), len(text) + len(piece) - 2))
            piece = piece[1:-1]
        text += piece
    out = []
    for (start, end), fact in zip(spans, case["facts"], strict=True):
        label, _, rest = fact.partition(" ")
        if label == "LAW_ARTICLE":
            name, _, articles = rest.partition(":")
            law = {"law": name[1:] or None} if name[0] == "?" else {"id": name}
            value: dict[str, Any] = law | {"articles": articles.split()}
        else:
            value = _value(label, rest.split())
        out.append((start, end, label, value))
    return text, out


def rows(lang: str) -> list[dict[str, Any]]:
    """The cases of a language, as the table has them."""
    return yaml.safe_load((CASES / f"facts_{lang}.yaml").read_text(encoding="utf-8"))
