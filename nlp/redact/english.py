"""People's names in Latin letters: English ones, and Chinese ones in pinyin.

Names stand in runs of capitalised words. A title or a label before the run, a role beside it, or the
names themselves (a surname in pinyin, a common given name) say that it is a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .words import Personal, key_of_pinyin, longest_first, split_syllables, surname_pinyin, words

_TOKEN = r"(?:[A-Z][a-zà-ÿ]{1,20}(?:[-'][A-Za-zà-ÿ]{1,20}){0,2}|[A-Z]'[A-Z][a-z]{1,20}|[A-Z]{1,20}(?:-[A-Z]{1,20})?\.?)"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9À-ÿ'&@._-]){_TOKEN}(?:(?:\.? |\. ?){_TOKEN}){{0,7}}(?![A-Za-z0-9@_])"
)
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[-'][A-Za-zÀ-ÿ]+)*\.?")
_COMPANY = re.compile(r"(?: [a-z]+){0,4},? ?\(?(?:co\b|ltd|limited|inc\b|corp|gmbh|Co\b|Ltd|Inc\b)")
_NEXT = re.compile(r" ?(?:,(?: and)?|and|&|/|、|和) ?")


class _Word(NamedTuple):
    start: int
    end: int
    text: str

    @property
    def low(self) -> str:
        return self.text.rstrip(".").lower()


@cache
def _before() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands just before a name: a label or a title; a role."""
    labels, roles = longest_first("labels_en"), longest_first("roles_en")
    sure = (
        rf"(?i:(?:^|[^A-Za-z])(?:(?:{longest_first('titles_en')})\.?"
        rf"|(?:{labels}|(?:{labels}) of [a-z ]{{2,30}}|(?:{labels}) name|person|(?:signed|written|prepared|reviewed|approved) by)s?"
        r"(?: ?\([^()]{1,30}\))? ?[:：]|named|called))\s?$"
    )
    role = rf"(?:(?:^|[^A-Za-z])(?i:{roles})s?(?:,| -| named)?\s?[(\"“]?|(?:{longest_first('roles_zh')})[:：(]?\s?)$"
    return re.compile(sure), re.compile(role)


def find_names(text: str) -> list[Personal]:
    """The names in Latin letters in a text in normal form, in order, none over another."""
    found: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        tokens = [
            _Word(m.start() + run.start(), m.end() + run.start(), m[0])
            for m in _WORD.finditer(run[0])
        ]
        listed = bool(found) and bool(_NEXT.fullmatch(text, found[-1][1], run.start()))
        found += _names(text, tokens, listed)
    return [Personal(a, b, "person", _key(text[a:b])) for a, b in found]


def _names(text: str, tokens: list[_Word], listed: bool) -> Iterator[tuple[int, int]]:
    """The names in a run, each with what stands before it, in the run or before it."""
    at = 0
    while at < len(tokens):
        if _is_no_name(tokens[at]) and not _is_surname_here(text, tokens, at, listed):
            at += 1
            continue
        end = at + 1
        while end < len(tokens) and not _is_no_name(tokens[end]) and end - at < 4:
            end += 1
        size = _size(text, tokens, at, end, listed and at == 0)
        if size:
            last = tokens[at + size - 1]
            yield tokens[at].start, last.end - last.text.endswith(".") * (len(last.text) > 2)
        at += size or end - at


def _is_surname_here(text: str, tokens: list[_Word], at: int, listed: bool) -> bool:
    """Whether a word such as He or Long is a surname, after a title, a role or another name."""
    if tokens[at].low not in surname_pinyin() or not _pinyin_size(tokens[at : at + 2]):
        return False
    left = text[max(0, tokens[at].start - 80) : tokens[at].start]
    return (listed and at == 0) or any(before.search(left) for before in _before())


def _size(text: str, tokens: list[_Word], at: int, end: int, listed: bool) -> int:
    """Of how many of the words from ``at`` to ``end`` a name consists; 0 where they are none."""
    left = text[max(0, tokens[at].start - 80) : tokens[at].start]
    name = tokens[at:end]
    sure, role = _before()
    after = text[name[-1].end : name[-1].end + 60]
    company = (end < len(tokens) and tokens[end].low not in words("roles_en")) or bool(
        _COMPANY.match(after)
    )
    pinyin = _pinyin_size(name)
    if re.search(rf"(?i)(?:^|[^a-z])(?:{longest_first('titles_en')})\.? ?$", left):
        return pinyin or (2 if _is_given(name[0]) and len(name) > 1 else min(len(name), 3))
    if len(name) == 1 and len(tokens) > 1 and not _is_given(name[0]):
        return 0
    if company and not pinyin:
        return 0
    if sure.search(left) or (listed and len(name) > 1):
        if len(name) > 1 and not _is_org(name):
            return pinyin or len(name)
        labelled = bool(re.search(r"(?i)(?:named|called|name ?:)\s?$", left)) or _is_given(name[0])
        return 1 if len(name) == 1 and labelled and not name[0].text.isupper() else 0
    if role.search(left):
        lower = not re.search(r"[A-Z][a-z]*[ ,(\"“]*$", left)
        if pinyin and (not company or at > 0):
            return pinyin
        if _is_given(name[0]):
            return min(len(name), 3)
        return len(name) if lower and 2 <= len(name) <= 4 and not _is_org(name) else 0
    return _bare(tokens, at, end, pinyin, company)


def _bare(tokens: list[_Word], at: int, end: int, pinyin: int, company: bool) -> int:
    """As ``_size``, where nothing beside the words says that they are a name."""
    name = tokens[at:end]
    if company or any(word.text.rstrip(".").isupper() and len(word.text) > 2 for word in name):
        return 0
    if pinyin == len(name) and name[0].low not in words("ambiguous_pinyin"):
        return pinyin
    given = _is_given(name[0]) and len(name) in (2, 3)
    initial = len(name) == 3 and len(name[1].low) == 1
    return (
        len(name)
        if given and (len(name) == 2 or initial or name[-1].low in surname_pinyin())
        else 0
    )


def _pinyin_size(name: list[_Word]) -> int:
    """How many words from the first are a whole Chinese name: Wang Lei, Wang Xiao Hong, Xiaohong Wang,
    Amy Wang is none."""
    lows = [word.low.replace("'", "") for word in name]
    if len(lows) < 2 or "".join(lows[:2]) in words("places"):
        return 0
    if any(low in words("places") for low in lows[:2]):
        return 0
    if lows[0] in surname_pinyin():
        parts = [split_syllables(low.replace("-", "")) for low in lows[1:3]]
        if parts[:1] == [1] and parts[1:] == [1]:
            return 3
        return 2 if (parts[0] in (1, 2) and parts[1:] != [1]) or parts[0] in (1, 2) else 0
    first = split_syllables(lows[0].replace("-", ""))
    return 2 if first in (1, 2) and lows[1] in surname_pinyin() else 0


def _is_no_name(word: _Word) -> bool:
    return any(word.low in words(name) for name in ("not_names", "titles_en", "roles_en"))


def _is_given(word: _Word) -> bool:
    return word.low in words("given_en")


def _is_org(name: list[_Word]) -> bool:
    """Whether capitals throughout mark the words as an abbreviation rather than a name."""
    return any(
        len(w.text) > 1 and w.text.isupper() and not split_syllables(w.low) for w in name
    ) or all(word.low in words("places") for word in name)


def _key(name: str) -> str:
    parts = [
        part.lower() for part in re.split(r"[ .]+", name.replace("'", "").replace("-", "")) if part
    ]
    if len(parts) > 1 and all(map(split_syllables, parts)):
        if parts[0] not in surname_pinyin() and parts[-1] in surname_pinyin():
            parts = [parts[-1], *parts[:-1]]
        return key_of_pinyin(parts[0], "".join(parts[1:]))
    return " ".join(parts)
