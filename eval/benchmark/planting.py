"""Plants translation defects into clean bilingual findings.

Each planter takes the two texts and a random generator and returns new texts, or None where the
finding offers nothing to change. What it changes is written by hand for the language; it shares
no table with the checker.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from .numbers import EN_SMALL, chinese

Pair = tuple[str, str]
Planter = Callable[[str, str, random.Random], Pair | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A pair to check; ``defect`` is the planted type, or None where the pair is clean."""

    en: str
    zh: str
    question: str
    defect: str | None
    how: str


def _split_en(text: str) -> list[str]:
    return re.findall(r"\S.*?(?:[.!?](?=\s+[A-Z(]|\s*$)|$)\s*", text, re.S)


def split_zh(text: str) -> list[str]:
    return re.findall(r"[^。！？]+[。！？]?[）)]?", text)


def current(en: str) -> int:
    """Where the current state begins in the English text."""
    match = re.search(r"current status\s*:", en, re.I)
    return match.end() if match else 0


def change(text: str, match: re.Match[str], new: str, group: int | str = 0) -> str:
    return text[: match.start(group)] + new + text[match.end(group) :]


def pick(pattern: str, text: str, rng: random.Random, start: int = 0) -> re.Match[str] | None:
    found = [m for m in re.finditer(pattern, text) if m.start() >= start]
    return rng.choice(found) if found else None


# --- numbers ---------------------------------------------------------------------------------


def _other(number: str, rng: random.Random) -> str:
    """Another number that a slip of the pen could give: a digit changed, two swapped, one dropped."""
    plain = number.replace(",", "")
    whole, dot, rest = plain.partition(".")
    for _ in range(50):
        digits = list(rest if dot and rng.random() < 0.5 else whole)
        part = "rest" if digits == list(rest) and dot else "whole"
        slip = rng.choice(["change", "change", "swap", "drop", "add"])
        k = rng.randrange(len(digits))
        if slip == "change":
            digits[k] = rng.choice([d for d in "123456789" if d != digits[k]])
        elif slip == "swap" and len(digits) > 1:
            k = rng.randrange(len(digits) - 1)
            digits[k], digits[k + 1] = digits[k + 1], digits[k]
        elif slip == "drop" and len(digits) > 2:
            del digits[k]
        elif slip == "add" and len(digits) < 3:
            digits.append("0")
        new = "".join(digits)
        out = f"{whole}.{new}" if part == "rest" else new + (f".{rest}" if dot else "")
        if float(out) not in (float(plain), 0.0, 1.0) and not out.startswith("0"):
            return out
    return str(int(float(plain)) + 3)


_UNIT_ZH = (
    "名|位|人|小时|个小时|分钟|天|日内|个月|周|元|万元|台|份|张|间|条|处|个|次|家|桶|件|辆|瓶|只|套|项|"
    "分贝|公斤|吨|米|公里|层|楼|栋|号楼|升|倍"
)
UNIT_EN = (
    r"(?:[a-z-]+ ){0,2}?(?:workers?|employees?|people|persons?|hours?|minutes?|days?|months?|weeks?|"
    r"machines?|files?|copies|rooms?|lines?|drums?|cases|times|suppliers?|contracts?|records?|points?|"
    r"extinguishers?|exits?|operators?|units?|samples?|sections?|years|metres?|litres?|kg|dB)\b"
)


def number(en: str, zh: str, rng: random.Random) -> Pair | None:
    if rng.random() < 0.5:
        match = pick(
            rf"(?<![\d.年月第\-/A-Z])(?P<n>\d[\d,]*(?:\.\d+)?)(?=(?:多|余)?(?:{_UNIT_ZH}))(?!日)",
            zh,
            rng,
        )
        if not match or match["n"] in ("0", "1"):
            return None
        return en, change(zh, match, _other(match["n"], rng), "n")
    words = "|".join(sorted(EN_SMALL[2:], key=len, reverse=True))
    match = pick(
        rf"(?<![\d.,/\-A-Za-z%])(?P<n>\d[\d,]*(?:\.\d+)?|(?:{words}))(?= {UNIT_EN})",
        en,
        rng,
        current(en),
    )
    money = pick(r"(?:RMB|CNY|¥) ?(?P<n>\d[\d,]*(?:\.\d+)?)", en, rng, current(en))
    match = rng.choice([m for m in (match, money) if m]) if match or money else None
    if not match or match["n"] in ("0", "1") or re.fullmatch(r"20\d\d", match["n"]):
        return None
    if match["n"].isalpha():
        return change(en, match, rng.choice([w for w in EN_SMALL[2:] if w != match["n"]]), "n"), zh
    return change(en, match, _other(match["n"], rng), "n"), zh


def percent(en: str, zh: str, rng: random.Random) -> Pair | None:
    if rng.random() < 0.5:
        match = pick(r"(?P<n>\d+(?:\.\d+)?) ?[%％]", zh, rng)
        return (en, change(zh, match, _other(match["n"], rng), "n")) if match else None
    match = pick(r"(?P<n>\d+(?:\.\d+)?) ?(?:%|per ?cent)", en, rng, current(en))
    return (change(en, match, _other(match["n"], rng), "n"), zh) if match else None


MONTHS: tuple[str, ...] = tuple(
    (
        "January February March April May June July August September October November December"
    ).split()
)


def date(en: str, zh: str, rng: random.Random) -> Pair | None:
    side = rng.random() < 0.5
    match = pick(r"(?P<y>20[12]\d)年(?:(?P<m>\d{1,2})月)?(?:(?P<d>\d{1,2})[日号])?", zh, rng)
    if side and match:
        group = rng.choice([g for g in "ymd" if match[g]])
        value = int(match[group])
        top = {"y": 2027, "m": 12, "d": 31}[group]
        new = rng.choice([v for v in (value - 1, value + 1, value + 2, value - 3) if 0 < v <= top])
        return en, change(zh, match, str(new), group)
    months = "|".join(MONTHS)
    match = pick(
        rf"(?:(?P<d>\d{{1,2}}) )?(?P<m>{months}) (?:(?P<e>\d{{1,2}}), )?(?P<y>20[12]\d)",
        en,
        rng,
        current(en),
    )
    if not match:
        return None
    group = rng.choice([g for g in "ymde" if match[g]])
    if group == "m":
        return change(en, match, rng.choice([m for m in MONTHS if m != match["m"]]), "m"), zh
    value = int(match[group])
    top = 2027 if group == "y" else 31
    new = rng.choice([v for v in (value - 1, value - 2, value + 1) if 0 < v <= top])
    return change(en, match, str(new), group), zh


# --- laws ------------------------------------------------------------------------------------

_LAWS = (
    ("Labour Law", "劳动法"), ("Labour Contract Law", "劳动合同法"), ("Social Insurance Law", "社会保险法"),
    ("Work Safety Law", "安全生产法"), ("Fire Protection Law", "消防法"), ("Trade Union Law", "工会法"),
    ("Law on the Prevention and Control of Occupational Diseases", "职业病防治法"),
    ("Environmental Protection Law", "环境保护法"), ("Law on the Protection of Minors", "未成年人保护法"),
)  # fmt: skip


def law(en: str, zh: str, rng: random.Random) -> Pair | None:
    way = rng.random()
    if way < 0.35:
        match = pick(r"第(?P<n>[一二三四五六七八九十百\d]+)条", zh, rng)
        if not match or not (en_has := re.search(r"\b(?:Art|art|clause|Clause)", en)):
            return None
        del en_has
        new = rng.randint(3, 90)
        text = str(new) if match["n"].isdigit() else chinese(new)
        return (en, change(zh, match, text, "n")) if text != match["n"] else None
    if way < 0.7:
        match = pick(r"(?i)\b(?:article|art\.?|articles) (?P<n>\d+)(?![.\d])", en, rng, current(en))
        if not match or "第" not in zh:
            return None
        return change(en, match, _other(match["n"], rng), "n"), zh
    match = pick(r"《(?P<n>[^》]{3,30})》", zh, rng)
    if not match or not re.search(
        r"\b(?:Law|Regulation|Provisions|Measures|Rules|Code of Design|GB)\b", en
    ):
        return None
    name = match["n"].replace("中华人民共和国", "")
    choices = [zh_name for _, zh_name in _LAWS if zh_name != name]
    return en, change(zh, match, rng.choice(choices), "n")


# --- status ----------------------------------------------------------------------------------

_STATUS_ZH = (
    (r"(?<![部分])(?:未|没有|仍未|尚未)(?:得到)?(?P<v>改善|整改|纠正|解决|关闭)(?!计划|措施)", ["已{v}", "已全部{v}"]),
    (r"部分(?:已)?(?P<v>改善|整改|纠正)", ["已{v}", "未{v}"]),
    (r"(?<!部分)(?:已经|均已|已)(?P<v>改善|整改|纠正|关闭|解决)", ["未{v}", "仍未{v}", "尚未{v}"]),
)  # fmt: skip
_STATUS_EN = (
    (r"\b[Nn]ot (?P<v>corrected|rectified|improved|closed|resolved)\b", ["Fully {v}", "Now {v}"]),
    (r"\b[Pp]art(?:ially|ly) (?P<v>corrected|rectified|improved|closed)\b", ["Not {v}", "Fully {v}"]),
    (r"\b(?:[Ss]till|[Rr]emains?|[Ss]tays?) open\b", ["Closed", "has been closed"]),
    (r"(?<![Nn]ot )(?<!lly )(?<!tly )(?:\b)(?P<v>Corrected|Closed|Rectified|Resolved)(?=\.)", ["Not {v}", "Still open"]),
    (r"\b(?:is|was|has been|can be) (?P<v>closed|resolved|fixed)\b", ["has not been {v}", "could not be {v}"]),
    (r"\bhas since been (?P<v>fixed|corrected|resolved)\b", ["has still not been {v}"]),
)  # fmt: skip


def status(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Flips a status word in one language where the other language has one as well."""
    found_zh = [(m, new) for p, new in _STATUS_ZH for m in re.finditer(p, zh)]
    found_en = [
        (m, new)
        for p, new in _STATUS_EN
        for m in re.finditer(p, en)
        if m.start() >= current(en) - 1
    ]
    if not found_zh or not found_en:
        return None
    if rng.random() < 0.5:
        match, new = rng.choice(found_zh)
        return en, change(zh, match, rng.choice(new).format(**match.groupdict()))
    match, new = rng.choice(found_en)
    values = {k: v.lower() for k, v in match.groupdict().items() if v}
    return change(en, match, rng.choice(new).format(**values)), zh


# --- negation --------------------------------------------------------------------------------

_VERBS_ZH = (
    "提供|佩戴|安装|签订|进行|建立|张贴|配备|设置|缴纳|支付|参加|发放|制定|接受|组织|开展|保存|购买|使用|上锁|"
    "覆盖|列入|纳入|包括|经过|收到|告知|任命|发布|完成|检测|培训|记录|标注|登记|评估|更新|执行|落实"
)
_POLARITY_ZH = (
    (rf"(?:仍|尚|并|从|均|也|都|还)?未(?:能|曾)?(?=(?:按规定|按要求|及时)?(?:{_VERBS_ZH}))", "已"),
    (r"(?:均|都|仍)?没有(?!任何|一|遵守|达到|尊重|人)(?=[^，。；]{2,})", "有"),
    (r"(?<=[^有均])无(?=(?:记录|标签|标识|防护|合同|证据|书面))", "有"),
    (r"(?:无法|未能)(?=提供|出示|说明|证明)", "能够"),
    (rf"(?<![不未早而])已(?=(?:{_VERBS_ZH}))", "未"),
    (r"不(?=知道|了解|清楚|记得|完整|一致|适用|包括|允许|同意|涵盖)", ""),
    (r"齐全", "不全"), (r"畅通", "堵塞"), (r"(?<=被)堵塞|(?<=[道口])堵塞", "畅通"), (r"有效(?=[。，；])", "过期"),
    (r"已过期|已到期", "仍在有效期内"), (r"(?<!不)完整(?=[。，；])", "不完整"), (r"(?<![未没])上锁", "未上锁"),
    (r"照明充足", "照明不足"), (r"(?<!不)合格(?=[。，；])", "不合格"), (r"缺少", "设有"), (r"(?<!未)佩戴(?=了)", "未佩戴"),
)  # fmt: skip
_AUX = "was|were|is|are|had|has|have|did|does|do|could|can|would|should"
_DONE = (
    "provided|available|installed|signed|posted|kept|trained|worn|labelled|locked|paid|informed|covered|included|"
    "recorded|appointed|reviewed|completed|tested|checked|approved|registered|aware|given|equipped|marked|insured"
)
_POLARITY_EN = (
    (rf"\b(?P<a>{_AUX})(?: not|n't)\b(?! only| yet| fully| all| every| any)(?![^.;]* yet\b)", "{a}"),
    (rf"\b(?P<a>was|were|had been|has been|have been|is|are) (?P<b>{_DONE})\b", "{a} not {b}"),
    (r"\bNo (?P<a>[a-z]+(?: [a-z]+){0,3}?) (?P<b>was|were|is|are|had|has|have|exists?)\b(?![^.;]* (?:nor|any|ever|or)\b)", "The {a} {b}"),
    (r"\b(?:had|has|have) no\b(?![^.;,]* or\b)", "had the"),
    (r"\bwithout (?:any )?(?=[a-z])", "with "),
    (r"\b(?P<a>was|were|has|have|had) never\b", "{a}"), (r"\bnone of the\b", "all of the"), (r"\bNone of the\b", "All of the"),
    (r"\b(?:failed|fails) to (?P<a>provide|show|keep|present)\b", "was able to {a}"),
    (r"\bcannot\b", "can"), (r"\bunable to\b", "able to"), (r"\bunaware\b", "aware"), (r"\bincomplete\b", "complete"),
    (r"\bunlocked\b", "locked"), (r"\bunlabelled\b", "labelled"), (r"(?<=were )blocked|(?<=was )blocked", "clear"),
    (r"(?<=were )valid|(?<=was )valid|(?<=is )valid", "expired"), (r"(?<=were )missing|(?<=was )missing|(?<=is )missing", "in place"),
    (r"(?<=had )expired|(?<=has )expired", "not expired"), (r"\binsufficient\b", "sufficient"),
)  # fmt: skip
_NOT_POINT = r"respect|遵守|达到|尊重|rated|correct|rectif|improv|改善|整改|关闭|closed|符合"


# What stays behind of a negation that is taken away ("not posted anywhere"), and what already denies
# where one is put in ("No copy is not available", 有没有): no slip of a pen, but broken language.
_REMNANT_EN = re.compile(r"\b(?:any\w*|ever|either|nor|yet|at all|a single)\b|\bwith \w+ing\b")
_DENIED_EN = re.compile(
    r"\b(?:no|not|none|neither|nor|never|nobody|nothing|hardly|without)\b", re.I
)
_REMNANT_ZH = re.compile(r"有有|任何|也有|从已|从有")


def polarity(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Adds or takes away a negation, or puts an antonym, in one language."""
    side_zh = rng.random() < 0.5
    text, table = (zh, _POLARITY_ZH) if side_zh else (en, _POLARITY_EN)
    start = 0 if side_zh else current(en)
    found = [(m, new) for p, new in table for m in re.finditer(p, text) if m.start() >= start]
    rng.shuffle(found)
    for match, new in found:
        if re.search(_NOT_POINT, text[max(0, match.start() - 4) : match.end() + 14]):
            continue
        put = new.format(**{k: v for k, v in match.groupdict().items() if v})
        if side_zh:
            made = change(zh, match, put)
            if not _REMNANT_ZH.search(_clause(made, match.start(), "，。；：")):
                return en, made
            continue
        made = change(en, match, put)
        clause = _clause(made, match.start(), ".;,")
        if "not" in put and "not" not in match[0]:
            if not _DENIED_EN.search(clause.replace(" not ", " ", 1)):
                return made, zh
        elif not _REMNANT_EN.search(clause):
            return made, zh
    return None


def _clause(text: str, at: int, marks: str) -> str:
    """The clause around a place."""
    start = max(text.rfind(mark, 0, at) for mark in marks) + 1
    ends = [end for mark in marks if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]


# --- omission, untranslated, wrong finding -----------------------------------------------------

_EMPTY = re.compile(
    r"respect|partially|rated|accordance|evidence|interview|corrected|Major|Minor|Local law|Code of Conduct|"
    r"遵守|访谈|评为|根据|改善|整改|严重|轻微|符合|原则|行为守则|行为准则",
    re.I,
)


def omission(en: str, zh: str, rng: random.Random, lang: str) -> Pair | None:
    """Takes a sentence or a clause of content out of one text."""
    clause = rng.random() < 0.5
    if lang == "zh":
        if clause:
            parts = re.findall(r"[^，。；！？]+[，。；！？]?", zh)
            keep = [
                k
                for k in range(1, len(parts))
                if len(parts[k]) >= 10 and not _EMPTY.search(parts[k])
            ]
            if not keep or len(parts) < 3:
                return None
            k = rng.choice(keep)
            if parts[k][-1] in "。；！？" and parts[k - 1][-1] == "，":
                parts[k - 1] = parts[k - 1][:-1] + parts[k][-1]
            return en, "".join(parts[:k] + parts[k + 1 :])
        parts = split_zh(zh)
        keep = [k for k in range(len(parts)) if len(parts[k]) >= 12 and not _EMPTY.search(parts[k])]
        if not keep or len(parts) < 2:
            return None
        k = rng.choice(keep)
        return en, "".join(parts[:k] + parts[k + 1 :])
    cut = current(en)
    head, body = en[:cut], en[cut:]
    if clause:
        found = [
            m
            for m in re.finditer(r"(?:[,;] (?:but|and|while|which|because|although|so|since|whereas) |; )[^,;.()]{20,}(?=[.;])", body)
            if not _EMPTY.search(m[0]) and re.search(r"[^.;()]{30,}$", body[: m.start()])
        ]  # fmt: skip
        if not found:
            return None
        return head + change(body, rng.choice(found), ""), zh
    parts = _split_en(body)
    keep = [k for k in range(len(parts)) if len(parts[k]) >= 35 and not _EMPTY.search(parts[k])]
    if not keep or len(parts) < 2:
        return None
    k = rng.choice(keep)
    return head + "".join(parts[:k] + parts[k + 1 :]), zh


def untranslated(en: str, zh: str, rng: random.Random) -> Pair | None:
    way = rng.random()
    if way < 0.15:
        return en, ""
    if way < 0.3:
        return "", zh
    if way < 0.4:
        return en, en[current(en) :].strip()
    if way < 0.5:
        return zh, zh
    one, other = _split_en(en[current(en) :]), split_zh(zh)
    if len(one) != len(other) or len(one) < 2:
        return None
    k = max(range(len(one)), key=lambda i: len(one[i]))
    if way < 0.8:
        return en, "".join([*other[:k], one[k].strip(), *other[k + 1 :]])
    return en[: current(en)] + "".join([*one[:k], other[k].strip() + " ", *one[k + 1 :]]), zh


PLANTERS: dict[str, Planter] = {
    "untranslated": untranslated,
    "omission_zh": lambda en, zh, rng: omission(en, zh, rng, "zh"),
    "omission_en": lambda en, zh, rng: omission(en, zh, rng, "en"),
    "status_mismatch": status,
    "law_mismatch": law,
    "percent_mismatch": percent,
    "date_mismatch": date,
    "number_mismatch": number,
    "polarity_mismatch": polarity,
}
