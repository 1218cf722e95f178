"""Facts of two languages paired one to one.

Two facts are paired when they say the same (half a year and 六个月, 8 out of 10 and 八成 of the same
people) or, in the same place of aligned sentences, the same kind of thing with another value, so
that "48 hours" and 46小时 are one fact that differs and not two that are missing. The pairs are the
assignment of least cost (Kuhn's Hungarian method, as scipy has it).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...corpus.schema import Entity
from .quantities import SECONDS


class Link(NamedTuple):
    """en[i] and zh[j] state one fact; ``same`` says whether with the same value (None: cannot be told,
    as for two laws that the catalogue does not have)."""

    en: int
    zh: int
    same: bool | None


@dataclass(slots=True)
class _Fact:
    label: str
    value: dict[str, Any]
    place: float  # where it stands among its kind, 0 to 1
    bead: int
    others: list[dict[str, Any]]  # what it says together with its neighbour


_FAR, _ALONE = 9.0, 1.0


def link(
    en: Sequence[Any],
    zh: Sequence[Any],
    beads_of: tuple[Sequence[int], Sequence[int]] | None = None,
) -> list[Link]:
    """Pairs of indices into two lists of entities (or of numbers, or of both) in order of text.

    ``beads_of`` gives for each item of either list the index of the bead that it stands in (-1:
    none); without it, only the order counts. Where one language needs two facts to say what the
    other says in one ("2014 to 2018" and 2014-2018年, "three-quarters of 40 workers" and 30名工人),
    both have a link to it; all else is one to one.
    """
    left, right = _facts(en, beads_of and beads_of[0]), _facts(zh, beads_of and beads_of[1])
    found: list[Link] = []
    for group in sorted({_group(f) for f in (*left, *right)}):
        rows = [i for i, f in enumerate(left) if _group(f) == group]
        columns = [j for j, f in enumerate(right) if _group(f) == group]
        if rows and columns:
            found += _assign(left, right, rows, columns)
    return sorted(_with_ends(en, zh, left, right, found))


def _facts(items: Sequence[Any], beads: Sequence[int] | None) -> list[_Fact]:
    out = []
    for i, item in enumerate(items):
        if isinstance(item, Entity):
            label, value = item.label, item.value
        else:
            label, value = item.kind or "count", {"value": item.value}
        others = _together(items, i) if isinstance(item, Entity) else []
        out.append(_Fact(label, value, 0.0, beads[i] if beads else 0, others))
    groups: dict[str, list[_Fact]] = {}
    for f in out:
        groups.setdefault(_group(f), []).append(f)
    for group in groups.values():
        for i, f in enumerate(group):
            f.place = (i + 0.5) / len(group)
    return out


def _together(items: Sequence[Any], i: int) -> list[dict[str, Any]]:
    """Three-quarters of 40 is 30; two dates side by side may be a range."""
    if i + 1 == len(items) or not isinstance(items[i + 1], Entity):
        return []
    a, b = items[i], items[i + 1]
    if a.label == "RATIO" and b.label == "HEADCOUNT" and b.start - a.end < 9:
        return [{"value": a.value["part"] * b.value["value"] / a.value["whole"]}]
    if (
        a.label == b.label == "DATE"
        and b.start - a.end < 9
        and not {"upper"} & (a.value.keys() | b.value.keys())
    ):
        return [a.value | {"upper": b.value["value"]}]
    return []


_GROUPS = {
    "PERCENT": "share", "RATIO": "share", "HEADCOUNT": "share", "multiple": "share", "count": "share",
}  # fmt: skip


def _group(f: _Fact) -> str:
    return _GROUPS.get(f.label, f.label)


def _assign(
    left: list[_Fact], right: list[_Fact], rows: list[int], columns: list[int]
) -> list[Link]:
    from scipy.optimize import linear_sum_assignment  # slow to load, and only needed here

    size = len(rows) + len(columns)
    cost = np.zeros((size, size))
    verdicts: dict[tuple[int, int], bool | None] = {}
    cost[: len(rows), len(columns) :] = _ALONE
    cost[len(rows) :, : len(columns)] = _ALONE
    for r, i in enumerate(rows):
        for c, j in enumerate(columns):
            value, verdicts[i, j] = _cost(left[i], right[j])
            cost[r, c] = value
    pairs = zip(*linear_sum_assignment(cost), strict=True)
    return [
        Link(rows[r], columns[c], verdicts[rows[r], columns[c]])
        for r, c in pairs
        if r < len(rows) and c < len(columns) and cost[r, c] < 2 * _ALONE
    ]


def _cost(a: _Fact, b: _Fact) -> tuple[float, bool | None]:
    """What pairing two facts costs (leaving both alone costs 2), and whether they say the same."""
    verdict = agree(a.label, a.value, b.label, b.value)
    if verdict is not True:
        for other in a.others:
            label = a.label if a.label == "DATE" else "HEADCOUNT"
            verdict = verdict or agree(label, other, b.label, b.value)
        for other in b.others:
            label = b.label if b.label == "DATE" else "HEADCOUNT"
            verdict = verdict or agree(a.label, a.value, label, other)
    away = min(abs(a.bead - b.bead), 3) * 0.25 if a.bead >= 0 and b.bead >= 0 else 0.5
    cost = away + 0.4 * abs(a.place - b.place)
    if a.label != b.label:
        cost += 0.3
    if verdict is True:
        return cost, True
    if not _comparable(a, b) or away > 0.3:
        return _FAR, verdict
    return cost + (0.7 if verdict is None else 1.1 + 0.3 * _distance(a, b)), verdict


def _comparable(a: _Fact, b: _Fact) -> bool:
    """Whether two unequal facts can still be one fact with a slip: same label, unit, currency."""
    if a.label != b.label:
        return False
    if a.label == "DURATION":
        return a.value["unit"] == b.value["unit"]
    if a.label == "LAW_ARTICLE":
        return True
    return a.value.get("currency") == b.value.get("currency")


def _distance(a: _Fact, b: _Fact) -> float:
    """How unlike two values of a kind are, 0 to 1."""
    if a.label == "LAW_ARTICLE":
        return 0.0 if a.value.get("id") == b.value.get("id") else 0.8
    if a.label == "DATE":
        return (
            1 - sum(x == y for x, y in zip(a.value["value"], b.value["value"], strict=False)) / 10
        )
    if a.label == "RATIO":
        return (
            0.0
            if a.value["whole"] == b.value["whole"] or a.value["part"] == b.value["part"]
            else 1.0
        )
    x, y = abs(a.value["value"]), abs(b.value["value"])
    return 1 - min(x, y) / max(x, y) if max(x, y) else 0.0


# --- whether two values are one ------------------------------------------------------------------


def agree(label: str, a: dict[str, Any], other: str, b: dict[str, Any]) -> bool | None:
    """Whether two values say the same across languages; None where that cannot be told.

    Units are converted (three days, 72 hours), shares compared (80 %, 八成, 8 out of 10), a date
    without its year fits one that has it. Bounds are left out: the words of both languages draw
    them too differently ("exceeded the limit of 36 hours" is 超过36小时).
    """
    if label == other == "DURATION":
        return _same_time(a, b)
    if label == other == "DATE":
        if ("upper" in a) != ("upper" in b):
            return False
        return all(_same_day(a[k], b[k]) for k in ("value", "upper") if k in a)
    if label == other == "LAW_ARTICLE":
        return _same_law(a, b)
    if label == other == "MONEY":
        per = a.get("per"), b.get("per")
        return (
            a["currency"] == b["currency"]
            and _same_number(a, b)
            and (None in per or per[0] == per[1])
        )
    if label == other == "RATIO":
        return a["part"] * b["whole"] == b["part"] * a["whole"] and (
            a["whole"] == b["whole"] or (min(a["whole"], b["whole"]) <= 10 and _plain(a, b))
        )
    if label == other:
        return _same_number(a, b)
    shares = {"PERCENT", "RATIO", "multiple"}
    if {label, other} <= shares:
        return abs(_share(label, a) - _share(other, b)) < 0.006
    if {label, other} == {"HEADCOUNT", "RATIO"}:
        count, ratio = (a, b) if label == "HEADCOUNT" else (b, a)
        return count["value"] == ratio["part"]
    if {label, other} == {"HEADCOUNT", "count"}:
        return _same_number(a, b)
    return False


def _plain(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """三分之一 and "one third" are fractions; 10 out of 10 and 8 out of 8 are two counts."""
    return a["part"] < a["whole"] and b["part"] < b["whole"]


def _share(label: str, value: dict[str, Any]) -> float:
    if label == "RATIO":
        return value["part"] / value["whole"]
    return value["value"] / (100 if label == "PERCENT" else 1)


def _same_number(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a["value"] == b["value"] and a.get("upper") == b.get("upper")


def _same_time(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if ("upper" in a) != ("upper" in b):
        return False
    x, y = a["unit"], b["unit"]
    months = {"month": 1, "year": 12}
    if x in months and y in months:
        return all(
            abs(a[k] * months[x] - b[k] * months[y]) < 0.01 for k in ("value", "upper") if k in a
        )
    slack = 0.04 if (x in months) != (y in months) else 1e-6
    return all(
        abs(a[k] * SECONDS[x] - b[k] * SECONDS[y]) <= slack * a[k] * SECONDS[x]
        for k in ("value", "upper")
        if k in a
    )


def _same_day(a: str, b: str) -> bool:
    if (a[0] == "-") == (b[0] == "-"):
        return a == b
    return (
        re.sub(r"^(?:\d{4}|-)-", "", a) == re.sub(r"^(?:\d{4}|-)-", "", b) and "-" in a and "-" in b
    )


def _same_law(a: dict[str, Any], b: dict[str, Any]) -> bool | None:
    articles = set(a["articles"]) == set(b["articles"])
    if a.get("id") and b.get("id"):
        return articles and a["id"] == b["id"]
    if a.get("id") or b.get("id"):
        return None if articles else False
    if a["law"] == b["law"]:
        return articles
    return None if articles else False


def _with_ends(
    en: Sequence[Any], zh: Sequence[Any], left: list[_Fact], right: list[_Fact], found: list[Link]
) -> list[Link]:
    """Adds what the other language says in the same fact: the second date of a range, and the 40 in
    "three-quarters of 40 workers" beside 30名工人."""
    out = list(found)
    for p in (p for p in found if p.same):
        a, b = left[p.en], right[p.zh]
        if p.en + 1 not in {q.en for q in found} and _says_next(a, b):
            out.append(Link(p.en + 1, p.zh, True))
        if p.zh + 1 not in {q.zh for q in found} and _says_next(b, a):
            out.append(Link(p.en, p.zh + 1, True))
    return out


def _says_next(a: _Fact, b: _Fact) -> bool:
    """Whether b says what a says only together with the fact behind it."""
    label = "DATE" if a.label == "DATE" else "HEADCOUNT"
    return any(agree(label, other, b.label, b.value) for other in a.others)
