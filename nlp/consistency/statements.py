"""Where the texts of a report contradict its tables, its dates or themselves."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from ...corpus.schema import Analysis, Entity, Issue
from .. import entities
from . import lexicon
from .report import Passage, View, check, issue, number, place

# --- areas ---------------------------------------------------------------------------------------

_AREA = re.compile(r"\bPA ?(1[0-3]|[1-9])\b(?!\.\d)")


@check
def summary_areas(view: View) -> Iterator[Issue]:
    """The areas that the summary names for improvement against the areas with findings."""
    for label, text in view.report.description.items():
        if "summary" not in label.lower():
            continue
        named = {f"PA{n}" for n in _AREA.findall(text)}
        found = {
            r.given.area for r in view.records if r.given.area and r.given.status != "corrected"
        }
        if not named or not found:
            continue
        for extra, message in (
            (
                named - found,
                "The summary names {} for improvement, but no finding stands under it.",
            ),
            (found - named, "There are findings under {}, but the summary does not name it."),
        ):
            for area in sorted(extra, key=lambda a: int(str(a)[2:])):
                yield issue(
                    "summary_areas", "warning", message.format(area),
                    (" ".join(text.split())[:120], f"general description, {label}"),
                    (", ".join(sorted(map(str, found))), "areas with findings"),
                )  # fmt: skip


# --- counts --------------------------------------------------------------------------------------

_ELIGIBLE = re.compile(r"eligible|entitled|符合[^，。；]{0,4}(?:参保|条件|资格)|应参保")
_RETIRED = re.compile(r"retire|退休")


@check
def insured_total(view: View) -> Iterator[Issue]:
    """Workers eligible for social insurance and retired ones against the total workforce."""
    for passage in view.passages:
        site = passage.record.site_id if passage.record else None
        total = view.metric("total workforce", site) or _only_total(view)
        eligible = _count_beside(passage, _ELIGIBLE)
        retired = _count_beside(passage, _RETIRED)
        if not (total and eligible and retired) or eligible is retired:
            continue
        together = eligible.value["value"] + retired.value["value"]
        if together != total and abs(together - total) <= 0.2 * total:
            message = (
                f"{number(eligible.value['value'])} eligible and {number(retired.value['value'])} retired "
                f"workers make {number(together)}, but the total workforce is {number(total)}."
            )
            yield issue(
                "insured_total", "warning", message,
                (eligible.text, passage.where), (retired.text, passage.where),
                (number(total), "metrics, Total workforce"),
            )  # fmt: skip


def _only_total(view: View) -> float | None:
    totals = {view.metric("total workforce", site) for site in view.sites}
    return totals.pop() if len(totals) == 1 else None


def _count_beside(passage: Passage, word: re.Pattern[str]) -> Entity | None:
    """The headcount whose clause says so, before the next fact begins."""
    for k, entity in enumerate(passage.entities):
        if entity.label == "HEADCOUNT":
            later = passage.entities[k + 1 : k + 2]
            stop = min([entity.start + 60, *(e.start for e in later)])
            clause = re.split(r"[,，.。;；()（）]", passage.text[entity.start : stop])[0]
            if word.search(clause):
                return entity
    return None


@check
def percentage(view: View) -> Iterator[Issue]:
    """A percentage against the two counts beside it (1 of 76 is 1.32 %)."""
    for passage in view.passages:
        for left, right in zip(passage.entities, passage.entities[1:], strict=False):
            if {left.label, right.label} != {"RATIO", "PERCENT"}:
                continue
            gap = passage.text[left.end : right.start]
            if not re.fullmatch(
                r"[^.。;；)）\d]{0,40}[(（,，]?\s*(?:i\.e\.|that is|or|即|占|约)?[^.。;；\d]{0,12}",
                gap,
            ):
                continue
            ratio, percent = (left, right) if left.label == "RATIO" else (right, left)
            part, whole = ratio.value["part"], ratio.value["whole"]
            stated = percent.value["value"]
            if not whole or "upper" in percent.value or part > whole:
                continue
            exact = 100 * part / whole
            decimals = len(str(stated).partition(".")[2])
            slack = 5 if "bound" in percent.value else 0.6 * 10**-decimals
            # "3 of 10 wore gloves (70% did not)": the rest may be meant.
            if min(abs(exact - stated), abs(100 - exact - stated)) > slack:
                message = f"{ratio.text} is {exact:.2f} %, but the text says {percent.text}."
                yield issue(
                    "percentage",
                    "warning",
                    message,
                    (ratio.text, passage.where),
                    (percent.text, passage.where),
                )


_PARTS = re.compile(r"[(（]([^()（）]{8,240})[)）]")
_SAMPLED = re.compile(r"sampl|样|抽")


@check
def sample_parts(view: View) -> Iterator[Issue]:
    """A sample against the parts listed in brackets behind it, and its months against the results'."""
    for passage in view.passages:
        for match in _PARTS.finditer(passage.text):
            inside = [e for e in passage.entities if match.start() < e.start < match.end()]
            months = [e for e in inside if e.label == "DATE" and len(e.value["value"]) == 7]
            if len(months) < 2 or not _SAMPLED.search(
                passage.text[max(0, match.start() - 60) : match.end()]
            ):
                continue
            yield from _part_sum(passage, match, len(months))
            yield from _month_gap(passage, match, {m.value["value"]: m for m in months})


def _part_sum(passage: Passage, match: re.Match[str], months: int) -> Iterator[Issue]:
    """The number before the bracket against the sum of those within, one for each month."""
    numbers = [
        n
        for n in entities.numbers(passage.text, passage.lang)
        if n.kind == "count" or n.entity is not None
    ]
    counts = [
        n for n in numbers if n.entity is None or passage.entities[n.entity].label == "HEADCOUNT"
    ]
    parts = [n for n in counts if match.start() < n.start < match.end()]
    before = [n for n in counts if match.start() - 80 < n.start < match.start()]
    if len(parts) == months and before and sum(p.value for p in parts) != before[-1].value:
        total = sum(p.value for p in parts)
        message = f"{number(before[-1].value)} are said to be sampled, but the parts add up to {number(total)}."
        said = passage.text[before[-1].start : match.start()].strip()
        yield issue(
            "sample_parts", "warning", message, (said, passage.where), (match[1], passage.where)
        )


def _month_gap(
    passage: Passage, match: re.Match[str], sampled: dict[str, Entity]
) -> Iterator[Issue]:
    """Results that are given for a month that was not sampled, where a sampled one has none."""
    stop = lexicon.lower(passage.text).find("current status", match.end())
    stop = len(passage.text) if stop < 0 else stop
    results = {
        e.value["value"]: e
        for e in passage.entities
        if match.end() <= e.start < stop and e.label == "DATE" and len(e.value["value"]) == 7
    }
    strange = [e for month, e in results.items() if month not in sampled]
    missing = [e for month, e in sampled.items() if month not in results]
    if len(results) >= 2 and len(strange) == 1 == len(missing):
        message = f"The sample is of {missing[0].text}, the results are of {strange[0].text}."
        yield issue(
            "sample_parts", "warning", message,
            (missing[0].text, passage.where), (strange[0].text, passage.where),
        )  # fmt: skip


# --- dates ---------------------------------------------------------------------------------------

_HEADER_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CONDUCTED = re.compile(
    r"\b(?:audit|monitoring|visit)\b[^.]{0,60}\b(?:conducted|performed|carried out|took place)\b"
)
_PAST = re.compile(
    r"record|sampl|payroll|receipt|attendance|reviewed|checked|paid|考勤|工资|记录|抽样|抽查|缴费|审阅|查阅|出示"
)
_FUTURE = re.compile(
    r"valid|until|till|expir|effective|plan|will|next|due|deadline|before|by\b|to be|from|schedul|insur"
    r"|有效|到期|至|前|计划|预计|将|下次|限期|完成期限|保险"
)
_IMPOSSIBLE = re.compile(
    r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]|\b(?P<d2>\d{1,2})(?:st|nd|rd|th)? (?P<m2>"
    r"January|February|March|April|May|June|July|August|September|October|November|December),? (?P<y2>20\d\d)"
    r"|\b(?P<m3>January|February|March|April|May|June|July|August|September|October|November|December) "
    r"(?P<d3>\d{1,2}),? (?P<y3>20\d\d)"
)
_MONTHS: tuple[str, ...] = (
    *"January February March April May June July August".split(),
    *"September October November December".split(),
)


@check
def dates(view: View) -> Iterator[Issue]:
    """Dates that do not exist, records from after the audit, an audit day outside the header's."""
    start, end = (
        _header_date(view, name)
        for name in ("Monitoring Start Date", "Closing Meeting Finished Date")
    )
    for passage in view.passages:
        for match in _IMPOSSIBLE.finditer(passage.text):
            if not _exists(match):
                yield issue("dates", "error", f"There is no {match[0]}.", (match[0], passage.where))
        for entity in passage.entities:
            if (
                entity.label != "DATE"
                or len(entity.value["value"]) != 10
                or "upper" in entity.value
            ):
                continue
            iso = entity.value["value"]
            if iso.startswith("-") or not end:
                continue
            clause = _clause(passage.text, entity)
            if start and _CONDUCTED.search(lexicon.lower(clause)) and not passage.record:
                if not start <= iso <= end and iso[:4] == start[:4]:
                    message = f"The audit is said to be of {entity.text}, but the header says {start} to {end}."
                    yield issue(
                        "dates", "warning", message,
                        (entity.text, passage.where), (f"{start} to {end}", "header"),
                    )  # fmt: skip
            elif iso > end and _PAST.search(clause) and not _FUTURE.search(lexicon.lower(clause)):
                message = f"{entity.text} is later than the audit, which ended on {end}."
                yield issue(
                    "dates", "warning", message, (entity.text, passage.where), (end, "header")
                )


def _header_date(view: View, name: str) -> str | None:
    match = _HEADER_DATE.search(view.report.header.get(name, ""))
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else None


def _exists(match: re.Match[str]) -> bool:
    year = int(match["y"] or match["y2"] or match["y3"])
    month = int(match["m"]) if match["m"] else _MONTHS.index(match["m2"] or match["m3"]) + 1
    day = int(match["d"] or match["d2"] or match["d3"])
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and year <= date.max.year


def _clause(text: str, entity: Entity) -> str:
    left = max(text.rfind(mark, 0, entity.start) for mark in ".。；;")
    right = min(
        (p for mark in ".。；;" if (p := text.find(mark, entity.end)) >= 0), default=len(text)
    )
    return text[left + 1 : right]


# --- overtime ------------------------------------------------------------------------------------

_LEGAL_OVERTIME = 36  # hours a month (Labour Law of the PRC, Article 41)
_HIGHEST = re.compile(
    r"(?:highest|maximum|up to|max\.?|as much as|最高|最多|高达)[^.。;；,，\d]{0,20}$", re.I
)
_OVERTIME = re.compile(r"overtime|加班", re.I)


@check
def overtime(view: View) -> Iterator[Issue]:
    """Monthly overtime against the legal limit it is said to exceed, and against hours a day and days a week."""
    for passage in view.passages:
        spans = [_current(passage)] if passage.record else [(0, len(passage.text))]
        hours = [
            e for e in passage.entities
            if e.label == "DURATION" and e.value.get("unit") == "hour" and any(a <= e.start < b for a, b in spans)
        ]  # fmt: skip
        if not _OVERTIME.search(passage.text):
            continue
        highest = [
            e for e in hours if _HIGHEST.search(passage.text[max(0, e.start - 30) : e.start])
        ]
        limit = [
            e
            for e in hours
            if e.value["value"] == _LEGAL_OVERTIME and e.value.get("bound") == "more_than"
        ]
        for entity in highest:
            if (
                limit
                and entity.value["value"] <= _LEGAL_OVERTIME
                and entity.value.get("per") in (None, "month")
            ):
                message = (
                    f"Overtime is said to exceed {number(limit[0].value['value'])} hours, "
                    f"but the highest is {number(entity.value['value'])} hours."
                )
                yield issue(
                    "overtime", "warning", message,
                    (limit[0].text, passage.where), (entity.text, passage.where),
                )  # fmt: skip
        yield from _overtime_sum(passage, hours, highest)


def _overtime_sum(passage: Passage, hours: list[Entity], highest: list[Entity]) -> Iterator[Issue]:
    """The month's highest against what so many hours on so many days could make at most."""
    daily = [e for e in hours if e.value.get("per") == "day" and e.value["value"] <= 8]
    weekly = [
        e for e in passage.entities
        if e.label == "DURATION" and e.value.get("unit") == "day" and e.value.get("per") == "week"
    ]  # fmt: skip
    month = [
        e
        for e in highest
        if e.value.get("per") in (None, "month") and e.value["value"] > _LEGAL_OVERTIME
    ]
    if len(daily) != 1 or len(weekly) != 1 or not month:
        return
    top = max(month, key=lambda e: e.value["value"])
    most = daily[0].value["value"] * weekly[0].value["value"] * 5
    if top.value["value"] > most:
        message = (
            f"{number(daily[0].value['value'])} hours on {number(weekly[0].value['value'])} days a week make "
            f"at most {number(most)} hours a month, but the text says {number(top.value['value'])}."
        )
        yield issue(
            "overtime", "warning", message,
            (daily[0].text, passage.where), (weekly[0].text, passage.where), (top.text, passage.where),
        )  # fmt: skip


def _current(passage: Passage) -> tuple[int, int]:
    """Where the current state stands in a finding's text."""
    found = re.search(r"current status\s*[:：]", lexicon.lower(passage.text))
    return (found.start() if found else 0, len(passage.text))


# --- status --------------------------------------------------------------------------------------

_STILL = re.compile(
    r"\b(?:still|again|remain(?:s|ed)?)\b[^.;]{0,40}\b(?:not|no|lack\w*|missing|without)\b|仍(?:然|旧)?(?:未|没有|无|缺)|依[然旧](?:未|没有|无|缺)"
)
_FIXED = re.compile(
    r"\b(?:all|every|now|currently|since then)\b[^.;,]{0,60}\b(?:has|have|had|were|was|are|is)\b (?:now |all )?(?:been )?"
    r"(?:corrected|fixed|installed|provided|closed|resolved|repaired|renewed)\b|(?:现已|均已)[^，。；]{0,12}(?:整改|改善|解决|完成|到位)"
)


@check
def status_facts(view: View) -> Iterator[Issue]:
    """A status that the text contradicts: corrected, but still missing; not corrected, but fixed."""
    for passage in view.passages:
        if not passage.record:
            continue
        start, end = _current(passage)
        text = passage.text[start:end]
        words = lexicon.statuses(text, passage.lang)
        kinds = {w.status for w in words}
        if len(kinds) != 1:
            continue
        word = words[0]
        rest = lexicon.lower(text[: word.start] + " " * (word.end - word.start) + text[word.end :])
        pattern = {"corrected": _STILL, "not_corrected": _FIXED}.get(word.status)
        match = pattern.search(rest) if pattern else None
        if match:
            named = text[word.start : word.end]
            message = (
                f'The status is "{named}", but the text says "{text[match.start() : match.end()]}".'
            )
            yield issue(
                "status_facts", "warning", message,
                (named, passage.where), (text[match.start() : match.end()], passage.where),
            )  # fmt: skip


@check
def status_between_languages(view: View) -> Iterator[Issue]:
    """Facts of a follow-up that only one language gives a status to, counted once a report."""
    silent = [
        r for r in view.records if _names_status(r, "zh") and r.en and not _names_status(r, "en")
    ]
    if len(silent) >= 2:
        listed = ", ".join(str(r.given.question or r.id) for r in silent)
        message = f"In {len(silent)} findings only the Chinese names a status: {listed}."
        yield issue("status_between_languages", "note", message, (listed, place(silent[0], "zh")))


def _names_status(record: Analysis, lang) -> bool:
    text = record.en if lang == "en" else record.zh
    start = 0
    if text and lang == "en":
        found = re.search(r"current status\s*[:：]", lexicon.lower(text))
        start = found.start() if found else 0
    return bool(text and lexicon.statuses(text[start:], lang))
