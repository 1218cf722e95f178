"""Labels, probabilities and values as people say them."""

from __future__ import annotations

import pytest
from bifinding.app.export.wording import name, percent, value_text
from bifinding.corpus.schema import Entity


@pytest.mark.parametrize(
    ("label", "value", "expected"),
    [
        ("RATIO", {"part": 8, "whole": 10}, "8 of 10"),
        ("PERCENT", {"value": 1.32}, "1.32 %"),
        ("HEADCOUNT", {"value": 1200, "bound": "at_least"}, "≥ 1,200 people"),
        ("DURATION", {"value": 1, "unit": "hour", "per": "day"}, "1 hour per day"),
        ("DURATION", {"value": 46, "upper": 62.5, "unit": "hour"}, "46 – 62.5 hours"),
        ("MONEY", {"value": 21.56, "currency": "CNY"}, "CNY 21.56"),
        ("DATE", {"value": "2025-01"}, "2025-01"),
        ("DATE", {"value": "2024", "part": "late"}, "late 2024"),
        ("DATE", {"value": "2024-11-20", "upper": "2025-11-19"}, "2024-11-20 – 2025-11-19"),
        ("LAW_ARTICLE", {"law": "Labour Law", "articles": ["36", "41"]}, "Labour Law, art. 36, 41"),
        ("LAW_ARTICLE", {"law": "GB 12348-2008", "articles": []}, "GB 12348-2008"),
        ("LAW_ARTICLE", {"law": None, "articles": []}, "as written"),
        ("DATE", {}, "as written"),
    ],
)  # fmt: skip
def test_values_read_as_people_say_them(label, value, expected):
    assert (
        value_text(Entity(start=0, end=1, label=label, text="as written", value=value)) == expected
    )


def test_names_and_probabilities():
    assert name("PA6") == "PA6 Decent Working Hours"
    assert name("6.2") == "6.2 Overtime requested in line with the code"
    assert name("99.9") == "99.9"
    assert name("not_corrected") == "Not corrected"
    assert [percent(p) for p in (0, 0.3, 0.985, 1)] == ["<1 %", "30 %", "98 %", ">99 %"]
