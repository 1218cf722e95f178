"""Percentages, durations and rates: a number with its unit and its bound."""

from __future__ import annotations

import re
from functools import cache

from .normal import CJK, N, pattern, tables, words
from .scan import Amount, Fact, Scan, changed, stated, tidy

SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip


def table_words(table: str, lang: str) -> dict[str, str]:
    return {w: key for key, row in tables()[table].items() for w in row[lang]}


def table_key(text: str) -> str:
    """A matched word as its table has it: blanks of English words single, of Chinese words gone."""
    return re.sub(" +", " " if text[0].isascii() else "", text.strip())


# --- rates ---------------------------------------------------------------------------------


# 一天 and 一个月 at the head of a clause are a rate where an amount follows: 工人一天工作十小时.
_HEAD = r"(?:^|[,;:.。、( ]|(?<!旷)[工人手员们者称说家厂部均堂间房方线组舍]) *"
_DOES = rf"(?! *[内后前以之多半的来起到期又零])[{CJK} ]{{0,6}}?"
_CLAUSE_HEAD = pattern(f"{_HEAD}$")
_SO_MUCH = pattern(_DOES + N)
_A_DAY = pattern(rf"{_HEAD}一 *个? *(?P<zh>天|日|周|星期|月|年){_DOES}$")


@cache
def _rate() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    en, zh = table_words("per", "en"), table_words("per", "zh")
    after = pattern(
        rf"(?:(?:(?<=hr)|(?<=hrs)|(?<=min)|(?<=mins))[.])?"
        rf" *+(?:(?:per +(?:person|worker|employee|head),? +)?(?:/ *+|per +|an? +|each +|every +|in +a +|for +(?:a|each"
        rf"|every) +)(?P<en>{words(en)})(?![a-z])|(?P<ly>dai|week|month|hour|year)ly(?![a-z])"
        rf"|(?:/ *+|每 *+)(?P<zh>{words(zh)}))"
    )
    before = pattern(
        rf"(?:(?:平均每|每)个?(?P<zh>{words(zh)})|(?P<short>[日周月年])(?:平?均)?(?:总|累计|最高|最长)?(?:加班"
        rf"|工作|工时|上班|出勤|最低工资|工资|收入)|(?P<pay>[时日周月年])薪)"
        rf"[^，。；;,.、:?!每]{{0,12}}$"
        rf"|(?<![a-z])(?P<ly>dai|week|month|year|hour|annual)ly[a-z ]{{0,32}}$"
        rf"|(?<![a-z])per +(?P<en>{words(en)})(?: +(?:is|was|of|exceeded|up +to))?[ :]*$"
    )
    return after, before, en | zh | {"日": "day", "周": "week", "月": "month", "年": "year", "时": "hour"} | {
        "dai": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "annual": "year",
    }  # fmt: skip


def rate(scan: Scan, start: int, end: int) -> str | None:
    """What the quantity at [start, end) is reckoned by: per hour, 每天, /月."""
    after, before, names = _rate()
    m = after.match(scan.shadow, end)
    if not m:
        window = scan.low[max(scan.done, start - 40) : start]
        m = before.search(window) or _A_DAY.search(window)
    if not m:
        return None
    return names[table_key(next(g for g in m.groups() if g))]


# --- percentages ---------------------------------------------------------------------------

_PERCENT = pattern(
    rf" *+-?(?:(?P<one>%|percents?(?![a-z])|per +cents?(?![a-z])"
    rf"|percentages?(?: +points?)?(?![a-z])|pct(?![a-z])"
    rf"|pts?\.? *%|个? *+百分点)|(?P<mille>‰)"
    rf"|(?P<cheng>成)(?!员(?!工))(?![型品立本份功熟为长分果年交衣套批堆对天都人因药像]) *+(?:(?P<half>半)"
    rf"|(?P<unit>{N})(?! *+(?!的)[a-z\u4e00-\u9fff\d]))?"
    rf"|(?P<zhe>折)(?![叠合断算现旧弯痕角线返回磨页]))"
)  # fmt: skip
_SIGN = re.compile(rf"(?:^|[^-\w%)\ue000\ue001]|[{CJK}])-$")
_PARTS = pattern(r"(?P<base>(?:百 *+万 *+万|百 *+万|千 *+万|万 *+万|百|千|万|佰|仟)) *+分之 *$")
_BASE = {
    "百": 1,
    "千": 0.1,
    "万": 0.01,
    "百万": 1e-4,
    "千万": 1e-5,
    "万万": 1e-6,
    "百万万": 1e-8,
    "佰": 1,
    "仟": 0.1,
}


def percent(scan: Scan, amount: Amount) -> Fact | None:
    start, end, factor = amount.start, amount.end, 1.0
    m = None
    if scan.low[start - 1 : start] in ("之", " "):
        m = _PARTS.search(scan.before(start, 16)) or _PARTS.search(
            scan.low[max(0, start - 12) : start]
        )
    if m:
        start -= len(m[0])
        factor = _BASE[m["base"].replace(" ", "")]
    else:
        m = _PERCENT.match(scan.shadow, end)
        if not m:
            return None
        end = m.end()
        if m["mille"]:
            factor = 0.1
        elif m["cheng"]:
            if amount.value > 10:
                return None
            factor = 10
            extra = (
                0.5 if m["half"] else scan.numeral(m.start("unit")).value / 10 if m["unit"] else 0
            )
            amount = Amount(start, end, amount.value + extra, amount.upper, amount.bound)
        elif m["zhe"]:
            factor = 1 if amount.value > 10 else 10
    if scan.low[start - 1 : start] == "-" and _SIGN.search(scan.low[max(0, start - 2) : start]):
        start, factor = (
            start - 1,
            -factor,
        )  # 的-5%: a sign, as nothing before it could begin a range
    return Fact(start, end, "PERCENT", stated(scan, amount, start, end, factor))


# --- durations -----------------------------------------------------------------------------


# Behind these HR is the department: "two HR assistants".
OFFICE = "(?:assistant|manager|staff|officer|clerk|personnel|department|dept|team|supervisor|representative|employee|specialist|director|admin)"


@cache
def _time() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    en, zh = table_words("time", "en"), table_words("time", "zh")
    adjective = words(tables()["time_adjective"])
    english = pattern(
        rf"(?P<part>(?: +and)?(?: +an?)? +(?P<frac>half|quarters?+))?"
        rf"(?:[ -]*+|(?: +of)? +an? +)(?:\([^()]{{1,12}}\) *+)?(?:(?:{adjective}"
        rf"|man)[ -]+){{0,3}}"
        rf"(?P<unit>{words(en)}|[sm])(?![a-z])(?!(?<= hr) +{OFFICE})"
        rf"(?!(?:,? *(?:and +)?{N}[ -]*months?)? *-? *(?:old|of +age)\b|-old|(?<=day) +shifts?\b"
        rf"|(?<=night)[ -]+(?:shifts?|[a-z]*(?:ers?|ors?|men|staff|guards?|crew))\b|(?<=day) +labou?rers?\b)(?P<after> +and +(?:an? +)?(?P<frac2>half|quarter)(?! +(?:of"
        rf"|the|a)\b))?"
    )
    chinese = pattern(
        rf" *+(?:(?P<fen>分)(?= *+{N} *+秒)|(?P<mins>分)(?![钟之析为别成布数])|个(?P<odd>半|多|几)(?P<unit1>小时|钟头|月|星期|礼拜)|(?P<moon>月)(?![份薪龄经饼])|(?P<day>日)(?=内|以内"
        rf"|之内|的时间|以上|以下|前通知|提前|通知期|带薪|年假)"
        rf"|(?P<year>年)(?!月|级|初|末|底|度|份|代|龄|糕|检|审|轻|间第| *+{N} *+月)(?P<half2>半)?"
        rf"|(?P<unit>{words([w for w in zh if w not in ('日', '年')])})"
        r"(?![岁围边庆转期末花然井窗桥线]|工(?!作|资|时|时间)|上(?!班|限)|(?<![天时])班|餐|(?<!天)会)(?P<half>半(?!个?[小天]))?)"
    )
    return english, chinese, en | zh | {"小时": "hour", "钟头": "hour", "月": "month"}


_EACH = pattern(r"(?:hours?|times|days?|pieces|rmb|yuan|\d|minutes?|%) +for +$")
_AGED = pattern(
    r"(?:(?<![a-z])aged?(?: +(?:of|from|between|over|under|below|above))*|(?<![a-z])ages"
    r"|(?<![a-z])(?:juvenile|young|minor)[a-z ]{0,12}[(]"
    r"|(?<![a-z])(?:(?:youngest|oldest|eldest)(?: +[a-z\ue000\ue001]+){0,5}"
    r"|(?:(?!number|matter|quarter|order|offer|over|after|under)[a-z]{3,}(?:[eo]r|[mg]an|[mg]en)|employee"
    r"|apprentice|student|boy|girl|child|person|people|trainee|intern|guard)s? +of))"
    rf"(?: +{N} +years?,?(?: +and)?| *{N} *(?:-|to|and))? *$"
)
# Years spent at something are no age: "operators of 20 years' experience".
_SERVED = pattern(r"'? +(?:of +)?(?:service|experience|seniority|standing|practice|employment)\b")
# 前一晚, 上一年, 任一工作日 say which one, not how long; but 提前一天 and 目前一周 do.
_WHICH = pattern(r"(?:[上下某任同哪另当这那每头]|(?<![提目以])前|最后) *$")
_BARE_DAY = pattern(" *+日(?![期报志均])")
_PRICED = pattern(r"[元块钱角毛] *$")
_HOUR_BEFORE = pattern("(?:小时|钟头|工时) *[零又]? *$")  # 1小时45分
_WEEKDAY = pattern("(?:[一二三四五六日]|天(?!天))(?! *[个天小])")
# 4 min 35 s and 2h30m; but 5 s alone is 5S, and 30 m are metres.
_ONLY_BEHIND = {"s": pattern(r"min(?:ute)?s? *(?:and +)?$"), "m": pattern(r"\d ?h ?$")}
# "Clause 6 Working hours" and "5 minutes of meetings" are no durations.
_HEADED = pattern(
    r"(?<![a-z])(?:clause|chapter|section|article|part|annex|appendix|paragraph|principle) +$"
)
_RECORD = pattern(r"minutes +of +(?:the +)?(?:[a-z]+ +)?(?:meeting|committee)")
# 近12个月 are the last twelve, 将近12个月 nearly twelve.
_LAST = pattern(r"(?<![将接临靠])近 *$")
_DAY_BEFORE = pattern(
    r"(?:提前|不少于|不超过|不低于|超过|连续|少于|至少|休息|年休假|产假|工作|为期|每周|每月工作|规定的|法定) *$"
)


_N_PLUS = re.compile(r"(?<![a-z])n ?\+ ?$")  # N+1 months


def duration(scan: Scan, amount: Amount) -> Fact | None:
    found = (_chinese_time if scan.chinese(amount.end) else _english_time)(scan, amount)
    if not found:
        return None
    unit, extra, end = found
    start = amount.start
    if _N_PLUS.search(scan.low[max(0, start - 3) : start]):
        return None
    total = Amount(start, end, amount.value + extra, amount.upper, amount.bound)
    per = rate(scan, start, end)
    value = stated(scan, total, start, end, unit=unit, per=per if per != unit else None)
    if unit not in ("minute", "hour") and _LAST.search(scan.before(start, 4)):
        value.pop("bound", None)
    return Fact(start, end, "DURATION", value)


def _english_time(scan: Scan, amount: Amount) -> tuple[str, float, int] | None:
    """The unit behind an amount, the fraction that goes with it, and where they end."""
    start, end = amount.start, amount.end
    english, _, names = _time()
    m = english.match(scan.shadow, end)
    if not m:
        return None
    aged = m["unit"][0] in "ym" and _AGED.search(scan.shadow[max(0, start - 48) : start])
    if aged and not _SERVED.match(scan.shadow, m.end()):
        return None
    gap = scan.shadow[end : m.start("unit")]
    part = m["frac"] or m["frac2"]
    if gap.endswith((" a ", " an ")) and amount.value not in (0.25, 0.5) and not m["frac"]:
        return None
    if scan.low[start:end] in ("a", "an") and _EACH.search(scan.before(start)):
        return None
    if m["unit"] in _ONLY_BEHIND and not _ONLY_BEHIND[m["unit"]].search(
        scan.low[max(0, start - 12) : start]
    ):
        return None
    if m["unit"] == "h" and gap.endswith("-"):
        return None
    if _HEADED.search(scan.before(start, 14)) or _RECORD.match(scan.shadow, m.start("unit")):
        return None
    unit = {"s": "second", "m": "minute"}.get(m["unit"]) or names[table_key(m["unit"])]
    if part == "quarters" and " of " in gap:  # three quarters of an hour
        return unit, (0.25 - 1) * amount.value, m.end()
    return unit, (0.25 if part.startswith("quarter") else 0.5) if part else 0, m.end()


def _chinese_time(scan: Scan, amount: Amount) -> tuple[str, float, int] | None:
    """As _english_time; what was more or less than the number says goes into its bound."""
    start, end = amount.start, amount.end
    _, chinese, names = _time()
    m = chinese.match(scan.shadow, end)
    if not m:
        day = _BARE_DAY.match(scan.shadow, end)
        sure = day and (amount.upper or _DAY_BEFORE.search(scan.before(start)))
        return ("day", 0, day.end()) if day and sure and amount.value > 0 else None
    before = scan.before(start, 8)
    if scan.low[start:end] == "一" and (
        _WHICH.search(before)
        or _PRICED.search(scan.low[max(0, start - 2) : start])
        or (_SO_MUCH.match(scan.shadow, m.end()) and _CLAUSE_HEAD.search(before))
    ):
        return None
    half = 0.5 if m["half"] or m["half2"] or m["odd"] == "半" else 0
    if m["fen"] or m["mins"]:
        alone = m["mins"] and not _HOUR_BEFORE.search(scan.low[max(0, start - 8) : start])
        return None if alone else ("minute", 0, m.end())
    if m["odd"]:
        amount.bound = amount.bound or (None if half else "more_than")
        return names[table_key(m["unit1"])], half, m.end()
    if m["day"]:
        return "day", 0, m.end()
    if m["moon"]:  # 半月, but 3月 is March
        return ("month", 0, m.end()) if amount.words and amount.value == 0.5 else None
    if m["year"]:
        year = amount.value >= 100 or (amount.value >= 50 and not amount.words)
        return None if year else ("year", half, m.end())
    unit = names[table_key(m["unit"])]
    weekday = unit == "week" and _WEEKDAY.match(scan.low, m.end())  # 四个周六
    clock = amount.value == 24 and scan.low.startswith("制", m.end())  # 24小时制
    return None if weekday or clock else (unit, half, m.end())


# --- two neighbours that are one fact --------------------------------------------------------

_TO = pattern(r" *+(?:to|through|until|-|~|至|到) *+")
_PLUS = pattern(r" *+(?:and|又|零|余)? *+")
_ON = re.compile(r"(?<![a-z])on +$")
_NIGHT = pattern(r".*(?:夜|晚|nights?)")


def joined(scan: Scan, a: Fact, b: Fact) -> Fact | None:
    """One fact for "60 hours to 62 hours" or "1 hour and 30 minutes", else None."""
    if a.label != b.label or b.start - a.end > 8:
        return None
    low = scan.low
    gap = low[a.end : b.start]
    if _ON.search(low[max(0, a.start - 4) : a.start]):
        return None  # 3 hours on 22 days and 10 hours on four Sundays
    av, bv = a.value, b.value
    unit, kind = av.get("unit"), av.get("currency")
    if "upper" in av and a.label == "DURATION" and "upper" not in bv and _PLUS.fullmatch(gap):
        share = SECONDS[bv["unit"]] / SECONDS[av["unit"]]  # 1分35秒至2分 and 30秒
        if share < 1 and low[a.end - 1] == "分":
            upper = tidy(av["upper"] + bv["value"] * share)
            return Fact(a.start, b.end, "DURATION", av | {"upper": upper})
    if "upper" in av or "upper" in bv:
        return None
    if (
        unit == bv.get("unit")
        and kind == bv.get("currency")
        and a.label in ("DURATION", "MONEY", "PERCENT")
    ):
        grown = gap.strip() == "to" and changed(low, a.start)
        if _TO.fullmatch(gap) and bv["value"] > av["value"] and not grown:
            both = {k: v for k, v in av.items() if k != "bound" or v == "about"}
            rest = {k: v for k, v in bv.items() if k == "per"}
            return Fact(
                a.start, b.end, a.label, {"value": av["value"], "upper": bv["value"]} | both | rest
            )
        if unit == "day" and _NIGHT.fullmatch(low[b.start : b.end]) and _PLUS.fullmatch(gap):
            return Fact(a.start, b.end, a.label, av)  # 三天两夜 are three days
        return None
    if (
        a.label == "DURATION"
        and unit
        and SECONDS[unit] > SECONDS[bv["unit"]]
        and _PLUS.fullmatch(gap)
    ):
        if (
            ("per" in av and unit != "hour")
            or low.startswith(("工作制", "年假", "带薪"), b.end)  # 5天8小时工作制: two facts
            or bv.get("bound") not in (None, "about")
            or bv["value"] * SECONDS[bv["unit"]] >= SECONDS[unit]
        ):
            return None
        months = unit == "year" and bv["unit"] == "month"
        share = 1 / 12 if months else SECONDS[bv["unit"]] / SECONDS[unit]
        value = av["value"] + bv["value"] * share
        rest = {k: v for k, v in bv.items() if k in ("per", "bound")}
        return Fact(a.start, b.end, "DURATION", rest | av | {"value": tidy(value)})
    return None
