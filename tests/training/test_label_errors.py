"""Confident learning: labels that the other findings speak against."""

import numpy as np
from bifinding.corpus.schema import Finding, Given, Source, Text
from bifinding.corpus.tasks import LABELS
from bifinding.training.label_errors import label_errors

STATUS = LABELS["status"]


def finding(i, status):
    return Finding(
        id=f"f{i}",
        source=Source(file="a.txt", line=i),
        texts={"en": Text.whole("x")},
        given=Given(status=status),
    )


def outside(rows):
    p = np.array(rows, float)
    return {task: np.full((len(rows), len(LABELS[task])), 0.0) for task in LABELS} | {"status": p}


def test_a_confident_other_class_is_an_error_and_a_doubt_is_none():
    new, *_, closed = STATUS
    findings = [finding(i, s) for i, s in enumerate([new, new, new, closed, closed, closed])]
    p = outside(
        [
            [0.9, 0.1, 0.0, 0.0],
            [0.8, 0.1, 0.1, 0.0],
            [0.1, 0.0, 0.0, 0.9],  # said to be new, surely closed
            [0.0, 0.1, 0.0, 0.9],
            [0.0, 0.0, 0.2, 0.8],
            [0.4, 0.1, 0.1, 0.4],  # neither class is as sure as it is of its own
        ]
    )
    [error] = label_errors(findings, p, np.ones(6, bool))
    assert (error.file, error.line, error.id, error.task) == ("a.txt", 2, "f2", "status")
    assert (error.given, error.given_probability) == (new, 0.1)
    assert (error.suggested, error.suggested_probability) == (closed, 0.9)


def test_the_surest_comes_first_and_only_what_was_asked_about():
    new, *_, closed = STATUS
    findings = [finding(i, s) for i, s in enumerate([new, new, new, closed, closed, closed])]
    p = outside(
        [[0.9, 0, 0, 0.1], [0.2, 0, 0, 0.8], [0.1, 0, 0, 0.9], *([[0.1, 0, 0, 0.9]] * 2), [0.9, 0, 0, 0.1]]
    )  # fmt: skip
    asked = np.array([True, True, True, True, True, False])
    assert [error.id for error in label_errors(findings, p, asked)] == ["f2", "f1"]
    assert [error.id for error in label_errors(findings, p, ~asked)] == ["f5"]
