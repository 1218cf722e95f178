"""The normal form that the rules read: a map from character to character, so offsets stay true.

Full-width forms become half-width, every kind of blank a plain space, every dash a hyphen, and the
traditional characters that stand in numbers, units, dates and names of laws become simplified ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

CJK = "\u4e00-\u9fff"
# What an already understood stretch, and what a number, look like to later rules.
OPAQUE = "\ue00f"
AGE = "\ue00e"  # a named age, which may stand inside a headcount: 4名未满18岁的女工
DATED = "\ue00d"  # a date, which may do so too: 12名2024年3月入职的工人
NUMBER, NUMBER_REST = "\ue000", "\ue001"
N = f"{NUMBER}{NUMBER_REST}*+"


def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {code: " " for code in range(0x3001) if chr(code).isspace()}
    table |= dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), " ")
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣─"), "-") | dict.fromkeys(map(ord, "〜∼～﹏"), "~")
    table |= dict.fromkeys(map(ord, "‘’`´"), "'") | dict.fromkeys(map(ord, "“”"), '"')
    table |= dict.fromkeys(map(ord, "〇○"), "零") | {ord("￥"): "¥", ord("﹪"): "%"}
    table |= dict.fromkeys(range(0xE000, 0xE020), "\ufffd")  # the rules' own signs
    traditional, simplified = (
        "萬億兩點個負條歲員時間鐘週號層樓棟職貳參叄陸壹圓塊規細則標準後據動勞會險產業環護幾餘"
        "與東習書爭倉價傳傷體儲關內寫農決減別製辦務區華協單衛廠壓發團國圖場聲處備婦學實審對導塵帶廣庫應廢錄徵態總報揮暫術機權檢欄歷殘氣潔滅"
        "爐營電療監離種積競築簽節範約組織經給統維綜編繳網聯蘇裝觸計訓議記許設證評識試說調質貯費資轉輸運過進遲選鋼鐵鍋鎮問項順預題額風飲驗齡稅",
        "万亿两点个负条岁员时间钟周号层楼栋职贰叁叁陆壹元块规细则标准后据动劳会险产业环护几余"
        "与东习书争仓价传伤体储关内写农决减别制办务区华协单卫厂压发团国图场声处备妇学实审对导尘带广库应废录征态总报挥暂术机权检栏历残气洁灭"
        "炉营电疗监离种积竞筑签节范约组织经给统维综编缴网联苏装触计训议记许设证评识试说调质贮费资转输运过进迟选钢铁锅镇问项顺预题额风饮验龄税",
    )
    return table | {ord(a): b for a, b in zip(traditional, simplified, strict=True)}


_TABLE = _table()
_LOWER = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}


def normal(text: str) -> str:
    """The normal form of a text, of the same length, upper and lower case kept."""
    return text.translate(_TABLE)


def lower(text: str) -> str:
    """The text in lower case, or only its ASCII letters where others would change the length."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_LOWER)


def mask(text: str, spans: list[tuple[int, int]], sign: str = OPAQUE) -> str:
    """The text with each span (in order, not overlapping) overwritten by a sign."""
    if not spans:
        return text
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], sign * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def pattern(source: str) -> re.Pattern[str]:
    """Compiles a rule; blanks may stand between any two Chinese characters, as PDF text has them.

    Runs of blanks are taken whole (possessive), so that no rule goes back over them.

    A line break of the source and the indentation behind it are no part of the rule.
    """
    pieces = re.split(r"(\[[^\]]*\])", re.sub(r"\n\s*", "", source))
    for i in range(0, len(pieces), 2):
        pieces[i] = re.sub(f"([{CJK}][?]?)(?=[{CJK}])", r"\1 *", pieces[i])
        pieces[i] = re.sub(r"(?<= )([*+])(?![+?])", r"\1+", pieces[i])
    return re.compile("".join(pieces))


def holds(text: str, parts: Iterable[str]) -> bool:
    """Whether a text has one of these parts: what a costly rule cannot match without, asked first."""
    return any(map(text.__contains__, parts))


def words(items: Iterable[str]) -> str:
    """Literal words as one group, longest first; blanks may be many, and stand between any two
    Chinese characters."""
    ordered = sorted(items, key=len, reverse=True)
    spaced = (re.sub(f"([{CJK}])(?=[{CJK}])", r"\1 *+", re.escape(w)) for w in ordered)
    return f"(?:{'|'.join(spaced)})".replace("\\ ", "[ ]++")


@cache
def tables() -> dict[str, Any]:
    """The word tables of words.yaml."""
    text = files(__package__ or "").joinpath("words.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
