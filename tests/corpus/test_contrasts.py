"""Contrast sets: each a point in two states, worded twice in each language."""

import re
from itertools import chain

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.contrasts import contrasts
from bifinding.corpus.labels import LANGS

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module", params=[False, True], ids=["learnt from", "measured on"])
def sets(request):
    return contrasts(request.param)


def test_there_are_many_on_every_area(sets):
    assert len(sets) > 100 and len({one.id for one in sets}) == len(sets)
    assert len({questions()[one.question].area for one in sets}) == 13


def test_each_state_has_two_wordings_in_each_language(sets):
    for one in sets:
        for state in one.states:
            assert [len(set(state[lang])) for lang in LANGS] == [2, 2], one.id
            assert not any(HAN.search(text) for text in state["en"]), one.id
            assert all(HAN.search(text) for text in state["zh"]), one.id


def test_no_wording_stands_for_both_states(sets):
    for one in sets:
        a, b = ({*state["en"], *state["zh"]} for state in one.states)
        assert not a & b, one.id


def test_half_of_the_pairs_of_a_set_contradict_each_other(sets):
    pairs = list(sets[0].pairs())
    assert len({pair[:2] for pair in pairs}) == 16 and sum(wrong for *_, wrong in pairs) == 8


def test_nothing_that_is_measured_on_is_learnt_from():
    learnt, measured = (
        {text for one in contrasts(held) for text in chain(*(p[:2] for p in one.pairs()))}
        for held in (False, True)
    )
    assert not learnt & measured
