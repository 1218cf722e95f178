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
    """A number against the parts that it is divided into, and a sample's months against the results'."""
    for passage in view.passages:
        if passage.record:
            yield from _other_month(passage)
        found = counts(passage)
        yield from _listed_sum(passage, found)
        yield from _too_large(passage, found)
        yield from _exclusive(passage, found)
        starts = [e.start for e in passage.entities]
        for match in _PARTS.finditer(passage.text):
            first, behind = bisect_right(starts, match.start()), bisect_left(starts, match.end())
            inside = passage.entities[first:behind]
            months = [e for e in inside if e.label == "DATE" and len(e.value["value"]) == 7]
            named = passage.low[max(0, match.start() - 60) : match.end()]
            if len(months) < 2 or not (_SAMPLED.search(named) or _RECORDS.search(named)):
                continue
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
            f"{number(whole)} is divided into parts that add up to {number(total)} "
            f"({' + '.join(number(part.value) for part in parts)})."
        )
        said = passage.text[before[-1].start : match.start()].strip()
        yield issue(
            "sample_parts", "warning", message, (said, passage.where), (match[1], passage.where)
        )


# --- other parts: "36 contracts (12 from the day shift, 12 from the night shift and 11 from the office)"

# What a part says beside its number: where it is from or of what sex it is, not what it did or lacked.
_STOP = (
    r"(?!(?:and|of|to|were|was|had|is|are|did|has|have|who|which|without|no|not|good|order|use|time|leave"
    r"|work|duty)\b)"
)
_PART = re.compile(
    rf"{_COUNT}++ (?:boys?|girls?|wom[ae]n|m[ae]n|(?:fe)?males?)(?: workers?| employees?)?"
    rf"|{_COUNT}++ (?:from|in|at|on) (?:the )?{_STOP}[a-z]+(?: {_STOP}[a-z]+){{0,2}}"
    rf"|{_COUNT}++ of (?:{'|'.join(month_name[1:]).lower()})(?: 20\d\d)?"
    rf"|{_COUNT}++[名位个人]?[男女](?:性|员工|工|孩|童|生)*|[\u4e00-\u9fff]{{2,6}}{_COUNT}++[{_UNITS}]"
)
_SEX = re.compile(r"[男女]|\b(?:wo)?m[ae]n\b|male")
_YOUNG = re.compile(r"boy|girl|young|juvenile|未成年|童|学徒|实习")
_NEXT_PART = re.compile(rf" *(?:[,;、] *(?:and )?|and |以及|[和及与]|(?<=[男女])(?={_COUNT})) *")
_NAMELY = re.compile(
    rf"[^.,;:()\d{_COUNT}。]{{1,40}}?(?:(?P<bracket> ?\()|,? (?:i\.e\.|that is|namely),? |,? *即)"
)
_NAME_OF = re.compile(r"(?:no\.?|number|line|hall|building|room|floor|第) *$")
_IN_BRACKET = re.compile(r" *\)")
_IN_CLAUSE = re.compile(rf" *(?:$|[.;。)]|,(?! *(?:and\b|[^,.;。]{{0,30}}{_COUNT})))")


def _listed_sum(passage: Passage, found: list[Count]) -> Iterator[Issue]:
    """A number against the parts that a bracket or "i.e." divides it into; men and women in brackets alone
    are headcount_sum's."""
    found = sorted([*found, *_day_like(passage)])
    masked = mask(passage.low, [(n.start, n.end) for n in found], _COUNT)
    for at, whole in enumerate(found):
        opened = _NAMELY.match(masked, whole.end)
        if opened is None or _NAME_OF.search(masked[max(0, whole.start - 10) : whole.start]):
            continue
        pieces, end = _pieces(masked, opened.end())
        closed = _IN_BRACKET if opened["bracket"] else _IN_CLAUSE
        kinds = {piece.replace(_COUNT, "") for piece in pieces}
        if len(pieces) < 2 or len(kinds) < len(pieces) or not closed.match(masked, end):
            continue
        sexes = all(map(_SEX.search, pieces))
        if sexes and opened["bracket"] and not _YOUNG.search(masked, whole.end, end):
            continue
        # Another counter counts something else: 3个车间（白班2人、夜班2人）.
        if not sexes and passage.lang == "zh" and {p[-1] for p in pieces} != {masked[whole.end]}:
            continue
        parts = found[at + 1 : at + 1 + len(pieces)]
        total = sum(part.value for part in parts)
        # A slip is near; a sum far off is of something else.
        if total != whole.value and abs(total - whole.value) <= max(2, 0.15 * whole.value):
            terms = " + ".join(number(part.value) for part in parts)
            message = f"{number(whole.value)} is divided into parts that add up to {number(total)} ({terms})."
            yield _parted(passage, message, (whole.start, whole.last), (opened.end(), end))


_DAY_LIKE = re.compile(r"(\d{1,2}) of [a-z]+(?: 20\d\d)?")


def _day_like(passage: Passage) -> Iterator[Count]:
    """The 15 in "45 samples (15 of June 2024, 15 of July 2024 and 16 of August 2024)", which looks like a day."""
    for entity in passage.entities if passage.lang == "en" else ():
        m = _DAY_LIKE.fullmatch(passage.low, entity.start, entity.end)
        if m and entity.label == "DATE":
            yield Count(entity.start, m.end(1), float(m[1]), False, m.end(1))


def _pieces(masked: str, start: int) -> tuple[list[str], int]:
    """The parts that follow each other from a place on, and where the last ends."""
    pieces: list[str] = []
    end = start
    while (part := _PART.match(masked, start)) and len(pieces) < 12:
        pieces.append(part[0])
        end = part.end()
        joint = _NEXT_PART.match(masked, end)
        if joint is None:
            break
        start = joint.end()
    return pieces, end


def _parted(passage: Passage, message: str, *spans: tuple[int, int]) -> Issue:
    quotes = ((passage.text[start:end], passage.where) for start, end in spans)
    return issue("sample_parts", "warning", message, *quotes)


_OUT_OF = re.compile(
    r"(?P<noun> [a-z]+(?: [a-z]+)?)? out of (?:(?:the|all|these|those|our|a total of) )*"
)
_AMONG = re.compile(r"[名位人][^,.。;:()\d]{0,10}?[中里](?:共?有|仅有|只有)?")


def _too_large(passage: Passage, found: list[Count]) -> Iterator[Issue]:
    """A part that is larger than its whole: 12 out of 11 sampled workers."""
    for left, right in pairwise(found):
        part, whole = (left, right) if passage.lang == "en" else (right, left)
        if part.value <= whole.value or right.start - left.end > 40:
            continue
        form = _OUT_OF if passage.lang == "en" else _AMONG
        m = form.fullmatch(passage.low, left.end, right.start)
        people = part.people and whole.people
        if passage.lang == "zh" and passage.low[part.end : part.end + 1] not in ("名", "位", "人"):
            continue  # 120名员工中2023年入职的
        if m and (people or (passage.lang == "en" and not m["noun"])):
            message = f"{number(part.value)} out of {number(whole.value)}: the part is larger than the whole."
            yield _parted(passage, message, (left.start, right.last))


_UNSOUND = re.compile(
    r"(?: (?:were|are|was|is)(?: (?:still|all))? (?:in (?:good |working )?(?:order|condition)|intact|compliant|functional|usable)"
    r"|[均都为是]?(?:正常|完好|合格))[,;]? *(?:and |but |while |whereas |其中|另有?|但|而|有)*"
    rf"(?P<part>{_COUNT}++)(?: (?:of them )?(?:had lost|had no|lacked|did not|had not|had expired|were (?:not|empty|broken|defective"
    rf"|damaged|expired|missing|out of order))\b|[{_UNITS}]?(?:压力|电量|功能|已|则|均|都|为)*"
    r"(?:不足|失效|过期|损坏|不合格|异常|故障|破损|缺失|失灵))"
)


def _exclusive(passage: Passage, found: list[Count]) -> Iterator[Issue]:
    """Those in order and those that are not, together more than there are."""
    ratios = [e for e in passage.entities if e.label == "RATIO"]
    masked = mask(passage.low, [(n.start, n.end) for n in found], _COUNT) if ratios else ""
    at = {n.start: n for n in found}
    for ratio in ratios:
        m = _UNSOUND.match(masked, ratio.end)
        rest = at.get(m.start("part")) if m else None
        part, whole = ratio.value["part"], ratio.value["whole"]
        if m and rest and part + rest.value > whole:
            message = (
                f"{number(part)} and {number(rest.value)} are {number(part + rest.value)}, "
                f"more than the {number(whole)} that they are of."
            )
            yield _parted(passage, message, (ratio.start, ratio.end), (rest.start, m.end()))


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
