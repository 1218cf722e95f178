"""Laws that a text names in English: the longest known name around a head word such as "Law", or
the capitalised words around it where the catalogue has no such law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from .law_names import (
    COUNTRY,
    COUNTRY_NAME,
    HEAD,
    STOP,
    Mention,
    Name,
    catalogue_name,
    code_table,
    english_law,
    index,
    known_word,
    stem,
)
from .normal import pattern, words

_TOKEN = pattern(r"\ue010+|[a-z][a-z'-]*+|,|[^ a-z\ue010]")
_REACH = 170  # characters that a name may take on either side of its head word


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    capital: bool

    @property
    def plain(self) -> str:
        return COUNTRY if self.text[0] == "\ue010" else self.text


def _words(found: Iterable[re.Match[str]], cased: str) -> Iterator[_Word]:
    for m in found:
        text = "and" if m[0] == "&" else m[0]
        yield _Word(text, m.start(), m.end(), cased[m.start()].isupper())


def english_laws(cased: str, low: str) -> list[Mention]:
    out: list[Mention] = []
    if not HEAD.search(low):
        return out
    low = COUNTRY_NAME.sub(_country_sign, low)
    done = 0
    for m in HEAD.finditer(low):
        if m.start() < done:
            continue
        head = _Word(m[0], m.start(), m.end(), cased[m.start()].isupper())
        floor = max(done, m.start() - _REACH)
        before = list(_TOKEN.finditer(low, floor, m.start()))
        left = _until_break(_words(reversed(before), cased), ",")
        after = _TOKEN.finditer(low, m.end(), m.end() + _REACH)
        right = _until_break(_words(after, cased), "")
        hit = _exact(left, head, right) or _unknown(left, head, right)
        if hit:
            hit = _numbered(low, _abroad(low, _with_country(low, hit)))
            out.append(hit)
            done = hit.end
    return out


def _country_sign(m: re.Match[str]) -> str:
    the = re.match("the +", m[0])
    return (the[0] if the else "") + "\ue010" * (len(m[0]) - (the.end() if the else 0))


def _until_break(items: Iterable[_Word], also: str) -> list[_Word]:
    out = []
    for w in items:
        if not (w.text[0].isalpha() or w.text[0] in "\ue010,") or w.text == also:
            break
        out.append(w)
    return out


def _reach(words: list[_Word]) -> list[tuple[int, str]]:
    """The content words that a known name could take on one side: (position, known form)."""
    out: list[tuple[int, str]] = []
    heads = 0
    for i, w in enumerate(words):
        if w.plain == COUNTRY or w.text in STOP or w.text == ",":
            continue
        heads += bool(HEAD.fullmatch(w.text))
        known = known_word(w.text)
        if known is None or heads > 1 or len(out) == 12:  # no name has three head words
            break
        out.append((i, known))
    return out


def _exact(left: list[_Word], head: _Word, right: list[_Word]) -> Mention | None:
    """The longest stretch of words around the head whose words are those of one catalogue name."""
    ids = index()
    before, after = _reach(left), _reach(right)
    if not before and not after:
        return None
    kind = stem(head.text)
    best: tuple[int, int, int, str] | None = None
    for a in range(len(before) + 1):
        words = [kind, *(w for _, w in before[:a])]
        for b in range(len(after) + 1):
            if a + b == 0 or (best and a + b < best[0]):  # of two as long, the one on the left
                continue
            id = ids.get(tuple(sorted([*words, *(w for _, w in after[:b])])))
            if id:
                best = (a + b, a, b, id)
    if not best:
        return None
    _, a, b, id = best
    first = left[before[a - 1][0]] if a else head
    last = right[after[b - 1][0]] if b else head
    rest_left = left[(before[a - 1][0] + 1) if a else 0 :]
    rest_right = right[(after[b - 1][0] + 1) if b else 0 :]
    if _goes_on(rest_left, rest_right):
        return None
    country = any(w.plain == COUNTRY for w in left[: before[a - 1][0] + 2 if a else 1]) or any(
        w.plain == COUNTRY for w in right[: after[b - 1][0] + 4 if b else 4]
    )
    titled = sum(w.capital for w in [head, *left[: before[a - 1][0] + 1 if a else 0]]) > 1
    weak = not (head.capital or country or titled) or head.text in ("laws", "acts")
    return Mention(first.start, last.end, catalogue_name(id), weak, stem(head.text))


def _goes_on(left: list[_Word], right: list[_Word]) -> bool:
    """Whether the name is longer than what was recognised, so that it is another law's."""
    lead, places = set(code_table()["lead"]), set(code_table()["places"])
    for i, w in enumerate(left[:2]):
        if w.plain == COUNTRY or w.text in STOP or w.text in lead:
            if w.plain != COUNTRY:
                break
            continue
        if w.text in places:
            return True
        first_of_sentence = i + 1 >= len(left)
        if w.capital and not first_of_sentence:
            return True
        break
    words = [w for w in right[:5] if w.plain != COUNTRY]
    if (
        words
        and words[0].capital
        and re.fullmatch(HEAD.pattern + "|implementation|implementing|enforcement", words[0].text)
    ):
        return True
    return (
        len(words) > 1
        and words[0].text in ("of", "in")
        and any(w.text in places for w in words[1:3])
    )


def _unknown(left: list[_Word], head: _Word, right: list[_Word]) -> Mention | None:
    """A law that the catalogue does not have: the run of capitalised words around its head."""
    if not head.capital:
        return None
    lead = set(code_table()["lead"])
    a = _run(left)
    while (
        a
        and (left[a - 1].text in lead or left[a - 1].text in STOP or len(left[a - 1].text) == 1)
        and left[a - 1].plain != COUNTRY
    ):
        a -= 1
    b = (
        _run(right)
        if right
        and (
            right[0].text in ("of", "on", "for", "governing", "against", "concerning")
            or right[0].plain == COUNTRY
        )
        else 0
    )
    while b and (
        right[b - 1].text in STOP or right[b - 1].text in ("article", "articles", "section")
    ):
        b -= 1
    run = [*reversed(left[:a]), head, *right[:b]]
    words = [w.plain for w in run]
    content = [w for w in words if w not in STOP and w != COUNTRY and not HEAD.fullmatch(w)]
    kind = stem(head.text)
    key = tuple(sorted(k for w in words if (k := known_word(w) or w) not in STOP and k != COUNTRY))
    id = english_law(key)
    if id:
        return Mention(run[0].start, run[-1].end, catalogue_name(id), head=kind)
    if not content or all(
        w in _GENERIC and not (w == "company" and kind == "law") for w in content
    ):
        return None
    named = kind == "law" and head.text not in ("laws", "acts")
    places = set(code_table()["places"])
    named |= kind == "regulation" and (COUNTRY in words or bool(set(words) & places))
    named |= kind == "code" and ("conduct" in words or bool(set(words) & places))
    start, end = run[0].start, run[-1].end
    return Mention(start, end, Name(_title(words)), weak=not named, head=kind)


def _title(words: Iterable[str]) -> str:
    """Words of a name as titles are written."""
    return " ".join(
        "PRC"
        if w == COUNTRY
        else w
        if w in STOP
        else w.upper()
        if _ROMAN.fullmatch(w) or w in _INITIALS
        else w.capitalize()
        for w in words
    )


_INITIALS = frozenset(("uae", "eu", "uk", "us", "usa"))
_ROMAN = re.compile("[ivx]{1,4}")


_GENERIC = frozenset(
    "conduct supplier vendor company factory ethical local national relevant applicable country state"
    " other related own internal house work client customer buyer general business practice dress building product".split()
)


def _run(words: list[_Word]) -> int:
    """How many of the words (outward from the head) belong to the capitalised name."""
    size = 0
    for i, w in enumerate(words[:16]):
        if w.text == ",":
            break
        if w.capital or w.plain == COUNTRY:
            size = i + 1
        elif w.text not in STOP or i - size > 1:
            break
    return size


def _abroad(low: str, m: Mention) -> Mention:
    """A law named with another country is not the national one: Egyptian Labour Law, Labour Law (Jordan)."""
    if not (m.name and m.name.id):
        return m
    places = _countries()
    before = places.search(low[max(0, m.start - 24) : m.start])
    after = _OF_COUNTRY.match(low, m.end)
    after = after if after and places.fullmatch(after["place"]) else None
    number = _NUMBER.match(low, m.end) or _LAW_NUMBER.search(low[max(0, m.start - 24) : m.start])
    if not (before or after or number):
        return m
    words = low[m.start : m.end].split()
    words += [after["place"]] if after else []
    return replace(
        m,
        start=m.start - len(before[0]) if before else m.start,
        end=after.end() if after else m.end,
        name=Name(_title([*(before["place"].split() if before else ()), *words])),
        weak=False,
    )


@cache
def _countries() -> re.Pattern[str]:
    return pattern(
        rf"(?<![a-z])(?P<place>{words(code_table()['countries'])})(?:'s?)?(?: +(?:labou?r +)?(?:law|legislation))?(?: *\()? *$"
    )


_OF_COUNTRY = pattern(
    r"(?:,? +(?:of|in) +(?:the +)?| *\( *)(?P<place>[a-z]+(?: +lanka)?)(?![a-z])\)?"
)
_NUMBER = pattern(
    r",? *\(?(?:no\.?|nr\.?|number) *(?P<n>\d{1,5})(?!\d)(?:/(?:19|20)\d\d| +of +(?:19|20)\d\d)?\)?"
)
_LAW_NUMBER = pattern(
    r"(?<![a-z])(?:law|act) +(?:no\.? *)?\d{2,5} *\( *$"
)  # Law No. 4857 (Labour Law)


def _numbered(low: str, m: Mention) -> Mention:
    """The number of an act goes with its name: Labour Law No. 8 of 1996."""
    number = _NUMBER.match(low, m.end) if m.name and not m.name.id else None
    return replace(m, end=number.end()) if number else m


_BEFORE = pattern(r"\ue010+ +$")
_AFTER = pattern(r",? *+(?:(?:of|in|for) +(?:the +)?)?\ue010+|(?: *+\(\ue010+\))")


def _with_country(low: str, m: Mention) -> Mention:
    start, end = m.start, m.end
    before = _BEFORE.search(low[max(0, start - 48) : start])
    if before:
        start -= len(before[0])
    after = _AFTER.match(low, end)
    if after:
        end = after.end()
    return replace(m, start=start, end=end)
