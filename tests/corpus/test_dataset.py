"""The written corpus: complete, labelled by the rules, in both languages, split by situation."""

from collections import Counter

import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.dataset import load_corpus, rows, to_finding
from bifinding.corpus.labels import AREAS, SEVERITIES, STATUSES
from bifinding.corpus.text import has_chinese


@pytest.fixture(scope="module")
def corpus():
    return list(rows())


def test_labels_are_of_the_schema_or_all_absent(corpus):
    for row in corpus:
        labels = [row[name] for name in ("area", "question", "status", "severity")]
        if row["style"] == "none":
            assert labels == [None] * 4, row["id"]
        else:
            assert questions()[row["question"]].area == row["area"], row["id"]
            assert row["status"] in STATUSES, row["id"]
            assert row["severity"] in SEVERITIES, row["id"]


def test_every_area_and_every_question_is_there(corpus):
    by_area = Counter(row["area"] for row in corpus)
    by_question = Counter(row["question"] for row in corpus)
    assert min(by_area[area] for area in AREAS) >= 150
    assert min(by_question[number] for number in questions()) >= 40


def test_findings_have_both_languages_each_in_its_own(corpus):
    for row in corpus:
        if row["style"] != "none":
            assert not has_chinese(row["en"]) or "《" in row["en"], row["id"]
            assert has_chinese(row["zh"]), row["id"]


def test_no_text_stands_twice(corpus):
    for lang in ("en", "zh"):
        texts = Counter(row[lang] for row in corpus if row[lang])
        assert [text for text, times in texts.items() if times > 1] == []


def test_a_situation_is_wholly_in_one_split(corpus):
    splits = {}
    for row in corpus:
        splits.setdefault(row["situation"], set()).add(row["split"])
    assert all(len(names) == 1 for names in splits.values())
    share = sum(row["split"] == "test" for row in corpus) / len(corpus)
    assert 0.15 < share < 0.25


def test_a_follow_up_is_split_into_its_states(corpus):
    followups = [to_finding(row) for row in corpus if row["style"] == "amfori-followup"]
    divided = [f for f in followups if f.texts["en"].previous]
    assert len(divided) > 0.8 * len(followups)


def test_it_is_a_data_set_with_two_splits(corpus):
    data = load_corpus()
    assert {name: len(part) for name, part in data.items()} == Counter(r["split"] for r in corpus)
    assert data["train"].features["severity"].names == list(SEVERITIES)
