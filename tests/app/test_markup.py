"""Marks on a text: the text stays whole, and crossing marks are cut so that they nest."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bifinding.app.export.markup import Mark, marked


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([(0, 6, "span"), (2, 4, "b")], "<span>工厂<b>没有</b>培训</span>"),
        ([(0, 4, "span"), (2, 6, "b")], "<span>工厂<b>没有</b></span><b>培训</b>"),
        ([(2, 6, "u"), (0, 4, "b")], "<b>工厂</b><u><b>没有</b>培训</u>"),
        ([(0, 3, "span"), (3, 6, "span"), (1, 5, "u")],
         "<span>工<u>厂没</u></span><span><u>有培</u>训</span>"),
        ([(3, 3, "u")], "工厂没<u></u>有培训"),
        ([(0, 9, "u")], "<u>工厂没有培训</u>"),
        ([(6, 6, "u")], "工厂没有培训<u></u>"),
        ([], "工厂没有培训"),
    ],
)  # fmt: skip
def test_marks_nest_and_are_cut_where_they_cross(marks, expected):
    ranked = [Mark(start, end, tag, "span u b".split().index(tag), {}) for start, end, tag in marks]
    assert marked("工厂没有培训", ranked) == expected


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)).map(
        lambda t: Mark(min(t[:2]), max(t[:2]), "sbui"[t[2]], t[2], {"data-n": "x"})
    ),
    max_size=8,
)


@given(st.text(max_size=30).map(lambda t: t.replace("\0", "")), SPANS, st.integers(0, 30))
def test_any_text_with_any_marks_stays_whole(text, marks, cut):
    cut = min(cut, len(text))
    whole = parse(str(marked(text, marks)))
    assert whole.text == text
    assert parse(str(marked(text, marks, 0, cut) + marked(text, marks, cut))).text == text
    for tag in "sbui":
        inside = {i for m in marks if m.tag == tag for i in range(m.start, min(m.end, len(text)))}
        assert sum(len(node.text) for node in outermost(whole, tag)) == len(inside)


def outermost(node: Node, tag: str):
    for child in node.children:
        if not isinstance(child, str):
            yield from [child] if child.tag == tag else outermost(child, tag)


