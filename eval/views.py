"""Labelled findings as an evaluation sees them: gold labels as numbers, one language at a time, the
hard apart from the easy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ..corpus.dataset import rows, to_finding
from ..corpus.labels import Lang
from ..corpus.schema import Finding
from ..corpus.tasks import LABELS, TASKS
from ..nlp.bitext import Bitext, Side


@dataclass(frozen=True)
class Labelled:
    """Findings with labels, each with its situation (findings of one are right or wrong together) and
    its kind: the style it is written in, or the file it comes from."""

    findings: Sequence[Finding]
    situations: Sequence[str]
    kinds: Sequence[str]


def written(split: str) -> Labelled:
    """That split of the written corpus."""
    chosen = [row for row in rows() if row["split"] == split]
    return Labelled(
        [to_finding(row) for row in chosen],
        [row["situation"] for row in chosen],
        [row["style"] for row in chosen],
    )


def one_language(bitext: Bitext, lang: Lang) -> Bitext:
    """The finding as if only that language had been given."""
    empty = {other: Side(other, "", (0, 0)) for other in ("en", "zh")}
    sides = empty | {lang: bitext.side(lang)}
    return replace(bitext, en=sides["en"], zh=sides["zh"], beads=[])


def gold(findings: Sequence[Finding]) -> dict[str, np.ndarray]:
    """Label numbers by task; -1 where a finding has none. "finding" is 1 for a text with a severity, 0 for
    one without any label, which is no finding; a topic or a status alone does not tell."""
    labels: dict[str, np.ndarray] = {
        task: np.array(
            [
                LABELS[task].index(value) if (value := getattr(f.given, task)) else -1
                for f in findings
            ]
        )
        for task in TASKS
    }
    labelled = np.max([*labels.values()], axis=0, initial=-1) >= 0
    judged = labels["severity"] >= 0
    return labels | {"finding": np.where(judged, 1, np.where(labelled, -1, 0))}


def hard(train: Sequence[Finding], test: Sequence[Finding]) -> dict[str, np.ndarray]:
    """By task, whether a finding is hard: the training text most like it, by the characters of both
    languages, has another label, so that looking it up would answer wrong. Shape (len(test),)."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), min_df=2, sublinear_tf=True)
    known = vectorizer.fit_transform(_text(finding) for finding in train)
    asked = vectorizer.transform(_text(finding) for finding in test)
    nearest = np.concatenate(
        [
            np.asarray((asked[i : i + 512] @ known.T).argmax(axis=1)).ravel()
            for i in range(0, len(test), 512)
        ]
    )
    there, here = gold(train), gold(test)
    return {task: there[task][nearest] != here[task] for task in here}


def _text(finding: Finding) -> str:
    return f"{finding.en or ''}\n{finding.zh or ''}"
