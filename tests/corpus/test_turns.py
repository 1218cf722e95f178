"""Where a text turns from one language to the other, and what turns nothing."""

import pytest
from bifinding.corpus.readers import read_bytes
from bifinding.corpus.readers.turns import by_language
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("Two of 9 hoists had no hook latch. 9台葫芦中有2台没有防脱钩装置。", 0, 1),
        ("9台葫芦中有2台没有防脱钩装置。Two of 9 hoists had no hook latch.", 1, 0),
        ("In March 2025 no siren was heard. 2025年3月未听到警报声。", 0, 1),
        ("Goggles were not worn. PPE未发放给B车间员工。", 0, 1),
        ("The pump was broken / 水泵已损坏", 0, 1),
        ("水泵已损坏 | The pump was broken", 1, 0),
        ("The pump was broken 水泵已损坏", 0, 1),
        ("水泵已损坏 The pump was broken", 1, 0),
        ("【English】The pump was broken.【中文】水泵已损坏。", 0, 1),
        ("[CN] 水泵已损坏。[EN] The pump was broken.", 1, 0),
        ("EN: The pump was broken. CN: 水泵已损坏。", 0, 1),
        ("英文：The pump was broken. 中文：水泵已损坏。", 0, 1),
        ("The permit 排污许可证 had expired. 排污许可证已过期。", 0, 1),
        ("The dye store (染料仓) was wet | 染料仓潮湿", 0, 1),
        (
            "The pump of hall 2 (built in 2019) was broken. (2号车间的水泵（2019年产）已损坏。)",
            0,
            1,
        ),
        ("2号车间的水泵已损坏。（The pump of hall 2 was broken.）", 1, 0),
        ("The pump was broken. / 水泵已损坏。", 0, 1),
    ],
)
def test_two_statements_are_two_pieces(text, english, chinese):
    pieces = by_language(text)
    assert [lang for lang, _ in pieces] == (["en", "zh"] if english < chinese else ["zh", "en"])
    assert all(piece in text for _, piece in pieces)
    assert not any(label in piece for _, piece in pieces for label in ("【", "[", "EN:", "中文"))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("6 helpers / 8名帮工 had no contract.", "en"),
        ("The supplier is Huizhou Lanxi Co., Ltd. 惠州兰溪有限公司 and had no licence.", "en"),
        ("The factory is called 惠州市兰溪五金公司", "en"),
        ("Visitors were shown the notice 严禁烟火", "en"),
        ("The notice “严禁烟火” was not posted. The guard took it off.", "en"),
        ("According to 《中华人民共和国劳动法》第41条, overtime was too long.", "en"),
        ("Drinking water was not tested (GB 5749-2022 生活饮用水卫生标准).", "en"),
        ("工厂张贴了amfori BSCI Code of Conduct，但PA2的要求未落实。", "zh"),
        ("未佩戴防尘口罩。（根据amfori BSCI Code of Conduct）", "zh"),
        ("员工通过WeChat / DingTalk打卡，未留存记录。", "zh"),
        ("锅炉编号为A.12，压力表已过期。", "zh"),
    ],
)
def test_names_quotations_and_codes_turn_nothing(text, lang):
    assert by_language(text) == [(lang, text)]


@pytest.mark.parametrize(
    "text",
    [
        "EN: The pump was broken.\nCN: 水泵已损坏。",
        "英文：The pump was broken.\n中文：水泵已损坏。",
        "English:\nThe pump was broken.\nChinese:\n水泵已损坏。",
        "The pump was broken. | 水泵已损坏。",
        "The pump was broken. （水泵已损坏。）",
        "【中文】水泵已损坏。 / 【英文】The pump was broken.",
    ],
)
def test_what_stands_between_the_languages_is_no_text(text):
    (finding,) = read_bytes(text.encode(), "x").findings
    assert finding.en == "The pump was broken."
    assert finding.zh.strip("。") == "水泵已损坏"


def test_sentences_by_turns():
    text = "The hall was hot. 车间很热。 Two fans were broken. 两台风扇损坏。"
    (finding,) = read_bytes(text.encode(), "x").findings
    assert finding.en.split() == "The hall was hot. Two fans were broken.".split()
    assert "".join(finding.zh.split()) == "车间很热。两台风扇损坏。"


def test_a_finding_of_a_report_with_both_languages_on_its_line():
    text = (
        "BSCI Audit Report\nAuditee : Huizhou Lanxi Hardware\nPerformance Area 7: Occupational Health and Safety\n"
        "7.6 - It was noted that 3 of 7 lathes had no guard. 发现7台车床中有3台没有防护罩。\n"
        "7.22 - It was noted that no towels were there. 发现没有毛巾。\n"
    )
    first, second = read_bytes(text.encode(), "x").findings
    assert first.en == "It was noted that 3 of 7 lathes had no guard."
    assert first.zh == "发现7台车床中有3台没有防护罩。"
    assert second.zh == "发现没有毛巾。"


@given(st.text("aThe was 出口上锁。.（)/|: 12【】EN\t", max_size=80))
def test_pieces_stand_in_the_text_in_order(text):
    at = 0
    for _, piece in by_language(text):
        at = text.index(piece, at) + len(piece)
