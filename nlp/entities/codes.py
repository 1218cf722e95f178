"""Standards by their number, codes of conduct, conventions and decrees, where a text names them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from ...corpus.catalogue import laws
from .law_names import CODE, ORDER, Mention, Name, code_table
from .normal import CJK, holds, lower, normal, pattern, words


@cache
def _standards() -> dict[str, Name]:
    out: dict[str, Name] = {}
    for law in laws().values():
        for name in (*law.names_en, *law.names_zh):
            m = CODE.match(lower(normal(name)))
            if m:
                out.setdefault(_number(m), Name(law.names_en[0], law.id))
    return out


def _number(m: re.Match[str]) -> str:
    return re.sub(r"[ /]|(?<=[zbqjd])t$", "", m["body"]).removesuffix("t") + m["number"]


def is_standard(m: re.Match[str]) -> bool:
    """Whether a match of CODE is a standard: not B 5 nor XF-12, a box; GBZ may have one digit."""
    number, national = m["number"], m["body"].startswith(("gb", "iso", "iec", "en"))
    named = len(number) < 3 or m.string[m.start("number") - 1] == "-"
    if named and not national and len(m["year"] or "") < 4:  # XF-12, GA-2024-01 name things
        return False
    if not (national or m["year"]) and m.string[m.end() :][:1] == "-":  # HJ2024-0587, a report
        return False
    return (len(number) > 1 and number[1:2] != ".") or m["body"].startswith("gbz")


def standard(m: re.Match[str]) -> Name:
    """The standard that a match of CODE names; unknown ones are named by their number."""
    number = re.sub(" ", "", m["body"]).upper() + " " + m["number"]
    found = _standards().get(_number(m))
    year = m["year"]
    edition = (
        (year if len(year) == 4 else "19" + year if int(year) > 50 else "20" + year)
        if year
        else None
    )
    return Name(found.law if found else number, found.id if found else None, edition)


@cache
def code_names() -> tuple[re.Pattern[str], dict[str, Name]]:
    """Codes and conventions by name, English and Chinese, as one pattern over lower-case text."""
    names = {
        n: Name(row["name"])
        for row in code_table()["codes"]
        for n in row["en"] + row["zh"] + row.get("short", [])
    }
    names |= {"pipl": Name(laws()["pipl"].names_en[0], "pipl")} if "pipl" in laws() else {}
    ordered = sorted(names, key=len, reverse=True)
    source = "|".join(
        " *+".join(map(re.escape, re.findall(f"[{CJK}]|[^ {CJK}]+", n))) for n in ordered
    )
    return pattern(
        rf"(?<![a-z\d])(?:{source})(?:(?<=\d) *[:-] *(?P<year>(?:19|20)\d\d)(?!\d))?(?![a-z\d])"
    ), {n.replace(" ", ""): v for n, v in names.items()}


_CORE = r"(?:29|87|98|100|105|111|138|155|182|187|190)(?!\d)"
_ILO = pattern(
    r"(?<![a-z])(?:(?:国际劳工组织|ilo) *(?:公约)? *第? *(?P<zh>\d{1,3})(?!\d|[.,]\d| *年)(?: *号)?(?: *公约)?"
    r"|(?:ilo|international labou?r organi[sz]ation)(?:'s)? *(?:core +)?(?:conventions? *\(? *)?"
    r"(?:on +[a-z ]{3,40}\(? *)?(?:nos?\.? *|c\.? *|number +)?(?P<n>\d{1,3})(?!\d|[.,]\d)"
    rf"|conventions? +(?:nos?\.? *(?P<numbered>\d{{1,3}})(?!\d|[./]\d)|c(?P<core>{_CORE})))"
    rf"|第 *(?P<alone>{_CORE}) *号 *公约"
)


# "ILO Conventions 29 and 105", 国际劳工组织第138号和第182号公约: each number is a convention.
_ILO_NEXT = pattern(
    r" *+(?:,|、|;|&|and|和|及|与)++ *+(?:and +)?(?P<cited>(?:nos?\.? *|c\.? *|第 *)?"
    rf"(?P<n>{_CORE})(?![.,]\d|%| *(?:hours?|days?|workers?|employees?"
    r"|people|persons?|名|人|个|元|小时))(?: *号(?: *公约)?)?)"
)


def _conventions(low: str) -> list[Mention]:
    out = []
    if not holds(low, ("ilo", "international lab", "国际劳工", "convention", "公约")):
        return out
    for m in _ILO.finditer(low):
        out.append(Mention(m.start(), m.end(), Name(f"ILO C{int(m[m.lastgroup or 0])}")))
        while more := _ILO_NEXT.match(low, out[-1].end):
            out.append(Mention(more.start("cited"), more.end(), Name(f"ILO C{int(more['n'])}")))
    return out


# Acts of other countries by their number: Law No. 13 of 2003, Decree 145/2020/ND-CP, Prakas 80/99,
# Law 4857, 第13/2003号法律, 2003年第13号法律. A bare "Circular No. 3" counts with an article alone.
_KINDS = {
    "法律": "Law", "法令": "Decree", "政令": "Decree", "议定": "Decree", "通函": "Circular", "通告": "Circular",
    "部令": "Prakas",
}  # fmt: skip
_ACT = pattern(
    r"(?<![a-z])(?P<en>laws?|acts?|decrees?|circulars?|prakas|proclamation|government +regulation|pp|uu"
    r"|presidential +regulation|ministerial +regulation) +(?:(?:no|nr)\.? *|number +)?"
    r"(?P<n>\d{1,5}(?![\d.,]\d)(?:/\d{2,4}(?:/[a-z]+(?:-[a-z]+)*)?)?)(?!\d|/|%)(?: +of +(?P<of>(?:19|20)\d\d)(?!\d)"
    r"| *\((?P<in>(?:19|20)\d\d)\))?(?: *\([a-z ]{3,40}(?:law|act|code)\))?"
    r"(?: +(?:concerning|on|regarding) +[a-z ]{3,40}(?=, *(?:art|sec)))?"
    rf"|(?:(?P<year>(?:19|20)\d\d) *年 *)?第? *(?P<zn>\d{{1,5}}(?:/\d{{2,4}}(?:/[a-z]+(?:-[a-z]+)*)?)?) *号 *(?P<zh>{'|'.join(_KINDS)})"
)
# "under law 5 workers" is a headcount: a number without its "No." has four figures, or a slash.
_LONG = re.compile(r"\d{4,}|.*/")
_SEVERAL = re.compile(r"(?<!praka)s$", re.I)


def _numbered_acts(low: str) -> list[Mention]:
    out = []
    if not holds(low, ("law", "act", "decree", "circular", "prakas", "proclamation", "号")):
        return out
    for m in _ACT.finditer(low):
        n, year = m["n"] or m["zn"], m["of"] or m["in"] or m["year"]
        said = m["en"] and low[m.end("en") : m.start("n")].strip()
        if m["en"] and not (said or _LONG.match(n)):
            continue
        kind = re.sub(" +", " ", m["en"] or "") or _KINDS[m["zh"]]
        kind = kind.upper() if len(kind) == 2 else _SEVERAL.sub("", kind).title()
        name = f"{kind} {n.upper()}" + (f"/{year}" if year and "/" not in n else "")
        weak = not (year or "/" in n or len(n) > 3 or m["en"] == "prakas")
        out.append(Mention(m.start(), m.end(), Name(name), weak=weak, head=kind.lower()))
    return out


# The Code of Federal Regulations: 29 CFR 1910.37(a)(3), OSHA 1910.1000.
_FEDERAL = pattern(
    r"(?<![a-z\d])(?:29 *cfr|cfr|osha)(?: +(?:part|standard))? +(?P<n>19\d\d(?:\.\d{1,4})?)(?!\d)"
)


def _federal(low: str) -> list[Mention]:
    found = _FEDERAL.finditer(low) if holds(low, ("cfr", "osha")) else ()
    return [Mention(m.start(), m.end(), Name(f"29 CFR {m['n']}")) for m in found]


@cache
def _short() -> frozenset[str]:
    rows = code_table()["codes"]
    return frozenset(n.replace(" ", "") for row in rows for n in row.get("short", []))


@cache
def _parts() -> tuple[str, ...]:
    """A part of each code's name: without one of these a text names none."""
    return tuple({n[:3] if n.isascii() else n[-1] for n in code_names()[1]})


def _named_codes(low: str) -> list[Mention]:
    rule, names = code_names()
    out = []
    for m in rule.finditer(low) if holds(low, _parts()) else ():
        key = (
            m[0][: m.start("year") - m.start() if m["year"] else None]
            .rstrip(" :-")
            .replace(" ", "")
        )
        name = replace(names[key], edition=m["year"])
        out.append(Mention(m.start(), m.end(), name, weak=key in _short()))
    return out


def _numbered(low: str) -> list[Mention]:
    return [Mention(m.start(), m.end(), standard(m)) for m in CODE.finditer(low) if is_standard(m)]


@cache
def _orders() -> tuple[re.Pattern[str], dict[str, str], dict[tuple[str, int], str]]:
    """Orders by issuer and number, as one pattern over lower-case text, with issuers and laws."""
    table = code_table()["orders"]
    issuers = {n.lower(): row["issuer"] for row in table for n in row["en"] + row["zh"]}
    ids = {(row["issuer"], n): id for row in table for n, id in row.get("laws", {}).items()}
    zh = "|".join(n for n in sorted(issuers, key=len, reverse=True) if not n.isascii())
    en = words(n for n in issuers if n.isascii())
    return (
        pattern(
            rf"(?:原?(?P<zh>{zh}) *+(?:令 *+[(]?第? *+(?P<n1>\d{{1,4}}) *+号[)]?|第? *+(?P<n2>\d{{1,4}}) *+号 *+令))"
            rf"|(?<![a-z])(?P<en>{en})(?:'s)?,? +(?:order|decree),? *+(?:no\.?|number|#)? *+(?P<n3>\d{{1,4}})(?!\d)"
            rf"|(?<![a-z])(?:order|decree),? *+(?:no\.?|number|#)? *+(?P<n4>\d{{1,4}}),?"
            rf"(?: +(?:of|by|issued +by|from))* +(?:the +)?(?P<by>{en})(?![a-z])"
        ),
        issuers,
        ids,
    )


def _numbered_orders(low: str) -> list[Mention]:
    rule, issuers, ids = _orders()
    out = []
    if not holds(low, ("令", "order", "decree")):
        return out
    for m in rule.finditer(low):
        who = re.sub(" +", " " if (m["en"] or m["by"]) else "", m["zh"] or m["en"] or m["by"])
        number = int(m["n1"] or m["n2"] or m["n3"] or m["n4"])
        id = ids.get((issuers[who], number))
        name = Name(laws()[id].names_en[0], id) if id else Name(f"{issuers[who]} Order {number}")
        out.append(Mention(m.start(), m.end(), name, head=ORDER))
    return out


# Acts of the European Union: Regulation (EU) 2023/1115, Directive 2006/42/EC, 欧盟第2006/42/EC号指令.
# A bare "EU 2024/05" is a size, a lot or a meeting: the kind of act, 欧盟 or the brackets must be there.
_ACTS = {"法规": "Regulation", "条例": "Regulation", "指令": "Directive", "决定": "Decision"}
_UNION = pattern(
    r"(?:(?<![a-z])(?:(?P<first>eu|ec) +)?(?P<en>regulation|directive|decision)s? *+|(?P<by_union>欧盟 *+(?:的 *+)?)?"
    rf"(?:(?P<before>{'|'.join(_ACTS)}) *+)?(?:第 *+)?)"
    r"(?:(?<![a-z])(?P<bracket>\()?(?P<of>eu|ec|eec)\)? *+(?:no\.? *+)?(?:第 *+)?"
    r"(?P<n1>\d{2,4}/\d{1,4})(?![\d/])"
    r"|(?:no\.? *+)?(?<![\d/])(?P<n2>\d{2,4}/\d{1,4})(?:/(?P<by>eu|ec|eec)(?![a-z])|(?![\d/])))"
    rf"(?: *+号? *+(?P<after>{'|'.join(_ACTS)}))?"
)
_AND = pattern(r",? *+(?:and|or|&|和|及|与|、|,)? *+")


def _union_acts(low: str) -> list[Mention]:
    out: list[Mention] = []
    kind = ""
    for m in _UNION.finditer(low) if "/" in low else ():
        told = (m["en"] or "").capitalize() or _ACTS.get(m["before"] or m["after"], "")
        listed = bool(out) and bool(_AND.fullmatch(low[out[-1].end : m.start()][:8]))
        kind = told or (kind if listed else "")  # Directives 2006/42/EC and 2014/35/EU
        by = (m["of"] or m["by"] or m["first"] or "").upper()
        if not by or not (kind or m["bracket"] or m["by_union"]):
            continue
        number = m["n1"] or m["n2"]
        name = f"{kind or 'Act'} {number}/{by}" if m["by"] else f"{kind or 'Act'} ({by}) {number}"
        out.append(Mention(m.start(), m.end(), Name(name), head=kind.lower()))
    return out


def find_codes(low: str) -> list[Mention]:
    """Every standard, code, convention, decree, order and act of the Union named in a text."""
    found = [*_named_codes(low), *_conventions(low), *_numbered(low), *_numbered_orders(low)]
    return [*found, *_union_acts(low), *_numbered_acts(low), *_federal(low)]


def code_inside(raw: str) -> Name | None:
    m = CODE.search(raw)
    if m:
        return standard(m)
    rule, names = code_names()
    hit = rule.search(raw)
    return names[re.split(" *[:-] *(?=19|20)", hit[0])[0].replace(" ", "")] if hit else None
