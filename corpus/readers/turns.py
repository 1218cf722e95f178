"""Where a text turns from English to Chinese or back: pieces of one language each.

A turn stands behind a sentence, at a label ("CN:", 【中文】), at a slash or bar, at a bare space
between two whole statements, or at a last bracket that says all of it again. Names, quotations, codes
and what any other bracket adds turn nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..labels import LANGS, Lang
from ..text import has_chinese, is_ideograph, is_wide

POINT = re.compile(
    r"(?i)(?:\(?\d{1,2}[.、)）](?!\d)|[（(]?[一二三四五六七八九十]{1,2}[、)）]|[•●▪◆·*-]\s"
    r"|(?:previous|current|present)\s+(?:finding|status))"
)
_NAME = re.compile(r"[\u4e00-\u9fff（）()]{2,30}(?:公司|工厂|厂|集团)")
_QUOTED = re.compile(r"[“\"《（(【‘][^“”\"《》（）()【】‘’]{0,60}[”\"》）)】’]")
_WORD = re.compile(r"[A-Za-z]{2,}")

_LANGUAGE = r"(?:english|chinese|local language|eng?|chi|zh(?:-cn)?|cn|英文|英语|中文|汉语|本地语言|当地语言)"
_LABEL = (
    rf"[【\[]\s*{_LANGUAGE}\s*[】\]]\s*[:：]?"
    rf"|(?:^|(?<=[\s.!?;/|。！？；]))(?:[（(]{_LANGUAGE}[)）]|{_LANGUAGE}\s?[:：]|[（(]{_LANGUAGE}[)）]\s?[:：])"
)
# The end of an English sentence: no number of a point ("1. 未…") and no shortened word before it.
_STOP = (
    r"(?<!^\d\.)(?<!^\d\d\.)(?<!\s\d\.)(?<!\s\d\d\.)"
    r"(?<!\bNo\.)(?<!\bCo\.)(?<!\bLtd\.)(?<!\bInc\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bArt\.)"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)"
)
_END = re.compile(
    rf"(?im)[ \t]*(?P<label>{_LABEL})[ \t]*"
    rf"|{_STOP}(?:(?<=[.!?])|(?<=[.!?][\"')\]”]))(?:[ \t]+|(?=[《“]?[\u4e00-\u9fff]))"
    r"|(?:(?<=[。！？；])|(?<=[。！？][”）】]))[ \t]*"
)
_AT_START = re.compile(rf"(?i)\s*(?:{_LABEL})\s*")
_RIM = " \t/|｜"  # what may stand between the languages
_BAR = re.compile(r"[ \t]*(?<!/)(?://?|\|)[ \t]*")
_GAP = re.compile(
    r"(?<=[^\s\u4e00-\u9fff])[ \t]+(?=[《“]?(?:[A-Z]|\d[\d.,:]{0,12})?[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])[ \t]+(?=[A-Z\d])"
)
# A statement in English has one of these; a list of names, or the title of a code, has none.
VERB = re.compile(
    r"(?i)\b(?:was|were|is|are|been|be|had|has|have|did|does|do|not|no|without|lacked|failed|could|can"
    r"|wore|worked|exceeded|respects?|respected)\b"
)
_CHINESE_VERB = re.compile(r"[未无没不有已是被为应须能将仍均，。；]")
_CHINESE_MARK = re.compile(r"[，。；：、！？]")
_DANGLING = re.compile(
    r"(?i)\b(?:is|was|are|were|the|a|an|of|in|on|at|by|to|for|as|and|or|with|from|called|named|read|says?"
    r"|said|reads|titled|sign|slogan|notice|poster|word|words|label)$"
)
_NUMBERED = re.compile(r"[\s（(\"“]*(?:[A-Z]|\d)")
_LONG, _MANY = 2_000, 8  # characters, and bars or spaces, of a sentence that two statements make


def language_of(text: str, before: Lang | None = None) -> Lang:
    """The language of a paragraph that no column tells: names and quotations of the other language
    do not count, a scrap without evidence goes with what stands before it."""
    for part in (_bare(text), text):
        chinese = sum(map(is_wide, part))
        words = len(_WORD.findall(part))
        if chinese or words:
            if not chinese and words <= 3 and before and not POINT.match(part):
                return before
            # A Chinese name of five characters in an English sentence outweighs four words.
            weight = 2 if VERB.search(part) and not _CHINESE_MARK.search(part) else 1
            return "zh" if chinese >= weight * words else "en"
    return before or "en"


def by_language(paragraph: str, before: Lang | None = None) -> list[tuple[Lang, str]]:
    """The pieces of a paragraph in the order they stand, each with its language; one piece where it
    does not turn. What stands between pieces, and a label of the language before the first, is left
    out."""
    label = _AT_START.match(paragraph)
    if not label:
        return _pieces(paragraph, before)
    said: Lang = "en" if re.search(r"(?i)en|英", label[0]) else "zh"
    rest = paragraph[label.end() :]
    pieces: list[tuple[Lang, str]] = [(said, "")]
    if rest.strip():
        pieces = _pieces(rest, said)
    return pieces if pieces[0][0] == said else _pieces(paragraph, before)


def _pieces(paragraph: str, before: Lang | None) -> list[tuple[Lang, str]]:
    whole: list[tuple[Lang, str]] = [(language_of(paragraph, before), paragraph)]
    if not (has_chinese(paragraph) and _WORD.search(paragraph)):
        return whole
    if halves := _said_again(paragraph):
        english_first = language_of(halves[0]) == "en"
        return list(zip(LANGS if english_first else LANGS[::-1], halves, strict=True))
    pieces: list[tuple[Lang, int, int]] = []
    for start, end, fresh in _statements(paragraph):
        text = paragraph[start:end]
        lang = language_of(text, pieces[-1][0] if pieces else before)
        if pieces and not fresh and (lang == pieces[-1][0] or not _may_turn(text, lang)):
            pieces[-1] = (pieces[-1][0], pieces[-1][1], end)
        else:
            pieces.append((lang, start, end))
    if len({lang for lang, _, _ in pieces}) < 2:
        return whole
    parts: list[tuple[Lang, str]] = [
        (lang, paragraph[start:end].strip(_RIM + "\n")) for lang, start, end in pieces
    ]
    return [part for part in parts if part[1]]


def _said_again(text: str) -> tuple[str, str] | None:
    """What stands before a bracket at a text's end and what stands in it, where both are statements and
    the one may translate the other."""
    whole = text.rstrip(" .。")
    if len(text) > 2 * _LONG or not whole.endswith((")", "）")):
        return None
    depth = 0
    for at in range(len(whole) - 1, -1, -1):
        depth += (whole[at] in ")）") - (whole[at] in "(（")
        if not depth:
            before, inside = whole[:at].strip(), whole[at + 1 : -1].strip()
            chinese = inside if has_chinese(_bare(inside)) else before
            told = _CHINESE_VERB.search(chinese) and _are_two(before, inside, bare=True)
            return (before, inside) if told else None
    return None


def _statements(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether a label stands before it) of the parts between which a text may turn."""
    start, fresh = 0, False
    for match in [*_END.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            parts = _halves(text, start, end)
            yield from ((a, b, fresh and not i) for i, (a, b) in enumerate(parts))
            fresh = False
        if match:
            start, fresh = match.end(), fresh or bool(match["label"])


def _halves(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence as its two statements, in one language each, that a bar or a space divides; else
    as one."""
    sentence = text[start:end]
    if len(sentence) > _LONG or not (has_chinese(sentence) and _WORD.search(sentence)):
        return [(start, end)]
    for mark, bare in (_BAR, False), (_GAP, True):
        found = [*mark.finditer(sentence)]
        at = [m for m in found if len(found) <= _MANY and _divides(sentence, m, bare)]
        if len(at) == 1:
            return [(start, start + at[0].start()), (start + at[0].end(), end)]
    return [(start, end)]


def _divides(sentence: str, mark: re.Match[str], bare: bool) -> bool:
    return _are_two(sentence[: mark.start()], sentence[mark.end() :], bare)


def _are_two(left: str, right: str, bare: bool) -> bool:
    """Whether a sentence's halves are statements in one language each; ``bare`` where no sign of its
    own divides them."""
    if sum(map(left.count, "（(《“")) > sum(map(left.count, "）)》”")):
        return False  # inside a bracket or a quotation
    english, chinese = (right, left) if has_chinese(_bare(left)) else (left, right)
    if has_chinese(_bare(english)):
        return False
    letters, ideographs = sum(map(str.isalpha, english)), sum(map(is_ideograph, _bare(chinese)))
    words = len(_WORD.findall(english))
    if words < 3 or ideographs < 4 or 3 * len(_WORD.findall(chinese)) > ideographs:
        return False
    if not bare:
        return True
    # Nothing but a space: both sides must be whole, and one about as long as the other.
    return bool(
        VERB.search(english)
        and not _DANGLING.search(english.strip(" .,:;\"'“”"))
        and ideographs < letters <= 6 * ideographs
    )


def _may_turn(text: str, lang: Lang) -> bool:
    """Whether a sentence in another language than the one before is the translation's, not an aside."""
    if text.lstrip()[:1] in "（(" and not POINT.match(text.lstrip()):
        return False
    if lang == "zh":
        return sum(map(is_ideograph, text)) >= 2
    return len(_WORD.findall(text)) >= 2 and bool(_NUMBERED.match(text))


def _bare(text: str) -> str:
    """The text without names and quotations."""
    return _QUOTED.sub("", _NAME.sub("", text))
