"""Composition: other circumstances, the same situation, and labels that follow."""

import pytest
from bifinding.corpus.compose import compose
from bifinding.corpus.dataset import rows
from bifinding.corpus.stated import stated_status


@pytest.fixture(scope="module")
def written():
    return [row for row in rows() if row["split"] == "train"][::5]


@pytest.fixture(scope="module")
def made(written):
    return list(compose(written))


def test_the_same_rows_and_seed_give_the_same(written, made):
    assert list(compose(written)) == made
    assert list(compose(written, seed=1)) != made


def test_both_texts_change_together_and_no_situation_is_new(written, made):
    by_situation = {row["situation"]: row for row in written}
    assert len(made) > len(written) / 3
    for row in made:
        assert row["situation"] in by_situation
        assert row["area"] == by_situation[row["situation"]]["area"]
        assert row["en"]
        assert row["zh"]


def test_a_status_word_sets_the_status_in_both_languages(made):
    for row in made:
        for lang in ("en", "zh"):
            said = stated_status(row[lang], lang)
            if row["status"] == "corrected":
                assert said in (None, "corrected", "partially_corrected"), row[lang]
            if row["en"].startswith(("Not corrected.", "Still open.")):
                assert row["status"] == "not_corrected"


def test_what_is_corrected_is_an_observation(made):
    corrected = [row for row in made if row["status"] == "corrected"]
    assert corrected
    assert {row["severity"] for row in corrected} == {"observation"}


def test_of_two_points_the_graver_decides():
    one = {
        "situation": "a", "question": "7.14", "area": "PA7", "status": "new", "severity": "minor",
        "en": "One hydrant was blocked.", "zh": "一个消火栓被堵。",
    }  # fmt: skip
    two = one | {
        "situation": "b",
        "severity": "major",
        "en": "No hydrant works.",
        "zh": "消火栓均失效。",
    }
    made = [row for seed in range(12) for row in compose([one, two], seed)]
    told_together = [row for row in made if row["en"].startswith("1. ")]
    assert told_together
    assert {row["severity"] for row in told_together} == {"major"}


def test_a_number_changes_alike_on_both_sides():
    row = {
        "situation": "s", "question": "7.14", "area": "PA7", "status": "new", "severity": "minor",
        "en": "There were 40 extinguishers without a tag.", "zh": "有40个灭火器没有标签。",
    }  # fmt: skip
    numbers = set()
    for seed in range(12):
        for new in compose([row], seed):
            digits = ["".join(c for c in new[lang] if c.isdigit()) for lang in ("en", "zh")]
            assert digits[0][:2] in digits[1] or digits[1][:2] in digits[0]
            numbers.add(digits[0])
    assert len(numbers) > 3
