"""Dates of a report that do not exist or do not fit the days of the audit."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from datetime import date as Day

from ...corpus.schema import Entity, Issue
from .. import entities
from ..entities.dates_zh import ZH_DIGITS
from ..entities.number_words import chinese
from .report import Passage, View, check, issue

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_ZN = rf"(?:\d{{1,2}}|[{ZH_DIGITS}十]{{1,3}})"
_WRITTEN = (
    re.compile(
        rf"(?<![\d{ZH_DIGITS}十.])(?:(?P<y>20\d\d|二零[{ZH_DIGITS}]{{2}}) *年 *)?(?P<m>{_ZN}) *月(?:份的?)? *"
        rf"(?P<d>{_ZN}) *[日号](?![楼栋厂车线机门仓宿])"
    ),
    re.compile(
        rf"(?<![\w.,-])(?:(?P<on>on )(?:the )?)?(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?(?: day)? (?:of )?(?P<m>{_MONTH})"
        r"(?:,? ?(?P<y>20\d\d)(?!\d))?"
    ),
    re.compile(
        rf"(?<![\w.])(?P<on>on )?(?P<m>{_MONTH}) (?:the )?(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?(?![\d%:]|[.,]\d)"
        r"(?:,? (?P<y>20\d\d)(?!\d))?"
    ),
    re.compile(
        r"(?<![a-z\d./_-])(?P<y>20\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![a-z\d%_]|[-/.]\d)"
    ),
    re.compile(
        r"(?<![a-z\d./_-])(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>20\d\d)(?![a-z\d%_]|[-/.]\d)"
    ),
)
_NUMBERED = re.compile(r"(?:号码?|版本|no\.?|number|id|code|version|section) *(?:为|是|:|is)? *$")
_PAST = re.compile(
    r"record|sampl|payroll|receipt|attendance|reviewed|checked|paid|考勤|工资|记录|抽样|抽查|缴费|审阅|查阅|出示"
)
_FUTURE = re.compile(
    r"valid|until|till|expir|effective|plan|will|would|should|next|due|deadline|before|by\b|to be|from|schedul|insur"
    r"|有效|到期|至|(?<![目当])前|计划|预计|将|下次|限期|完成期限|保险"
)
_CONDUCTED = re.compile(
    r"\b(?:audit|monitoring|visit)\b[^.]{0,60}\b(?:conducted|performed|carried out|took place)\b"
    r"|(?:审核|验厂|监测)[^。;]{0,60}(?:进行|开展|实施|执行)|进行[^。;]{0,8}(?:审核|验厂|监测)|(?:审核|验厂|监测)(?:日期|时间)"
)
_ANOTHER = re.compile(
    r"\b(?:previous|last|earlier|former|prior|first|initial|internal|self|customers?|clients?|other|another|external"
    r"|authorit\w+|government|bureau|department|financial|annual|planned|next|applied|booked)\b"
    r"|上次|上一次|上年|去年|前次|此前|之前|以往|历次|初次|首次|内部|内审|自我|自查|客户|其他|另一|外部|第三方|消防|环保|政府"
    r"|部门|财务|年度|计划|原定|下次|预约|申请"
)


# That the day which follows is one of the audit's own: in the description, in any text.
_ON_SITE = re.compile(
    r"\baudit(?:[^.;]|\.\d){0,60}\bon[- ]?site,? (?:on|from) (?:the )?$"
    r"|审核[^,。;\d]{0,16}(?:现场|驻厂|到厂|工厂)[^,。;\d]{0,4}[于在为:] *$"
)
_AUDIT = r"(?:the |this |our )?(?:on-?site |present |current |follow-?up |social |amfori |bsci )*(?:audit|monitoring|assessment)"
_TOUR = r"(?:factory|site|plant|workshop|on-?site|facility|production|floor)[ -](?:tour|walk-?through|observation|visit)s?"
_AUDITED_ON = re.compile(
    rf"(?:\b(?:on the (?:{_AUDIT} days?|days? of {_AUDIT})|during {_AUDIT}|at the time of {_AUDIT})"
    rf"|\b(?:based on|according to|during|at the time of) (?:the |our )?{_TOUR}"
    r"|\bauditors? (?:visited|toured|inspected|walked) [^.,;()]{0,40}?)"
    r"(?: on (?:the )?|(?P<aside>, (?:i\.e\. |that is,? |namely )?(?:on )?| ?\((?:on )?)(?:the )?)$"
    r"|(?:审核|验厂)(?:的?当[日天]|期间)(?:,?(?:即|也就是)|是|为|\() *$|(?P<zh>审核员)[于在] *$"
)
_TOURED = r"(?:的?(?:现场|工厂|车间|厂区)(?:走访|观察|参观)|走访(?:现场|车间|工厂|厂区))(?=[,。;:时中]|期间|发现|显示|$)"
_AUDITED_HERE = re.compile(rf"的?(?:审核|验厂)(?:当[日天]|期间|时)|{_TOURED}")
_CLAUSE_STARTS = re.compile(r"(?:^|[,。;:\n(]|根据|基于|通过|经|在|于) *$")
# Those who go round a factory without being auditors; interviews with them are the audit's.
_OWN = re.compile(
    r"\b(?:committee|managers?|officers?|supervisors?|consultants?|ehs|hse|safety team)\b(?! interview)"
    r"|委员会|安全员|经理|主管|负责人|厂长|主任|顾问|自行"
)
_NEAR = 45  # days: what lies further before an audit may be another's


@check
def dates(view: View) -> Iterator[Issue]:
    """Dates that do not exist, records from after the audit, an audit day outside the header's."""
    yield from _header_order(view)
    start = _header_date(view, _START)
    end = _header_date(view, _END)
    held = f"{_named(start)} to {_named(end)}" if start and end else ""
    for passage in view.passages:
        for span, name in impossible(passage.low):
            text = passage.text[slice(*span)]
            yield issue("dates", "error", f"There is no {name or text}.", (text, passage.where))
        if not end:
            continue
        audited: list[Entity] = []
        for entity in passage.entities:
            if entity.label != "DATE" or "upper" in entity.value:
                continue
            iso = entity.value["value"]
            if iso.startswith("-") or len(iso) < 7:
                continue
            clause = _clause(passage.low, entity)
            if len(iso) == 10 and start and _is_audits(passage, entity, audited, clause, start):
                audited.append(entity)
            elif iso > end[: len(iso)] and (
                (_PAST.search(clause) and not _FUTURE.search(clause)) or _happened(passage, entity)
            ):
                message = f"{_named(iso)} is later than the audit, which ended on {_named(end)}."
                here, there = (entity.text, passage.where), (_named(end), "header")
                yield issue("dates", "warning", message, here, there)
        for days in _joined(passage, audited):
            if not any(_outside(day, start, end) for day in days):
                continue
            text = passage.text[days[0].start : days[-1].end]
            said = " and ".join(_named(day.value["value"]) for day in days)
            message = f"The audit is said to be of {said}, but the header says {held}."
            yield issue("dates", "warning", message, (text, passage.where), (held, "header"))


def _is_audits(
    passage: Passage, date: Entity, before: list[Entity], clause: str, start: str
) -> bool:
    """Whether a text says of a day that the audit took place on it; ``before`` are the days of which it
    has said so."""
    if _ANOTHER.search(clause):
        return False
    low = passage.low
    if before and _AND.fullmatch(low, before[-1].end, date.start):
        return True
    head, tail = low[max(passage.current[0], date.start - 90) : date.start], low[date.end :][:20]
    if not passage.record and (_CONDUCTED.search(clause) or _ON_SITE.search(head)):
        return True
    if re.match(r" by\b", tail) or _OWN.search(clause):
        return False
    said = _AUDITED_ON.search(head)
    if said and (said["aside"] or said["zh"]):
        said = re.match(
            r" ?[,)]" if said["aside"] else r"[^,。;]{0,4}(?:走访|现场|巡视|参观)", tail
        )
    here = _AUDITED_HERE.match(tail) and _CLAUSE_STARTS.search(head)
    return bool(here or said) and _days(date.value["value"], start) <= _NEAR


def _days(iso: str, start: str) -> int:
    """How many days a day lies before another; none for what is no day."""
    try:
        return (Day.fromisoformat(start) - Day.fromisoformat(iso)).days
    except ValueError:
        return 0


def _named(iso: str) -> str:
    """A day or a month as the messages write it: 3 March 2025, March 2025."""
    year, month, *day = iso.split("-")
    name = f"{month_name[int(month)]} {year}" if 1 <= int(month) <= 12 else iso
    return f"{int(day[0])} {name}" if day and name != iso else name


_AND = re.compile(r"[ ,、&和及与至到-]*(?:and|to)? *")


def _joined(passage: Passage, dates: list[Entity]) -> list[list[Entity]]:
    """The dates in groups that only "and" stands between: March 10 and 11, 2025."""
    groups: list[list[Entity]] = []
    for date in dates:
        if groups and _AND.fullmatch(passage.low, groups[-1][-1].end, date.start):
            groups[-1].append(date)
        else:
            groups.append([date])
    return groups


def _outside(day: Entity, start: str | None, end: str) -> bool:
    """Whether a day of the header's year is none of the audit's; another year is another audit."""
    iso = day.value["value"]
    return start is not None and not start <= iso <= end and iso[:4] == start[:4]


_DONE_ON = re.compile(  # "was held for all workers on" a day
    r"\b(?:was|were|has been|have been|had been) (?:[a-z]+ly |all |last )?(?:held|carried out|performed|organi[sz]ed|inspected"
    r"|tested|installed|replaced|repaired|completed|cleaned|calibrated|trained|corrected)\b[^.;,:]{0,60}\bon (?:the )?$"
)
_DID = re.compile(
    r"[^,。;]{0,20}?(?:(?:举行|进行|开展|实施|完成|组织|举办|安装|更换|检验|检测|修复|维修)了|完成(?=[,。;]|$))"
    r"|[^,。;]{0,16}?(?:举行|举办|完成|安装|更换|修复|检验)(?=[,。;]|$)"
)
_NOT_DONE = re.compile(
    r"计划|预计|将|应|须|拟|安排|预约|要求|前|\b(?:plan|schedul|will|would|to be|book|told|inform|if)"
)


def _happened(passage: Passage, date: Entity) -> bool:
    """Whether a text says of a day that something was done on it."""
    low, (start, _) = passage.low, passage.current
    before = low[max(start, date.start - 110) : date.start]
    sentence = before[max(before.rfind(mark) for mark in ".。;") + 1 :]
    if len(date.value["value"]) != 10 or _NOT_DONE.search(sentence):
        return False
    behind = low[date.end : date.end + 40]
    if passage.lang == "en":
        return _DONE_ON.search(sentence) is not None
    did = _DID.match(behind)
    return bool(
        did and not _NOT_DONE.search(did[0])
        and ("了" in did[0] or re.search(r"已经?于 *$", sentence))
    )  # fmt: skip


def impossible(low: str) -> list[tuple[tuple[int, int], str]]:
    """Where a text names a day that its month does not have (2024年6月31日, 31/06/2024, June 31st), and
    that day's name, the same in both languages, or none.

    A number such as 2024-13-40 is no date at all, and 06/31/2024 one with the month first."""
    found = {}
    for form in _WRITTEN:
        for m in form.finditer(low):
            parts = m.groupdict()
            if "on" in parts and not (m["y"] or parts["on"] or parts["th"]):
                continue  # "in June 31 workers left"
            if parts.get("s") and _NUMBERED.search(low, max(0, m.start() - 12), m.start()):
                continue
            year = int(chinese(m["y"]) or 0) if m["y"] else 2024  # a leap year: 29 February may be
            month = (
                _MONTHS.index(m["m"][:3]) + 1
                if m["m"][:3] in _MONTHS
                else int(chinese(m["m"]) or 0)
            )
            day = int(chinese(m["d"]) or 0)
            turned = parts.get("s") and _is_day(year, day, month)
            plain = (
                not parts.get("s") or (1 <= month <= 12 and day <= 31) or 12 < day <= 31 >= month
            )
            if plain and not _is_day(year, month, day) and not turned and month and day:
                at = m.start("d") if parts.get("on") and m.start("d") < m.start("m") else m.start()
                at = m.start("m") if parts.get("on") and m.start("m") < m.start("d") else at
                year_said = f" {year}" if m["y"] else ""
                name = f"{day} {month_name[month]}{year_said}" if month <= 12 else ""
                found[at] = ((at, m.end()), name)
    return [found[at] for at in sorted(found)]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


_START = re.compile(r"monitoring start date|audit start date|(?:审核|监测|验厂)(?:开始|起始)日期")
_END = re.compile(
    r"closing meeting finished date|audit end date|(?:末次|总结|闭幕)会议?(?:结束|完成)?日期|(?:审核|监测|验厂)结束日期"
)


def _header_date(view: View, name: re.Pattern[str]) -> str | None:
    """The day in the header's field of that name, in ISO form."""
    for label, value in view.report.header.items():
        if name.fullmatch(" ".join(label.lower().split())):
            for entity in entities.extract(value, "en"):
                iso = str(entity.value.get("value"))
                if entity.label == "DATE" and len(iso) == 10 and _is_day(*map(int, iso.split("-"))):
                    return iso
    return None


_SUBMITTED = re.compile(r"(?:report )?submission date|(?:报告)?提交日期")
_EXPIRES = re.compile(r"expir(?:ation|y) date|(?:有效期)?(?:届满|到期|截止)日期|有效期至")


def _header_order(view: View) -> Iterator[Issue]:
    """The header's days that come before the one they must follow."""
    fields = (
        ("the end of the audit", _END, "its start", _START),
        ("the submission", _SUBMITTED, "the end of the audit", _END),
        ("the expiry", _EXPIRES, "the end of the audit", _END),
    )
    for name, pattern, other, before in fields:
        day, first = _header_date(view, pattern), _header_date(view, before)
        if day and first and day < first:
            message = f"The header has {name} ({_named(day)}) before {other} ({_named(first)})."
            yield issue(
                "dates", "warning", message, (_named(day), "header"), (_named(first), "header")
            )


def _clause(low: str, entity: Entity) -> str:
    """The sentence around an entity, within 400 characters."""
    near = max(0, entity.start - 400), entity.end + 400
    left = max(low.rfind(mark, near[0], entity.start) for mark in ".。;")
    right = [p for mark in ".。;" if (p := low.find(mark, entity.end, near[1])) >= 0]
    return low[max(left + 1, near[0]) : min(right, default=near[1])]
