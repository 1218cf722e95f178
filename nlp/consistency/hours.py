"""Where the overtime that a finding states does not fit the limit or the days that it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from ...corpus.schema import Entity, Issue
from ..entities.normal import mask
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
        yield from kept or list(_kept_behind(passage, hours)) or _topped(passage, hours)
        yield from _overtime_sum(passage, hours, highest)
        yield from _product(passage, hours)


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
                    f"{number(limit.value['value'])} hours are said not to be exceeded, "
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


# "within the limit of 36 hours; the highest, in July, was 49 hours": that a limit is kept, as a fact of all,
# and behind it nothing but the highest, or from how much to how much.
_KEPT_FACT = re.compile(
    r"(?:(?:did|does|do|had|has|have) not exceed(?:ed)?|\b(?:was|were|is|are|stay(?:s|ed)?|remain(?:s|ed)?|kept|been|found to be)"
    r"(?: always| all| still| kept)* (?:within|below|under|not (?:above|over|more than)))"
    r" (?:(?:the|a|its|legal|statutory|monthly|weekly|daily|overtime|maximum|limit|requirement|of|by|set|law) )*$"
    r"|(?:未|没有?|均不|都不|从未)(?:曾)?超[过出]?了?(?:法定|法律规定|规定|上限|每[月周日天]|限值|标准|的|为)*$"
    r"|(?<!不)(?:均|都|保持|控制|全部)在(?:法定|规定|上限|每[月周日天]|的)*$|加班在(?:法定|规定)的?$"
)
_NOT_A_FACT = re.compile(
    r"shall|should|must|\bif\b|\bto be\b(?<!found to be)|\bby law\b|\blaw (?:says|requires|allows)|according to (?:the )?(?:law|rule|polic)"
    r"|polic(?:y|ies)|rules?\b|plan|promis|committ|agree|target|procedure|permit|approv|require[sd]|will|would|most\b|mostly"
    r"|usual|general|normal|average|previous|last|earlier|until|since|except|apart|others?\b|remaining|\brest\b|some\b|part of"
    r"|应|须|不得|如果|若|计划|承诺|制度|目标|批复|批准|要求|将|大多|多数|部分|少数|一般|通常|平均|基本|上次|之前|此前|以前|以来|除|其[余他]"
)
_REST_OF_LIMIT = (  # what may end the sentence of the limit
    r"(?: of overtime)?(?:/ ?(?:week|month|day)|,? (?:a|per|each|every|in any|in a) (?:week|month|day))?"
    r"(?:,? (?:for|of|by|in) (?:all|any|every|each)[^.;,()]{0,40})?(?:的?(?:法定|规定)?(?:以内|之内|内|上限|限制|限值|标准|规定))?"
)
_FIGURE = r"(?:(?:figure|value|overtime|hours?|amount|number|total|one|record|time|day|on|a|single|any|of|it|being|at|was|is|were|are|reached|monthly|weekly|daily|\ue001++) ?)"
_HIGHEST_BEHIND = re.compile(
    rf"{_REST_OF_LIMIT} ?[.;,。] ?(?:and |but |with |其中|但|且|而)?(?:the |its |a )?(?:monthly |weekly |daily )?"
    rf"(?:highest|maximum|longest|peak)(?: |(?=,)){_FIGURE}*+(?:, (?:in|on|of) \ue001++ ?, {_FIGURE}*+)?"
    rf"|{_REST_OF_LIMIT}[.;,。](?:但|且|而|其中)?(?:单日|[日月周])?(?:加班)?(?:最高|最多|最长)(?:值|的|加班|月份|时间|一[天日周]|[为是达到了]|\ue001++)*+"
)
_RANGE_BEHIND = re.compile(
    rf"{_REST_OF_LIMIT}[,;]?(?: and| but| it| they| which)*(?: rang(?:ed|es|ing)| vari(?:ed|es)| lay| was| were| being)(?: from| between)? "
    rf"|{_REST_OF_LIMIT}[,;](?:具体|实际|分别)?[为在是](?:介于)?"
)


def _topped(passage: Passage, hours: list[Entity]) -> Iterator[Issue]:
    """A limit that is said to be kept, and at once the highest hours or their range, which are more."""
    low = passage.low
    dates = [(e.start, e.end) for e in passage.entities if e.label == "DATE"]
    masked = mask(low, dates, "\ue001")
    starts = [e.start for e in passage.entities]
    for limit, top in pairwise(hours):
        most = top.value.get("upper", top.value["value"])
        form = _RANGE_BEHIND if "upper" in top.value else _HIGHEST_BEHIND
        if (
            most <= limit.value["value"] or "upper" in limit.value
            or top.start - limit.end > 120 or form.fullmatch(masked, limit.end, top.start) is None
        ):  # fmt: skip
            continue
        start, end = _around(low, limit, _SENTENCE)
        sentence = low[start:end]
        near = passage.entities[bisect_left(starts, start) : bisect_left(starts, end)]
        some = any(e.label in _OF_SOME for e in near)
        if (
            _KEPT_FACT.search(low[max(start, limit.start - 80) : limit.start])
            and not _NOT_A_FACT.search(sentence)
            and (_ALL.search(sentence) or not (some or "\ue001" in masked[start : limit.start]))
            and _units(masked, limit.end, top) in (set(), _units(masked, start, limit))
        ):
            message = (
                f"{number(limit.value['value'])} hours are said not to be exceeded, "
                f"but the text says {number(most)} hours."
            )
            yield issue(
                "overtime", "warning", message,
                (limit.text, passage.where), (top.text, passage.where),
            )  # fmt: skip
            return


_OF_SOME = ("RATIO", "HEADCOUNT", "PERCENT")
_DAILY = re.compile(r"单日|一天|(?<![息假作生])日加班")


def _units(text: str, start: int, hours: Entity) -> set[str]:
    """Of what time the hours are, as they say or the words before them; the next word may too."""
    if per := hours.value.get("per"):
        return {per}
    before = text[start : hours.end] + text[hours.end :][:12].split(",")[0]
    found = {unit for unit, words in _UNIT.items() if re.search(words, before)}
    return found | {"day"} if _DAILY.search(before) else found


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
    r"|about|equals?|adding up to|即|合计|总计|共计?|相当于|也就是|约|每?个?[周月]|加班|为|达到?)[, ]*)*+"
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


_ON_DAYS = re.compile(
    r"(?: of overtime| overtime)?,? *(?:(?:an?|per|each|every) day|/ ?day)?,? *(?:(?:on|for|and|,) *)?|,?每?个?[月周]?|[,的]?每[天日](?:加班|工作)?"
)


def _product(passage: Passage, hours: list[Entity]) -> Iterator[Issue]:
    """Hours a day and a number of days against what the text says that they make."""
    low = passage.low
    spans = [e for e in passage.entities if e.label == "DURATION"]
    starts = [e.start for e in hours]
    for first, second, total in zip(spans, spans[1:], spans[2:], strict=False):
        daily, days = (first, second) if first.value.get("unit") == "hour" else (second, first)
        per = total.value.get("per")
        start, end = _around(low, total, _SENTENCE)
        if (
            {"bound", "upper"} & (daily.value.keys() | days.value.keys() | total.value.keys())
            or daily.value.get("unit") != "hour" or days.value.get("unit") != "day"
            or total.value.get("unit") != "hour" or per not in ("week", "month")
            or daily.value.get("per") != "day" or days.value.get("per", per) != per
            or days.value["value"] > (7 if per == "week" else 31)
            # Other hours of the sentence may be part of the sum.
            or hours[bisect_left(starts, start) : bisect_left(starts, end)] != [daily, total]
            or start > first.start or _ABOUT.search(low, start, end)
            or not _ON_DAYS.fullmatch(low, first.end, second.start)
        ):  # fmt: skip
            continue
        behind = _week_end(passage, second) if second is days else second.end
        if _MAKES.fullmatch(low, behind, total.start) is None or behind == total.start:
            continue
        a, b, said = daily.value["value"], days.value["value"], total.value["value"]
        # What goes beyond eight hours a day or forty a week may be meant.
        if all(abs(made - said) > 1 + 0.05 * b for made in (a * b, (a - 8) * b, a * b - 40)):
            message = (
                f"{number(a)} hours a day on {number(b)} days make {number(a * b)} hours a {per}, "
                f"but the text says {number(said)}."
            )
            yield issue(
                "overtime", "warning", message,
                *((e.text, passage.where) for e in (daily, days, total)),
            )  # fmt: skip


_ABOUT = re.compile(
    r"about|around|approx|roughly|average|rest|break|meal|lunch|约|大概|平均|左右|休息|午餐|用餐"
)


def _week_end(passage: Passage, days: Entity) -> int:
    """Behind "5 days a week"."""
    behind = re.compile(r" *(?:a|per|each|every) week|/ ?week").match(passage.low, days.end)
    return behind.end() if behind else days.end
