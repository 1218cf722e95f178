"""Where the overtime that a finding states does not fit the limit or the days that it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from ...corpus.schema import Entity, Issue
from .report import Passage, View, check, issue, number

_LEGAL_OVERTIME = 36  # hours a month (Labour Law of the PRC, Article 41)
_LIMITS = {"month": _LEGAL_OVERTIME, "week": 60}  # the second is that of codes of conduct
_HIGHEST = re.compile(
    r"(?:highest|maximum|up to|max\.?|as much as|最高|最多|高达)[^.。;,\d]{0,30}$"
)
_OVERTIME = re.compile(r"overtime|加班|工时|工作|work")
# That a limit is kept, as a fact; what the law says of it is none.
_KEPT = re.compile(
    r"未超[过出]?|没有?超[过出]?|(?:均|都|全部)(?:不超过?|在)|(?<![不未])符合|(?<![不未])满足"
    r"|(?:did|does|do) not exceed|not exceeding|\bwithin\b|(?<!not )compl(?:y|ies|ied) with|in compliance with|in line with"
)
_LAW = re.compile(
    r"法律规定|法规定|应当?|须|不得|根据|按照?|依据|shall|should|must|\bby law\b|according|article|\bnot within|require[sd]?\b"
    r"|除|其[余他]|部分|少数|others?\b|remaining|rest of|some\b|except|apart from|not in (?:line|compliance)"
)
_TOTAL_HOURS = re.compile(r"总工时|总工作|total|working (?:hours|time)")
_ALL = re.compile(r"均|都|所有|全部|全体|\ball\b|every|\bany\b|each")
_UNIT = {"month": r"month|月", "week": r"week|周", "day": r"\bday\b|daily|每天|每日"}


@check
def overtime(view: View) -> Iterator[Issue]:
    """Overtime against the legal limit it is said to exceed or to keep, and against hours a day and days a week."""
    for passage in view.passages:
        start, end = passage.current
        if not _OVERTIME.search(passage.low, start, end):
            continue
        hours = [
            e for e in passage.entities
            if e.label == "DURATION" and e.value.get("unit") == "hour" and start <= e.start < end
        ]  # fmt: skip
        highest = [
            e for e in hours if _HIGHEST.search(passage.low[max(start, e.start - 44) : e.start])
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
                and _per(passage, entity) == "month"
            ):
                message = (
                    f"Overtime is said to exceed {number(limit[0].value['value'])} hours, "
                    f"but the highest is {number(entity.value['value'])} hours."
                )
                yield issue(
                    "overtime", "warning", message,
                    (limit[0].text, passage.where), (entity.text, passage.where),
                )  # fmt: skip
        kept = list(_limit_kept(passage, hours, highest))
        yield from kept or _kept_behind(passage, hours)
        yield from _overtime_sum(passage, hours, highest)


def _limit_kept(passage: Passage, hours: list[Entity], highest: list[Entity]) -> Iterator[Issue]:
    """A limit that is said to be kept, against more hours in the same sentence."""
    dates = [e.start for e in passage.entities if e.label == "DATE"]
    for limit in hours:
        start, end = _around(passage.low, limit, _SENTENCE)
        sentence, per = passage.low[start:end], _per(passage, limit)
        if _LIMITS.get(per) != limit.value["value"] or _LAW.search(sentence):
            continue
        a, b = _around(passage.low, limit, _COMMA)
        dated = bisect_left(dates, start) < bisect_left(dates, end)
        if not _KEPT.search(passage.low, a, b) or (dated and not _ALL.search(passage.low, a, b)):
            continue
        for entity in highest if per == "month" else hours:
            if (
                start <= entity.start < end
                and entity.value["value"] > limit.value["value"]
                and (entity in highest or "bound" not in entity.value)
                and _per(passage, entity) == per
                and not (
                    per == "month"
                    and _TOTAL_HOURS.search(
                        passage.low[max(start, entity.start - 30) : entity.start]
                    )
                )
            ):
                message = (
                    f"{number(limit.value['value'])} hours a {per} are said not to be exceeded, "
                    f"but the text says {number(entity.value['value'])} hours."
                )
                yield issue(
                    "overtime", "warning", message,
                    (limit.text, passage.where), (entity.text, passage.where),
                )  # fmt: skip
                return


# "44 hours did not exceed the legal limit of 36 hours": nothing but that stands between the two.
_EN_LIMIT = (
    r"(?:(?:legal|statutory|lawful|permitted|allowed|maximum|monthly|daily|weekly|overtime|limit|requirement|ceiling"
    r"|restriction|threshold|maximum|that|set|by|law|of|the|is|at) +)++"
)
_KEPT_BEHIND = re.compile(
    r"(?: of overtime)?(?: (?:a|per|each|every) (?:day|week|month))?,? *(?:(?:and|which|that|thus|so|hence|therefore|this|it|still|well"
    r"|all|is|was|were|are|remained|remains|stayed|stays|kept|being) +)*+"
    r"(?:within|below|under|(?:did|does|do|had) not exceed(?:ed)?|not exceeding|not above|not over|not more than"
    r"|(?:in )?compl(?:iance|ie[sd]|y) with|in line with|met) +(?:the +|a +|any +)?"
    rf"(?P<en>{_EN_LIMIT})"
    r"|,? *(?:(?:均|都|仍|也|并|但|且|尚)*(?:未超[过出]?|没有?超[过出]?|不超[过出]?|低于|少于|(?P<in>控制在|保持在|在)|符合|满足)了?)"
    r"(?P<zh>(?:法定|法律|劳动法|国家|法规|规定|标准|要求|上限|限制|限值|限额|最高|最多|加班|每[日天月周]|每个月|[日月周]|的)*+)"
)
_ZH_LIMIT = re.compile(r"的?(?:法定|法律|规定)?(?:以内|之内|内|上限|限制|限值|限额|标准|要求|规定)")


def _kept_behind(passage: Passage, hours: list[Entity]) -> Iterator[Issue]:
    """Hours of which the same breath says that they keep a lower limit."""
    low = passage.low
    for worked, limit in pairwise(hours):
        match = _KEPT_BEHIND.fullmatch(low, worked.end, limit.start)
        if match is None or worked.value["value"] <= limit.value["value"]:
            continue
        behind = _ZH_LIMIT.match(low, limit.end)
        legal = (
            match["en"]
            or behind
            or (not match["in"] and re.search("法|规定|标准|上限", match["zh"]))
        )
        said = (worked.value.get("per"), limit.value.get("per"))
        if not legal or (match["in"] and not behind) or (all(said) and said[0] != said[1]):
            continue
        message = (
            f"{number(limit.value['value'])} hours are said not to be exceeded, "
            f"but the text says {number(worked.value['value'])} hours."
        )
        yield issue(
            "overtime", "warning", message,
            (worked.text, passage.where), (limit.text, passage.where),
        )  # fmt: skip


_SENTENCE, _COMMA = ".。;", ".。;,()"


def _around(low: str, entity: Entity, marks: str) -> tuple[int, int]:
    """The stretch between two marks, within 200 characters, that an entity stands in."""
    left = max(low.rfind(mark, max(0, entity.start - 200), entity.start) for mark in marks)
    right = [p for mark in marks if (p := low.find(mark, entity.end, entity.end + 200)) >= 0]
    return (left + 1 if left >= 0 else max(0, entity.start - 200)), min(
        right, default=min(len(low), entity.end + 200)
    )


def _per(passage: Passage, entity: Entity) -> str:
    """Of what time the hours are: as their clause says, else a month for overtime."""
    if per := entity.value.get("per"):
        return per
    for marks in (_COMMA, _SENTENCE):
        a, b = _around(passage.low, entity, marks)
        clause = passage.low[a:b]
        units = [unit for unit, words in _UNIT.items() if re.search(words, clause)]
        if units:
            return units[0] if len(units) == 1 else ""
    return "month" if entity.value["value"] >= 24 else ""


_A_DAY = re.compile(r" (?:of overtime )?(?:an?|per|each|every) (?:work(?:ing)? ?)?day\b|/ ?day|/天")
_MAKES = re.compile(
    r"[, (]*(?:(?:i\.e\.|that is|or|which|making|makes?|gives?|is|in|a|total|totall?ing|totals?|amounting to|amounts? to|of"
    r"|about|equals?|adding up to|即|合计|总计|共计?|相当于|也就是|约|每个?月|月|加班|为|达到?)[, ]*)*+"
)


def _overtime_sum(passage: Passage, hours: list[Entity], highest: list[Entity]) -> Iterator[Issue]:
    """A month's highest, or what so many hours on so many days are said to make, against the most that
    they could make."""
    daily = [
        e for e in hours
        if (e.value.get("per") == "day" or _A_DAY.match(passage.low, e.end)) and e.value["value"] <= 8
    ]  # fmt: skip
    weekly = [
        e for e in passage.entities
        if e.label == "DURATION" and e.value.get("unit") == "day" and e.value.get("per") == "week"
    ]  # fmt: skip
    if len(daily) != 1 or len(weekly) != 1:
        return
    month = [
        e for e in hours
        if (e in highest or _MAKES.fullmatch(passage.low, _week_end(passage, weekly[0]), e.start))
        and _per(passage, e) == "month"
        and e.value["value"] > _LEGAL_OVERTIME
    ]  # fmt: skip
    if not month:
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


def _week_end(passage: Passage, days: Entity) -> int:
    """Behind "5 days a week"."""
    behind = re.compile(r" *(?:a|per|each|every) week|/ ?week").match(passage.low, days.end)
    return behind.end() if behind else days.end
