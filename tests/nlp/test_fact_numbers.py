"""Every number of a text: counted, naming a place, inside an entity, or none at all."""

from __future__ import annotations

from importlib.resources import files
from time import perf_counter

import pytest
import yaml
from bifinding.nlp.entities import extract, numbers
from bifinding.nlp.entities.identifiers import find_identifiers
from bifinding.nlp.entities.normal import lower, normal


def _kinds(text: str, lang: str) -> list[tuple[str, float, str | None]]:
    return [(text[n.start : n.end], n.value, n.kind) for n in numbers(text, lang)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "22 presses in building 3", [("22", 22, "count"), ("building 3", 3, "building")]),
        ("zh", "3号楼的22台冲床", [("3号楼", 3, "building"), ("22", 22, "count")]),
        (
            "en",
            "on the 2nd floor, 3F and 4/F",
            [("2nd floor", 2, "floor"), ("3F", 3, "floor"), ("4/F", 4, "floor")],
        ),
        ("zh", "二楼和3楼", [("二楼", 2, "floor"), ("3楼", 3, "floor")]),
        ("en", "a 3-storey building", [("3-storey building", 3, "storey")]),
        ("zh", "1栋3层生产楼", [("1栋", 1, "building"), ("3层", 3, "storey")]),
        ("en", "the youngest was 20 years old", [("20 years old", 20, "age")]),
        ("zh", "最小20岁，未满16周岁", [("20岁", 20, "age"), ("16周岁", 16, "age")]),
        ("en", "from 8:00 to 5:30 pm", [("8:00", 8, "clock"), ("5:30 pm", 17.5, "clock")]),
        ("zh", "上午8点至下午5点半", [("上午8点", 8, "clock"), ("下午5点半", 17.5, "clock")]),
        (
            "en",
            "double pay, 1.5 times the wage",
            [("double", 2, "multiple"), ("1.5 times", 1.5, "multiple")],
        ),
        ("zh", "双倍工资，1.5倍", [("双倍", 2, "multiple"), ("1.5倍", 1.5, "multiple")]),
        ("en", "both workers and 85 dB(A)", [("both", 2, "count"), ("85", 85, "count")]),
        ("zh", "三台叉车，85分贝", [("三", 3, "count"), ("85", 85, "count")]),
        ("en", "no one, one by one; the one exit", []),
        ("zh", "统一安排，一般情况，四周", []),
        ("en", "PA6.2, question 7.1, Ref 123-45, model XK-200, 156-032456-001", []),
        ("zh", "问题点PA6.2，第2条通道，电话13800138000", []),
        ("en", "1. Fire exits. 2) Chemicals: (3) waste.", []),
        ("en", "two and a half million masks", [("two and a half million", 2.5e6, "count")]),
        ("zh", "两百五十万只口罩", [("两百五十万", 2.5e6, "count")]),
        ("en", "thousands of masks, a few hundred gloves", []),
        ("zh", "几千只口罩，几百副手套", []),
        ("en", "several twelve tonne presses", [("twelve", 12, "count")]),
    ],
)
def test_numbers_outside_entities(lang: str, text: str, expected: list[object]) -> None:
    assert _kinds(text, lang) == expected


def test_numbers_of_an_entity_point_to_it() -> None:
    text = "8 out of 10 workers stayed 36 hours with 3 drums"
    entities = extract(text, "en")
    inside = [
        (n.value, entities[n.entity].label if n.entity is not None else None)
        for n in numbers(text, "en")
    ]
    assert inside == [(8, "RATIO"), (10, "RATIO"), (36, "DURATION"), (3, None)]


def _rules() -> list[tuple[str, str]]:
    text = files("bifinding.nlp.entities").joinpath("identifiers.yaml").read_text(encoding="utf-8")
    return [(row["kind"], str(like)) for row in yaml.safe_load(text) for like in row["like"]]


@pytest.mark.parametrize(("kind", "like"), _rules())
def test_every_form_of_the_table_is_read_as_its_kind(kind: str, like: str) -> None:
    (named,) = find_identifiers(lower(normal(like)))
    assert (named.kind or "none") == kind
    assert named.end - named.start == len(like) or kind in ("count", "multiple", "none", "storey")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("赔偿一万六七千元", 16000, 17000),
        ("每月六千七八百元", 6700, 6800),
        ("罚款两三千元", 2000, 3000),
        ("约三百四十五六名员工", 345, 346),
        ("一百零三四名员工", 103, 104),
        ("七八十名员工", 70, 80),
    ],
)
def test_two_digits_in_a_row_are_a_range(text: str, low: float, high: float) -> None:
    (entity,) = extract(text, "zh")
    assert (entity.value["value"], entity.value["upper"]) == (low, high)


@pytest.mark.parametrize(("text", "year"), [("一九八九年", "1989"), ("二零二三年", "2023")])
def test_a_year_written_digit_by_digit_is_no_range(text: str, year: str) -> None:
    (entity,) = extract(text, "zh")
    assert entity.value == {"value": year}


def test_an_age_between_two_years_is_read_as_the_lower() -> None:
    assert _kinds("多为二十二三岁", "zh") == [("二十二三岁", 22, "age")]


@pytest.mark.parametrize("part", ["二三", "一百零三四", "two and a half "])
def test_time_grows_with_the_length_and_not_faster(part: str) -> None:
    def seconds(size: int) -> float:
        text = part * (size // len(part))
        start = perf_counter()
        numbers(text, "zh")
        return perf_counter() - start

    seconds(1_000)  # what is compiled once
    assert seconds(160_000) < 10 * seconds(40_000) + 0.5
