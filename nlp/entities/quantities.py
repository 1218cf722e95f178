"""Percentages, sums of money and durations: a number with its unit, bound and rate."""

from __future__ import annotations

import re
from functools import cache

from .normal import N, pattern, tables, words
from .scan import Amount, Fact, Scan, changed, stated, tidy

SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip


def _names(table: str, lang: str) -> dict[str, str]:
    return {w: key for key, row in tables()[table].items() for w in row[lang]}


def _zh(items: object) -> str:
    return pattern("|".join(sorted(items, key=len, reverse=True))).pattern  # type: ignore[call-overload]


def _key(text: str) -> str:
    """A matched word as its table has it: blanks of English words single, of Chinese words gone."""
    return re.sub(" +", " " if text[0].isascii() else "", text.strip())


# --- rates ---------------------------------------------------------------------------------


@cache
def _rate() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    en, zh = _names("per", "en"), _names("per", "zh")
    after = pattern(
        rf" *+(?:(?:/ *+|per +|an? +|each +|every +|in +a +|for +(?:a|each"
        rf"|every) +)(?P<en>{words(en)})(?![a-z])"
        rf"|(?:/ *+|每 *+)(?P<zh>{_zh(zh)}))"
    )
    before = pattern(
        rf"(?:(?:平均每|每|一(?=周))个?(?P<zh>{_zh(zh)})|(?P<short>[日周月年])(?:平?均)?(?:总|累计|最高|最长)?(?:加班"
        rf"|工作|工时|上班|出勤))"
        rf"[^，。；;,.、:?!]{{0,12}}$"
        rf"|(?<![a-z])(?P<ly>dai|week|month|year|hour|annual)ly[a-z ]{{0,32}}$"
        rf"|(?<![a-z])per +(?P<en>{words(en)})(?: +(?:is|was|of|exceeded|up +to))?[ :]*$"
    )
    return after, before, en | zh | {"日": "day", "周": "week", "月": "month", "年": "year"} | {
        "dai": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "annual": "year",
    }  # fmt: skip


def rate(scan: Scan, start: int, end: int) -> str | None:
    """What the quantity at [start, end) is reckoned by: per hour, 每天, /月."""
    after, before, names = _rate()
    m = after.match(scan.shadow, end)
    if not m:
        m = before.search(scan.before(start, 40))
    if not m:
        return None
    return names[_key(next(g for g in m.groups() if g))]


# --- money ---------------------------------------------------------------------------------


@cache
def _money() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    table = tables()["currency"]
    names = {w: code for code, row in table.items() for w in row["en"] + row["zh"] + row["sign"]}
    names = {_key(w): code for w, code in names.items()}
    en = words(w for row in table.values() for w in row["en"])
    zh = _zh([w for row in table.values() for w in row["zh"] if w != "块"])
    sign = words(w for row in table.values() for w in row["sign"])
    after = pattern(
        rf" *+-?(?:(?P<en>{en}|{sign})(?![a-z])|(?P<zh>{zh})(?![件素旦宵器化组老首帅音气区]))"
        rf"(?: *+(?P<cny>rmb|人 *民 *币|renminbi)(?![a-z]))?"
        rf"|(?P<kuai> *+块 *+(?P<mao>{N})(?: *+[角毛])?)"
    )
    before = pattern(rf"(?:(?<![a-z])(?P<en>{en})[ .:]*|(?P<sign>{sign}) *|(?P<zh>{zh}) *:? *)$")
    return after, before, names


_NEXT = re.compile(rf" ?{N}")
_COINS = pattern(
    rf"(?: *, *| +and +| *又?) *(?P<n>{N})(?: *(?P<coin>cents?(?![a-z])|美分|[角毛])(?: *(?P<fen>{N}) *分)?"
    rf"|(?P<bare>(?<!,)(?= *(?:[.;,]|$|more(?![a-z])))))"
)


# 块 alone is money only where it is paid: 各交300块, but 300块 of tiles.
_KUAI = pattern(r" *+块(?= *(?:$|[,;.、。)/每一/不没罚]|好处费|红包|押金|现金|工资|奖金))")
# 角 and 分 without a 元: 每件扣5角, 八毛钱.
_SMALL = pattern(r" *+(?P<coin>[角毛分])(?:(?P<sure> *+钱)|(?<!分)(?= *(?:$|[,;.、。)/每])))")
_PAID = pattern(
    r"(?:[交收扣罚付给赔补奖借欠领拿挣发算薪价]|押金|工资|底薪|时薪|罚款|津贴|补贴|奖金|费用?|花)[了款]?(?:约|共|每月|每天|是|为)? *$"
)


def money(scan: Scan, amount: Amount) -> Fact | None:
    """A sum with its currency before or behind it."""
    after, before, names = _money()
    start, end, code, coins = amount.start, amount.end, None, 0.0
    m = before.search(scan.before(start, 24))
    if m:
        code = names[_key(next(g for g in m.groups() if g))]
        start -= len(m[0])
    m = after.match(scan.shadow, end)
    if m and m["kuai"]:
        code, end = "CNY", m.end()
        coins = scan.numeral(m.start("mao")).value / 10
    elif m:
        suffix = "CNY" if m["cny"] else names[_key(m["en"] or m["zh"])]
        if m["zh"] in ("元", "圆"):  # 港币3,000元 are no yuan
            suffix = code or suffix
        if code in (None, suffix) and not _opens_next(scan, m, start < amount.start):
            code = suffix
            coins, end = _coins(scan, amount, m.end(), code)
    lone = None if code else _KUAI.match(scan.shadow, end)
    if lone and (_PAID.search(scan.before(start)) or _rate()[0].match(scan.shadow, lone.end())):
        code, end = "CNY", lone.end()
    small = None if code else _SMALL.match(scan.shadow, end)
    if small and (small["sure"] or rate(scan, start, end) or _PAID.search(scan.before(start))):
        whole = Amount(start, small.end(), amount.value / (100 if small["coin"] == "分" else 10))
        per = rate(scan, start, small.end())
        value = stated(scan, whole, start, small.end(), currency="CNY", per=per)
        return Fact(start, small.end(), "MONEY", value)
    if code is None:
        return None
    total = Amount(start, end, amount.value + coins, amount.upper, amount.bound)
    per = rate(scan, start, end)
    return Fact(start, end, "MONEY", stated(scan, total, start, end, currency=code, per=per))


def _opens_next(scan: Scan, m: re.Match[str], has_own: bool) -> bool:
    """Whether the currency found behind a sum stands before the next one: 3 USD50 cards, $5 $6."""
    if not m["en"] or not _NEXT.match(scan.shadow, m.end()):
        return False
    sign = not m["en"][-1].isalpha()
    return (sign and has_own) or (scan.shadow[m.end()] == N[0] and not (sign and not has_own))


def _coins(scan: Scan, amount: Amount, end: int, code: str) -> tuple[float, int]:
    """The cents, 角 and 分 behind a sum that ends at a place, and where they end."""
    m = _COINS.match(scan.shadow, end)
    if not m:
        return 0, end
    value = scan.numeral(m.start("n")).value
    if m["coin"] is None:  # "15 dollars 50", but not "2000 yuan, 12"
        whole = code in ("USD", "EUR") and amount.value % 1 == 0 and 10 <= value < 100
        return (value / 100, m.end()) if whole and "," not in m[0] else (0, end)
    if m["coin"] in "角毛":
        fen = scan.numeral(m.start("fen")).value if m["fen"] else 0
        return value / 10 + fen / 100, m.end()
    return value / 100, m.end()


# --- percentages ---------------------------------------------------------------------------

_PERCENT = pattern(
    rf" *+-?(?:(?P<one>%|percents?(?![a-z])|per +cents?(?![a-z])"
    rf"|percentages?(?: +points?)?(?![a-z])|pct(?![a-z])"
    rf"|pts?\.? *%|个? *+百分点)|(?P<mille>‰)"
    rf"|(?P<cheng>成)(?!员(?!工))(?![型品立本份功熟为长分果年交衣套批堆对天都人因药像]) *+(?:(?P<half>半)"
    rf"|(?P<unit>{N})(?! *+[a-z\u4e00-\u9fff\d]))?"
    rf"|(?P<zhe>折)(?![叠合断算现旧弯痕角线返回磨页]))"
)  # fmt: skip
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
    m = _PARTS.search(scan.before(start, 16)) or _PARTS.search(scan.low[max(0, start - 12) : start])
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
    if re.search(
        r"(?:^|[^-\w%)\ue000\ue001]|[\u4e00-\u9fff])-$", scan.low[max(0, start - 2) : start]
    ):
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
    en, zh = _names("time", "en"), _names("time", "zh")
    adjective = words(tables()["time_adjective"])
    english = pattern(
        rf"(?P<part>(?: +and)?(?: +an?)? +(?P<frac>half|quarter|quarters))?"
        rf"(?:[ -]*+|(?: +of)? +an? +)(?:\([^()]{{1,12}}\) *+)?(?:(?:{adjective}"
        rf"|man)[ -]+){{0,3}}"
        rf"(?P<unit>{words(en)})(?![a-z])(?!(?<= hr) +{OFFICE})"
        rf"(?!(?:,? *(?:and +)?{N}[ -]*months?)? *-? *(?:old|of +age)\b|-old|(?<=day) +shifts?\b"
        rf"|(?<=night) +shifts?\b)(?P<after> +and +(?:an? +)?(?P<frac2>half|quarter)(?! +(?:of"
        rf"|the|a)\b))?"
    )
    chinese = pattern(
        rf"(?:(?P<fen>分)(?= *+{N} *+秒)|(?P<mins>分)(?![钟之析为别成布数])|个(?P<odd>半|多|几)(?P<unit1>小时|钟头|月|星期|礼拜)|(?P<day>日)(?=内|以内"
        rf"|之内|的时间|以上|以下|前通知|提前|通知期|带薪|年假)"
        rf"|(?P<year>年)(?!月|级|初|末|底|度|份|代|龄|糕|检|审|间第| *+{N} *+月)(?P<half2>半)?"
        rf"|(?P<unit>{_zh([w for w in zh if w not in ('日', '年')])})"
        r"(?![岁围边转期末花然井窗桥线]|工(?!作|资|时|时间)|上(?!班|限)|(?<![天时])班|餐|(?<!天)会|[一二三四五六](?![个天小]))(?P<half>半(?!个?[小天]))?)"
    )
    return english, chinese, en | zh | {"小时": "hour", "钟头": "hour", "月": "month"}


_EACH = pattern(r"(?:hours?|times|days?|pieces|rmb|yuan|\d|minutes?|%) +for +$")
_AGED = pattern(
    r"(?:(?<![a-z])aged?(?: +(?:of|from|between|over|under|below|above))*|(?<![a-z])ages) *$"
)
_HOUR_BEFORE = pattern("(?:小时|钟头|工时) *[零又]? *$")  # 1小时45分
_DAY_BEFORE = pattern(
    r"(?:提前|不少于|不超过|不低于|超过|连续|少于|至少|休息|年休假|产假|工作|为期|每周|每月工作) *$"
)


def duration(scan: Scan, amount: Amount) -> Fact | None:
    english, chinese, names = _time()
    start, end = amount.start, amount.end
    extra = 0.0
    m = english.match(scan.shadow, end)
    if m:
        if _AGED.search(scan.before(start)):
            return None
        gap = scan.shadow[end : m.start("unit")]
        if re.search(r" an? $", gap) and amount.value != 0.5 and not m["frac"]:
            return None
        if scan.low[start:end] in ("a", "an") and _EACH.search(scan.before(start)):
            return None
        unit = names[_key(m["unit"])]
        part = m["frac"] or m["frac2"]
        if part:
            extra = 0.25 if part.startswith("quarter") else 0.5
        if m["unit"] == "h" and scan.shadow[m.start("unit") - 1 : m.start("unit")] == "-":
            return None
    else:
        m = re.match(" *+", scan.shadow[end : end + 64])
        m = chinese.match(scan.shadow, end + (m.end() if m else 0))
        if not m:
            day = pattern(" *+日(?![期报志均])").match(scan.shadow, end)
            if (
                day
                and amount.value > 0
                and (amount.upper or _DAY_BEFORE.search(scan.before(start)))
            ):
                return _lasting(scan, amount, start, day.end(), "day")
            return None
        if m["mins"] and not _HOUR_BEFORE.search(scan.low[max(0, start - 8) : start]):
            return None
        if m["fen"] or m["mins"]:
            unit = "minute"
        elif m["unit1"]:
            unit, extra = names[_key(m["unit1"])], 0.5 if m["odd"] == "半" else 0
            amount.bound = amount.bound or (None if extra else "more_than")
        elif m["day"]:
            unit = "day"
        elif m["year"]:
            unit, extra = "year", 0.5 if m["half2"] else 0
            if amount.value >= 100 or (amount.value >= 50 and not amount.words):
                return None
        else:
            unit, extra = names[_key(m["unit"])], 0.5 if m["half"] else 0
    total = Amount(start, end, amount.value + extra, amount.upper, amount.bound)
    return _lasting(scan, total, start, m.end(), unit)


def _lasting(scan: Scan, amount: Amount, start: int, end: int, unit: str) -> Fact:
    per = rate(scan, start, end)
    return Fact(
        start,
        end,
        "DURATION",
        stated(scan, amount, start, end, unit=unit, per=per if per != unit else None),
    )


# --- two neighbours that are one fact --------------------------------------------------------

_TO = pattern(r" *+(?:to|through|until|-|~|至|到) *+")
_PLUS = pattern(r" *+(?:and|又|零|余)? *+")


def joined(scan: Scan, a: Fact, b: Fact) -> Fact | None:
    """One fact for "60 hours to 62 hours" or "1 hour and 30 minutes", else None."""
    if a.label != b.label or b.start - a.end > 8:
        return None
    low = scan.low
    gap = low[a.end : b.start]
    av, bv = a.value, b.value
    unit, kind = av.get("unit"), av.get("currency")
    if "upper" in av or "upper" in bv:
        return None
    if (
        unit == bv.get("unit")
        and kind == bv.get("currency")
        and a.label in ("DURATION", "MONEY", "PERCENT")
    ):
        grown = gap.strip() == "to" and changed(low, a.start)
        if _TO.fullmatch(gap) and bv["value"] > av["value"] and not grown:
            both = {k: v for k, v in av.items() if k != "bound"}
            rest = {k: v for k, v in bv.items() if k == "per"}
            return Fact(
                a.start, b.end, a.label, {"value": av["value"], "upper": bv["value"]} | both | rest
            )
        return None
    if (
        a.label == "DURATION"
        and unit
        and SECONDS[unit] > SECONDS[bv["unit"]]
        and _PLUS.fullmatch(gap)
    ):
        if (
            ("per" in av and unit != "hour")
            or low.startswith("工作制", b.end)  # 5天8小时工作制: two facts
            or bv.get("bound") not in (None, "about")
            or bv["value"] * SECONDS[bv["unit"]] >= SECONDS[unit]
        ):
            return None
        value = av["value"] + bv["value"] * SECONDS[bv["unit"]] / SECONDS[unit]
        rest = {k: v for k, v in bv.items() if k in ("per", "bound")}
        return Fact(a.start, b.end, "DURATION", rest | av | {"value": tidy(value)})
    return None
