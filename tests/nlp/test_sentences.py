"""Sentence boundaries in audit prose."""

from itertools import pairwise

import pytest
from bifinding.nlp.sentences import split_sentences
from hypothesis import given
from hypothesis import strategies as st

CASES = [
    # Abbreviations, decimals and numbers of things do not end a sentence.
    (
        "Hengda Toys Co.,Ltd. paid RMB 21.56 per hour (Art. 48, Labour Law). No. 3 line is closed.",
        [
            "Hengda Toys Co.,Ltd. paid RMB 21.56 per hour (Art. 48, Labour Law).",
            "No. 3 line is closed.",
        ],
    ),
    ("PPE (e.g. masks, i.e. type N95) was worn.", ["PPE (e.g. masks, i.e. type N95) was worn."]),
    (
        "Gloves, masks etc. The rest was fine.",
        ["Gloves, masks etc.", "The rest was fine."],
    ),
    (
        "It ran out after 30 Nov. '23. In Rm. 305 no one sat. Five did on Sat. 3 May.",
        ["It ran out after 30 Nov. '23.", "In Rm. 305 no one sat.", "Five did on Sat. 3 May."],
    ),
    # A citation in brackets behind the full stop is a sentence of its own.
    (
        "未改善。工厂没有遵守此项要求。（根据《中华人民共和国劳动法》第41条）工厂已制定计划。",
        [
            "未改善。",
            "工厂没有遵守此项要求。",
            "（根据《中华人民共和国劳动法》第41条）",
            "工厂已制定计划。",
        ],
    ),
    # Numbered points open sentences, wherever they stand.
    (
        "Noted that: 1. No drill was held. 2. Two exits were locked; see (1) above.",
        ["Noted that:", "1. No drill was held.", "2. Two exits were locked; see (1) above."],
    ),
    (
        "经查：（1）灭火器过期；（2）通道堵塞。",
        ["经查：", "（1）灭火器过期；", "（2）通道堵塞。"],
    ),
    ("发现①无记录②无培训", ["发现", "①无记录", "②无培训"]),
    # Quotes close with their sentence; Chinese typed with half-width stops; line breaks.
    ("工人说：“没有休息。”随后离开", ["工人说：“没有休息。”", "随后离开"]),
    ("工厂没有培训记录.审核员已核实.", ["工厂没有培训记录.", "审核员已核实."]),
    ("First point\n\nSecond point", ["First point", "Second point"]),
    ("Floor area is 1.5 m2! Really? Yes", ["Floor area is 1.5 m2!", "Really?", "Yes"]),
    ("   ", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences(text, expected):
    assert [text[a:b] for a, b in split_sentences(text)] == expected


def test_breaks_given_from_outside_end_a_sentence():
    text = "rated No Current status: fixed"
    at = text.index("Current")
    assert [text[a:b] for a, b in split_sentences(text, (at,))] == [
        "rated No",
        "Current status: fixed",
    ]


@given(st.text(alphabet="ab A.。!？；1２()（）\n\t \u00a0①“”、第条", max_size=60))
def test_sentences_cover_all_but_white_space(text):
    spans = split_sentences(text)
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
