"""Where the totals, wages and insured of a report do not add up, in its tables and in its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ...corpus.schema import Entity, Issue
from .. import entities
from .report import Passage, View, check, issue, number

# --- totals --------------------------------------------------------------------------------------

_SUMS = {
    "headcount_sum": (
        "total workforce",
        ("male workers", "female workers", "non-binary workers"),
    ),
    "sample_sum": ("total sample", ("sample - male", "sample - female", "sample - non-binary")),
}


@check
def headcount_sum(view: View) -> Iterator[Issue]:
    """The total workforce against men, women and non-binary workers."""
    yield from _sum(view, "headcount_sum")
    yield from _stated_sum(view, "headcount_sum")


@check
def sample_sum(view: View) -> Iterator[Issue]:
    """The total sample against its men, women and non-binary workers."""
    yield from _sum(view, "sample_sum")
    yield from _stated_sum(view, "sample_sum")


def _sum(view: View, name: str) -> Iterator[Issue]:
    total, parts = _SUMS[name]
    for site in view.sites:
        whole = view.metric(total, site)
        values = [(part, view.metric(part, site)) for part in parts]
        known = [(part, value) for part, value in values if value is not None]
        if whole is None or len(known) < 2:
            continue
        reckoned = sum(value for _, value in known)
        if reckoned != whole:
            terms = " + ".join(number(value) for _, value in known)
            message = (
                f"{total.capitalize()} is {number(whole)}, "
                f"but its parts add up to {number(reckoned)} ({terms})."
            )
            places = [(number(value), f"metrics, {part.capitalize()}") for part, value in known]
            yield issue(
                name, "error", message, (number(whole), f"metrics, {total.capitalize()}"), *places
            )


class Count(NamedTuple):
    """An exact number of people, or of what may be people: its number, and where it stands with the
    noun beside it."""

    start: int
    end: int
    value: float
    people: bool
    last: int  # end of the noun phrase


def counts(passage: Passage) -> list[Count]:
    """The exact counts of a passage, in order; dates, sums, percentages and bounds are none."""
    out = []
    facts = entities.extract(passage.text, passage.lang)  # what the numbers point into
    for n in entities.numbers(passage.text, passage.lang):
        fact = None if n.entity is None else facts[n.entity]
        if fact is None and n.kind == "count":
            out.append(Count(n.start, n.end, n.value, False, n.end))
        elif fact and fact.label == "HEADCOUNT" and not {"bound", "upper"} & fact.value.keys():
            out.append(Count(n.start, n.end, n.value, True, fact.end))
    return out


def _pieces(
    passage: Passage, found: list[Count], cut: re.Pattern[str]
) -> Iterator[tuple[int, int, list[Count]]]:
    """The current state cut at marks: where each piece starts and ends, and the counts within."""
    start, stop = passage.current
    at = 0
    for end in [*(m.start() for m in cut.finditer(passage.low, start, stop)), stop]:
        inside = []
        while at < len(found) and found[at].start < end:
            inside += [found[at]] if found[at].start >= start else []
            at += 1
        yield start, end, inside
        start = end


_SEX = r"(?P<{0}o>非二元|non-?binary)|(?P<{0}f>女|female|wom[ae]n)|(?P<{0}m>男|male|m[ae]n)"
_NOUN = (
    r"(?:性别|性|员工|职工|工人|工|者|人数|人|s|workers?|employees?|people|persons?|staff|[ ])*+"
)
_BEFORE = re.compile(rf"(?:^|[^a-z])(?:{_SEX.format('b')}){_NOUN}[:为是有共 ]*+$")
_BEHIND = re.compile(
    rf" *[名位个人]? *+(?:of +(?:them|whom) +)?(?:are +|were +|为|是)?(?:{_SEX.format('a')}){_NOUN}"
)
# What may stand between a whole and its first part: anything more would make it a part's own story.
_BETWEEN = re.compile(
    r"(?:[\s,;:(、=/-]|名|位|个|人|员工|职工|工人|在职|在册|其中|包括|包含|含|分别|为|有|是|由|样本|抽样|访谈|面谈"
    r"|进行|接受|参加|了|男女|男性?|女性?|非二元|员|工|\b(?:employees|workers|people|persons?|staff|individuals"
    r"|total|factory|site|company|currently|now|working|worked|were|was|are|is|made up|includ(?:ing|ed|es?)"
    r"|comprising|consisting|consists?|of|whom|which|them|with|and|in|the|sampled|selected|interview(?:ed|s)?"
    r"|for|(?:fe)?males?|women|men|non-?binary|on-?site|randomly)\b)*+"
)
_ENDS = re.compile(r" *[名位个人]? *(?:$|[)。;\n]|\.(?!\d))")
_TOTAL_BEFORE = re.compile(
    r"(?:总数|总人数|人数|总计|合计|共计?|样本|抽样|抽取|workforce|sample|employees|workers|size|headcount|total)"
    r"(?: size| of (?:employees|workers))?[:为是有共计 ]*(?:is|was|are|were|of|=)? *$"
)
_TOTAL_BEHIND = re.compile(
    r"[ ,、;(]*(?:合计|总计|共计?|总共|in total:?|altogether|together|a total of|totall?ing) *$"
)
_TOTAL_AFTER = re.compile(r" *(?:in total|altogether|in all)\b")
_SAMPLED = re.compile(r"抽样|抽取|抽查|样本|访谈|面谈|sampl|interview|selected")
_STOP = re.compile(
    r"[。\n]|;(?! *(?:[\d名]+ *)?(?:女|男|非二元|(?:fe)?male|(?:wo)?men|non))|\.(?=\s|$)|[!?]"
)


def _stated_sum(view: View, name: str) -> Iterator[Issue]:
    """A number of people against the men and women that the same sentence divides it into."""
    for passage in view.passages:
        low = passage.low
        for start, end, inside in _pieces(passage, counts(passage), _STOP):
            for whole, parts in _compositions(low, inside):
                sampled = _SAMPLED.search(low, start, parts[-1].end)
                if ("sample_sum" if sampled else "headcount_sum") != name:
                    continue
                reckoned = sum(part.value for part in parts)
                # Fewer may be meant where the sentence goes on: "3 men and 4 women had none".
                over = reckoned > whole.value
                if reckoned == whole.value or not (over or _ends(low, whole, parts, end)):
                    continue
                terms = " + ".join(number(part.value) for part in parts)
                message = (
                    f"{number(whole.value)} people are said to be {number(reckoned)} "
                    f"men and women together ({terms})."
                )
                yield issue(
                    name, "warning", message, (_said(passage, whole), passage.where),
                    *((_said(passage, part), passage.where) for part in parts),
                )  # fmt: skip


def _said(passage: Passage, count: Count) -> str:
    return passage.text[count.start : count.last]


def _ends(low: str, whole: Count, parts: list[Count], end: int) -> bool:
    last = parts[-1]
    behind = _BEHIND.match(low, last.end)
    return whole.start > last.start or bool(
        _ENDS.match(low, behind.end() if behind else last.last, end)
    )


def _compositions(low: str, found: list[Count]) -> Iterator[tuple[Count, list[Count]]]:
    """Each total of a sentence with the men, women and non-binary people that follow or precede it."""
    for sexes in (_sexes_before(low, found), _sexes_behind(low, found)):
        at = 0
        while at < len(found):
            run = at
            while run < len(found) and sexes[run] and sexes[run] not in sexes[at:run]:
                run += 1
            parts = found[at:run]
            whole = _whole(low, found, at, run) if {"m", "f"} <= set(sexes[at:run]) else None
            if whole and all(_BETWEEN.fullmatch(low, a.end, b.start) for a, b in pairwise(parts)):
                yield whole, parts
            at = max(run, at + 1)


def _whole(low: str, found: list[Count], at: int, run: int) -> Count | None:
    behind = found[run] if run < len(found) else None
    if behind and (
        _TOTAL_BEHIND.search(low, found[run - 1].last, behind.start)
        or _TOTAL_AFTER.match(low, behind.last)
    ):
        return behind
    before = found[at - 1] if at else None
    if before and (
        before.people or _TOTAL_BEFORE.search(low, max(0, before.start - 40), before.start)
    ):
        return before if _BETWEEN.fullmatch(low, before.end, found[at].start) else None
    return None


def _sexes_before(low: str, found: list[Count]) -> list[str]:
    """The sex that stands before each number (男性70人), or nothing."""
    edges = [0, *(c.end for c in found)]
    matches = [
        _BEFORE.search(low[max(edge, c.start - 24) : c.start])
        for edge, c in zip(edges, found, strict=False)
    ]
    return [(m.lastgroup or "")[1:] if m else "" for m in matches]


def _sexes_behind(low: str, found: list[Count]) -> list[str]:
    """The sex that stands behind each number (70 men), or nothing."""
    matches = [_BEHIND.match(low, c.end) for c in found]
    return [(m.lastgroup or "")[1:] if m else "" for m in matches]


# --- wages ---------------------------------------------------------------------------------------


@check
def lowest_wage(view: View) -> Iterator[Issue]:
    """The lowest wage paid against the legal minimum and the living wage."""
    for site in view.sites:
        paid = view.metric("lowest wage paid for regular work at the site", site)
        if not paid:
            continue
        here = (number(paid), "metrics, Lowest wage paid")
        minimum = view.metric("legal minimum wage in local currency", site)
        living = view.metric("calculated living wage in local currency", site)
        if minimum and paid < minimum:
            message = f"The lowest wage of {number(paid)} is under the legal minimum of {number(minimum)}."
            there = (number(minimum), "metrics, Legal minimum wage")
            yield issue("lowest_wage", "error", message, here, there)
        elif living and paid < living:
            message = (
                f"The lowest wage of {number(paid)} is under the living wage of {number(living)}."
            )
            there = (number(living), "metrics, Calculated living wage")
            yield issue("lowest_wage", "note", message, here, there)
    for passage in view.passages:
        yield from _stated_wage(passage)


_LEGAL_WAGE = re.compile(
    r"法定|(?:当地|地方|政府|[省市区县])[^,。;]{0,6}最低|标准|legal|statutory|local minimum"
    r"|minimum (?:hourly |monthly )?(?:wage|payment)"
)
_LOWEST_WAGE = re.compile(
    r"(?:最低(?!工资标准)(?:的|基本|实发|支付|小时|月|计时|岗位)*(?:工资|薪资|时薪|月薪|底薪)|lowest (?:basic |paid |hourly |monthly |regular )*wages?)"
)
_WAGE_WORDS = re.compile(r"工资|薪|支付|wage|paid|pay\b|earn|salar")
_MET = re.compile(
    r"不低于|未低于|没有低于|高于|(?<![不未])(?:符合|满足)|(?<![未不没])达到|above|higher than|(?<!not )in line with"
    r"|(?<!not )(?:meets?|met)\b|compl(?:y|ies|ied) with|not (?:below|less|lower|under)"
)
_UNMET = re.compile(  # or that the minimum is of another time
    r"(?<![不未])(?<!没有)低于|不足|未达|未能|没有达|不符合|未符合|不满足|未满足|少于|小于|违反|(?<!not )\b(?:below|lower|less|under)\b"
    r"|short of|将(?:[于从调提]|自)|will (?:be|rise)|not (?:meet|met|reach|comply|in line)|fail|violat"
)


def _stated_wage(passage: Passage) -> Iterator[Issue]:
    """The lowest wage against the legal minimum, where the text does not say that it is under it. A
    finding may be about nothing else, so there the text must say that the wage is high enough."""
    start, end = passage.current
    low = passage.low[start:end]
    if _UNMET.search(low) or (passage.record and not _MET.search(low)):
        return
    kinds: dict[str, list[Entity]] = {"legal": [], "lowest": []}
    last, kind = start, ""
    for money in passage.entities:
        if money.label != "MONEY" or not start <= money.start < end:
            continue
        before = passage.low[last : money.start]
        if _LEGAL_WAGE.search(before):
            kind = "legal"
        elif _LOWEST_WAGE.search(before):
            kind = "lowest"
        elif _WAGE_WORDS.search(before) or kind == "lowest":
            kind = ""
        exact = "upper" not in money.value and money.value.get("bound") in (None, "at_least")
        if kind and exact:
            kinds[kind].append(money)
        last = money.end
    for unit in ("hour", "month"):
        legal, lowest = (
            {e.value["value"]: e for e in found if _unit(passage, e) == unit}
            for found in kinds.values()
        )
        if len(legal) != 1 or len(lowest) != 1:
            continue
        (minimum, there), (paid, here) = *legal.items(), *lowest.items()
        if here.value.get("currency") == there.value.get("currency") and paid < minimum:
            message = f"The lowest wage of {number(paid)} is under the legal minimum of {number(minimum)}."
            yield issue(
                "lowest_wage", "warning", message,
                (here.text, passage.where), (there.text, passage.where),
            )  # fmt: skip


def _unit(passage: Passage, money: Entity) -> str | None:
    """Hour or month: as the text says, also before the sum (最低时薪为21元, 小时工资标准22.2元)."""
    before = passage.low[max(0, money.start - 16) : money.start]
    hourly = re.search(r"时薪|小时|hourly", before)
    return money.value.get("per") or ("hour" if hourly else "month")


# --- social insurance ----------------------------------------------------------------------------

_ELIGIBLE = re.compile(
    r"(?:eligible|entitled)(?! (?:for|to) (?!(?:\w+ ){0,5}(?:insur|pension|social|fund)))|符合[^,。;]{0,8}(?:参保|条件|资格)|应(?:当|该)?(?:参加?保|缴纳?|参加|购买)|应[^,。;]{0,4}参保"
    r"|(?:should|must|ha[sd]? to|have to|(?:is|are|was|were) (?:required|obliged) to) (?:be (?:covered by|insured|enrolled in)"
    r"|(?:join|participate in|take part in))(?! (?:the )?(?:fire|drill|training|meeting|union|dormitor|health|check))"
)
_KINDS = re.compile(r" *(?:types?|kinds?|insurances?|items?|social|[种项类险])")
# Others who need not be insured here: then fewer may be meant.
_OTHERS = re.compile(
    r"\bnew|probation|intern|trainee|student|part-?time|dispatch|foreign|elsewhere|other place|hometown|rural|\brest\b|remaining"
    r"|sampl|interview|\bothers?\b|joined|新入职|新员工|试用|实习|学徒|学生|兼职|劳务|派遣|外籍|外地|异地|户籍|新农合|农保|居民|其[余他]|抽样|样本|访谈"
)
_RETIRED = re.compile(r"retire|退休")
_NOT_NOW = re.compile(
    r"\bwill\b|\bnot\b|\bdue to\b|即将|将于|将在|将要|未|不(?!含)|其中|of (?:them|whom|which)"
)
_WORKFORCE = re.compile(
    r"(?:员工|职工|工人)(?:总数|总人数)|全厂(?:共有?|现有)|total workforce|total (?:number )?of (?:workers|employees)"
)
_CUT = re.compile(r"[,.](?!\d)|[。;()、\n]|\band\b|\bwhile\b|\bwhereas\b|以及|另有?|还有|[和与及]")


@check
def insured_total(view: View) -> Iterator[Issue]:
    """Workers eligible for social insurance and retired ones against the total workforce."""
    for passage in view.passages:
        site = passage.record.site_id if passage.record else None
        found = counts(passage)
        stated = _count_beside(passage, found, _WORKFORCE)
        total = view.metric("total workforce", site) or _only_total(view)
        total = total or (stated.value if stated else None)
        eligible = _count_beside(passage, found, _ELIGIBLE)
        retired = _count_beside(passage, found, _RETIRED)
        if not (total and eligible and retired) or eligible is retired:
            continue
        together = eligible.value + retired.value
        near = 0.2 if together > total or _OTHERS.search(passage.low) else 0.4
        if together != total and abs(together - total) <= near * total:
            message = (
                f"{number(eligible.value)} eligible and {number(retired.value)} retired "
                f"workers make {number(together)}, but the total workforce is {number(total)}."
            )
            yield issue(
                "insured_total", "warning", message,
                (_said(passage, eligible), passage.where), (_said(passage, retired), passage.where),
                (number(total), passage.where if stated and not view.sites else "metrics, Total workforce"),
            )  # fmt: skip


def _only_total(view: View) -> float | None:
    totals = {view.metric("total workforce", site) for site in view.sites}
    return totals.pop() if len(totals) == 1 else None


def _count_beside(passage: Passage, found: list[Count], word: re.Pattern[str]) -> Count | None:
    """The only number of the clause that says so, before or behind it."""
    for start, end, inside in _pieces(passage, found, _CUT):
        clause = passage.low[start:end]
        inside = [n for n in inside if not _KINDS.match(passage.low, n.end)]
        if len(inside) == 1 and word.search(clause) and not _NOT_NOW.search(clause):
            return inside[0]
    return None
