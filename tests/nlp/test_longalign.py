"""Alignment of long texts: order kept, shapes found, probabilities that add up, any encoder."""

import numpy as np
import pytest
from bifinding.nlp.composition import compose
from bifinding.nlp.encoder import encoder
from bifinding.nlp.lattice import Lattice
from bifinding.nlp.longalign import Text, align_texts
from hypothesis import given, settings
from hypothesis import strategies as st

EN = [
    "The plant makes garden chairs and employs 140 people.",
    "Wages are paid on the tenth of each month.",
    "In March they came two weeks late.",
    "The boiler was inspected in May.",
    "Its gauge is broken, and the operator was away on the day of the audit.",
    "Dust had settled on the beams above the saws.",
    "'Nobody sweeps there,' said the foreman.",
    "A ladder would be needed.",
]
ZH = [
    "该厂生产花园椅，共有140名员工。",
    "工资于每月十日发放，但三月份延迟了两周。",
    "锅炉五月已检验。",
    "压力表损坏。",
    "审核当天司炉工不在岗。",
    "锯床上方横梁积有粉尘。",
    "“没人打扫那里，”领班说，“需要梯子。”",
]
GOLD = [([0], [0]), ([1, 2], [1]), ([3], [2]), ([4], [3, 4]), ([5], [5]), ([6, 7], [6])]


class Plain:
    """An encoder that cannot compose: the vectors of another, and nothing else."""

    name, dim = "plain", 512

    def encode(self, texts):
        return encoder().encode(texts)


def text(sentences, model=None):
    return Text.of(sentences, compose(model or encoder(), sentences))


def test_finds_merged_and_split_sentences():
    found = align_texts(text(EN), text(ZH))
    assert [(left, right) for left, right, _ in found] == GOLD
    assert min(chance for *_, chance in found) > 0.5


def test_any_encoder_will_do():
    found = align_texts(text(EN, Plain()), text(ZH, Plain()))
    assert len([bead for bead in found if bead[:2] in GOLD]) >= 5


def test_a_sentence_that_only_one_text_has_stays_alone():
    en = [*EN[:4], "The auditor's train had been cancelled because of snow.", *EN[4:]]
    found = [(left, right) for left, right, _ in align_texts(text(en), text(ZH))]
    assert ([4], []) in found


@pytest.mark.parametrize("sides", [([], []), (EN[:2], []), ([], ZH[:2])])
def test_an_empty_side_leaves_all_alone(sides):
    found = align_texts(*(text(side) for side in sides))
    assert len(found) == len(sides[0]) + len(sides[1])
    assert not any(left and right for left, right, _ in found)


def test_a_passage_missing_from_one_text_does_not_derail_the_rest():
    filler = [
        f"Machine {k} was bought in {1990 + k % 30} and stands in row {k % 7}." for k in range(60)
    ]
    found = [
        (left, right)
        for left, right, _ in align_texts(text(EN + filler + EN), text(ZH + ZH))
        if left and right
    ]
    shifted = [([i + 68 for i in left], [j + 7 for j in right]) for left, right in GOLD]
    assert len([bead for bead in found if bead in GOLD + shifted]) >= 10


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_probabilities_of_the_beads_that_hold_a_sentence_add_up_to_one(n, m, seed):
    shapes = [(1, 1), (2, 1), (1, 2), (1, 0), (0, 1)]
    lattice = Lattice(np.zeros(n + 1, int), np.full(n + 1, m), shapes)
    scores = np.random.default_rng(seed).normal(size=lattice.before.shape)
    scores[lattice.before == lattice.size] = -np.inf
    chance = lattice.posteriors(scores)
    for sentence in range(n):
        holds = [
            chance[k, place]
            for k, (a, _) in enumerate(shapes)
            for place in range(lattice.size)
            if lattice.row[place] - a <= sentence < lattice.row[place]
        ]
        assert sum(holds) == pytest.approx(1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_other_sequence_of_beads_scores_higher_than_the_best(seed):
    shapes = [(1, 1), (2, 1), (1, 0), (0, 1)]
    lattice = Lattice(np.zeros(4, int), np.full(4, 3), shapes)
    scores = np.random.default_rng(seed).normal(size=lattice.before.shape)
    scores[lattice.before == lattice.size] = -np.inf

    def sequences(place):
        if place == 0:
            yield 0.0
        for shape in range(len(shapes)):
            if (before := lattice.before[shape, place]) < lattice.size:
                yield from (total + scores[shape, place] for total in sequences(before))

    path = lattice.best(scores)
    assert sum(scores[at] for at in path) == pytest.approx(max(sequences(lattice.size - 1)))
