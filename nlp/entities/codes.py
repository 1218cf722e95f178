"""Standards by their number, codes of conduct, conventions and decrees, where a text names them."""

from __future__ import annotations

import re
from functools import cache

from ...corpus.catalogue import laws
from .law_names import CODE, Mention, Name, code_table
from .normal import CJK, lower, normal, pattern


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
    """Whether a match of CODE has a number long enough; only GBZ has one of a single digit."""
    return (len(m["number"]) > 1 and m["number"][1:2] != ".") or m["body"].startswith("gbz")


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
    return pattern(rf"(?<![a-z\d])(?:{source})(?![a-z\d])"), {
        n.replace(" ", ""): v for n, v in names.items()
    }


_ILO = pattern(
    r"(?<![a-z])(?:ilo"
    r"|international labou?r organi[sz]ation)(?:'s)? *(?:core +)?(?:conventions? *)?"
    r"(?:on +[a-z ]{3,40}\(? *)?(?:no\.? *|c\.? *|number +)?(?P<n>\d{1,3})(?!\d|[.,]\d)"
    r"|(?:国际劳工组织|ilo) *(?:公约)? *第? *(?P<zh>\d{1,3}) *号? *(?:公约)?"
)


def _conventions(low: str) -> list[Mention]:
    return [
        Mention(m.start(), m.end(), Name(f"ILO C{int(m['n'] or m['zh'])}"))
        for m in _ILO.finditer(low)
    ]


_DECREE = pattern(r"(?<![a-z])decree +(?:no\.? *)?(?P<n>\d{1,4}/\d{4}/[a-z-]+)")


def _named_codes(low: str) -> list[Mention]:
    rule, names = code_names()
    short = {n.replace(" ", "") for row in code_table()["codes"] for n in row.get("short", [])}
    out = []
    for m in rule.finditer(low):
        key = m[0].replace(" ", "")
        out.append(Mention(m.start(), m.end(), names[key], weak=key in short))
    decrees = _DECREE.finditer(low)
    return out + [Mention(m.start(), m.end(), Name(f"Decree {m['n'].upper()}")) for m in decrees]


def _numbered(low: str) -> list[Mention]:
    return [Mention(m.start(), m.end(), standard(m)) for m in CODE.finditer(low) if is_standard(m)]


def find_codes(low: str) -> list[Mention]:
    """Every standard, code, convention and decree named in a text."""
    return [*_named_codes(low), *_conventions(low), *_numbered(low)]


def code_inside(raw: str) -> Name | None:
    m = CODE.search(raw)
    if m:
        return standard(m)
    rule, names = code_names()
    hit = rule.search(raw)
    return names[hit[0].replace(" ", "")] if hit else None
