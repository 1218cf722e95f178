"""The solver against scikit-learn's, and where its answer is known."""

import numpy as np
import pytest
from bifinding.training import solve
from bifinding.training.solve import logistic
from scipy import sparse
from sklearn.linear_model import LogisticRegression

DENSE = 6


@pytest.fixture(scope="module")
def rows():
    """400 rows of 6 dense and 40 sparse columns, labels of 4 classes, and how much each row counts."""
    random = np.random.default_rng(7)
    left = random.normal(size=(400, DENSE))
    right = sparse.random(400, 40, density=0.1, random_state=7).toarray()
    x = np.hstack([left, right]).astype(np.float32)
    scores = x @ random.normal(size=(46, 4)) + random.gumbel(size=(400, 4))
    return sparse.csr_matrix(x), scores.argmax(axis=1), random.integers(1, 5, 400).astype(float)


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("strength", [0.1, 5.0])
def test_it_finds_what_scikit_learn_finds(rows, monkeypatch, classes, strength):
    monkeypatch.setattr(solve, "_TOLERANCE", 1e-5)
    x, labels, weights = rows
    y = np.minimum(labels, classes - 1)
    theirs = LogisticRegression(C=strength, tol=1e-8, max_iter=2000).fit(x, y, weights)
    weight, bias = logistic(x, np.eye(classes)[y], weights, strength, DENSE)
    if classes == 2:
        expected = theirs.coef_[0]
        assert not weight[:, 0].any()
        assert bias == pytest.approx([0, theirs.intercept_[0]], abs=0.02)
        assert weight[:, 1] == pytest.approx(expected, abs=0.02)
    else:
        assert weight == pytest.approx(theirs.coef_.T, abs=0.04)
        # A constant on all of them changes nothing.
        assert bias - bias.mean() == pytest.approx(
            theirs.intercept_ - theirs.intercept_.mean(), abs=0.02
        )


def test_a_row_that_counts_twice_is_two_rows(rows):
    x, y, _ = rows
    twice = sparse.csr_matrix(sparse.vstack([x, x[:100]]))
    weights = np.where(np.arange(400) < 100, 2.0, 1.0)
    one, _ = logistic(x, np.eye(4)[y], weights, 1.0, DENSE)
    two, _ = logistic(twice, np.eye(4)[np.append(y, y[:100])], np.ones(500), 1.0, DENSE)
    assert one == pytest.approx(two, abs=0.01)


@pytest.mark.parametrize("dense", [0, 46])
def test_which_columns_are_dense_changes_nothing(rows, dense):
    x, y, weights = rows
    expected, _ = logistic(x, np.eye(4)[y], weights, 1.0, DENSE)
    assert logistic(x, np.eye(4)[y], weights, 1.0, dense)[0] == pytest.approx(expected, abs=0.01)


def test_columns_that_say_nothing_leave_the_shares_of_the_labels():
    x, y = sparse.csr_matrix((8, 3), dtype=np.float32), np.array([0, 1, 1, 1, 2, 2, 2, 2])
    weight, bias = logistic(x, np.eye(3)[y], np.ones(8), 1.0, 1)
    assert not weight.any()
    assert np.exp(bias) / np.exp(bias).sum() == pytest.approx([1 / 8, 3 / 8, 4 / 8], abs=0.01)


def test_likely_classes_teach_as_rows_that_share_them_do(rows):
    x, y, weights = rows
    other = (y + 1) % 4
    shared, _ = logistic(x, 0.7 * np.eye(4)[y] + 0.3 * np.eye(4)[other], weights, 1.0, DENSE)
    twice = sparse.csr_matrix(sparse.vstack([x, x]))
    both = np.eye(4)[np.append(y, other)]
    apart, _ = logistic(twice, both, np.append(0.7 * weights, 0.3 * weights), 1.0, DENSE)
    assert shared == pytest.approx(apart, abs=0.01)


def test_what_is_already_answered_right_asks_for_no_change(rows):
    x, _, weights = rows
    before = np.random.default_rng(3).normal(size=(400, 4)).astype(np.float32)
    sure = np.exp(before) / np.exp(before).sum(axis=1, keepdims=True)
    weight, bias = logistic(x, sure, weights, 1.0, DENSE, before)
    assert np.abs(weight).max() < 1e-3 and np.abs(bias).max() < 1e-3
