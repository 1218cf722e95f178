"""The runner on the Recognizers-Text specifications, on a few cases of our own in their form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bifinding.eval.benchmark.facts import Case, cases, ours, passed, score


def _write(folder: Path, name: str, specs: list[dict[str, Any]]) -> None:
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(specs), encoding="utf-8-sig")


def _spec(text: str, kind: str, resolution: dict[str, Any]) -> dict[str, Any]:
    return {"Input": text, "Results": [{"Text": text, "TypeName": kind, "Resolution": resolution}]}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    for lang in ("English", "Chinese"):
        for name in (
            "Number/{}/NumberModel",
            "Number/{}/PercentModel",
            "NumberWithUnit/{}/CurrencyModel",
        ):
            _write(tmp_path, name.format(lang), [])
        _write(tmp_path, f"DateTime/{lang}/DateTimeModel", [])
    _write(
        tmp_path,
        "Number/English/PercentModel",
        [_spec("thirty percent", "percentage", {"value": "30%"})],
    )
    day = {"values": [{"timex": "2025-01-31", "type": "date", "value": "2025-01-31"}]}
    soon = {"values": [{"timex": "2025-02-01", "type": "date", "value": "2025-02-01"}]}
    _write(
        tmp_path,
        "DateTime/Chinese/DateTimeModel",
        [_spec("2025年1月31日", "datetimeV2.date", day), _spec("明天", "datetimeV2.date", soon)],
    )
    return tmp_path


def test_relative_dates_are_left_out_and_the_rest_is_scored(specs: Path) -> None:
    rows = list(cases(specs))
    assert [(c.lang, c.kind, c.text) for c in rows] == [
        ("en", "percent", "thirty percent"),
        ("zh", "date", "2025年1月31日"),
    ]
    table, rate = score(rows, ours)
    assert table == {("en", "percent"): [1, 1], ("zh", "date"): [1, 1]}
    assert rate > 0


@pytest.mark.parametrize(
    ("model", "lang", "text", "answer"),
    [
        ("number", "en", "two hundred and five", [205]),
        ("number", "en", "the 180ml bottle", []),
        ("currency", "zh", "1.2万元", [(12000, "CNY")]),
        ("datetime", "en", "from 2014 to 2018", [("daterange", None, "2014-01-01", "2018-01-01")]),
        ("datetime", "en", "since Feb 2018", [("daterange", None, "2018-02-01", None)]),
        ("datetime", "zh", "半年", [("duration", 15768000, None, None)]),
        ("datetime", "en", "Feb 30", [("date", "not resolved", None, None)]),
    ],
)
def test_our_answers_in_the_form_of_the_specifications(
    model: str, lang: Any, text: str, answer: list[Any]
) -> None:
    found = ours(Case(lang, model, model, text, "2020-03-22", []))
    assert [next(iter(f)) if isinstance(f, frozenset) else f for f in found] == answer


def test_a_case_is_passed_only_without_extra_answers() -> None:
    either = frozenset({("date", "2024-05-01", None, None), ("date", "2025-05-01", None, None)})
    assert passed([frozenset({("date", "2024-05-01", None, None)})], [either])
    assert not passed([1.0, 2.0], [1.0])
    assert not passed([], [1.0])


def test_a_folder_without_specifications_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Specs"):
        list(cases(tmp_path))
