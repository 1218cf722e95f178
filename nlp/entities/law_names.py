"""Names of laws: from however they are written to the catalogue.

An English name is compared as the bag of its content words (the country, articles and prepositions
left out, spelling and number made one, near-synonyms of legal titles joined), so "Law of the PRC on
Work Safety" and "Work Safety Law" are one. An unknown word may be a known one misspelt (Damerau
distance 1, or 2 in long words), but the bag must then fit exactly: two laws are never blurred.
A Chinese name is looked up without blanks and without 中华人民共和国.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ...corpus.catalogue import laws
from .normal import CJK, lower, normal, pattern

CODE = pattern(
    r"(?<![a-z\d])(?P<body>gb ?/ ?t|gbz ?/ ?t|gbz|gbj|gb|aq ?/ ?t|aq|hj ?/ ?t|hj|jgj ?/ ?t|jgj"
    r"|tsg|db ?\d\d ?/ ?t|db ?\d\d(?= ?/ ?\d)|ld ?/ ?t|ld|"
    r"xf ?/ ?t|xf|ga ?/ ?t|ga|ws ?/ ?t|ws|cj ?/ ?t|cjj|hg ?/ ?t|hg|sy ?/ ?t|qb ?/ ?t|fz ?/ ?t"
    r"|iso ?/ ?iec|iso|iec|en iso|en|ansi|nfpa|ohsas)"
    r"[ -]*+(?P<number>\d{1,6}(?:\.\d{1,2})?)"
    r"(?: *[-:] *(?P<year>(?:19|20)?\d\d)(?!\d))?(?![\d.]*\d)"
)
COUNTRY_NAME = pattern(
    r"(?<![a-z])(?:(?:the +)?peoples?'?s?'? +republic +of +china|(?:the +)?p\.? ?r\.? ?of +china"
    r"|(?:the +)?p\.? ?r\.? ?china|(?:the +)?p\. ?r\. ?c\.?|(?:the +)?prc|"
    r"china|chinese)(?:'s)?(?![a-z])"
)
STOP = frozenset(
    "the of on for and in to at by with a an from over under its upon s or against".split()
)
COUNTRY = "country"
_HEADS = (
    "law act regulation provision rule measure stipulation ordinance code standard specification guideline guide"
    " guidance decree notice decision norm catalogue list order convention requirement principle reply opinion"
).split()
HEAD = pattern(rf"(?<![a-z-])(?:{'|'.join(_HEADS)})s?(?![a-z])")
ZH_HEAD = "法典|法|条例|规定|办法|规范|标准|规则|细则|准则|守则|导则|通则|名录|通知|决定|规程|公约|原则|总则|要求|条款|宣言"


ORDER = "order"  # the head of an order by issuer and number


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for; ``id`` is None for a law that the catalogue does not have."""

    law: str
    id: str | None = None
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A law named at [start, end). ``name`` is None for "the said law"; a ``weak`` mention counts
    only together with an article, an ``own`` one is a paper of the factory and no law."""

    start: int
    end: int
    name: Name | None
    weak: bool = False
    head: str = ""
    own: bool = False


def catalogue_name(id: str) -> Name:
    """The catalogue's own name of a law."""
    return Name(laws()[id].names_en[0], id)


@cache
def code_table() -> dict[str, Any]:
    text = files(__package__ or "").joinpath("codes.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _same() -> dict[str, str]:
    return {w: row[0] for row in code_table()["same_words"] for w in row}


@lru_cache(4096)
def stem(word: str) -> str:
    """A word of a law's name as names are compared: lower case, singular, near-synonyms joined."""
    word = word.removesuffix("'s").strip("'.-")
    same = _same()
    if word in same:
        return same[word]
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return same.get(word, word)


def bag(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(w for w in map(stem, words) if w and w not in STOP and w != COUNTRY))


_WORD = re.compile(r"[a-z][a-z'-]*+|\ue010")


def split(name: str) -> list[str]:
    """The words of a lower-case name, the country as one word."""
    text = COUNTRY_NAME.sub("\ue010", name)
    return [COUNTRY if w == "\ue010" else w for w in _WORD.findall(text)]


@cache
def index() -> dict[tuple[str, ...], str]:
    """Bags of the catalogue's English names; a bag that fits two laws is left out."""
    found: dict[tuple[str, ...], str | None] = {}
    for law in laws().values():
        for name in law.names_en:
            low = lower(normal(name))
            if CODE.search(low) or "/" in low or "[" in low or re.search(r"\bno\.", low):
                continue
            key = bag(split(low))
            if len(key) > 1:
                found[key] = law.id if found.get(key, law.id) == law.id else None
    return {key: id for key, id in found.items() if id}


@cache
def _vocabulary() -> tuple[frozenset[str], list[str], dict[str, int]]:
    counts: dict[str, int] = {}
    for key in index():
        for word in set(key):
            counts[word] = counts.get(word, 0) + 1
    return frozenset(counts), [w for w in counts if len(w) > 4], counts


@lru_cache(4096)
def known_word(word: str) -> str | None:
    """The word of the catalogue's names that this word is or, slightly misspelt, means."""
    word = stem(word)
    vocabulary, long_words, _ = _vocabulary()
    if word in vocabulary or word in STOP or word == COUNTRY:
        return word
    if len(word) < 5:
        return None
    hit = process.extractOne(
        word, long_words, scorer=OSA.distance, score_cutoff=2 if len(word) > 8 else 1
    )
    return hit[0] if hit else None


@cache
def english_law(key: tuple[str, ...]) -> str | None:
    """The id of the law whose name has exactly these words, or all but the least telling."""
    ids = index()
    if key in ids:
        return ids[key]
    vocabulary, _, counts = _vocabulary()
    if len(key) < 4 or not set(key) <= vocabulary:
        return None
    size = sum(1 / counts[w] ** 0.5 for w in key)
    best: dict[str, float] = {}
    for other, id in ids.items():
        shared = set(key) & set(other)
        if len(shared) < 3 or _kind(key) != _kind(other):
            continue
        weight = sum(1 / counts[w] ** 0.5 for w in shared)
        score = 2 * weight / (size + sum(1 / counts[w] ** 0.5 for w in other))
        best[id] = max(best.get(id, 0), score)
    ranked = sorted(best.items(), key=lambda item: -item[1])[:2]
    if (
        ranked
        and ranked[0][1] >= 0.86
        and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= 0.06)
    ):
        return ranked[0][0]
    return None


def _kind(key: tuple[str, ...]) -> str:
    return (
        "law"
        if "law" in key and "regulation" not in key
        else "regulation"
        if "regulation" in key
        else "code"
    )


# --- Chinese -------------------------------------------------------------------------------


def squeeze(text: str) -> str:
    return re.sub(r"[ 《》<>\"'·]", "", lower(text))


@cache
def chinese_names() -> dict[str, Name]:
    """Chinese names, squeezed and without the country, of the catalogue and of the codes."""
    out: dict[str, Name] = {}
    for row in code_table()["codes"]:
        out |= {squeeze(n): Name(row["name"]) for n in row["zh"]}
    for law in laws().values():
        for name in law.names_zh:
            key = squeeze(normal(name))
            if not CODE.search(key) or re.search(f"[{CJK}]{{4}}", key):
                out.setdefault(key.removeprefix("中华人民共和国"), Name(law.names_en[0], law.id))
    return out


@cache
def longest_name() -> int:
    return max(map(len, chinese_names()))


_PLACE = pattern(rf"^[{CJK}]{{2,8}}?(?:省|市|自治区|县|特别行政区|经济特区)")


@lru_cache(4096)
def chinese_law(name: str) -> Name | None:
    """The law that a Chinese name (normal form, brackets 《》 taken off) means, or None."""
    key = squeeze(re.sub(r"[(（][^()（）]*[)）]$", "", name)).removeprefix("中华人民共和国")
    names = chinese_names()
    for form in (key, key.replace("之", ""), key.removeprefix("国家"), key.removeprefix("中国")):
        if form in names:
            return names[form]
    if len(key) < 6:
        return None
    place = _PLACE.match(key)
    tail = re.search(rf"(?:{ZH_HEAD})$", key)
    hits = process.extract(key, list(names), scorer=fuzz.ratio, score_cutoff=88, limit=3)
    hits = [
        h
        for h in hits
        if (not tail or h[0].endswith(tail[0]))
        and (_PLACE.match(h[0]) or [None])[0] == (place or [None])[0]
    ]
    if not hits or (
        len(hits) > 1 and hits[0][1] - hits[1][1] < 3 and names[hits[0][0]] != names[hits[1][0]]
    ):
        return None
    return names[hits[0][0]]
