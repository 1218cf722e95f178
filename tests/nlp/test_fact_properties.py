"""What holds for every text: offsets, no overlap, no error, and numerals that read back."""

from __future__ import annotations

import re

import pytest
from bifinding.nlp.entities import extract, numbers
from bifinding.nlp.entities.normal import words
from bifinding.nlp.entities.number_words import chinese, english
from bifinding.nlp.entities.numerals import find, read
from hypothesis import given, settings
from hypothesis import strategies as st

from .fact_cases import gold, rows

PIECES = st.sampled_from(
    "8 out of 8|workers|36 hours|RMB 21.56|per hour|Article 41|of the|Labor Law|Law of the PRC on|2024年3月|至|5月|8名|工人|中有|百分之|二十"
    "|1.2万|元|每天|《|》|劳动法|第|四十一|条|、|，|。|(|)|-|/|½|３６|小时|\u00a0|\n|May|21/02/2025|20%|half of|一半|两三|亿|no. 3|GB 5083-1999|it's"
    "|between|and|,|.|该法|Jan|q3 2024|hundred|point|PA6.2|\ue000|\ue00f|İ|😀|\u200b|中华人民共和国".split(
        "|"
    )
)
MIXED = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=14).map("".join)
SPACED = st.lists(PIECES, max_size=14).map(" ".join)


@given(st.one_of(MIXED, SPACED, st.text(max_size=60)))
@settings(max_examples=250, deadline=None)
def test_offsets_slice_to_the_text_and_nothing_overlaps(text: str) -> None:
    for lang in ("en", "zh"):
        end = 0
        for e in extract(text, lang):
            assert end <= e.start < e.end <= len(text)
            assert e.text == text[e.start : e.end] == e.text.strip()
            end = e.end
        for n in numbers(text, lang):
            assert 0 <= n.start < n.end <= len(text)
            assert n.entity is None or n.kind is None


ROWS = [(lang, *gold(row)) for lang in ("en", "zh") for row in rows(lang)]


def _values(text: str, lang: str) -> list[object]:
    return [
        (e.label, {k: v for k, v in e.value.items() if k != "law"}) for e in extract(text, lang)
    ]


@given(st.sampled_from(ROWS), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_more_or_other_blanks_change_no_value(row, random) -> None:  # type: ignore[no-untyped-def]
    lang, text, _ = row
    blanks = [" ", "\u00a0", "\u2009", "\t", "\n", "  ", " \u3000"]
    inside = {i for m in re.finditer(r"\d \d", text) for i in range(m.start(), m.end())}
    other = "".join(
        random.choice(blanks) if c == " " and i not in inside else c for i, c in enumerate(text)
    )
    assert _values(other, lang) == _values(text, lang)


@given(st.sampled_from(ROWS))
@settings(max_examples=100, deadline=None)
def test_full_width_forms_change_no_value(row) -> None:  # type: ignore[no-untyped-def]
    lang, text, _ = row
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert _values(wide, lang) == _values(text, lang)


# --- numerals that read back -----------------------------------------------------------------

DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def _below_10000(n: int) -> str:
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out


def to_chinese(n: int) -> str:
    """The Chinese numeral of a number, as it is read aloud."""
    if n == 0:
        return "零"
    out = ""
    for unit, name in ((10**12, "兆"), (10**8, "亿"), (10**4, "万"), (1, "")):
        part, n = divmod(n, unit)
        if part:
            out += ("零" if out and part < 1000 else "") + _below_10000(part) + name
    return out


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def to_english(n: int) -> str:
    """The English words of a number, as it is read aloud."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (f"-{ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{ONES[n // 100]} hundred" + (f" and {to_english(n % 100)}" if n % 100 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if n >= size:
            rest = n % size
            joint = " and " if 0 < rest < 100 else " "
            return f"{to_english(n // size)} {name}" + (joint + to_english(rest) if rest else "")
    raise ValueError(n)


@given(st.integers(0, 10**12))
@settings(max_examples=400, deadline=None)
def test_chinese_numerals_read_back(n: int) -> None:
    assert chinese(to_chinese(n)) == n
    assert chinese(to_chinese(n).translate(FORMAL)) == n
    if n > 9:
        assert read(to_chinese(n)) == n


@given(st.integers(0, 10**9))
@settings(max_examples=400, deadline=None)
def test_english_number_words_read_back(n: int) -> None:
    assert [p.value for p in english(to_english(n))] == [n]
    assert read(to_english(n).capitalize()) == n
    assert read(to_english(n).replace("-", " ")) == n


@given(st.integers(1, 10**9), st.integers(0, 99))
@settings(max_examples=200, deadline=None)
def test_digits_with_and_without_separators(n: int, cents: int) -> None:
    assert read(f"{n:,}") == read(str(n)) == n
    assert read(f"{n:,}.{cents:02d}") == float(f"{n}.{cents:02d}")
    assert read(f"{n}万") == n * 10**4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２", 12),
        ("3.5亿", 3.5e8),
        ("两千三百五", 2350),
        ("廿三", 23),
        ("半", None),
        ("一般", None),
        ("one", 1),
        ("four five", None),
    ],
)
def test_read_takes_one_number_and_nothing_else(text: str, value: float | None) -> None:
    assert read(text) == value


@given(
    st.lists(st.text("ab员工", min_size=1, max_size=4), min_size=1), st.text("ab员工", max_size=6)
)
def test_a_tree_of_words_matches_as_the_list_of_them_does(items: list[str], text: str) -> None:
    longest = max((w for w in items if text.startswith(w)), key=len, default=None)
    m = re.match(words(items), text)
    assert (m and m[0]) == longest


def test_ranges_and_bounds_inside_numerals() -> None:
    assert [(n.value, n.upper, n.bound) for n in find("两三、十多、二十几")] == [
        (2, 3, "about"),
        (10, None, "more_than"),
        (20, None, "more_than"),
    ]


HOSTILE = [
    "1-",
    "1,",
    " ",
    "a-",
    "百",
    "《",
    "第1、",
    "article 1, ",
    "Law Of ",
    "3名",
    "1 and ",
    "每",
    "1st, ",
    "条例",
    "people's republic of ",
    "3名入职1年",
    "3名2024年3月",
    "，一天工作",
    "1块",
    "out of 5 a ",
    "1-odd ",
    "1 111",
    "1.1111111111",
    "1111111111",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_comes_through(piece: str) -> None:
    text = "1" + piece * (24_000 // len(piece)) + "hours"  # a quadratic rule would hang the suite
    assert all(text[e.start : e.end] == e.text for e in extract(text, "en"))
