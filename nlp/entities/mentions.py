"""Where a text names a law, a standard, a code or a convention, and which one it is."""

from __future__ import annotations

from dataclasses import replace

from .codes import find_codes
from .law_names import CODE, ORDER, Mention, stem
from .laws_en import english_laws
from .laws_zh import bracketed_laws, chinese_laws
from .normal import holds, pattern


def find_mentions(cased: str, low: str) -> list[Mention]:
    """Every mention in order, not overlapping."""
    found = [*bracketed_laws(low), *find_codes(low)]
    found += chinese_laws(low, found) + english_laws(cased, low)
    found += _anaphora(low)
    found.sort(key=lambda m: (m.start, -m.end))
    kept: list[Mention] = []
    for m in found:
        if kept and m.start < kept[-1].end:
            last = kept[-1]
            longer = m.end - m.start > last.end - last.start
            surer = last.weak - m.weak
            if (
                m.name
                and (surer > 0 or (longer and surer == 0))
                and not (last.name and last.name.id)
            ):
                kept[-1] = m
            continue
        kept.append(m)
    return _merged(low, kept)


_ZH_SAID = pattern(
    r"(?:该|同|本|上述|前述|此)(?P<zh>法典|法(?![律规定院官人治])|条例|办法|规定|标准|规范)"
)
_SAID_HEADS = ("law", " act", "regulation", "provision", "standard", "measure", "rule")
_EN_SAID = pattern(
    r"(?=[tsa])(?:(?<![a-z])(?:the +)?(?:said|same|above|above-mentioned|above +mentioned|aforementioned"
    r"|aforesaid) +(?P<en>law|act|regulation|provision|standard|measure|rule)s?(?![a-z])"
    r"|(?<=[a-z] )(?P<the>the +(?:law|act|regulations?|provisions?|measures|rules"
    r"|standard))(?![a-z])"
    r"|(?<![a-z])this +(?P<this>law|act|regulation)(?![a-z]))"
)


def _anaphora(low: str) -> list[Mention]:
    out = [
        Mention(
            m.start(),
            m.end(),
            None,
            m["zh"] in ("规定", "标准", "规范", "办法") or m[0][0] in "本此",
            m["zh"],
        )
        for m in _ZH_SAID.finditer(low)
    ]
    for m in _EN_SAID.finditer(low) if holds(low, _SAID_HEADS) else ():
        head = m["en"] or m["this"] or m["the"][4:]
        out.append(Mention(m.start(), m.end(), None, not m["en"], stem(head.strip())))
    return out


_GLUE = pattern(r" *[(《]? *")


def _merged(low: str, mentions: list[Mention]) -> list[Mention]:
    """A standard named by title and number is one mention: 《…标准》(GB 12348-2008)."""
    out: list[Mention] = []
    for m in mentions:
        a = out[-1] if out else None
        if a and a.name and m.name and _GLUE.fullmatch(low[a.end : m.start]):
            first, second = (
                CODE.fullmatch(low[a.start : a.end]),
                CODE.fullmatch(low[m.start : m.end]),
            )
            same = a.name.id == m.name.id or not a.name.id or not m.name.id
            if m.head == ORDER or a.head == ORDER:  # 《工伤保险条例》(国务院令第586号)第二条
                open_ = low[a.end : m.start].strip() == "("
                if same and (open_ or a.head == ORDER):
                    end = m.end + (open_ and low[m.end : m.end + 1] == ")")
                    best = m if a.head == ORDER else a
                    out[-1] = replace(best, start=a.start, end=end)
                    continue
            if bool(first) != bool(second) and same:
                end = m.end + (
                    low[a.end : m.start].strip() == "(" and low[m.end : m.end + 1] == ")"
                )
                best = (
                    a.name if a.name.id else m.name if m.name.id else (m.name if first else a.name)
                )
                edition = a.name.edition or m.name.edition
                out[-1] = replace(a, end=end, name=replace(best, edition=edition), weak=False)
                continue
        out.append(m)
    return out
