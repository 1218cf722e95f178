"""Points name their question, and are told in both languages."""

from __future__ import annotations

import re

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.contrasts import contrasts
from bifinding.corpus.points import Point, points

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def told() -> list[Point]:
    return list(points())


def test_every_question_is_told_of_many_times(told: list[Point]) -> None:
    written = [point for point in told if point.group == point.id]
    for number in questions():
        assert sum(point.question == number for point in written) >= 20, number


def test_every_point_is_one_of_its_own_in_both_languages(told: list[Point]) -> None:
    assert len({point.id for point in told}) == len(told)
    for point in told:
        assert point.question in questions(), point.id
        assert HAN.search(point.zh) and not HAN.search(point.en), point.id


def test_the_states_of_a_contrast_set_stand_on_one_side_of_a_split(told: list[Point]) -> None:
    one = contrasts()[0]
    group = [point for point in told if point.group == one.id]
    assert [point.question for point in group] == [one.question] * len(group)
    assert group[0].en == one.states[0]["en"][0] and group[0].zh == one.states[0]["zh"][0]
