"""Laws however they are written, and what is odd about the articles cited."""

from __future__ import annotations

import pytest
from bifinding.corpus.catalogue import laws
from bifinding.nlp.entities import article_notes, extract


def _laws(text: str, lang: str = "en") -> list[tuple[str | None, list[str]]]:
    return [
        (e.value.get("id"), e.value["articles"])
        for e in extract(text, lang)
        if e.label == "LAW_ARTICLE"
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "Work Safety Law of the People's Republic of China",
        "Law of the People’s Republic of China on Work Safety",
        "PRC Work Safety Law",
        "Work Safety Law of P.R. China",
        "China's Production Safety Law",
        "Law of the PRC on Production Safety",
        "Safety Production Law",
        "Work Safty Law",
        "中华人民共和国安全生产法",
        "《中华人民共和国安全生产法》",
        "《安全生产法》（2021修正）",
        "安全生产法",
    ],
)
def test_one_law_under_many_names(name: str) -> None:
    assert _laws(f"It violates the {name} .") == [("work-safety-law", [])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Labor Contract Law", "labour-contract-law"),
        ("Labor Law", "labour-law"),
        ("Labour Contact Law", "labour-contract-law"),
        ("Contract Law", None),
        ("Insurance Law", None),
        ("Environment Protection Law", "environmental-protection-law"),
        ("Marine Environment Protection Law", None),
        ("Fujian Environment Protection Regulations", None),
        (
            "Regulations on the Implementation of the Labour Contract Law",
            "labour-contract-law-implementing-regulations",
        ),
        ("Law on the Prevention and Control of Water Pollution", "water-pollution-law"),
        ("Law on the Prevention and Control of Air Pollution", "air-pollution-law"),
    ],
)
def test_two_laws_are_never_blurred(text: str, expected: str | None) -> None:
    assert _laws(f"According to the {text} of the PRC, Article 5, it is wrong.") == [
        (expected, ["5"])
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("劳动合同法", "labour-contract-law"),
        ("劳动法", "labour-law"),
        ("劳动合同法实施条例", "labour-contract-law-implementing-regulations"),
        ("海洋环境保护法", None),
        ("江苏省劳动合同条例", None),
        ("工作场所安全使用化学品的规定", "chemicals-workplace-provisions"),
    ],
)
def test_two_chinese_laws_are_never_blurred(text: str, expected: str | None) -> None:
    assert _laws(f"违反《{text}》第五条", "zh") == [(expected, ["5"])]


@pytest.mark.parametrize(
    "law", [law for law in laws().values() if law.kind != "standard"], ids=lambda law: law.id
)
def test_every_law_of_the_catalogue_is_found_by_its_own_names(law) -> None:  # type: ignore[no-untyped-def]
    for name in law.names_zh:
        assert _laws(f"根据《{name}》第2条的规定", "zh") == [(law.id, ["2"])], name
    assert _laws(f"In accordance with Article 2 of the {law.names_en[0]}.") == [(law.id, ["2"])]


@pytest.mark.parametrize(
    ("text", "articles", "details"),
    [
        ("Article 41(1) of the Labour Law", ["41"], [{"article": "41", "paragraph": "1"}]),
        (
            "paragraph 2 of Article 38 of the Labour Law",
            ["38"],
            [{"article": "38", "paragraph": "2"}],
        ),
        ("《劳动法》第三十八条第二款", ["38"], [{"article": "38", "paragraph": "2"}]),
        (
            "《劳动合同法》第38条第1款第2项",
            ["38"],
            [{"article": "38", "paragraph": "1", "item": "2"}],
        ),
        ("《劳动法》第三章第三十六条", ["36"], None),
        ("《劳动法》第36条、第38条和第41条", ["36", "38", "41"], None),
        ("Labour Law, articles 36, 38 and 41", ["36", "38", "41"], None),
        ("Labour Law § 36", ["36"], None),
        ("《劳动法》第10-12条", ["10", "11", "12"], None),
    ],
)
def test_articles_paragraphs_and_items(text: str, articles: list[str], details: object) -> None:
    (entity,) = extract(text, "zh" if "法" in text else "en")
    assert entity.value["articles"] == articles
    assert entity.value.get("details") == details


def test_what_was_only_partly_understood_says_so() -> None:
    (said,) = extract("It violates the said law, article 40.", "en")
    assert said.partial and said.value["law"] is None and said.value["articles"] == ["40"]
    law, same = extract("《工会法》要求如此，该法第四十条亦然。", "zh")
    assert not same.partial and same.value["id"] == law.value["id"] == "trade-union-law"


def test_articles_that_do_not_exist() -> None:
    (note,) = article_notes("labour-law", "108")
    assert note.kind == "no_such_article" and "107" in note.message
    assert article_notes("labour-law", "41", "PA6") == []
    assert article_notes("no-such-law", "1", "PA1") == article_notes("gb-5083", "6.1.1") == []


def test_an_article_renumbered_in_the_newer_edition() -> None:
    notes = [n for n in article_notes("work-safety-law", "42", "PA7") if n.kind == "renumbered"]
    assert [n.article for n in notes] == ["45"]
    assert "fits the finding" in notes[0].message
    assert not any(n.kind == "renumbered" for n in article_notes("labour-law", "41"))


def test_a_law_or_article_of_another_area() -> None:
    assert [n.kind for n in article_notes("fire-protection-law", "28", "PA5")] == ["other_area"]
    assert [n.kind for n in article_notes("labour-law", "41", "PA5")] == ["other_area"]
    assert article_notes("labour-law", None, "PA5") == []


@pytest.mark.parametrize(
    ("text", "lang", "law", "articles"),
    [
        ("Article 12 of Regulation (EU) 2023/1115 was not met.", "en", "Regulation (EU) 2023/1115", ["12"]),
        ("不符合（EU）2023/1115号条例第十二条。", "zh", "Regulation (EU) 2023/1115", ["12"]),
        ("See Directive 2006/42/EC, Article 5.", "en", "Directive 2006/42/EC", ["5"]),
        ("Council Directive 89/391/EEC, Article 6, was named.", "en", "Directive 89/391/EEC", ["6"]),
        ("按欧盟指令2006/42/EC第五条执行。", "zh", "Directive 2006/42/EC", ["5"]),
        ("按RBA准则第A2条和B3条整改。", "zh", "RBA Code of Conduct", ["A2", "B3"]),
        ("不符合欧盟第2006/42/EC号指令第5条。", "zh", "Directive 2006/42/EC", ["5"]),
        ("This breaks RBA B.2 and C1.", "en", "RBA Code of Conduct", ["B2", "C1"]),
        ("不符合RBA行为准则A1条。", "zh", "RBA Code of Conduct", ["A1"]),
        ("This breaks WRAP Principles 6 and 9.", "en", "WRAP Principles", ["6", "9"]),
        ("不符合WRAP原则6。", "zh", "WRAP Principles", ["6"]),
    ],
)  # fmt: skip
def test_acts_of_the_union_and_codes_with_numbers_of_their_own(
    text: str, lang: str, law: str, articles: list[str]
) -> None:
    [found] = [e.value for e in extract(text, lang) if e.label == "LAW_ARTICLE"]  # type: ignore[arg-type]
    assert (found["law"], found["articles"]) == (law, articles)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The shrink wrap 6 m wide lay on aisle A1.", "en"),
        ("Shade 12/24/EU was out of stock.", "en"),
        ("RBA审核员在A3区看到包装膜。", "zh"),
        ("Sheet spec 2023/15 hung beside the sizes EU 42/43.", "en"),
        ("An RBA a 5 member team noted lot EU 2024/05.", "en"),
    ],
)
def test_what_only_looks_like_such_a_section(text: str, lang: str) -> None:
    assert not [e for e in extract(text, lang) if e.label == "LAW_ARTICLE"]  # type: ignore[arg-type]


def test_a_law_that_is_sure_is_not_lost_to_a_longer_guess() -> None:
    text = "Council Directive 89/391/EEC and Commission Implementing Regulation (EU) No 1169/2011 apply."
    said = [e.value["law"] for e in extract(text, "en")]
    assert said == ["Directive 89/391/EEC", "Regulation (EU) 1169/2011"]


def test_acts_that_are_listed_are_of_one_kind() -> None:
    said = extract("Directives 2006/42/EC and 2014/35/EU were not met.", "en")
    assert [(e.text, e.value["law"]) for e in said] == [
        ("Directives 2006/42/EC", "Directive 2006/42/EC"),
        ("2014/35/EU", "Directive 2014/35/EU"),
    ]
