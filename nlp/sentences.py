"""Sentence boundaries of audit prose, English, Chinese or mixed.

Rules instead of a model: findings are full of "Co.,Ltd", "Art. 36", "No. 33", "RMB 21.56", numbered
points and brackets that stand behind the full stop, on which general splitters break.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Words that end in a full stop in mid-sentence. Those that often close one, too ("etc.", "Ltd."),
# count only where what follows does not look like a fresh sentence.
_ABBREVIATION = frozenset(
    "e.g i.e eg ie cf vs viz no nos art arts sec sect para paras cl fig approx abt ca max min avg "
    "incl excl dept mr mrs ms dr prof st rd ave bldg jan feb mar apr jun jul aug sep sept oct nov dec "
    "p.r u.k u.s resp p pp vol ed".split()
)
_SOFT_ABBREVIATION = frozenset("co ltd inc corp etc p.r.c prc u.s.a a.m p.m hrs hr".split())
# These only before a number: "Rm. 305", "Reg. 11-0234", "Sat. 3 May".
_BEFORE_NUMBER = frozenset(
    "rm wk reg cert temp qty tel ext fl flr lic ref refs sat sun mon tue tues wed thu thur thurs fri "
    "ver rev app annex ch wt vol ser tab tbl".split()
)
_CLOSERS = "\"'”’」』》】)）]"
_BOUNDARY = re.compile(r"[。！？!?.…]+[" + re.escape(_CLOSERS) + r"]*|\n\s*")
# "1. ", "2)", "(3)", "（四）", "①": a point of a list opens a sentence.
_POINT = re.compile(
    r"(?:(?<![\w.,])(?P<n>\d{1,2})[.)、．）](?!\d)|[(（](?P<b>\d{1,2}|[一二三四五六七八九十])[)）]|(?P<c>[①-⑳]))"
    r"\s*(?=[^\W_]|[“\"《])"
)
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*$")
_HAN = r"\u3400-\u9fff"
_OPENS = re.compile(rf"\s*[\"'“‘(（\[【《]*(?:[A-Z0-9{_HAN}①-⑳])")
_CHINESE_NUMBER = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def _points(text: str) -> dict[int, int]:
    """Start -> end of the markers that open a point of a list.

    A number is one where punctuation or a line break stands before it, where it goes on counting, or
    where it is a 1 that a 2 follows: so "see (1) above" and "building 5. Workers" are none.
    """
    marks: list[tuple[str, int, re.Match[str]]] = []
    for match in _POINT.finditer(text):
        kind = match.lastgroup or "n"
        raw = match[kind]
        marks.append(
            (
                kind,
                _CHINESE_NUMBER.get(raw)
                or int(unicodedata.numeric(raw[0]) if kind == "c" else raw),
                match,
            )
        )
    seen = {(kind, number) for kind, number, _ in marks}
    last = dict.fromkeys("nbc", 0)
    found: dict[int, int] = {}
    for kind, number, match in marks:
        before = text[max(0, match.start() - 64) : match.start()].rstrip(" \t")[-1:]
        counts_on = number == last[kind] + 1 and (number > 1 or (kind, 2) in seen)
        if counts_on or not before or before in "\n。.!?！？;；:：)）":
            last[kind] = number
            found[match.start()] = match.end()
    return found


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether the mark found closes a sentence."""
    mark, after = match[0], match.end()
    if mark[0] in "。！？" or "\n" in mark:
        return True
    if mark[0] in "!?":
        return (
            after == len(text) or text[after].isspace() or bool(re.match(f"[{_HAN}]", text[after]))
        )
    if mark[0] == "…" or mark.startswith(".."):
        return after == len(text) or (bool(_OPENS.match(text, after)) and text[after].isspace())
    # An ASCII full stop.
    if after == len(text):
        return True
    before = text[max(0, match.start() - 24) : match.start()]
    if not text[after].isspace():
        # "…要求.工厂": auditors type a half-width stop between Chinese sentences.
        return bool(re.search(rf"[{_HAN}）)]$", before) and re.match(rf"[{_HAN}]", text[after]))
    if not _OPENS.match(text, after):
        return False
    word = _WORD_BEFORE.search(before)
    if not word or len(mark) > 1:
        return True
    name = word[0].lower()
    if name in _ABBREVIATION or (len(word[0]) == 1 and word[0].isupper() and word[0] != "I"):
        return False
    if name in _BEFORE_NUMBER and word[0][0].isupper():
        return not re.match(r"\s*['‘’#]?\d", text[after : after + 4])
    if name in _SOFT_ABBREVIATION:
        rest = text[after : after + 200].lstrip()
        return bool(re.match(r"[A-Z][a-z]+ [a-z]|The |It |In |This |Based |Current |[(（《]", rest))
    return True


def split_sentences(text: str, breaks: tuple[int, ...] = ()) -> list[tuple[int, int]]:
    """Spans of the sentences, half-open, in order, without the white space around them.

    A sentence ends at 。！？ . ! ? (closing quotes and brackets included), at a line break, before a
    numbered point, behind a bracket that forms a sentence of its own, and at each offset of
    ``breaks``. An empty text has none; every other character than white space is in exactly one.
    """
    points = _points(text)
    inside_marker = {i for start, end in points.items() for i in range(start, end)}
    cuts = {0, len(text), *breaks, *points}
    for match in _BOUNDARY.finditer(text):
        if match.start() not in inside_marker and _ends(text, match):
            cuts.add(match.end())
    ordered = sorted(cuts)
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(ordered):
        spans.extend(_without_space(text, a, b) for a, b in _after_bracket(text, start, end))
    return [span for span in spans if span[0] < span[1]]


def _after_bracket(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Splits "（根据…第二十条）工厂…": a citation in brackets behind a full stop is its own sentence."""
    first = len(text[start:end]) - len(text[start:end].lstrip()) + start
    if first >= end or text[first] not in "(（":
        return [(start, end)]
    depth = 0
    for i in range(first, end):
        depth += (text[i] in "(（") - (text[i] in ")）")
        if depth == 0:
            rest = text[i + 1 : end].strip()
            # A short opening bracket ("(1)", "（生产商）") belongs to what follows it.
            if i - first > 8 and len(rest) > 1 and _OPENS.match(rest) and rest[0] not in ",，;；、":
                return [(start, i + 1), (i + 1, end)]
            break
    return [(start, end)]


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
