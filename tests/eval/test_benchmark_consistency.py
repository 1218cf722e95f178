"""The benchmark of the translation check: its pairs, how it counts, and what the check makes of them."""

from __future__ import annotations

import pytest
from bifinding.corpus.labels import DEFECT_TYPES
from bifinding.eval.benchmark.consistency import AS_WRITTEN, benchmark, by_others, run, score
from bifinding.eval.benchmark.planting import Row


@pytest.mark.parametrize("half", ["tuning", "blind"])
def test_every_type_of_defect_and_as_many_clean_pairs_are_among_those_of_other_writers(half):
    pairs = by_others(half)
    assert len({pair["id"] for pair in pairs}) == len(pairs)
    assert {pair["defect"] for pair in pairs if pair["kind"] == "defect"} == {*DEFECT_TYPES}
    assert {pair["defect"] for pair in pairs if pair["kind"] != "defect"} == {None}
    assert sum(pair["kind"] != "defect" for pair in pairs) >= len(pairs) / 2


def test_no_writer_is_in_both_halves():
    tuning, blind = ({pair["id"][0] for pair in by_others(half)} for half in ("tuning", "blind"))
    assert tuning.isdisjoint(blind)


def test_tricky_pairs_are_counted_apart():
    rows = [
        Row("a", "甲", "", "number_mismatch", "planted"),
        Row("b", "乙", "", None, AS_WRITTEN),
        Row("c", "丙", "", None, "tricky"),
        Row("d", "丁", "", None, "tricky"),
    ]
    found = score(rows, [True, False, True, False])
    assert (found.recall, found.precision, found.clean, found.tricky) == (1, 1, 0, 0.5)


def test_most_slips_of_other_writers_are_found_and_few_faithful_pairs_reported():
    results = run(benchmark("tuning"))
    found = score([r.row for r in results], [bool(r.alarms) for r in results])
    assert found.recall > 0.85
    assert found.clean < 0.05
    assert found.tricky < 0.15
