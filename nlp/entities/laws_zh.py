"""Laws that a text names in Chinese, with 《》 or without."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache

from .codes import code_inside
from .law_names import (
    CODE,
    ZH_HEAD,
    Mention,
    Name,
    bag,
    catalogue_name,
    chinese_law,
    chinese_names,
    code_table,
    english_law,
    longest_name,
    split,
    squeeze,
)
from .normal import CJK, pattern, words

# The paper of a factory: 公司《员工奖惩条例》 is no law.
_IN_HOUSE = pattern(
    r"(?:公司|工厂|厂方|厂家|企业|厂内|内部|厂区|本厂|该厂|我司|供应商)(?:的|制定的?|自订的?|自行制定的?|现行的?|规定的?|编制的?)? *$"
)
_IN_HOUSE_NAME = pattern(
    r"员工手册|奖惩|厂规|厂纪|(?:公司|工厂|本厂|厂区)(?!法$)|考勤管?理?|宿舍管理|请假|绩效|门禁"
)
_BRACKETS = pattern(r"《(?P<name>[^《》]{2,80})》")
_OFFICIAL = pattern(
    rf"^(?:中华人民共和国|国家|国务院|全国|[{CJK}]{{2,8}}?(?:省|市|自治区|县)|关于)|{CODE.pattern}"
)


@cache
def _abroad() -> re.Pattern[str]:
    return pattern(
        rf"(?P<country>{words(code_table()['countries_zh'])})(?:社会主义共和国|共和国|王国|联邦)?(?:的|现行|政府)?(?:法律|法规)?(?: *\()?"
        r"(?: *(?:19|20)\d\d *年)?(?: *第? *\d{1,5}(?:/\d{2,4})? *号)?(?: *《)? *$"
    )


def _of_country(low: str, m: Mention) -> Mention:
    """A law named behind another country is not the national one: 越南《劳动法》."""
    before = _abroad().search(low[max(0, m.start - 28) : m.start])
    if not (before and m.name and m.name.id):
        return m
    name = Name(before["country"] + squeeze(low[m.start : m.end]))
    return replace(m, start=m.start - len(before[0]), name=name)


def bracketed_laws(low: str) -> list[Mention]:
    out = []
    for m in _BRACKETS.finditer(low):
        raw = m["name"].strip()
        name = chinese_law(raw) or code_inside(raw)
        if name:
            out.append(Mention(m.start(), m.end(), name, head=head_of(raw)))
        elif _IN_HOUSE_NAME.search(raw) or _IN_HOUSE.search(
            low[max(0, m.start() - 12) : m.start()]
        ):
            out.append(Mention(m.start(), m.end(), None, weak=True, own=True))
        elif head := head_of(raw):
            sure = head in ("法", "条例", "法典", "公约") or bool(_OFFICIAL.search(raw))
            out.append(Mention(m.start(), m.end(), Name(raw), weak=not sure, head=head))
        elif re.search("[a-z]{3}", raw) and (id := english_law(bag(split(raw)))):
            out.append(Mention(m.start(), m.end(), catalogue_name(id)))
    return [_of_country(low, m) for m in out]


def head_of(raw: str) -> str:
    m = re.search(rf"({ZH_HEAD}) *(?:[(][^()]*[)])? *$", raw)
    return m[1] if m else ""


_ZH_HEADS = pattern(
    r"法 *典|法(?! *[律规定院官人学庭治制务案则务宝])|条 *例|规 *定|办 *法|规 *范|标 *准|规 *则|细 *则|准 *则|守 *则|导 *则|通 *则|名 *录"
    r"|通 *知|决 *定|规 *程|总 *则"
)
_PRC = pattern(r"(?:中 *华 *人 *民 *共 *和 *国|中 *国)$")
_FULL = pattern(
    rf"中 *华 *人 *民 *共 *和 *国(?P<name>[{CJK} ]{{2,60}}?(?:法 *典|法(?! *[律规定院官人治制])|条 *例|规 *定|办 *法))"
)


def chinese_laws(low: str, taken: list[Mention]) -> list[Mention]:
    """Names without brackets: known ones anywhere, unknown ones behind 中华人民共和国."""
    names, longest = chinese_names(), longest_name()
    spans = sorted((m.start, m.end) for m in taken)
    starts = [s for s, _ in spans]
    out: list[Mention] = []
    for m in _ZH_HEADS.finditer(low):
        i = bisect_left(starts, m.end()) - 1
        if i >= 0 and spans[i][1] >= m.end():
            continue
        floor = max(out[-1].end if out else 0, m.end() - 2 * longest - 8)
        window = low[floor : m.end()]
        places = [i for i, c in enumerate(window) if c not in " 《》<>·\"'"]
        text = "".join(window[i] for i in places)
        for size in range(min(longest, len(text)), 1, -1):
            name = names.get(text[-size:])
            if name:
                start = floor + places[-size]
                prefix = _PRC.search(low[max(0, start - 16) : start].rstrip(" "))
                if prefix:
                    start -= len(low[max(0, start - 16) : start]) - prefix.start()
                mention = Mention(start, m.end(), name, head=head_of(text))
                out.append(_of_country(low, mention))
                break
    known = {m.end for m in out}
    for m in _FULL.finditer(low) if "华" in low else ():
        i = bisect_left(starts, m.start() + 1) - 1
        if m.end() in known or (i >= 0 and spans[i][1] > m.start()):
            continue
        if any(k.start < m.end() and m.start() < k.end for k in out[-8:]):
            continue
        raw = squeeze(m["name"])
        out.append(
            Mention(m.start(), m.end(), chinese_law(raw) or Name(squeeze(m[0])), head=head_of(raw))
        )
    return out
