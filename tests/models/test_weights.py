"""Weights in eight bits: near what they were, and not rounded twice."""

import numpy as np
from bifinding.models.weights import rounded
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays


@given(arrays.arrays(np.float32, (4, 3), elements=st.floats(-50, 50, width=32)))
def test_a_rounded_weight_is_near_and_is_not_rounded_again(weight):
    once = rounded(weight)
    assert np.array_equal(rounded(once), once)
    assert (np.abs(once - weight).max(axis=1) <= np.abs(weight).max(axis=1) / 127 + 1e-30).all()
