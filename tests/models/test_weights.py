"""Weights in eight and in four bits: near what they were, and not rounded twice."""

import numpy as np
from bifinding.models.weights import BLOCK, from_4_bits, in_4_bits, rounded
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays


@given(arrays.arrays(np.float32, (4, 3), elements=st.floats(-50, 50, width=32)))
def test_a_rounded_weight_is_near_and_is_not_rounded_again(weight):
    once = rounded(weight)
    assert np.array_equal(rounded(once), once)
    assert (np.abs(once - weight).max(axis=1) <= np.abs(weight).max(axis=1) / 127 + 1e-30).all()


@given(arrays.arrays(np.float32, (3, 2 * BLOCK), elements=st.floats(-50, 50, width=32)))
def test_in_four_bits_a_weight_is_off_by_a_step_at_most(weight):
    found = from_4_bits(*in_4_bits(weight))
    largest = np.abs(weight.reshape(3, 2, BLOCK)).max(axis=2).repeat(BLOCK, axis=1)
    assert (np.abs(found - weight) <= largest / 6 + 1e-6).all()


def test_what_lies_on_four_bit_steps_comes_back_as_it_was():
    random = np.random.default_rng(0)
    steps = random.integers(-8, 8, (5, 3, BLOCK))
    steps[..., 0] = -8
    weight = (steps * np.float16(0.37)).astype(np.float32).reshape(5, -1)
    assert np.array_equal(from_4_bits(*in_4_bits(weight)), weight)
