"""Points name their question, and are told in both languages."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.labels import AREAS, STATUSES
from bifinding.corpus.points import Point, points

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def told() -> list[Point]:
    return list(points())


def test_every_question_is_told_of_many_times(told: list[Point]) -> None:
    asked = Counter(point.question for point in told)
    assert set(asked) == set(questions()) and min(asked.values()) >= 50


def test_what_became_of_a_point_is_told_of_every_area(told: list[Point]) -> None:
    areas = {number: question.area for number, question in questions().items()}
    known = Counter((areas[p.question], p.status) for p in told if p.status)
    assert set(known) == {(area, status) for area in AREAS for status in STATUSES}


def test_every_point_is_one_of_its_own_in_both_languages(told: list[Point]) -> None:
    assert (
        len({point.id for point in told})
        == len({(point.en, point.zh) for point in told})
        == len(told)
    )
    for point in told:
        assert HAN.search(point.zh) and not HAN.search(point.en), point.id
