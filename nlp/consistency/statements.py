"""Where the texts of a report contradict its ratings or themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...corpus import catalogue
from ...corpus.schema import Analysis, Entity, Issue
from ...corpus.stated import split_states
from ..entities.normal import lower, normal
from . import lexicon
from .figures import counts
from .report import Passage, View, check, issue, number, place

# --- areas ---------------------------------------------------------------------------------------

_SUMMARY = re.compile(r"summary|总结|小结|概述|概要|摘要|综述")
_ONE = r"(?:1[0-3]|[1-9])(?![\d.]\d|\d)"
_AREAS = re.compile(
    rf"(?<![a-z])(?:pa|performance areas?|(?:绩效)?领域) ?(?P<first>{_ONE})"
    rf"(?P<more>(?:(?: ?(?:,|、|-|~|至|到|和|及|与|to|and|&) ?)+(?:pa ?|领域)?{_ONE})*)"
)
_EACH = re.compile(rf"(?P<to>[-~至到]|to)? ?(?:pa ?|领域)?(?P<n>{_ONE})")
_CLAUSE = re.compile(r"[。;\n]|[.,](?=\s|$)")
_SCOPE = re.compile(r"cover|scope|assess|evaluated|涵盖|覆盖|范围|评估|审核了")
# A clause that names areas for another reason than improvement.
_NO_FINDING = re.compile(
    r"\bno (?:\w+ ){0,2}(?:findings?|issues?|improvement|non)|\bwithout\b|\bwell\b|\bgood\b|fully|compl(?:y|ies|ied|iant)\b"
    r"|(?<!not )\b(?:met|respected|fulfilled)\b|except|other areas|良好|优秀|未发现|无发现|没有发现|无不符合"
    r"|(?<!不)符合要求|(?<!不)(?:满足|达标)|除|其[他余]"
)


def _named_areas(text: str) -> tuple[set[str], set[str]]:
    """The areas that a summary names for improvement, and those that it names at all, as codes."""
    low = lower(normal(text))
    named: set[str] = set()
    mentioned = {
        code
        for code, info in catalogue.areas().items()
        if any(lower(normal(name)) in low for name in (*info.names_en, *info.names_zh))
    }
    start = 0
    for end in [*(m.start() for m in _CLAUSE.finditer(low)), len(low)]:
        clause, start = low[start:end], end
        codes: set[str] = set()
        for match in [] if _SCOPE.search(clause) else _AREAS.finditer(clause):
            n = int(match["first"])
            numbers = {n}
            for each in _EACH.finditer(match["more"]):
                before, n = n, int(each["n"])
                numbers |= {n, *(range(before, n) if each["to"] else ())}
            codes |= {f"PA{n}" for n in numbers}
        mentioned |= codes
        named |= set() if _NO_FINDING.search(clause) else codes
    return named, mentioned


@check
def summary_areas(view: View) -> Iterator[Issue]:
    """The areas that the summary names for improvement against the areas with findings."""
    for label, text in view.report.description.items():
        if not _SUMMARY.search(label.lower()):
            continue
        named, mentioned = _named_areas(text)
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
            (found - mentioned, "There are findings under {}, but the summary does not name it."),
        ):
            for area in sorted(extra, key=lambda a: int(str(a)[2:])):
                yield issue(
                    "summary_areas", "warning", message.format(area),
                    (" ".join(text.split())[:120], f"general description, {label}"),
                    (", ".join(sorted(map(str, found))), "areas with findings"),
                )  # fmt: skip


# --- counts ---------------------------------------------------------------------------------------

_LINK = (
    r"(?:i\.e\.|that is(?: to say)?|or|which is|namely|representing|making up|accounting for|equal to|equals|=|即"
    r"|[其这]?占比?(?:例|率)?|比例|比率|相当于|(?:a|the|at a) (?:rate|share|proportion|percentage) of)[,:为是]*"
)
_ABOUT = r" *(?:about|around|approximately|approx\.|only|just|some|约为?|大约|近|仅|只有|仅有)*"
# The percentage behind the counts: in brackets, or after a word that says it is theirs.
_SHARE_BEHIND = re.compile(
    rf"[^,.。;()\d]{{0,40}}(?:\( *(?:{_LINK})?{_ABOUT}|[,、]? *{_LINK}{_ABOUT}) *"
    r"|[^.。;()\d]{0,30}?(?P<what>[\u4e00-\u9fff]{2})[^.。;()\d]{0,16}?[,、] *(?P=what)(?:率|比例)[为是:仅只有达约]* *"
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
    r"全厂|全体|总人数|总数|公司|工资|薪|基数|whole|entire|workforce|total|factory|wages?\b|pay\b|salary"
)


@check
def percentage(view: View) -> Iterator[Issue]:
    """A percentage against the two counts beside it (1 of 76 is 1.32 %)."""
    for passage in view.passages:
        for left, right in zip(passage.entities, passage.entities[1:], strict=False):
            if {left.label, right.label} != {"RATIO", "PERCENT"} or not _belong(
                passage, left, right
            ):
                continue
            ratio, percent = (left, right) if left.label == "RATIO" else (right, left)
            part, whole = ratio.value["part"], ratio.value["whole"]
            stated = percent.value["value"]
            if not whole or "upper" in percent.value or part > whole or stated > 100:
                continue
            exact = 100 * part / whole
            decimals = len(str(stated).partition(".")[2])
            slack = 5 if "bound" in percent.value else 0.6 * 10**-decimals
            # "3 of 10 wore gloves (70% did not)": the rest may be meant.
            if min(abs(exact - stated), abs(100 - exact - stated)) > slack:
                message = f"{ratio.text} is {exact:.2f} %, but the text says {percent.text}."
                yield issue(
                    "percentage", "warning", message,
                    (ratio.text, passage.where), (percent.text, passage.where),
                )  # fmt: skip


def _belong(passage: Passage, left: Entity, right: Entity) -> bool:
    """Whether a percentage is said of the counts beside it, not of a wage or the humidity."""
    low = passage.low
    percent = left if left.label == "PERCENT" else right
    if _OF_ELSE.match(low, percent.end) or _OTHER_WHOLE.search(low, left.end, right.start):
        return False
    if left.label == "RATIO":
        return _SHARE_BEHIND.fullmatch(low, left.end, right.start) is not None
    begins = _STARTS.search(low[max(0, left.start - 20) : left.start])
    return bool(begins and _COUNTS_BEHIND.fullmatch(low, left.end, right.start))


_PARTS = re.compile(r"[(（]([^()（）]{8,240})[)）]")
_SAMPLED = re.compile(r"sampl|样|抽")
# What a list of parts says beside its numbers and months: more would count something else.
_LISTED = re.compile(
    r"(?:[\s,;:、/]|[份名人位个条张]|[和及与的]|员工|工人|样本|抽样|抽取|考勤|工资|记录|samples?|records?|workers?|employees?"
    r"|payrolls?|attendance|time|from|of|in|for|and|the|were)*+"
)


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
            yield from _part_sum(passage, match, months)
            yield from _month_gap(passage, match, {m.value["value"]: m for m in months})


def _part_sum(passage: Passage, match: re.Match[str], months: list[Entity]) -> Iterator[Issue]:
    """The number before the bracket against the sum of those within, one for each month."""
    found = counts(passage)
    parts = [n for n in found if match.start() < n.start < match.end()]
    before = [n for n in found if match.start() - 80 < n.start < match.start()]
    if len(parts) != len(months) or not before:
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
    passage: Passage, match: re.Match[str], sampled: dict[str, Entity]
) -> Iterator[Issue]:
    """Results that are given for a month that was not sampled, where a sampled one has none."""
    start, end = passage.current
    stop = start if match.end() <= start else end
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


# --- overtime ------------------------------------------------------------------------------------

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
        yield from _limit_kept(passage, hours, highest)
        yield from _overtime_sum(passage, hours, highest)


def _limit_kept(passage: Passage, hours: list[Entity], highest: list[Entity]) -> Iterator[Issue]:
    """A limit that is said to be kept, against more hours in the same sentence."""
    for limit in hours:
        start, end = _around(passage.low, limit, _SENTENCE)
        sentence, per = passage.low[start:end], _per(passage, limit)
        if _LIMITS.get(per) != limit.value["value"] or _LAW.search(sentence):
            continue
        a, b = _around(passage.low, limit, _COMMA)
        dated = any(e.label == "DATE" and start <= e.start < end for e in passage.entities)
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


def _overtime_sum(passage: Passage, hours: list[Entity], highest: list[Entity]) -> Iterator[Issue]:
    """The month's highest against what so many hours on so many days could make at most."""
    daily = [e for e in hours if e.value.get("per") == "day" and e.value["value"] <= 8]
    weekly = [
        e for e in passage.entities
        if e.label == "DURATION" and e.value.get("unit") == "day" and e.value.get("per") == "week"
    ]  # fmt: skip
    month = [
        e for e in highest if _per(passage, e) == "month" and e.value["value"] > _LEGAL_OVERTIME
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


# --- status --------------------------------------------------------------------------------------

_STILL = re.compile(
    r"\b(?:still|again|remain(?:s|ed)?)\b[^.;]{0,40}\b(?:not|no(?! (?:\w+ )?(?:complaint|accident|incident|injur|finding"
    r"|issue|problem|violation|abnormal|case|sign))|lack\w*|missing|without)\b|仍(?:然|旧)?(?:未(?!发现|发生|见|收到)"
    r"|没有(?!发现|发生|收到)|无(?!异常|投诉|事故|违规|问题|发现|变化|人)|缺)|依[然旧](?:未(?!发现|发生|见|收到)"
    r"|没有(?!发现|发生|收到)|无(?!异常|投诉|事故|违规|问题|发现|变化|人)|缺)"
)
# "No exit was still without a sign": the sentence says the opposite.
_DENIED = re.compile(
    r"(?:\b(?:no|none|nobody|never|not)\b[^.;,]{0,40}|(?:未发现|未见|没有|不再|无)[^,。;]{0,12})$"
)
_FIXED = re.compile(
    r"\b(?:all|every|now|currently|since then)\b[^.;,]{0,60}\b(?:has|have|had|were|was|are|is)\b (?:now |all )?(?:been )?"
    r"(?:corrected|fixed|installed|provided|closed|resolved|repaired|renewed)\b|(?:现已|均已)[^,。;]{0,12}(?:整改|改善|解决|完成|到位)"
)
_ALL_FIXED = re.compile(
    r"\ball (?:of )?(?:the |these )?(?:\w+ )?(?:findings|issues|points|problems|defects|non-?conformities) (?:have|had|were|are) (?:now )?"
    r"(?:been )?(?:corrected|fixed|closed|resolved)\b|(?:所有|全部)(?:的)?(?:上述)?(?:问题|发现|不符合项?|缺陷)[点项]?(?:现|均|都|全部)?已[^,。;]{0,6}(?:整改|改善|解决|纠正|关闭)"
)
_BUT = re.compile(
    r"\b(?:but|however|yet|except|still|other)\b|但|然而|不过|仍|尚|除|其[他余]|上次|此前"
)


@check
def status_facts(view: View) -> Iterator[Issue]:
    """A status that the text contradicts: corrected, but still missing; not corrected, but fixed."""
    for passage in view.passages:
        if not passage.record:
            continue
        start, end = passage.current
        text = passage.text[start:end]
        words = lexicon.statuses(text, passage.lang)
        if not words:
            continue
        word, kinds = words[0], {w.status for w in words}
        low = passage.low[start:end]
        rest = low[: word.start] + " " * (word.end - word.start) + low[word.end :]
        if kinds == {"corrected"}:
            match = next(
                (
                    m
                    for m in _STILL.finditer(rest)
                    if not _DENIED.search(rest[max(0, m.start() - 50) : m.start()])
                ),
                None,
            )
        elif word.status == "not_corrected" and not _BUT.search(rest):
            match = (_FIXED if len(kinds) == 1 else _ALL_FIXED).search(rest)
        else:
            match = None
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
    return bool(text and lexicon.statuses(text[slice(*split_states(text, lang).current)], lang))
