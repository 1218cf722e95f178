"""Numbers that name or order things instead of counting them.

Ids, phone numbers, codes, list and question numbers are no quantity at all. Floors, buildings,
ages, clock times and the like are no entities, but two texts can be compared by them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from .normal import CJK, pattern
from .numerals import chinese

Kind = Literal["count", "multiple", "floor", "building", "storey", "place", "age", "clock"]


class Named(NamedTuple):
    """A number at [start, end) that is no quantity; ``kind`` is None where it says nothing."""

    start: int
    end: int
    kind: Kind | None
    value: float = 0


_ZN = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_NOT = (
    r"(?:https?:|www\.)[^ 、。，]*+|(?<![a-z\d._%+-])[a-z\d._%+-]{1,64}+@[a-z\d.-]++"  # addresses
    r"|(?<![a-z])(?:pa|bsci|question|issue) ?\d{1,2}(?:\.\d{1,2})?+(?!\d|,\d)(?:(?: *, *| *and *| *& *|、|和|及)(?:pa ?)?\d{1,2}(?:\.\d{1,2})?+(?![\d.,]*\d|%|[ -]*+[a-z]|[名位个台]))*+"
    r"|(?<![a-z\d])(?=[a-z\d-]{0,40}\d)(?=[a-z\d-]{0,40}[a-z])(?!\d++-[a-z])(?!\d++(?:st|nd|rd|th|hrs?|mins?|h|days?|weeks?|months?|years?|yrs?|hours?|minutes?|k|pcs|rmb|usd|cny|hkd|eur|yuan|workers?|employees?|persons?|f|sets?|units?|m2|m|km|kg|g|db|dba|mg|ml|l|mm|cm|w|kw|kv|v|ppm|t|tons?)(?:/[a-z]+)?(?![a-z\d]))(?!(?:rmb|cny|usd|hkd|eur|us|hk)\d)(?:[a-z]{1,3}-|[a-z]*)\d[a-z\d]*+(?:-[a-z\d]+)*+(?:/\d+)?(?![a-z\d])(?<![\d]-storey)"  # codes
    r"|(?<![\d.,])\d{2,4}-\d{3,8}(?:-\d{2,8})++(?!\d)|(?<![\d.,])\d{12,}[a-z]?(?![\d.,])|\+ ?\d{2,3}[- ]\d[\d -]{6,}"  # ids, phones
    r"|(?<![a-z])(?:questions?|findings?|criteri(?:on|a)|indicators?|ref\.?|version|ver\.?|appendix|annex|tables?|figures?|pages?|chapters?|rev\.?|"
    r"certificate|licen[cs]e|serial|order|decree|models?|type|style|batch|invoice|membership|registration|contract|permit|report|audit|id|bsci|pa|sa|iso|"
    r"performance +areas?|areas?|principles?|sub-?clauses?|items?|points?|paragraphs?|step|class|category|grade|level|phase|part|photos?|pictures?|issue)"
    r" *(?:number|no\.?|nos\.?|code|#|id)?[ :]*#?\d{1,12}(?:\.\d{1,3})*+(?!-?[\d,]*\d|%| *(?:hours|workers|employees|days|rmb))(?:(?: *, *| *and *| *& *)\d{1,2}(?:\.\d{1,2})?+(?![\d.,]*\d|%|[ -]*+[a-z\ue000]))*+"
    r"|(?<![a-z])(?:no\.|nos\.|#) ?\d{3,}[a-z]?(?![\d.,]*\d)|(?<![a-z])(?:no\.|nos\.) ?\d{1,2}(?![\d.,]*\d)(?! +(?:building|block|workshop|warehouse|dormitory|plant|line|gate|exit|floor))"
    r"|(?:问题点?|条款|编号|证号|电话|版本|附件|附录|表|图|第|领域|单号|号码|工号|型号|批号) *(?:pa *)?[:#]? *\d+(?:[.-]\d+)*+(?! *[名位个台条款])"
    r"|(?<![\d.])\d+(?:\.\d+){2,}(?![\d])"  # sections, versions, IP addresses
    r"|(?:(?<=^)|(?<=[。；;:.!?>)\ue012]) ?)\(?\d{1,2}(?:\)|\.(?!\d)|、)(?= *[^\d ])|(?:(?<=[。;:.,!?>])|(?<=[。;:.,!?>] )|(?<=^))\( ?\d{1,2} ?\)(?! *(?:workers|employees|persons|people|名|人))"  # lists
    rf"|第 *{_ZN}(?: *[个次项点章节期届轮批天步类])?"
    r"|zero[ -]tolerance|[一二三四五六日]至?周|(?:周|星期|礼拜)[一二三四五六日](?![天周个小])(?:至|到|-)?(?:周|星期)?[一二三四五六日]?(?![天周个小])"
    r"|(?<![a-z])one(?:self| another| by one|-off|-time)|24/7"
)
_ORDINAL = {
    "ground": 0, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_NUM_EN = "one|two|three|four|five|six|seven|eight|nine|ten"
_SMALL = {w: i + 1 for i, w in enumerate(_NUM_EN.split("|"))}
_PLACE_EN = "workshops?|warehouses?|production lines?|lines?|dormitory|dormitories|dorm|gate|exit|staircase|stairway|plant|factory|canteen|zone|area|room|machine"
_PLACE_ZH = "车间|仓库|生产线|产线|线|宿舍(?!楼)|食堂|门|出口|楼梯|机|仓|库|厂区|工厂|岗|炉"
# What an alternative can begin with; everything else is passed over at one look.
_GATE = r"(?=[\d(#+]|[一二三四五六七八九十两双早上凌中下晚傍第周星礼日问条编证电版附表图领单号工型批楼栋])|(?<![a-z])(?=[a-z])"
_FIND = pattern(
    rf"(?:{_GATE})(?:(?P<clock>(?<![\d:.])(?P<h1>[01]?\d|2[0-4]) ?: ?(?P<min1>[0-5]\d)(?: ?: ?[0-5]\d)?(?: ?(?P<pm1>[ap])\.?m\.?(?![a-z]))?(?![\d:])"
    rf"|(?<![\d:.])(?P<h2>1[0-2]|0?\d)(?:\.(?P<min2>[0-5]\d))? ?(?P<pm2>[ap])\.?m\.?(?![a-z])|(?<![a-z\d])(?P<h4>1[0-2]|[1-9]) +o'clock"
    rf"|(?P<half>早上|上午|凌晨|中午|下午|晚上|晚|傍晚)?(?P<h3>{_ZN})[点时](?=钟|整|半|{_ZN}分|过|前|后|至|到|-|下班|上班|开始|结束|[，。,;；)])(?:钟|整|(?P<half3>半)|(?P<min3>{_ZN})分)?)"
    rf"|(?P<age>(?:(?<![\d.])(?P<a1>\d{{1,3}})[ -]?years?[ -](?:old|of +age)(?![a-z])|(?<![a-z])aged? +(?:of +|over +|under +|above +|below +)?(?P<a2>\d{{1,2}})(?! *(?:%|hours|days|months))(?: +years?(?: +old)?)?"
    rf"|(?P<a3>{_ZN})周?岁))"
    rf"|(?P<storey>(?<![\d.a-z])(?P<s1>\d{{1,2}}|{_NUM_EN})[ -]*(?:storey|story|storeys|storied|storeyed|stories|floors?)(?: +(?:production|dormitory|factory|office|workshop|main|concrete))*(?: +buildings?)?(?! +(?:of|in|was|where))"
    rf"|(?P<s2>{_ZN})层(?=高|的?(?:[{CJK}]{{0,4}})(?:楼|建筑|厂房)))"
    rf"|(?P<floor>(?<![\d.a-z])(?P<f1>\d{{1,2}})(?:st|nd|rd|th)?[ /-]?(?:f|/f|floors?|fl\.?)(?![a-z])|(?<![a-z])(?P<f2>{'|'.join(_ORDINAL)})[ -]floors?(?![a-z])"
    rf"|(?<![a-z])floors? +(?:no\.? *|#)?(?P<f3>\d{{1,2}})(?!\d)|第?(?P<f4>{_ZN})[楼层](?!以|级))"
    rf"|(?P<building>(?<![a-z])(?:buildings?|blocks?|tower) *(?:no\.? *|#|number +)?(?P<b1>\d{{1,2}}|{_NUM_EN})(?!\d|,\d|[a-z])"
    rf"|(?<![a-z\d.,])(?:no\.? *|#)?(?P<b2>\d{{1,2}}|{_NUM_EN}) *#? *(?:production +|dormitory +|factory +)?(?:building|block)(?![a-z])"
    rf"|(?P<b3>{_ZN})(?:号|#) *(?:[{CJK}]{{0,4}}(?:楼(?!梯)|栋|幢|厂房))|(?P<b4>{_ZN})[栋幢座](?![机])|[楼栋] *(?:no\.? *|#)(?P<b5>\d{{1,2}}))"
    rf"|(?P<place>(?<![a-z])(?:{_PLACE_EN}) *(?:no\.? *|#|number +)(?P<p1>\d{{1,3}})(?!\d|[,.]\d)|(?<![a-z])(?:workshop|warehouse|line|dormitory|plant|zone) +(?P<p4>\d{{1,2}})(?!\d|[,.:]\d| *[%-]| +(?:workers|employees|hours|sets|of|out))"
    rf"|(?<![a-z\d])no\.? *(?P<p2>\d{{1,3}}) +(?:{_PLACE_EN})(?![a-z])|(?P<p3>{_ZN})(?:号|#) *(?:[{CJK}]{{0,3}}(?:{_PLACE_ZH})))"
    rf"|(?P<multiple>(?<![a-z])(?P<m1>double|twice|triple)(?![a-z])|(?P<m2>双倍)|(?P<m3>\d+(?:\.\d+)?|[一二两三四五]) *(?:倍|-? *times(?= +(?:the|of|as|higher|more|his|her|their|normal|basic|regular|hourly|base|wages?|pay|salary)\b)))"
    rf"|(?P<both>(?<![a-z])both(?= +(?:of +)?(?:the +)?(?:workers?|employees|operators|persons|machines|exits|staff|supervisors|guards)\b))"
    rf"|(?P<none>{_NOT}))"
)


def find_identifiers(low: str) -> list[Named]:
    """The naming numbers of a text in normal form and lower case, in order."""
    out = []
    for m in _FIND.finditer(low):
        g = {k: v for k, v in m.groupdict().items() if v is not None}
        if "none" in g:
            out.append(Named(m.start(), m.end(), None))
            continue
        kind = next(
            k
            for k in ("clock", "age", "storey", "floor", "building", "place", "multiple", "both")
            if k in g
        )
        out.append(Named(m.start(), m.end(), "count" if kind == "both" else kind, _value(kind, g)))  # type: ignore[arg-type]
    return out


def _value(kind: str, g: dict[str, str]) -> float:
    if kind == "both":
        return 2
    if kind == "multiple":
        word = g.get("m1") or g.get("m2")
        return {"triple": 3}.get(word, 2) if word else _number(g["m3"])
    if kind == "clock":
        hour = _number(next(g[k] for k in ("h1", "h2", "h3", "h4") if k in g))
        minute = _number(next((g[k] for k in ("min1", "min2", "min3") if k in g), "0")) + (
            30 if "half3" in g else 0
        )
        late = (g.get("pm1") or g.get("pm2")) == "p" or g.get("half") in (
            "下午",
            "晚上",
            "晚",
            "傍晚",
        )
        return hour + (12 if late and hour < 12 else 0) + minute / 60
    keys = {"age": "a", "storey": "s", "floor": "f", "building": "b", "place": "p"}
    return _number(next(v for k, v in g.items() if k[0] == keys[kind] and k[1:].isdigit()))


def _number(text: str) -> float:
    if text in _ORDINAL:
        return _ORDINAL[text]
    if text in _SMALL:
        return _SMALL[text]
    return chinese(text) or 0
