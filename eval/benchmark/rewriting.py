"""Rewrites clean bilingual findings so that they say the same and look different: words for digits,
other date formats, sentences in another order. What the check says of them is a false alarm."""

from __future__ import annotations

import random
import re

from .numbers import chinese, english
from .planting import MONTHS, UNIT_EN, Pair, Planter, change, current, pick, split_zh


def numerals(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Digits as words, in one of the two languages."""
    if rng.random() < 0.5:
        match = pick(
            r"(?<![\d.年月第\-/A-Z])(?P<n>\d{1,4})(?=(?:名|人|小时|天|台|份|间|处|次|家|元|个月))",
            zh,
            rng,
        )
        if not match or int(match["n"]) == 0:
            return None
        return en, change(zh, match, chinese(int(match["n"])), "n")
    match = pick(rf"(?<![\d.,/\-A-Za-z])(?P<n>\d{{1,2}})(?= {UNIT_EN})", en, rng)
    if not match or int(match["n"]) == 0:
        return None
    return change(en, match, english(int(match["n"])), "n"), zh


def ten_thousands(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Large numbers in 万."""
    match = pick(r"(?<![\d.])(?P<n>\d{1,3}(?:,\d{3})+|\d{5,6})(?=元|名|人|份|件)", zh, rng)
    if not match:
        return None
    value = int(match["n"].replace(",", ""))
    return (en, change(zh, match, f"{value / 10000:g}万", "n")) if value % 100 == 0 else None


def dates(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Dates in another format."""
    match = pick(r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]", zh, rng)
    if match and rng.random() < 0.5:
        y, m, d = (int(match[g]) for g in "ymd")
        return en, change(
            zh, match, rng.choice([f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}"])
        )
    months = "|".join(MONTHS)
    match = pick(rf"(?P<d>\d{{1,2}}) (?P<m>{months}) (?P<y>20\d\d)", en, rng)
    if not match:
        return None
    m = MONTHS.index(match["m"]) + 1
    day = int(match["d"])
    forms = [
        f"{match['m']} {day}, {match['y']}",
        f"{match['y']}-{m:02}-{day:02}",
        f"{match['m'][:3]}. {day}, {match['y']}",
    ]
    return change(en, match, rng.choice(forms)), zh


def percents(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Per cent in characters or words."""
    match = pick(r"(?<![\d.])(?P<n>\d{1,2}) ?[%％]", zh, rng)
    if match and rng.random() < 0.7 and int(match["n"]):
        return en, change(zh, match, f"百分之{chinese(int(match['n']))}")
    match = pick(r"(?P<n>\d+(?:\.\d+)?) ?%", en, rng)
    return (change(en, match, f"{match['n']} per cent"), zh) if match else None


def reordered(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Two neighbouring sentences of the Chinese change places."""
    parts = split_zh(zh)
    places = [
        k for k in range(len(parts) - 1)
        if min(len(parts[k]), len(parts[k + 1])) >= 14 and not re.match(r"\s*[\d（(]", parts[k] + parts[k + 1])
        and not re.match(r"\s*[\d（(其该]", parts[k + 1])
    ]  # fmt: skip
    if not places:
        return None
    k = rng.choice(places)
    parts[k], parts[k + 1] = parts[k + 1], parts[k]
    return en, "".join(parts)


def merged(en: str, zh: str, rng: random.Random) -> Pair | None:
    """Two sentences of the Chinese become one, or one becomes two at a semicolon."""
    if "；" in zh and rng.random() < 0.5:
        return en, zh.replace("；", "。", 1)
    parts = split_zh(zh)
    if len(parts) < 2:
        return None
    k = rng.randrange(len(parts) - 1)
    return en, "".join([*parts[:k], parts[k].rstrip("。") + "，", *parts[k + 1 :]])


def split_english(en: str, zh: str, rng: random.Random) -> Pair | None:
    """A "; " or ", and the" of the English opens a new sentence."""
    match = pick(r"; (?P<c>[a-z])|, and (?P<d>t)he ", en, rng, current(en))
    if not match:
        return None
    return change(
        en, match, ". " + match[0].replace("; ", "").replace(", and ", "").capitalize()
    ), zh


def short_law(en: str, zh: str, rng: random.Random) -> Pair | None:
    """The country's name left out of a law's."""
    if "《中华人民共和国" in zh:
        return en, zh.replace("《中华人民共和国", "《")
    match = re.search(r" of the (?:People's Republic of China|PRC)\b", en)
    return (change(en, match, ""), zh) if match else None


REWRITERS: dict[str, Planter] = {
    "numerals": numerals,
    "ten thousands": ten_thousands,
    "dates": dates,
    "per cent": percents,
    "reordered": reordered,
    "merged or split": merged,
    "split English": split_english,
    "short law": short_law,
}
