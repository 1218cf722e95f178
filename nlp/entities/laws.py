"""Cited laws with their articles: the mentions of a text joined with the article lists beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .law_names import ZH_HEAD, Mention, Name, chinese_law, squeeze
from .mentions import find_mentions
from .normal import CJK, holds, pattern
from .number_words import chinese
from .scan import Fact

# --- article lists ---------------------------------------------------------------------------

_ZN = r"(?:\d{1,4}(?:\.\d{1,3})*+(?:[a-z](?![a-z]))?+|[零一二三四五六七八九十百千两]{1,8})"
_ZI = r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?)"
_ZJ = r"(?: *+(?:,|、|;|和|及|与|以及|或|至|到|-|~|/|&)++ *+)"
_THING = "[线路通消生街巷河裤毛意整例件文目理喷流疏安]"  # what 条 also counts: 第三条通道
_ZH_ONE = (
    rf"(?:第 *+{_ZN}(?:{_ZJ}第? *+{_ZN}){{0,24}}+ *+[条节款](?!{_THING})(?:之[一二三])?"
    rf"(?: *+的?第? *+{_ZI}(?:{_ZJ}第?{_ZI}){{0,9}}+ *+款)?(?: *+的?第? *+{_ZI}"
    rf"(?:{_ZJ}第?{_ZI}){{0,9}}+ *+项(?:{_ZJ}第? *+{_ZI} *+项)*+)?)"
)
_ZH = pattern(
    rf"(?:第 *+{_ZI}章 *+(?:第 *+{_ZI}节 *+)?)?(?P<list>{_ZH_ONE}(?:(?:{_ZJ}| *+[至到~-] *+第 *+){_ZN} *+条(?!{_THING}))*+)"
)
_ZH_BARE = pattern(
    rf" *+(?P<list>{_ZN}(?:{_ZJ}{_ZN}){{0,24}}+ *+条(?:(?: *+第? *+{_ZI}款)|(?:{_ZJ}{_ZN}条))*+)"
)

_EA = (
    r"(?:(?:articles?|articals?|aritcles?|arts?\.?|sections?|secs?\.|clauses?)(?![a-z])"
    r"|(?:rules?|elements?|criterion)(?= +\d)|cl\.(?= *\d)|s\.(?=\d)|§{1,2})"
)
_EN1 = (
    r"(?:no\.? *+)?\d{1,4}(?:\.\d{1,3})*+(?: ?\(\d{1,2}\)"
    r"| ?\([a-z]\))*+(?:[a-z](?![a-z]))?+(?![\d%a-z]| *(?:hours?|days?|weeks?|months?|years?|minutes?|workers?|employees"
    r"|people|persons?|out|of +(?:the +)?\d|times|yuan|rmb|per +cent|percent)\b)"
)
_EJ = r"(?: *+(?:,|;|and|&|or|/|to|-|through|及|和)(?: +and)? *+)"
_PARA = (
    r"(?:(?:paragraphs?|paras?\.?|items?|points?|sub-?clauses?"
    r"|sub-?paragraphs?) +(?:no\.? *)?\(?(?:\d{1,2})\)?|(?:the +)?(?P<nth>first|second|third"
    r"|fourth|fifth|1st|2nd|3rd|4th) +(?:paragraph|item|clause))"
)
_EN = pattern(
    rf"(?<![a-z])(?:(?P<before>{_PARA}),?(?: +and +{_PARA.replace('?P<nth>', '?:')})?,? +(?:of|in"
    rf"|under) +(?:the +)?)?"
    rf"(?P<word>{_EA}) *+(?P<list>{_EN1}(?:{_EJ}{_EN1})*+)"
    rf"(?P<after>,? *+{_PARA.replace('?P<nth>', '?:')})?"
)

# Clauses right behind a standard or a code: ETI Base Code 5.1, GB 50016, 3.7.2, SA8000条款4.2.
_CLAUSE = pattern(
    r",? *+(?:条款|要素|原则|标准|clause)? *+(?P<list>\d{1,2}(?:\.\d{1,2}){1,3}+(?: *+(?:,|、|和|及|与|&|and) *+\d{1,2}(?:\.\d{1,2}){1,3}+)*+)"
    r"(?![\d.]*\d)(?! *(?:%|db|mm?|cm|kg|t|mg|lux|h|hrs?|hours?|times|rmb|yuan|[元米倍吨人名条年]|小时|分贝)(?![a-z]))"
)

# Codes that number their sections in a way of their own: RBA A1 and B.2, WRAP Principle 6, WRAP原则6.
_AND = r" *+(?:,|、|和|及|与|&|and) *+"
_LETTERED, _PLAIN = r"[a-e]\.?\d{1,2}(?![\da-z]|\.\d)(?: *+条)?+", r"\d{1,2}(?![\d%]|\.\d)"
_OWN = {
    "RBA Code of Conduct": pattern(
        rf",? *+(?:条款|第|sections?|clauses?|provisions?)? *+(?P<list>{_LETTERED}(?:{_AND}{_LETTERED})*+)"
    ),
    "WRAP Principles": pattern(
        r"(?:(?<=principle)|(?<=principles)|(?<=则)|,? *+(?:原则|第|principles?))"
        rf" *+(?P<list>{_PLAIN}(?:{_AND}{_PLAIN})*+)(?: *+[条项])?"
    ),
}


@dataclass(frozen=True, slots=True)
class _Group:
    """A list of articles at [start, end); ``sure`` where its word is "article" or 条."""

    start: int
    end: int
    articles: tuple[str, ...]
    details: tuple[dict[str, str], ...] = ()
    sure: bool = True


def _number(text: str) -> str:
    text = text.replace(" ", "")
    return text if text[0].isdigit() else str(int(chinese(text) or 0))


def _spread(numbers: list[str], gaps: list[str]) -> list[str]:
    """Articles 10-12 are 10, 11 and 12."""
    out: list[str] = []
    for i, number in enumerate(numbers):
        if (
            i
            and re.search(r"-|~|至|到|to|through", gaps[i - 1])
            and number.isdigit()
            and out[-1].isdigit()
        ):
            first, last = int(out[-1]), int(number)
            if first < last <= first + 40:
                out += [str(n) for n in range(first + 1, last)]
        out.append(number)
    return list(dict.fromkeys(out))


def _chinese_group(m: re.Match[str]) -> _Group:
    numbers, gaps, details, last = [], [], [], 0
    text = m["list"]
    for one in re.finditer(
        rf"(?P<nums>第? *{_ZN}(?:{_ZJ}第? *{_ZN})*) *[条节款](?:之[一二三])?(?P<rest>"
        rf"(?:{_ZJ}? *的?第? *{_ZI}(?:{_ZJ}第?{_ZI})* *[款项])*)",
        text,
    ):
        for n in re.finditer(_ZN, one["nums"]):
            if numbers:
                gaps.append(text[last : one.start("nums") + n.start()])
            numbers.append(_number(n[0]))
            last = one.start("nums") + n.end()
        for p in re.finditer(rf"({_ZI}(?:{_ZJ}第?{_ZI})*) *([款项])", one["rest"]):
            kind = "paragraph" if p[2] == "款" else "item"
            for n in re.findall(r"\d+|[一二三四五六七八九十]+", p[1]):
                details.append({"article": numbers[-1], kind: _number(n)})
    articles, sure = tuple(_spread(numbers, gaps)), "条" in text
    return _Group(m.start(), m.end(), articles, tuple(_folded(details)), sure)


def _folded(details: list[dict[str, str]]) -> list[dict[str, str]]:
    """Paragraph and item of one article as one detail."""
    out: list[dict[str, str]] = []
    for d in details:
        if out and "item" in d and "item" not in out[-1] and out[-1]["article"] == d["article"]:
            out[-1] = out[-1] | d
        else:
            out.append(d)
    return out


_NTH = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "1st": "1",
    "2nd": "2",
    "3rd": "3",
    "4th": "4",
}


def _english_group(m: re.Match[str]) -> _Group:
    text, numbers, gaps, details, last = m["list"], [], [], [], 0
    for n in re.finditer(
        r"(\d{1,4}(?:\.\d{1,3})*[a-z]?(?![a-z\d]))((?: ?\((?:\d{1,2}|[a-z])\))*)", text
    ):
        if numbers:
            gaps.append(text[last : n.start()])
        numbers.append(n[1])
        last = n.end()
        inside = re.findall(r"\((\w+)\)", n[2])
        if inside:
            kinds = ("paragraph", "item")
            details.append({"article": n[1]} | dict(zip(kinds, inside, strict=False)))
    for part in (m["before"], m["after"]):
        for p in re.finditer(
            r"(item|point|para|sub|first|second|third|fourth|fifth|[1-4](?:st|nd|rd"
            r"|th))[a-z-]*\.? *(?:no\.? *)?\(?(\d{0,2})",
            part or "",
        ):
            if p[1] in _NTH:
                details.append({"article": numbers[0], "paragraph": _NTH[p[1]]})
            elif p[2]:
                kind = "item" if p[1] in ("item", "point") else "paragraph"
                details.append(
                    {"article": numbers[0] if part is m["before"] else numbers[-1], kind: p[2]}
                )
    sure = m["word"].startswith(("art", "arit"))
    return _Group(m.start(), m.end(), tuple(_spread(numbers, gaps)), tuple(_folded(details)), sure)


def _groups(low: str, mentions: list[Mention]) -> list[_Group]:
    out = [_chinese_group(m) for m in _ZH.finditer(low)] if "第" in low else []
    if holds(
        low, ("art", "arit", "sec", "clause", "rule", "§", "element", "criterion", "cl.", "s.")
    ):
        out += [_english_group(m) for m in _EN.finditer(low)]
    for m in mentions:
        bare = _ZH_BARE.match(low, m.end)
        if bare:
            out.append(_chinese_group(bare))
        elif m.name and m.name.law.isascii() and (clause := _CLAUSE.match(low, m.end)):
            articles = tuple(re.findall(r"\d[\d.]+", clause["list"]))
            out.append(_Group(m.end, clause.end(), articles))
        elif m.name and (own := _OWN.get(m.name.law)) and (clause := own.match(low, m.end)):
            cited = re.findall(r"(?<![a-z])([a-e]?)\.?(\d+)", clause["list"])
            articles = tuple(letter.upper() + number for letter, number in cited)
            out.append(_Group(m.end, clause.end(), articles))
    out.sort(key=lambda g: (g.start, -g.end))
    kept: list[_Group] = []
    for g in out:
        if g.articles and (not kept or g.start >= kept[-1].end):
            kept.append(g)
    return [
        g
        for g, (left, right) in zip(
            kept, _sides([_Cited(m, []) for m in mentions], kept), strict=True
        )
        if not (right and right.mention.start < g.end) and not _CONTRACT_AFTER.match(low, g.end)
    ]


# --- which articles belong to which law ---------------------------------------------------------

_OF = pattern(
    r",? *+(?:of|in|under|from|to) +(?:the +)?(?:new +|revised +|national +|local +|current +"
    r"|chinese +)?"
)
_NEXT = pattern(r",? *+(?:the +|《)? *+")
_AFTER = pattern(
    r"(?: *(?:19|20)\d\d(?!\d)(?: *年)?)?(?: *+(?:法|规定))?(?: *+[(][^()]{1,24}[)])? *+(?:[的之中内]|里)?(?:规定的?"
    r"|有关|相关|中的|中关于|在|也)? *+"
    r"(?:[,，:.>)\"'-]|and|the|its|&|in|specifically|under|as +per|per|stipulated +in|《"
    r"|》)*+ *+(?:the +|its +)?(?:\( *+)?"
)


@dataclass(slots=True)
class _Cited:
    mention: Mention
    groups: list[_Group]
    before: bool = False


_LIST = pattern(r" *(?:,|and|&|、|和|与|及|以及|;|, *and|or)* *")


def _bind(
    low: str, mentions: list[Mention], groups: list[_Group]
) -> tuple[list[_Cited], list[_Group]]:
    """Gives each article list to the law it stands with; what stands alone comes back second."""
    cited = [_Cited(m, []) for m in mentions]
    sides = _sides(cited, groups)
    chained: list[bool] = [False] * len(
        groups
    )  # "article 2 and article 4 of the law": both go right
    for k in range(len(groups) - 1, -1, -1):
        right = sides[k][1]
        if right and _of_it(low, groups[k], right):
            chained[k] = True
        elif k + 1 < len(groups) and chained[k + 1] and sides[k + 1][1] is right:
            chained[k] = bool(_LIST.fullmatch(low[groups[k].end : groups[k + 1].start][:16]))
    alone: list[_Group] = []
    for k, g in enumerate(groups):
        left, right = sides[k]
        of = right and chained[k] and _of_it(low, g, right)
        if left and not of and _follows(low, left, g, right):
            left.groups.append(g)
        elif right and (chained[k] or _precedes(low, g, right)):
            right.groups.append(g)
            right.before = True
        else:
            alone.append(g)
    return cited, alone


def _of_it(low: str, g: _Group, right: _Cited) -> bool:
    gap = low[g.end : right.mention.start][:48]
    return bool(_OF.fullmatch(gap)) or (right.mention.head == _BY_INITIALS and gap == " ")


def _sides(cited: list[_Cited], groups: list[_Group]) -> list[tuple[_Cited | None, _Cited | None]]:
    """The law before and the law behind each article list."""
    out, j = [], 0
    for g in groups:
        while j < len(cited) and cited[j].mention.end <= g.start:
            j += 1
        out.append((cited[j - 1] if j else None, cited[j] if j < len(cited) else None))
    return out


def _follows(low: str, left: _Cited, g: _Group, right: _Cited | None) -> bool:
    """Whether the articles stand right behind the law, or behind its earlier articles."""
    if left.groups and left.groups[-1].end > left.mention.end:
        return bool(_LIST.fullmatch(low[left.groups[-1].end : g.start][:16]))
    if left.before and right and _precedes(low, g, right):
        return False
    gap = low[left.mention.end : g.start]
    return len(gap) < 48 and bool(_AFTER.fullmatch(gap))


def _precedes(low: str, g: _Group, right: _Cited) -> bool:
    gap = low[g.end : right.mention.start]
    return len(gap) < 12 and bool(_NEXT.fullmatch(gap)) and low[g.end - 1] not in "条款项"


# A law known by its initials alone, behind its article: Rule 54 of BLR 2015, Section 66(1)(b) FA.
_INITIALS = pattern(
    r" +(?:(?:of|under|in) +(?:the +)?)?(?P<named>(?P<law>[A-Z]{2,6})(?: +(?:19|20)\d\d)?)(?=[ ]*(?:$|[.,;:)]))"
)
_BY_INITIALS = "initials"
_WORDED = re.compile(r"rule|sec")


def _with_initials(cased: str, mentions: list[Mention], groups: list[_Group]) -> list[Mention]:
    named = {m.start for m in mentions}
    more = []
    for g in groups:
        m = _INITIALS.match(cased, g.end) if _WORDED.match(cased[g.start :][:4].lower()) else None
        if m and m.start("law") not in named:
            more.append(Mention(*m.span("named"), Name(m["law"]), head=_BY_INITIALS))
    return sorted([*mentions, *more], key=lambda m: m.start) if more else mentions


def find_laws(cased: str, low: str) -> list[Fact]:
    """The LAW_ARTICLE facts of a text in normal form (with its case, and in lower case)."""
    mentions = find_mentions(cased, low)
    groups = _groups(low, mentions)
    mentions = _with_initials(cased, mentions, groups)
    facts: list[Fact] = []
    if not mentions and not groups:
        return facts
    cited, alone = _bind(low, mentions, groups)
    heard: list[tuple[Name, str]] = []
    for c in sorted([*cited, *_unnamed(low, alone)], key=lambda c: c.mention.start):
        m = c.mention
        if m.own or (m.weak and not c.groups):
            continue
        partial = None
        name = m.name
        if name is None:
            name = next((n for n, head in reversed(heard) if _agree(head, m.head)), None)
            if name is None:
                partial = (
                    "the law meant is not named before"
                    if m.head
                    else "the article's law is not named"
                )
        else:
            heard.append((name, m.head))
        start = min([m.start, *(g.start for g in c.groups)])
        end = max([m.end, *(g.end for g in c.groups)])
        if low[m.end : end].count("(") > low[m.end : end].count(")") and low[end : end + 1] == ")":
            end += 1
        edition = _EDITION.match(low, end)
        behind = low[m.end : edition.end() if edition else end]
        facts.append(Fact(start, end, "LAW_ARTICLE", _value(name, c.groups, behind), partial))
    return facts


# The edition behind a law: Work Safety Law (2021), 《劳动法》(2018年修正); it is no date of its own.
_EDITION = pattern(
    r" *+(?:(?:19|20)\d\d *+)?\( *(?:[a-z]{2,10} +){0,3}(?:19|20)\d\d(?: *年)?[a-z修正订版本 ]{0,20}\)"
)


def _agree(head: str, said: str) -> bool:
    same = {"法典": "法", "law": "法", "regulation": "条例", "办法": "条例", "规定": "条例"}
    return bool(said) and same.get(head, head) == same.get(said, said)


def _value(name: Name | None, groups: list[_Group], behind: str) -> dict[str, Any]:
    value: dict[str, Any] = {"law": name.law if name else None}
    if name and name.id:
        value["id"] = name.id
    value["articles"] = list(dict.fromkeys(a for g in groups for a in g.articles))
    details = [d for g in groups for d in g.details]
    if details:
        value["details"] = details
    year = re.match(r" *(?:\([^()]{0,16}?)?((?:19|20)\d\d)(?:[^()]{0,16}\)|(?!\d))", behind)
    edition = name.edition if name and name.edition else year[1] if year else None
    if edition:
        value["edition"] = edition
    return value


_NAMED = pattern(
    rf"(?:^|根据|依据|违反了?|按照|依照|不?符合|参照|以及|依"
    rf"|[,，。；;、(（:：和与及])(?P<name>[{CJK}]{{2,30}}?(?:{ZH_HEAD}))(?:[(][^()]{{1,20}}[)])? *[的之中]?$"
)
_LEAD = pattern(r"根据|依据|违反了?|按照|依照|符合|参照|以及|遵守|执行|不符")
_CONTRACT = pattern(
    r"(?:合同|协议|手册|制度|政策|程序|规章|文件|厂规|守则|纪律|章程) *[》的中]? *$"
    r"|(?<![a-z])(?:contracts?|agreements?|handbooks?|hand +books?|polic(?:y|ies)|procedures?"
    r"|manuals?|plans?|(?:house|company|factory|dormitory|disciplinary|internal|work)"
    r" +(?:rules?|regulations?))(?:'s)?(?: *,| *:| *[(]| +under| +in| *-)? *$"
)
_COUNTED = pattern(f"[{CJK}]{{1,4}}(?:线|机|炉|道|口)")  # 第二条喷漆线
_CONTRACT_AFTER = pattern(
    r" +of +(?:its|their) +(?:implement|detailed)| +(?:of|in|under) +(?:the +|its +|their +"
    r"|this +)?(?:(?!provisions?|regulations?|laws?|rules"
    r"|measures)[a-z]+ +){0,3}?(?:contracts?(?! +(?:law|act))|agreements?|handbook|policy"
    r"|procedures?|manual|plan|report|certificate)\b"
)


def _unnamed(low: str, groups: list[_Group]) -> list[_Cited]:
    """Article lists without a known law: behind an unknown Chinese name, or with none at all."""
    out = []
    for g in groups:
        window = low[max(0, g.start - 40) : g.start]
        m = _NAMED.search(window)
        if m:
            raw = m["name"][max(0, *(x.end() for x in _LEAD.finditer(m["name"][:-3])), 0) :]
            name = None if raw[0] in "其该本" else chinese_law(raw) or Name(squeeze(raw))
            start = g.start - len(window) + m.end("name") - len(raw)
            head = re.search(rf"(?:{ZH_HEAD})$", raw)
            out.append(_Cited(Mention(start, g.start, name, head=head[0] if head else ""), [g]))
        elif (
            g.sure
            and (g.start > 0 or low[0] != "第")
            and not _CONTRACT.search(window)
            and not _COUNTED.match(low, g.end)
        ):
            out.append(_Cited(Mention(g.start, g.end, None), [g]))
    return out
