"""Words of either language find the findings in which they stand."""

import pytest
from bifinding.app.store import Filters
from bifinding.app.store.search import words
from hypothesis import given
from hypothesis import strategies as st

from ..small_pipeline import analysed

DRILL = (
    "No fire drill was held in 2024; the workers' dormitory was full.",
    "2024年未进行消防演习，宿舍已满。",
)
WAGES = ("Wages of 36.5 hours' overtime were paid late.", "36.5小时的加班工资未按时支付。")
MIXED = ("The PPE of the ＣＮＣ workshop had expired.", "数控（CNC）车间的个人防护用品已过期。")


@pytest.fixture
def filled(store):
    store.add(analysed(DRILL, WAGES, MIXED), "ann")
    return store


QUERIES = [
    ("drill", [1]),
    ("DRILL", [1]),
    ("worker", [1]),  # the beginning of "workers"
    ("work", [1, 3]),
    ("orkers", []),
    ("fire overtime", []),
    ("fire workers", [1]),
    ("36.5", [2]),
    ("cnc", [3]),
    ("ＰＰＥ", [3]),
    ("消防", [1]),
    ("消防演习", [1]),
    ("演习", [1]),
    ("加班工资", [2]),
    ("按时支付", [2]),
    ("防护用品", [3]),
    ("车间 PPE", [3]),
    ("消防 wages", []),
    ("工资", [2]),
    ("满", [1]),
    ("童工", []),
    ('"', []),
    ("' OR 1=1 --", []),
    ("drill* NEAR(", []),
    ("drill\x00", [1]),
    ("!!", []),
    ("   ", [1, 2, 3]),
]


def test_what_a_query_finds(filled):
    for query, found in QUERIES:
        rows = filled.findings(Filters(q=query)).items
        assert [row.name for row in rows] == [f"lamps#{n}" for n in found], query


def test_search_goes_with_the_other_filters(filled):
    assert filled.findings(Filters(q="overtime", area="PA6")).total == 1
    assert filled.findings(Filters(q="overtime", area="PA7")).total == 0


HAN = st.text(
    st.sampled_from("消防演习未进行加班工资紧急出口上锁的在了和安全生产法员工宿舍"), min_size=1
)


@given(HAN, HAN, HAN)
def test_whatever_stands_in_a_chinese_text_is_found(before, query, after):
    from bifinding.app.store.search import matching

    asked = matching(query, "sqlite").compile().params["words"]
    terms = [term.strip('"') for term in asked.split(" AND ")]
    assert set(terms) <= words(None, before + query + after)


def test_a_text_of_absurd_length_is_indexed_in_part(store):
    many = " ".join(f"word{i}" for i in range(30_000))
    store.add(analysed((many, "长" * 50_000)), "ann")
    assert store.findings(Filters(q="word17")).total == 1
