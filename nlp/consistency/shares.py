"""Where a percentage does not fit the counts beside it, or a sample its parts and its results."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import month_name
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...corpus.schema import Entity, Issue
from ..entities.normal import lower, mask, normal
from .figures import Count, counts
from .report import Passage, View, check, issue, number

_LINK = (
    r"(?:i\.e\.|that is(?: to say)?|or|which is|namely|representing|making up|accounting for|equal to|equals|=|即"
    r"|[其这]?占比?(?:例|率)?|比例|比率|相当于|(?:a|the|at a) (?:rate|share|proportion|percentage) of)[,:为是]*"
)
_ABOUT = (
    r" *+(?:(?:about|around|approximately|approx\.|only|just|some|约为?|大约|近|仅|只有|仅有) *+)*+"
)
# The percentage behind the counts: in brackets, or after a word that says it is theirs.
_SHARE_BEHIND = re.compile(
    rf"[^,.。;()\d]{{0,40}}(?:\( *(?:{_LINK})?{_ABOUT}|[,、]? *{_LINK}{_ABOUT}) *"
    r"|[^.。;()\d]{0,30}?(?P<what>(?![扣罚]款|提成|加班)[\u4e00-\u9fff]{2})[^.。;()\d]{0,16}?[,、] *(?P=what)(?:率|比例)[为是:仅只有达约]* *"
)
_COUNTS_BEHIND = re.compile(
    rf"[^,.。;()\d]{{0,40}}\( *(?:{_LINK})?{_ABOUT} *|[, ]*{_LINK}{_ABOUT} *"
)
_STARTS = re.compile(rf"(?:^|[,.。;:(\n]|that|found|发现|显示|抽查|其中|仅|共?有) *{_ABOUT} *$")
# Of what the percentage is, where not of the people or things counted.
_OF_ELSE = re.compile(
    r" *+(?:of|的) *+(?!(?:the +|all +|these +|our +)*(?:sampled|interviewed|checked|selected|workers|employees|people"
    r"|staff|them|cases|samples|records|those)|(?:受访|抽样|被抽|员工|工人|职工|人员|样本|记录|人))"
)
_OTHER_WHOLE = re.compile(
    r"全厂|全体|总人数|总数|公司|工资|薪|基数|费|奖|罚|金|时间|工时|产量|产能|面积"
    r"|whole|entire|workforce|total|factory|wages?\b|pay\b|salary|fees?\b|costs?\b|price|bonus|fines?\b|hours"
)
# 60% of the eligible workers (94 of 188): what the counts in brackets are of.
_OF_THESE = re.compile(
    rf" of (?:(?:the|its|all|these|those|our) )*(?P<en>[a-z][a-z -]{{1,40}}?(?:s|people|staff|men)) *\( *(?:{_LINK})?{_ABOUT} *"
    rf"|的?[^,.。;()\d]{{0,12}}(?:员工|工人|职工|人员|人) *\( *(?:{_LINK})?{_ABOUT} *"
)


def _closes(low: str, at: int, of: str) -> re.Match[str] | None:
    """The end of the bracket, with no noun but that of the percentage before it."""
    end = re.compile(r"((?: [a-z-]+){0,3}) *\)").match(low, at)
    return end if end and set(end[1].split()) <= set(of.split()) else None


@check
def percentage(view: View) -> Iterator[Issue]:
    """A percentage against the two counts beside it (1 of 76 is 1.32 %)."""
    for passage in view.passages:
        for share in (*_beside_ratios(passage), *_beside_counts(passage)):
            exact = 100 * share.part / share.whole
            # "3 of 10 wore gloves (70% did not)": the rest may be meant.
            if min(abs(exact - share.percent), abs(100 - exact - share.percent)) > share.slack:
                message = (
                    f"{number(share.part)} of {number(share.whole)} is {exact:.2f} %, "
                    f"but the text says {share.percent:g} %."
                )
                places = [(quoted, passage.where) for quoted in share.quotes]
                yield issue("percentage", "warning", message, *places)


class Share(NamedTuple):
    """A percentage and the counts that it is of; ``slack`` is what rounding may hide, in per cent."""

    part: float
    whole: float
    percent: float
    slack: float
    quotes: tuple[str, ...]


def _stated(entity: Entity) -> tuple[float, float] | None:
    """The percentage that an entity states and its slack: "20%", "a quarter"; a range states none."""
    if entity.label == "RATIO":  # in words, and so about as many
        return 100 * entity.value["part"] / entity.value["whole"], 5
    stated = entity.value["value"]
    decimals = len(str(stated).partition(".")[2])
    if "upper" in entity.value or stated > 100:
        return None
    return stated, 5 if "bound" in entity.value else 0.6 * 10**-decimals


_WITHIN = re.compile(r"\( *(\d{1,3}(?:\.\d{1,2})?) *% *\)")


def _beside_ratios(passage: Passage) -> Iterator[Share]:
    """Percentages beside "1 of 76", or within it: "10 (20%) of the 40"."""
    for entity in passage.entities:
        if entity.label == "RATIO" and (within := _WITHIN.search(lower(normal(entity.text)))):
            part, whole = entity.value["part"], entity.value["whole"]
            decimals = len(within[1].partition(".")[2])
            if 0 < part <= whole:
                yield Share(part, whole, float(within[1]), 0.6 * 10**-decimals, (entity.text,))
    for left, right in pairwise(passage.entities):
        if {left.label, right.label} != {"RATIO", "PERCENT"} or not _belong(passage, left, right):
            continue
        ratio, percent = (left, right) if left.label == "RATIO" else (right, left)
        part, whole, stated = ratio.value["part"], ratio.value["whole"], _stated(percent)
        if whole and part <= whole and stated:
            yield Share(part, whole, *stated, (ratio.text, percent.text))


def _belong(passage: Passage, left: Entity, right: Entity) -> bool:
    """Whether a percentage is said of the counts beside it, not of a wage or the humidity."""
    low = passage.low
    percent = left if left.label == "PERCENT" else right
    if _OTHER_WHOLE.search(low, left.end, right.start):
        return False
    if percent is left and (of := _OF_THESE.fullmatch(low, left.end, right.start)):
        return _closes(low, right.end, of["en"] or "") is not None
    if _OF_ELSE.match(low, percent.end):
        return False
    if left.label == "RATIO":
        return _SHARE_BEHIND.fullmatch(low, left.end, right.start) is not None
    begins = _STARTS.search(low[max(0, left.start - 20) : left.start])
    return bool(begins and _COUNTS_BEHIND.fullmatch(low, left.end, right.start))


# --- counts that stand apart: "of the 40 drums, 10 (20%)" -----------------------------------------

_UNITS = "名位个人台只盏份条把瓶桶件套处项间张家辆支具扇根块组"
_COUNT, _PERCENT = "\ue001", "\ue002"  # signs that overwrite the counts and the percentages
_P, _W, _S = rf"(?P<part>{_COUNT}++)", rf"(?P<whole>{_COUNT}++)", rf"(?P<share>{_PERCENT}++)"
_DET = r"(?:(?:the|its|all|these|those|their|our|a total of|in total) )*"
_NP = rf"[^,.;:()\d{_COUNT}{_PERCENT}]{{0,40}}"
_FEW = rf"[^,.;:()\d{_COUNT}{_PERCENT}]{{0,20}}"
_IS = rf" *\( *(?:{_LINK})?{_ABOUT} *"
_OF_WHOLE = rf"(?<![a-z\d%])(?:of|out of|among|amongst) {_DET}{_W}(?P<of>{_NP})(?:, | )(?:there (?:were|are) )?{_ABOUT}"
_APART = (
    # of the 40 drums, 10 (20%)
    re.compile(rf"{_OF_WHOLE}{_P}(?P<same>{_FEW}){_IS}{_S}(?: of (?:them|these))? *\)"),
    # of the 40 drums, 20% (10)
    re.compile(rf"{_OF_WHOLE}{_S} *\( *{_ABOUT}{_P}(?P<same>{_FEW})\)"),
    # 10 drums (20%) out of 40
    re.compile(rf"{_P}(?P<of>{_NP}){_IS}{_S} *\) *(?:out of|of|among) {_DET}{_W}(?P<next>{_NP})"),
    # 20% of the 40 drums (10)
    re.compile(rf"{_S} of {_DET}{_W}(?P<of>{_NP})\( *(?:i\.e\. |that is |namely )?{_P}(?P<same>{_FEW})\)"),
    # 20% (10) of the 40 drums
    re.compile(rf"{_S} *\( *{_ABOUT}{_P}(?P<same>{_FEW})\) *of {_DET}{_W}(?P<of>{_NP})"),
    # 40个桶中20%(10个)
    re.compile(
        rf"{_W}(?P<unit>[{_UNITS}]?)[^,.。;:()\d{_COUNT}{_PERCENT}]{{0,12}}?(?:[中里内]|,? *其中)(?:的|有|,)*{_ABOUT}{_S}"
        rf"(?:的[^,.。;:()\d{_COUNT}{_PERCENT}]{{0,8}})? *\( *(?:即|共|为|约)* *{_P}(?P<unit2>[{_UNITS}]?)"
        r"(?:员工|工人|职工|人员|人)?\)"
    ),
)  # fmt: skip
_SAME = frozenset(
    "of them these those which whom sampled selected checked inspected interviewed tested".split()
)
_GOES_ON = re.compile(
    r" *(?:$|(?:were|was|are|is|had|has|have|did|do|does|could|lacked|worked|in total|sampled|selected|checked"
    r"|inspected|interviewed|tested|examined)\b)"
)
_FEWEST = 10  # a smaller number in brackets may be that of a note


def _beside_counts(passage: Passage) -> Iterator[Share]:
    """Percentages whose two counts stand apart, also in words: "a quarter of the 60 lamps (20)"."""
    numbers = {n.start: n for n in counts(passage)}
    shares = {
        e.start: e
        for e in passage.entities
        if e.label == "PERCENT" or (e.label == "RATIO" and not re.search(r"\d", e.text))
    }
    if not shares or len(numbers) < 2:
        return
    low = mask(passage.low, [(n.start, n.end) for n in numbers.values()], _COUNT)
    low = mask(low, [(e.start, e.end) for e in shares.values()], _PERCENT)
    for form in _APART:
        for m in form.finditer(low):
            part, whole = numbers.get(m.start("part")), numbers.get(m.start("whole"))
            share = shares.get(m.start("share"))
            if part is None or whole is None or share is None or not 0 < part.value <= whole.value:
                continue
            if (stated := _stated(share)) and _one_kind(m, part, whole):
                text = passage.text
                quotes = (text[part.start : part.last], text[whole.start : whole.last], share.text)
                yield Share(part.value, whole.value, *stated, quotes)


def _one_kind(m: re.Match[str], part: Count, whole: Count) -> bool:
    """Whether the part is of what the whole counts: not 3 women of 12 workers, 5 workers in 3 shops."""
    said = m.groupdict()
    if "unit2" in said:
        return (
            not m["unit2"] or m["unit2"] == m["unit"] or {m["unit"], m["unit2"]} <= set("名位个人")
        )
    of = set(m["of"].split())
    if "next" in said:
        words = m["next"].split()
        return _GOES_ON.match(m["next"]) is not None or words[0] in of
    same = set(m["same"].split()) - _SAME
    if m.start("share") < m.start("part") > m.start("whole") and not same:
        return part.value >= _FEWEST
    return same <= of


_PARTS = re.compile(r"[(（]([^()（）]{8,240})[)）]")
_SAMPLED = re.compile(r"sampl|样|抽")
_RECORDS = re.compile(
    r"time ?(?:cards?|sheets?|records?)|records?\b|attendance|payrolls?|考勤|工资[单表条]|记录"
)
# A month of something else than the results: when it was paid, since when it is so.
_OF_ELSE_TIME = re.compile(
    r"pa(?:id|y|yment)\b|received|since|until|till|from|join|hired|start|drill|train|(?:自|从|至|于)$|发放|支付|领取|入职"
)
# What a list of parts says beside its numbers and months: more would count something else.
_LISTED = re.compile(
    r"(?:[\s,;:、/]|[份名人位个条张]|[和及与的]|员工|工人|样本|抽样|抽取|考勤|工资|记录|samples?|records?|workers?|employees?"
    r"|payrolls?|attendance|time|from|of|in|for|and|the|were)*+"
)


@check
def sample_parts(view: View) -> Iterator[Issue]:
    """A sample against the parts listed in brackets behind it, and its months against the results'."""
    for passage in view.passages:
        if passage.record:
            yield from _other_month(passage)
        found: list[Count] | None = None
        starts = [e.start for e in passage.entities]
        for match in _PARTS.finditer(passage.text):
            first, behind = bisect_right(starts, match.start()), bisect_left(starts, match.end())
            inside = passage.entities[first:behind]
            months = [e for e in inside if e.label == "DATE" and len(e.value["value"]) == 7]
            named = passage.low[max(0, match.start() - 60) : match.end()]
            if len(months) < 2 or not (_SAMPLED.search(named) or _RECORDS.search(named)):
                continue
            found = counts(passage) if found is None else found
            yield from _part_sum(passage, match, months, found)
            # Results stand within the next sentences, not at the end of a book.
            told = passage.entities[behind : behind + 60]
            yield from _month_gap(passage, match, {m.value["value"]: m for m in months}, told)


_CLAUSE_END = re.compile(r"[。;,]|\.(?!\d)|\band\b")
_REVIEWED = re.compile(r"review|check|examin|sampl|inspect|审阅|查阅|抽|检查|核查|查看")
_EXCEEDED = re.compile(r"exceed|more than|over \d|hours?\b|rest day|超过|超时|小时|休息日")


def _other_month(passage: Passage) -> Iterator[Issue]:
    """Hours of another month than the only one whose records were reviewed."""
    start, end = passage.current
    dated = [e for e in passage.entities if e.label == "DATE" and start <= e.start < end]
    if len(dated) != 2 or any("upper" in e.value or len(e.value["value"]) != 7 for e in dated):
        return
    sampled, result = dated
    if sampled.value["value"] == result.value["value"]:
        return
    cuts = [start, *(m.end() for m in _CLAUSE_END.finditer(passage.low, start, end)), end]
    edges = [next((a, b) for a, b in pairwise(cuts) if a <= e.start < b) for e in dated]
    first, second = (passage.low[a:b] for a, b in edges)
    counted = any(
        e.label == "RATIO" and edges[1][0] <= e.start < edges[1][1] for e in passage.entities
    )
    if (
        edges[0] != edges[1] and counted and _EXCEEDED.search(second)
        and _RECORDS.search(first) and _REVIEWED.search(first)
        and not _RECORDS.search(second) and not _OF_ELSE_TIME.search(second)
    ):  # fmt: skip
        yield _gap(passage, sampled, result)


def _part_sum(
    passage: Passage, match: re.Match[str], months: list[Entity], found: list[Count]
) -> Iterator[Issue]:
    """The number before the bracket against the sum of those within, one for each month."""
    low, high = (
        bisect_left(found, at, key=lambda n: n.start) for at in (match.start() - 79, match.end())
    )
    before = [n for n in found[low:high] if n.start < match.start()]
    parts = [n for n in found[low:high] if n.start > match.start()]
    if len(parts) != len(months) or not before:
        return
    # Without "sampled", the number must be that of the records themselves.
    between = passage.low[before[-1].end : match.start()]
    if not _SAMPLED.search(passage.low, max(0, match.start() - 60), match.end()) and not (
        _RECORDS.search(between) and not re.search(r"[,.;()]", between)
    ):
        return
    bare = list(passage.low[match.start(1) : match.end(1)])
    for fact in (*parts, *months):
        bare[fact.start - match.start(1) : fact.end - match.start(1)] = " " * (
            fact.end - fact.start
        )
    whole, total = before[-1].value, sum(part.value for part in parts)
    each = all(part.value == whole for part in parts)  # the same ten workers every month
    if total != whole and not each and _LISTED.fullmatch("".join(bare)):
        message = (
            f"{number(whole)} are said to be sampled, but the parts add up to {number(total)}."
        )
        said = passage.text[before[-1].start : match.start()].strip()
        yield issue(
            "sample_parts", "warning", message, (said, passage.where), (match[1], passage.where)
        )


def _month_gap(
    passage: Passage, match: re.Match[str], sampled: dict[str, Entity], told: Sequence[Entity]
) -> Iterator[Issue]:
    """Results that are given for a month that was not sampled, where a sampled one has none."""
    start, end = passage.current
    stop = start if match.end() <= start else end
    results = {
        e.value["value"]: e
        for e in told
        if match.end() <= e.start < stop and e.label == "DATE" and len(e.value["value"]) == 7
    }
    strange = [e for month, e in results.items() if month not in sampled]
    missing = [e for month, e in sampled.items() if month not in results]
    if len(results) >= 2 and len(strange) == 1 == len(missing):
        around = passage.low[max(match.end(), strange[0].start - 24) : strange[0].start]
        if not _OF_ELSE_TIME.search(around):
            yield _gap(passage, missing[0], strange[0])


def _gap(passage: Passage, sampled: Entity, result: Entity) -> Issue:
    names = (_month(e.value["value"]) for e in (sampled, result))
    message = "The sample is of {}, the results are of {}.".format(*names)
    return issue(
        "sample_parts", "warning", message,
        (sampled.text, passage.where), (result.text, passage.where),
    )  # fmt: skip


def _month(iso: str) -> str:
    return f"{month_name[int(iso[5:])]} {iso[:4]}"
