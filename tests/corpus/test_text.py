"""Bytes to text, and the repairs that files and PDF producers make necessary."""

from contextlib import suppress

import pytest
from bifinding.corpus.schema import InputError
from bifinding.corpus.text import clean, decode, has_chinese, unwrap
from hypothesis import given
from hypothesis import strategies as st

TEXT = "Not corrected. 未改善：3楼安全出口被纸箱堵塞（照片①），约20㎡。\n8 of 8 workers’ hours"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"],
)
def test_encodings_are_told_from_the_bytes(encoding):
    assert decode(TEXT.replace("\n", "\r\n").encode(encoding), "a.txt") == TEXT


def test_a_character_cut_at_the_end_costs_only_itself():
    assert decode("整改完成".encode()[:-1], "a.txt") == "整改完"


def test_a_broken_byte_is_marked_and_costs_nothing_beside_it():
    text = decode("该问题已".encode() + b"\xff" + "关闭，现场已核实。".encode(), "a.txt")
    assert text == "该问题已\ufffd关闭，现场已核实。"


@pytest.mark.parametrize("text", ["", " \n", "Ελληνικά", "囍喆", "日本語です"])
def test_valid_utf8_is_utf8_in_any_script(text):
    assert decode(text.encode(), "a.txt") == text


@pytest.mark.parametrize(
    "data",
    [
        "Ünïcödé façade, naïve señor, garçon".encode("latin-1"),
        bytes(range(256)) * 4,
        b"\x00\x01\x02\x03" * 40,
        b"PK\x03\x04\x14\x00\x08\x08\xf1\xb2\x9a\xe0\x00\x00" * 9,
    ],
)
def test_what_is_no_text_is_refused_with_a_mend(data):
    with pytest.raises(InputError, match=r"^a\.txt: .+; save it as text in UTF-8$"):
        decode(data, "a.txt")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_an_input_error(data):
    with suppress(InputError):
        assert "\r" not in decode(data, "a.bin")


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("⼯⼚⻋间⼈⺠⻔⼝", "工厂车间人民门口"),
        ("⻓度⻅表第⼆⻚通⻛⻜⻢", "长度见表第二页通风飞马"),
        ("⽤⼾", "用户"),  # the simplified form, not 戶
        ("使⽤㬵水的⼯⼈", "使用胶水的工人"),
        ("ﬁre ﬂoor", "fire floor"),
        ("over\u00adtime wor\u200bkers\ufeff", "overtime workers"),
        ("36\u00a0hours\u3000per\u2009month", "36 hours per month"),
        ("page one\fpage\u2028two\r\nthree\rfour", "page one\npage\ntwo\nthree\nfour"),
        ("non‑compliance", "non-compliance"),
        ("cell\tcell\x07", "cell\tcell"),
        ("第４１条，１２％", "第４１条，１２％"),  # full-width forms are text, not damage
    ],
)
def test_clean(raw, cleaned):
    assert clean(raw) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("lines", "lang", "whole"),
    [
        (["the monthly over-", "time of 3-", "storey"], "en", "the monthly over-time of 3-storey"),
        (["from May to", "July - ", "all workers"], "en", "from May to July - all workers"),
        (["known as “", "明叠公司” in", "town"], "en", "known as “明叠公司” in town"),
        (["第十二条和", "第十四条"], "zh", "第十二条和第十四条"),
        (["2024年11月1", "9号，共", "8名"], "zh", "2024年11月19号，共8名"),
        (["根据amfori", "BSCI行为准则"], "zh", "根据amfori BSCI行为准则"),
    ],
)
def test_lines_of_a_running_text_are_joined_as_their_language_writes(lines, lang, whole):
    assert unwrap(lines, lang) == whole


def test_has_chinese():
    assert has_chinese("workers of 明叠")
    assert not has_chinese("36 hours，“overtime”")
