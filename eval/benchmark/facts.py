"""Facts on the public Recognizers-Text specifications, beside recognizers-text-suite.

    python -m bifinding.eval.benchmark.facts PATH [--failures N] [--speed FILE]

PATH is a clone of microsoft/Recognizers-Text (bare or not) or its folder Specs. Of its English and
Chinese cases those count that an audit may hold: percentages; integers, decimals and number words
(fractions and powers left out); sums in CNY, USD and EUR; durations; absolute dates and date ranges
(relative ones, such as "tomorrow", left out). A case is passed when the values found are the
expected ones, no more and no less; of several readings of a date without a year one is enough.

Where a specification contradicts what an audit means, it is left failing:
- 03/04/2025 is 3 April here, as the audit platforms print dates; the English specifications read
  4 March. "5.12" and "22/04" alone are a clause and a ratio, not dates.
- "few hours", "several weeks", "all day" state no number of hours; "an hour" alone no more than
  "a worker"; "for 10D", "3Y" are codes; "three weekends", feasts and fiscal years are not dates.
- "Date + duration" sums ("two weeks since 2011"), weeks of the year, parts of a period ("the end of
  2008", "mid-May") and decades stay as written; a range names its ends as the text does.
- "1.2b", "10G" and "2^5" are a grade, a weight and a note; 一打 (a dozen) is a verb as well; 五百分之2.2
  and 二三十个百分点 are read, where the specification is silent.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...corpus.labels import Lang
from ...corpus.schema import Entity
from ...nlp.entities import extract
from ...nlp.entities.normal import lower, normal
from ...nlp.entities.numerals import find
from ...nlp.entities.quantities import SECONDS
from .facts_peers import CURRENCIES, Case, Fact, Reading, number, readings, recognizers

_FILES = {
    "percent": "Number/{}/PercentModel",
    "number": "Number/{}/NumberModel",
    "currency": "NumberWithUnit/{}/CurrencyModel",
    "datetime": "DateTime/{}/DateTimeModel",
}
_FOLDERS: dict[Lang, str] = {"en": "English", "zh": "Chinese"}
_RELATIVE = re.compile(
    r"\b(ago|next|last|past|previous|this|coming|upcoming|now|today|tonight|tomorrow|tmr|yesterday|later|hence|current"
    r"|following|recent|rest|same|present|before now|weekend|weekday|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|mon|tue|wed|thu|fri|sat|sun)\b|[今明昨前去上下后本]|这|当|现|最近|过去|未来|将来|周|星期|礼拜|近",
    re.I,
)
_YEAR = re.compile(
    r"(?<![\d.])(19|20)\d\d(?!\d)|[零〇一二三四五六七八九]{4}年|\b(nineteen|twenty|two thousand)\b",
    re.I,
)
_OPEN = re.compile(r"^\(?XXXX-\d\d(-\d\d)?(,XXXX-\d\d-\d\d,P\w+\))?$")
# --- the cases -------------------------------------------------------------------------------


def _load(path: Path, name: str) -> list[dict[str, Any]]:
    for folder in (path, path / "Specs"):
        if (folder / f"{name}.json").is_file():
            return json.loads((folder / f"{name}.json").read_text(encoding="utf-8-sig"))
    done = subprocess.run(
        ["git", "-C", str(path), "show", f"HEAD:Specs/{name}.json"],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(
            f"{path}: no Specs/{name}.json here; give a clone of Recognizers-Text or its Specs folder"
        )
    return json.loads(done.stdout.decode("utf-8-sig"))


def _expected(model: str, result: dict[str, Any]) -> Any:
    """The comparable value of a specification's result, or None when it is none of ours."""
    resolution = result["Resolution"]
    if model in ("percent", "number"):
        split = model == "number" and re.search(r"[/分]|over ", result["Text"])
        return (
            None
            if resolution.get("subtype") in ("fraction", "power") or split
            else number(resolution["value"])
        )
    if model == "currency":
        unit = CURRENCIES.get(resolution.get("isoCurrency") or resolution.get("unit") or "")
        value = number(resolution.get("value"))
        return (value, unit) if unit and value is not None else None
    kind = result.get("TypeName", "").rpartition(".")[2]
    values = resolution.get("values", [])
    text = result["Text"]
    if kind not in ("date", "daterange", "duration") or _RELATIVE.search(text):
        return None
    if kind != "duration":
        open_year = all(_OPEN.match(v.get("timex", "")) for v in values)
        if not (open_year or _YEAR.search(text)) or any("type" not in v for v in values):
            return None
    return readings(values)


def cases(path: Path) -> Iterator[Case]:
    """The cases that concern audits, English first."""
    for lang, folder in _FOLDERS.items():
        for model, name in _FILES.items():
            for spec in _load(path, name.format(folder)):
                expected = [_expected(model, r) for r in spec["Results"]]
                if None in expected or (model == "datetime" and not expected):
                    continue
                kinds = (
                    {r["TypeName"].rpartition(".")[2] for r in spec["Results"]}
                    if model == "datetime"
                    else {model}
                )
                kind = kinds.pop() if len(kinds) == 1 else "mixed dates"
                yield Case(
                    lang,
                    model,
                    kind,
                    spec["Input"],
                    spec.get("Context", {}).get("ReferenceDateTime"),
                    expected,
                )


# --- our answers in the specifications' form --------------------------------------------------


def ours(case: Case) -> list[Any]:
    if case.model == "number":
        text = lower(normal(case.text))
        glued = re.compile(r"(?:[a-z]|st|nd|rd|th)")
        return [number(n.value) for n in find(text) if n.words or not glued.match(text, n.end)]
    found = extract(case.text, case.lang)
    if case.model == "percent":
        return [number(e.value["value"]) for e in found if e.label == "PERCENT"]
    if case.model == "currency":
        return [
            (number(e.value["value"]), e.value["currency"]) for e in found if e.label == "MONEY"
        ]
    reference = (
        dt.date.fromisoformat(case.reference[:10]) if case.reference else dt.date(2025, 2, 28)
    )
    return [frozenset({r}) for r in _moments(case.text, found, reference)]


_TO = re.compile(r"\s*(?:-|–|~|to|till|until|through|至|到|and|和)\s*(?:the\s+)?", re.I)


def _moments(text: str, found: list[Entity], reference: dt.date) -> Iterator[Reading]:
    dates = [e for e in found if e.label in ("DATE", "DURATION")]
    skip = False
    for i, e in enumerate(dates):
        if skip:
            skip = False
        elif e.label == "DURATION":
            yield ("duration", number(e.value["value"] * SECONDS[e.value["unit"]]), None, None)
        elif i + 1 < len(dates) and _spans_to(text, e, dates[i + 1]):
            skip = True
            yield _interval(e.value["value"], dates[i + 1].value["value"], reference, False)
        else:
            yield _date(e, reference)


def _spans_to(text: str, a: Entity, b: Entity) -> bool:
    """Whether two dates written out in full are the ends of a range, as "2014 to 2018" is."""
    gap = text[a.end : b.start]
    if a.label != b.label or ("upper" in a.value) != ("upper" in b.value) or not _TO.fullmatch(gap):
        return False
    between = re.search(r"between\s+(?:the\s+)?$", text[: a.start], re.I) or re.match(
        r"\s*之?间", text[b.end :]
    )
    return gap.strip().lower() not in ("and", "和") or bool(between)


def _date(e: Entity, reference: dt.date) -> Reading:
    value, bound = e.value["value"], e.value.get("bound")
    if e.partial:
        return ("daterange" if "upper" in e.value else "date", "not resolved", None, None)
    if "upper" in e.value:
        whole = bool(re.search(r"q\d|h\d|quarter|half|季|半年", e.text, re.I))
        kind, _, start, end = _interval(value, e.value["upper"], reference, whole)
        if bound not in ("before", "after"):
            return (kind, None, start, end)
    start, end = _limits(value, reference)
    if "part" in e.value and len(value) == 4:  # thirds of a year
        cut = {"early": ("01-01", "05-01"), "mid": ("05-01", "09-01"), "late": ("09-01", "")}[
            e.value["part"]
        ]
        start, end = f"{value}-{cut[0]}", f"{value}-{cut[1]}" if cut[1] else end
    day = len(value.lstrip("-").split("-")) == (2 if value[0] == "-" else 3)
    if bound == "since":
        return ("daterange", None, start, None)
    if bound == "after":
        return ("daterange", None, start if day else end, None)
    if bound in ("before", "until"):
        return ("daterange", None, None, start)
    return ("date", start, None, None) if day else ("daterange", None, start, end)


def _interval(first: str, last: str, reference: dt.date, whole: bool) -> Reading:
    """First day of the first date to the first day of the last (or, a quarter, past its end)."""
    start, _ = _limits(first, reference)
    begins = dt.date.fromisoformat(start)
    low, high = _limits(
        last, dt.date(begins.year + 1, begins.month, 28) if last[0] == "-" else reference
    )
    if last[0] == "-" and int(low[:4]) > begins.year and low[5:] >= start[5:]:
        low = f"{begins.year}{low[4:]}"
    return ("daterange", None, start, high if whole else low)


def _limits(value: str, reference: dt.date) -> tuple[str, str]:
    """First day, and the day after the last, of an ISO date; one without a year lies in the past."""
    if value[0] == "-":
        part = value[2:]
        for year in range(reference.year, reference.year - 9, -1):
            try:
                if (
                    dt.date.fromisoformat(f"{year}-{part}" + ("-01" if len(part) == 2 else ""))
                    <= reference
                ):
                    return _limits(f"{year}-{part}", reference)
            except ValueError:
                continue
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 3:
        return value, (dt.date(*parts) + dt.timedelta(1)).isoformat()
    year, month = (*parts, 0)[:2]
    if not month:
        return f"{year}-01-01", f"{year + 1}-01-01"
    return f"{year}-{month:02d}-01", f"{year + month // 12}-{month % 12 + 1:02d}-01"


# --- sums, dates and durations of a text ---------------------------------------------------------


def form(label: str, value: dict[str, Any]) -> Fact | None:
    """A fact of ours in the peers' form; None where it is none that they read."""
    ends = value.get("value"), value.get("upper")
    if label == "MONEY":
        return label, (*map(number, ends), value["currency"])
    if label == "DATE":
        return label, ends
    if label == "DURATION":
        unit = SECONDS[value["unit"]]
        return label, tuple(None if end is None else number(end * unit) for end in ends)
    return None


def stated(text: str, lang: Lang) -> list[Fact]:
    """The sums, dates and durations that we find."""
    return [fact for e in extract(text, lang) if (fact := form(e.label, e.value))]


# --- scoring ---------------------------------------------------------------------------------


def passed(found: list[Any], expected: list[Any]) -> bool:
    """Every expected value found once and nothing else; of several readings of a date, one is enough."""
    left = list(found)
    for e in expected:
        hit = next(
            (
                g
                for g in left
                if g == e
                or (isinstance(e, frozenset) and isinstance(g, frozenset) and g and g <= e)
            ),
            None,
        )
        if hit is None:
            return False
        left.remove(hit)
    return not left


def score(
    rows: list[Case], system: Callable[[Case], list[Any]], failures: int = 0
) -> tuple[dict[tuple[str, str], list[int]], float]:
    """Passed and all cases by (language, kind), and the characters read a second."""
    table: dict[tuple[str, str], list[int]] = collections.defaultdict(lambda: [0, 0])
    seconds = 0.0
    for case in rows:
        start = time.perf_counter()
        try:
            found = system(case)
        except Exception as error:  # a peer that breaks on a case has not passed it
            found = [type(error).__name__]
        seconds += time.perf_counter() - start
        ok = passed(found, case.expected)
        table[case.lang, case.kind][0] += ok
        table[case.lang, case.kind][1] += 1
        if not ok and failures:
            failures -= 1
            print(
                f"FAIL {case.lang} {case.kind} {case.text!r}\n     expected {case.expected}\n     found    {found}"
            )
    return table, sum(len(c.text) for c in rows) / seconds


def speed(
    text: str, lang: Lang, peer: Callable[[Case], list[Any]] | None
) -> tuple[float, float | None]:
    """Characters a second on running text: ours, and the peer's with all its four models."""
    extract(text[:2000], lang)
    start = time.perf_counter()
    lines = text.splitlines()
    for line in lines:
        extract(line, lang)
    mine = len(text) / (time.perf_counter() - start)
    if peer is None:
        return mine, None
    start = time.perf_counter()
    for line in lines:
        for model in _FILES:
            peer(Case(lang, model, model, line, None, []))
    return mine, len(text) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    parser.add_argument(
        "--failures", type=int, default=0, metavar="N", help="show the first N cases we fail"
    )
    parser.add_argument(
        "--speed", type=Path, metavar="FILE", help="a text file to measure speed on"
    )
    args = parser.parse_args()
    rows = list(cases(args.path))
    for case in rows[:1] + rows[-1:]:
        ours(case)
    mine, rate = score(rows, ours, args.failures)
    try:
        peer = recognizers()
    except ImportError:
        peer = None
    theirs, peer_rate = score(rows, peer) if peer else ({}, 0.0)
    for key, (ok, n) in sorted(mine.items()):
        beside = f"   recognizers {theirs[key][0]:4d} = {theirs[key][0] / n:.3f}" if theirs else ""
        print(f"{key[0]}  {key[1]:12s} {ok:4d} of {n:4d} = {ok / n:.3f}{beside}")
    ok = sum(a for a, _ in mine.values())
    beside = sum(a for a, _ in theirs.values())
    print(f"all {ok} of {len(rows)} = {ok / len(rows):.3f} at {rate:,.0f} characters/s" + (
        f"   recognizers {beside} = {beside / len(rows):.3f} at {peer_rate:,.0f}" if peer else
        "   (recognizers-text-suite is not installed)"
    ))  # fmt: skip
    if args.speed:
        text = args.speed.read_text(encoding="utf-8")
        for lang in _FOLDERS:
            kept = [
                t
                for t in text.splitlines()
                if (len(re.findall("[\u4e00-\u9fff]", t)) * 3 > len(t)) == (lang == "zh")
            ]
            got, other = speed("\n".join(kept), lang, peer)
            print(
                f"{lang} running text {got:,.0f} characters/s"
                + (f"   recognizers {other:,.0f}" if other else "")
            )


if __name__ == "__main__":
    main()
