"""Two packages that read facts, for ``facts`` to compare with: Recognizers-Text and jionlp.

Nothing of ours is imported here, so that a process that measures a peer holds the peer alone. A fact
is its label and what it states, in one form for all: a sum (from, to, currency), a date (from, to) in
ISO 8601 ("--07" is a July of no year), a duration (from, to) in seconds; "to" is None but in ranges.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...corpus.labels import Lang

CURRENCIES = {"Dollar": "USD", "United States dollar": "USD", "Euro": "EUR", "Chinese yuan": "CNY"}
CURRENCIES |= {code: code for code in ("CNY", "USD", "EUR")}
Reading = tuple[str, Any, Any, Any]
Fact = tuple[str, tuple[Any, ...]]
_NAMED = {"元": "CNY", "美元": "USD", "欧元": "EUR"}
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_UNITS |= {"workday": 86400, "month": 30 * 86400, "year": 365 * 86400}
_TODAY = dt.datetime(2025, 6, 30)


@dataclass(frozen=True)
class Case:
    lang: Lang
    model: str
    kind: str
    text: str
    reference: str | None
    expected: list[Any]


def number(value: object) -> float | None:
    """To six digits; None where it is no number."""
    try:
        return float(f"{float(str(value).replace(',', '').rstrip('%')):.6g}")
    except ValueError:
        return None


def readings(values: list[dict[str, Any]]) -> frozenset[Reading]:
    """The readings of a date or duration, as Recognizers-Text resolves them."""
    return frozenset(
        (
            v["type"],
            number(v.get("value")) if v["type"] == "duration" else v.get("value"),
            v.get("start"),
            v.get("end"),
        )
        for v in values
        if "type" in v
    )


# --- Recognizers-Text ------------------------------------------------------------------------


def _models() -> dict[tuple[str, str], Any]:
    from recognizers_date_time import DateTimeRecognizer  # pyright: ignore[reportMissingImports]
    from recognizers_number import Culture, NumberRecognizer  # pyright: ignore[reportMissingImports]
    from recognizers_number_with_unit import NumberWithUnitRecognizer  # pyright: ignore[reportMissingImports]  # fmt: skip

    models: dict[tuple[str, str], Any] = {}
    for lang, culture in (("en", Culture.English), ("zh", Culture.Chinese)):
        models["percent", lang] = NumberRecognizer(culture).get_percentage_model()
        models["number", lang] = NumberRecognizer(culture).get_number_model()
        models["currency", lang] = NumberWithUnitRecognizer(culture).get_currency_model()
        models["datetime", lang] = DateTimeRecognizer(culture).get_datetime_model()
    return models


def recognizers() -> Callable[[Case], list[Any]]:
    """Its answers to a case of its specifications. Raises ImportError where it is not installed."""
    models = _models()

    def run(case: Case) -> list[Any]:
        model = models[case.model, case.lang]
        if case.model == "datetime":
            reference = dt.datetime.fromisoformat(case.reference or "2025-02-28")
            return [
                readings((r.resolution or {}).get("values") or [])
                for r in model.parse(case.text, reference)
            ]
        out: list[Any] = []
        for r in model.parse(case.text):
            got = r.resolution or {}
            value = number(got.get("value"))
            unit = CURRENCIES.get(got.get("isoCurrency") or got.get("unit") or "", "other")
            out.append((value, unit) if case.model == "currency" else value)
        return out

    return run


def recognizers_facts() -> Callable[[str, Lang], list[Fact]]:
    """The sums, dates and durations it finds. Raises ImportError where it is not installed."""
    models = _models()

    def read(text: str, lang: Lang) -> list[Fact]:
        found: list[Fact] = []
        for r in models["currency", lang].parse(text):
            got = r.resolution or {}
            unit = CURRENCIES.get(got.get("isoCurrency") or got.get("unit") or "", "other")
            found.append(("MONEY", (number(got.get("value")), None, unit)))
        for r in models["datetime", lang].parse(text, _TODAY):
            values = (r.resolution or {}).get("values") or [{}]
            if values[0].get("type") == "duration":
                found.append(("DURATION", (number(values[0].get("value")), None)))
            elif values[0].get("type") in ("date", "daterange"):
                found.append(("DATE", _timex(values[0].get("timex") or "")))
        return found

    return read


def _timex(timex: str) -> tuple[str, str | None]:
    first, last, *_ = [*timex.replace("XXXX-", "--").strip("()").split(","), None]
    return first or "", last


# --- jionlp ----------------------------------------------------------------------------------


def jionlp_facts() -> Callable[[str], list[Fact]]:
    """The sums, dates and durations it finds in Chinese. Raises ImportError where it is not installed."""
    from jionlp import ner  # pyright: ignore[reportMissingImports]

    def read(text: str) -> list[Fact]:
        found: list[Fact] = []
        for money in ner.extract_money(text):
            amount, name = money["detail"]["num"], money["detail"]["case"]
            low, high = amount if isinstance(amount, list) else (amount, None)
            unit = _NAMED.get(name, "other")
            found.append(("MONEY", (number(low), None if high is None else number(high), unit)))
        for time in ner.extract_time(text, time_base=_TODAY.timestamp()):
            detail = time["detail"]
            if time["type"] == "time_delta":
                found += [("DURATION", length) for length in _lengths(detail["time"])]
            elif time["type"] in ("time_point", "time_span"):
                found.append(("DATE", _dates(time["text"], *detail["time"])))
        return found

    return read


def _lengths(delta: Any) -> Iterator[tuple[float | None, float | None]]:
    low, high = delta if isinstance(delta, list) else (delta, None)
    ends = [
        number(sum(n * _UNITS[unit] for unit, n in end.items())) if end else None
        for end in (low, high)
        if end is None or end.keys() <= _UNITS.keys()
    ]
    if len(ends) == 2:
        yield ends[0], ends[1]


def _dates(text: str, start: str, end: str) -> tuple[str, str | None]:
    """The first and last date named, from the first and last second meant: whole months and years are
    named as such, and no year where the text names none."""
    first, last = start[:10], end[:10]
    if first.endswith("-01") and _month_ends(last):
        first, last = first[:7], last[:7]
        if first.endswith("-01") and last.endswith("-12"):
            first, last = first[:4], last[:4]
    if not re.search(r"\d{4}|年", text):
        first, last = "-" + first[4:], "-" + last[4:]
    return first, None if last == first else last


def _month_ends(date: str) -> bool:
    try:
        return (dt.date.fromisoformat(date) + dt.timedelta(1)).day == 1
    except ValueError:
        return False
