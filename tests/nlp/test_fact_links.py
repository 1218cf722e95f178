"""Facts of two languages: which say the same, which differ, which stand alone."""

from __future__ import annotations

import pytest
from bifinding.nlp.entities import extract, link, numbers

SAME = [
    ("half a year", "六个月"),
    ("three days", "72小时"),
    ("48 hours", "两天"),
    ("one and a half hours", "90分钟"),
    ("60 to 62 hours", "60至62小时"),
    ("about 80%", "八成"),
    ("33.3%", "三分之一"),
    ("half of the workers", "50%的员工"),
    ("8 out of 8", "8名工人中有8名"),
    ("RMB 12,000", "1.2万元"),
    ("CNY 0.3 million", "30万元人民币"),
    ("USD 350", "350美元"),
    ("thirty-two workers", "32名员工"),
    ("a dozen workers", "十二名工人"),
    ("January 2025", "2025年1月"),
    ("21-23 February 2025", "2025年2月21日至23日"),
    ("in 2003", "2003年"),
    ("3 March", "2024年3月3日"),
    ("Article 41 of the Labor Law of the PRC", "《劳动法》第四十一条"),
    ("PRC Production Safety Law article 45 & 47", "安全生产法第45,47条"),
    ("GB 12348-2008", "《工业企业厂界环境噪声排放标准》"),
    ("amfori BSCI Code of Conduct", "BSCI行为守则"),
    ("three-quarters of 40 workers", "30名工人"),
    ("8 workers were asked", "10名工人中有8名"),
]
OTHER = [
    ("48 hours", "46小时"),
    ("six months", "六天"),
    ("20%", "百分之十二"),
    ("8 out of 10", "10名工人中有6名"),
    ("8 out of 8", "10名工人中有10名"),
    ("RMB 1,960", "1690元"),
    ("RMB 100", "100美元"),
    ("76 workers", "67名工人"),
    ("January 2025", "2024年1月"),
    ("from March to May 2024", "2024年3月至6月"),
    ("Article 41 of the Labour Law", "《劳动法》第四十四条"),
    ("Article 41 of the Labour Law", "《劳动合同法》第四十一条"),
    ("60 to 62 hours", "60小时"),
]


@pytest.mark.parametrize(("en", "zh"), SAME)
def test_two_ways_to_say_one_fact(en: str, zh: str) -> None:
    links = link(extract(en, "en"), extract(zh, "zh"))
    assert links[0] == (0, 0, True)
    assert all(same for _, _, same in links)


@pytest.mark.parametrize(("en", "zh"), OTHER)
def test_the_same_fact_with_another_value_is_never_called_the_same(en: str, zh: str) -> None:
    links = link(extract(en, "en"), extract(zh, "zh"))
    assert not any(same for _, _, same in links)


def _texts(en: str, zh: str) -> list[tuple[str, str, bool | None]]:
    a, b = extract(en, "en"), extract(zh, "zh")
    return [(a[i].text, b[j].text, same) for i, j, same in link(a, b)]


def test_reordered_facts_find_each_other() -> None:
    assert _texts(
        "5 workers exceeded 36 hours in May 2024 and 7 drivers in June 2024.",
        "2024年6月有7名司机、2024年5月有5名工人超过36小时。",
    ) == [
        ("5 workers", "5名工人", True),
        ("36 hours", "36小时", True),
        ("May 2024", "2024年5月", True),
        ("7 drivers", "7名司机", True),
        ("June 2024", "2024年6月", True),
    ]


def test_one_slip_among_many_facts_is_one_pair_that_differs() -> None:
    pairs = _texts(
        "In March 2024, 8 out of 8 workers worked 48 hours, 20% more than 40 hours.",
        "2024年3月，8名工人中有8名工作46小时，比40小时多20%。",
    )
    assert [p for p in pairs if not p[2]] == [("48 hours", "46小时", False)]
    assert len(pairs) == 5


def test_what_has_no_partner_stays_alone() -> None:
    assert _texts("12 guards and 48 hours", "48小时") == [("48 hours", "48小时", True)]
    assert link([], extract("48小时", "zh")) == []


def test_a_range_of_two_dates_is_one_chinese_fact() -> None:
    assert _texts("from 2014 to 2018", "2014-2018年") == [
        ("2014", "2014-2018年", True),
        ("2018", "2014-2018年", True),
    ]


def test_beads_keep_unequal_facts_of_far_sentences_apart() -> None:
    en, zh = extract("5 workers. 9 guards.", "en"), extract("6名工人。9名保安。", "zh")
    assert link(en, zh, ([0, 1], [0, 1])) == [(0, 0, False), (1, 1, True)]
    assert link(en[:1], zh[:1], ([0], [2])) == []


def test_numbers_link_too() -> None:
    en, zh = (
        numbers("double pay in building 3 for both workers", "en"),
        numbers("3号楼双倍工资，两台机", "zh"),
    )
    kinds = [(en[i].kind, zh[j].kind, same) for i, j, same in link(en, zh)]
    assert kinds == [
        ("multiple", "multiple", True),
        ("building", "building", True),
        ("count", "count", True),
    ]
    assert link(numbers("paid 200%", "en"), []) == []
    assert link(extract("200% of the wage", "en"), numbers("双倍工资", "zh")) == [(0, 0, True)]


def test_unknown_laws_cannot_be_told_apart() -> None:
    en, zh = (
        extract("Article 5 of the Marine Environment Protection Law", "en"),
        extract("《海洋环境保护法》第五条", "zh"),
    )
    assert link(en, zh) == [(0, 0, None)]
