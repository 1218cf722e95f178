"""Text as files hold it: from bytes to characters, and the repairs that reading needs.

Offsets count from here on: what ``clean`` returns is the text as read, and nothing rewrites it later.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Container, Sequence

from .labels import Lang
from .schema import InputError

# Unicode's Equivalent_Unified_Ideograph, https://www.unicode.org/Public/15.0.0/ucd/
# EquivalentUnifiedIdeograph.txt: the ordinary character of each radical from U+2E80 and of each
# stroke from U+31C0, in code point order (itself where there is none). The Kangxi radicals from
# U+2F00 need no table: NFKC maps them to the same characters.
_RADICALS = (
    "⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗"
    "糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食"
    "𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_STROKES = "㇀㇁㇂㇃㇄㇅𠃌㇇㇈㇉㇊㇋㇌㇍㇎乀一丨丿丿丶𠃍乛𠃊𠃎𠄌亅𡿨𠃋乀𠃑乚乙𠄎"


def _repairs() -> dict[int, str]:
    table = {}
    for first, last in (0x2F00, 0x2FD6), (0xF900, 0xFB00), (0x2F800, 0x2FA20), (0xFB00, 0xFB07):
        # Kangxi radicals, compatibility ideographs and Latin ligatures: what PDF producers write
        # for a glyph that several characters share.
        for code in range(first, last):
            table[code] = unicodedata.normalize("NFKC", chr(code))
    table.update(enumerate(_RADICALS, 0x2E80))
    table.update(enumerate(_STROKES, 0x31C0))
    # Fonts for simplified Chinese (Noto, Source Han, WenQuanYi) draw these with the glyph of another
    # character than Unicode's table names, and a PDF made with them holds the left ones.
    table |= {ord("⼾"): "户", ord("⺕"): "彐", ord("㬵"): "胶"}
    for code in range(0x250):
        if unicodedata.category(chr(code)) == "Cc":
            table[code] = ""
    for code in range(0x3100):
        if unicodedata.category(chr(code)) == "Zs":
            table[code] = " "
    for code in (
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ):
        table[code] = ""  # soft hyphens, zero-width characters, marks of writing direction
    table |= dict.fromkeys((0x2010, 0x2011), "-")
    table |= dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
    table[0x09] = "\t"
    return table


_REPAIRS = _repairs()


def clean(text: str) -> str:
    """The text with what files and PDF producers do to it undone, once, before any offset counts.

    Zero-width characters, soft hyphens and control characters go; every sort of space becomes a
    plain one (tabs stay); every line end, form feeds too, becomes ``\\n``; radicals, strokes and
    compatibility ideographs become the ordinary characters, Latin ligatures their letters.
    """
    return text.replace("\r\n", "\n").translate(_REPAIRS)


_SAMPLE = 1 << 16  # bytes that are enough to tell an encoding by
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, file: str) -> str:
    """Bytes of a text file as text, line ends as ``\\n``; a character cut at the end is left out.

    UTF-8, UTF-16 (either with or without byte order mark) and GB18030 are told apart by how well
    the outcome reads as English or Chinese; a few broken bytes become U+FFFD.

    Raises:
        InputError: for another encoding, or bytes that are no text.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = _decoded(data[len(mark) :], name)
            break
    else:
        sample = data[:_SAMPLE]
        scores = {name: _legibility(_decoded(sample, name), name) for name in _GUESSES}
        best = max(scores, key=scores.__getitem__)
        if scores[best] < 0.8 or "\0" in _decoded(sample, best):
            raise InputError(
                file, "this is no text in UTF-8, UTF-16 or GB18030", "save it as text in UTF-8"
            )
        text = _decoded(data, best)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, encoding: str) -> str:
    # An incremental decoder holds back a character that the end of the data cuts in two.
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(data)


_GUESSES = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")  # the first of equals is taken


def _legibility(text: str, encoding: str) -> float:
    """Share, from 0 to 1, of the telling characters (beyond ASCII, or control) that a text in
    English or Chinese would hold. Wrong guesses give rare ideographs or control characters; what
    is valid UTF-8 is hardly ever anything else, so there any letter counts."""
    told = good = 0
    for char in text:
        if " " <= char <= "~" or char in "\t\n\r\f":
            continue
        told += 1
        good += char in _COMMON or (encoding == "utf-8" and char > "\x9f" and char != "\ufffd")
    return good / told if told else 1.0


def _common() -> frozenset[str]:
    """The symbols (rows 1 to 3) and the 3,755 frequent characters (rows 16 to 55) of GB 2312, the
    letters and punctuation of Latin-1, general punctuation."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xD8)]
    codes = bytes(byte for row in rows for cell in range(0xA1, 0xFF) for byte in (row, cell))
    latin = {chr(code) for code in (*range(0xA0, 0x180), *range(0x2010, 0x2070))}
    return frozenset(codes.decode("gb2312", errors="ignore")) | latin | {"\ufeff", "\u200b"}


_COMMON = _common()


def has_chinese(text: str) -> bool:
    """Whether any character is a Chinese ideograph."""
    return any(map(is_ideograph, text))


def is_ideograph(char: str) -> bool:
    """Whether a character is a Chinese ideograph, 〇 included."""
    return "㐀" <= char <= "鿿" or "𠀀" <= char <= "𳍁" or char == "〇"


def is_wide(char: str) -> bool:
    """Whether a character is set without spaces around it: an ideograph or Chinese punctuation."""
    return is_ideograph(char) or char in "，。；：！？、（）《》“”‘’【】〔〕「」—…％～"


def unwrap(lines: Sequence[str], lang: Lang, fresh: Container[int] = ()) -> str:
    """Lines of one running text put together again: Chinese without a space, English with one
    unless a line ended behind a hyphen or slash inside a word. The lines with an index in
    ``fresh`` stay lines of their own."""
    parts = list(lines[:1])
    for i in range(1, len(lines)):
        parts += ["\n" if i in fresh else _joint(lines[i - 1], lines[i], lang), lines[i]]
    return "".join(parts)


def _joint(head: str, rest: str, lang: Lang) -> str:
    a, b = head[-1:], rest[:1]
    if not a or not b or a == " ":
        return ""
    if lang == "zh":
        joined = is_wide(a) or is_wide(b) or (a.isdigit() and b.isdigit())
    else:
        hyphenated = a in "-/" and head[-2:-1].isalnum() and b.isalnum()
        joined = hyphenated or (is_wide(a) and is_wide(b))
    return "" if joined else " "


def excerpt(text: str, longest: int) -> str:
    """The beginning of a text, cut between words where it is long."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    if text[longest - 2].isascii() and text[longest - 1].isascii():  # not within a word
        cut = cut.rpartition(" ")[0] if " " in cut[-40:] else cut
    return cut.rstrip(" ,;:，；、") + "…"
