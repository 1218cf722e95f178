"""Written findings in other circumstances: the same situation with another evidence phrase, closing,
status sentence, number, spelling or neighbour.

What was seen is never invented here, only what stands around it, so the labels follow: a status
sentence sets the status, a finding that is corrected becomes an observation, and of two findings told
together the graver one decides. The phrases are data (``compose.yaml``), in both languages.
"""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .labels import SEVERITIES

Row = dict[str, Any]
_DIGITS = re.compile(r"(?<![\d.,:/-])[1-9]\d{0,2}(?![\d.,:/%-]|\d)")
_LAW = re.compile(r"(?i)\b(?:art|law|code|section|clause|iso|sa ?8000)|第[\d、,]+[条款]|法》?")
_SENTENCE_START = re.compile(r"^(?:The|A|An|No|Some|Two|Three|All|One|There|It|Workers|Several)\b")


@cache
def _phrases() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("compose.yaml").read_text(encoding="utf-8"))


def compose(rows: Sequence[Row], seed: int = 0) -> Iterator[Row]:
    """One variation of each bilingual finding whose status is "new", in the order of ``rows``; the
    same rows and seed give the same. The situation is kept, so a split by situation stays clean."""
    told = [r for r in rows if r["status"] == "new" and r["en"] and r["zh"]]
    by_question: dict[str, list[Row]] = {}
    for row in told:
        by_question.setdefault(row["question"], []).append(row)
    for row in told:
        rng = random.Random(f"{seed}:{row['en']}")
        change = rng.choice(_CHANGES)
        new = change(dict(row), rng, by_question[row["question"]])
        for step in (_numbers, _spelling):
            new = step(new, rng)
        if (new["en"], new["zh"]) != (row["en"], row["zh"]):
            yield new


def _evidence(row: Row, rng: random.Random, _: Sequence[Row]) -> Row:
    en, zh = rng.choice(_phrases()["evidence"])
    told = row["en"]
    if not en.endswith((".", ":")) and _SENTENCE_START.match(told):
        told = told[0].lower() + told[1:]
    return row | {"en": f"{en} {told}", "zh": zh + row["zh"]}


def _closing(row: Row, rng: random.Random, _: Sequence[Row]) -> Row:
    en, zh = rng.choice(_phrases()["closing"][1:])
    return row | {"en": f"{_ended(row['en'], '.')} {en}", "zh": _ended(row["zh"], "。") + zh}


def _status(row: Row, rng: random.Random, _: Sequence[Row]) -> Row:
    status = rng.choice(list(_phrases()["status"]))
    en, zh, place = rng.choice(_phrases()["status"][status])
    year, month = rng.randint(2022, 2025), rng.randint(1, 12)
    en = en.replace("{month}", f"{calendar.month_name[month]} {year}")
    zh = zh.replace("{month}", f"{year}年{month}月")
    if place == "before":
        row |= {"en": f"{en} {row['en']}", "zh": zh + row["zh"]}
    else:
        row |= {"en": f"{_ended(row['en'], '.')} {en}", "zh": _ended(row["zh"], "。") + zh}
    severity = "observation" if status == "corrected" else row["severity"]
    return row | {"status": status, "severity": severity}


def _together(row: Row, rng: random.Random, others: Sequence[Row]) -> Row:
    """Two findings of one question as two points."""
    other = rng.choice(others)
    if other["situation"] == row["situation"]:
        return row
    severity = max(row["severity"], other["severity"], key=SEVERITIES.index)
    return row | {
        "en": f"1. {_ended(row['en'], '.')} 2. {other['en']}",
        "zh": f"1、{_ended(row['zh'], '。')}2、{other['zh']}",
        "severity": severity,
    }


_CHANGES: tuple[Callable[[Row, random.Random, Sequence[Row]], Row], ...] = (
    _evidence,
    _closing,
    _status,
    _status,
    _together,
)


def _numbers(row: Row, rng: random.Random) -> Row:
    """Another number where both texts have the same one once, and no law is cited."""
    if _LAW.search(row["en"]) or _LAW.search(row["zh"]):
        return row
    counts = [_DIGITS.findall(row[lang]) for lang in ("en", "zh")]
    shared = [n for n in counts[0] if all(c.count(n) == 1 for c in counts)]
    if len(shared) != 1 or len(counts[0]) != 1 or len(counts[1]) != 1:
        return row  # two numbers may hang together (8 of 10)
    new = str(max(2, int(shared[0]) + rng.randint(-int(shared[0]) // 4, int(shared[0]) // 4 + 1)))
    return row | {lang: _DIGITS.sub(new, row[lang]) for lang in ("en", "zh")}


def _spelling(row: Row, rng: random.Random) -> Row:
    if rng.random() < 0.5:
        return row
    en = row["en"]
    for british, american in _phrases()["spelling"].items():
        en = en.replace(british, american)
    return row | {"en": en}


def _ended(text: str, stop: str) -> str:
    return text if text.rstrip()[-1:] in ".。!！?？;；" else text.rstrip() + stop
