"""Findings a second in one process, and where the time goes.

    python -m bifinding.eval.benchmark.throughput [--findings N] [--best-of K]

Bilingual findings of the corpus, 320 to 560 characters of English with 115 to 220 of Chinese, each
once ("distinct"), and findings put together as audits repeat themselves ("repeating": ``generated``).
Everything remembered is dropped before each measurement. Shares are of the processor's time.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from ... import load
from ...corpus.dataset import rows
from ...corpus.labels import LANGS
from ...corpus.schema import Finding, Source
from ...corpus.stated import split_states
from ...nlp import pipeline as stages_of
from ...nlp.pipeline import STAGES, Pipeline, Stage

_LENGTH = 400  # characters of English from which a generated finding is long enough
_COUNT = re.compile(r"(?<![\d.,/-])[2-9]\d?(?![\d.,/%-])")


@cache
def _rows() -> list[dict[str, Any]]:
    return [row for row in rows() if row["en"] and row["zh"]]


def distinct() -> Iterator[tuple[str, str]]:
    """English and Chinese of the corpus's findings of the length asked for, in an order of chance."""
    some = [r for r in _rows() if 320 <= len(r["en"]) <= 560 and 115 <= len(r["zh"]) <= 220]
    random.Random(2).shuffle(some)
    return ((row["en"], row["zh"]) for row in some)


def generated(count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """English and Chinese of findings of about 450 and 130 characters: one to some of the corpus's
    findings on one question as its points, small counts changed in both languages alike."""
    by_question: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows():
        by_question[row["question"] or ""].append(row)
    rng, questions = random.Random(seed), sorted(by_question)
    weights = [len(by_question[question]) for question in questions]
    for _ in range(count):
        [question] = rng.choices(questions, weights)
        texts: dict[str, list[str]] = {"en": [], "zh": []}
        more = rng.randint(0, 9)
        while sum(map(len, texts["en"])) < _LENGTH:
            row = rng.choice(by_question[question])
            for lang, parts in texts.items():
                parts.append(_COUNT.sub(partial(_changed, more), row[lang]))
        yield " ".join(texts["en"]), "".join(texts["zh"])


def _changed(more: int, match: re.Match[str]) -> str:
    return str(int(match[0]) + more)


def findings(texts: Iterator[tuple[str, str]]) -> list[Finding]:
    return [
        Finding(
            id=str(i),
            source=Source(file="benchmark"),
            texts={lang: split_states(text, lang) for lang, text in zip(LANGS, pair, strict=True)},
        )
        for i, pair in enumerate(texts)
    ]


def rate(
    pipeline: Pipeline, some: Sequence[Finding], stages: Sequence[Stage], best_of: int
) -> float:
    """Findings a second of wall time, the best of some runs."""
    best = 0.0
    for _ in range(best_of):
        forget(pipeline)
        begin = time.perf_counter()
        for _ in pipeline.pipe(some, stages):
            pass
        best = max(best, len(some) / (time.perf_counter() - begin))
    return best


def forget(pipeline: Pipeline) -> None:
    """Drops all that is remembered of earlier texts."""
    from ...nlp import anchors, entities, language

    pipeline.forget()
    for function in (anchors.terms, entities._read, language._cut):
        function.cache_clear()


def shares(pipeline: Pipeline, some: Sequence[Finding]) -> dict[str, float]:
    """Milliseconds of the processor that a finding takes in each stage of the full line."""
    spent: dict[str, float] = defaultdict(float)
    inside: list[str] = []

    def timed(name: str, function: Callable) -> Callable:
        def call(*args: Any, **named: Any) -> Any:
            begin = time.process_time()
            inside.append(name)
            try:
                return function(*args, **named)
            finally:
                inside.pop()
                passed = time.process_time() - begin
                spent[name] += passed
                if inside:
                    spent[inside[-1]] -= passed

        return call

    classifier = pipeline.classifier
    places = [
        (stages_of, "segment", "segment"),
        (stages_of.entities, "extract", "extract"),
        (stages_of, "align", "align"),
        (stages_of, "together", "check"),
        (pipeline.encoder, "encode", "encode"),
        (classifier, "predict", "classify"),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, stage in places:
        setattr(owner, name, timed(stage, getattr(owner, name)))
    forget(pipeline)
    begin = time.process_time()
    try:
        for _ in pipeline.pipe(some, STAGES):
            pass
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
    spent["rest"] = time.process_time() - begin - sum(spent.values())
    return {name: 1000 * seconds / len(some) for name, seconds in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1000)
    parser.add_argument("--best-of", type=int, default=3)
    options = parser.parse_args()
    pipeline = load("shipped")
    sets = {
        "distinct": findings(distinct())[: options.findings],
        "repeating": findings(generated(options.findings)),
    }
    for name, some in sets.items():
        english = sum(len(f.en or "") for f in some) / len(some)
        chinese = sum(len(f.zh or "") for f in some) / len(some)
        print(f"{name}: {len(some)} findings of {english:.0f} + {chinese:.0f} characters")
        full = rate(pipeline, some, STAGES, options.best_of)
        classify = rate(pipeline, some, ("classify",), options.best_of)
        print(f"  full line {full:.0f}/s, classify {classify:.0f}/s")
        told = shares(pipeline, some)
        total = sum(told.values())
        for stage, spent in sorted(told.items(), key=lambda item: -item[1]):
            print(f"  {stage:10}{spent:6.2f} ms {spent / total:5.0%}")


if __name__ == "__main__":
    main()
