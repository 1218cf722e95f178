"""The word lists of redaction, and how names are spelled in Latin letters."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT, Style
from pypinyin.style import convert


class Personal(NamedTuple):
    """A person's data at [start, end) of a text; what has the same key is the same person or number."""

    start: int
    end: int
    kind: str
    key: str


class Places:
    """Stretches of a text, none over another: the first that comes to a place has it."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Whether the place was free; it no longer is."""
        at = bisect_left(self._starts, start)
        if at < len(self._starts) and self._starts[at] < end:
            return False
        if at and self._ends[at - 1] > start:
            return False
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True


@cache
def _tables() -> dict[str, str | dict[str, str]]:
    text = files(__package__ or "").joinpath("words.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def words(name: str) -> frozenset[str]:
    """A list of ``words.yaml``."""
    return frozenset(str(_tables()[name]).split())


def longest_first(name: str) -> str:
    """A list as the alternatives of a pattern."""
    return "|".join(sorted(words(name), key=lambda word: (-len(word), word)))


# --- pinyin ---------------------------------------------------------------------------------


@cache
def syllables() -> frozenset[str]:
    """Every syllable of Mandarin, without tones; ü as v and as u."""
    found = {"lyu", "nyu"}
    for readings in PINYIN_DICT.values():
        for reading in readings.split(","):
            plain = convert(reading, Style.NORMAL, strict=False)
            found |= {plain, plain.replace("ü", "v"), plain.replace("v", "u")}
    return frozenset(s for s in found if s.isascii() and s.isalpha() and len(s) < 7) - {
        "m",
        "n",
        "ng",
        "hm",
        "hng",
    }


@lru_cache(8192)
def split_syllables(word: str) -> int:
    """Of how few syllables of pinyin a word in lower case can consist; 0 where it is none."""
    best = [0] + [0] * len(word)
    for end in range(1, len(word) + 1):
        for size in range(1, min(6, end) + 1):
            start = end - size
            if (start == 0 or best[start]) and word[start:end] in syllables():
                count = best[start] + 1
                best[end] = min(best[end], count) if best[end] else count
    return best[-1]


@cache
def surname_pinyin() -> frozenset[str]:
    """How surnames are spelled."""
    names = words("surnames") | words("compound_surnames")
    return frozenset(map(read_surname, names)) | {"lyu"}


def read_surname(name: str) -> str:
    """A surname in pinyin, in its reading as a surname."""
    readings = _tables()["readings"]
    assert isinstance(readings, dict)
    return readings.get(name) or "".join(lazy_pinyin(name))


@lru_cache(8192)
def key_of_chinese(surname: str, given: str) -> str:
    """What a name in characters and in pinyin have in common: "zhang wei"."""
    if "某" in given:
        return surname + given  # nobody's name in particular: not to be linked by its sound
    return _plain(f"{read_surname(surname)} {''.join(lazy_pinyin(given))}")


def key_of_pinyin(surname: str, given: str) -> str:
    return _plain(f"{surname} {given}".lower())


def _plain(key: str) -> str:
    """ü is written v, yu, u or ü."""
    return key.replace("lyu", "lv").replace("nyu", "nv").replace("ü", "v").strip()
