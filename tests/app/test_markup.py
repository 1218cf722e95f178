"""Marks on a text: the text stays whole, and crossing marks are cut so that they nest."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from bifinding.app.export.markup import Mark, marked
from hypothesis import given
from hypothesis import strategies as st


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


class Reader(HTMLParser):
    """Reads HTML back as its text and, for each character, the elements that it stands in."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.around = "", [], []
        self.feed(str(html))
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        self.around += [list(self.open)] * len(data)


TEXTS = st.text(max_size=30).map(lambda text: text.replace("\0", ""))
SPANS = st.tuples(st.integers(0, 35), st.integers(0, 35)).map(sorted)
MARKS = st.lists(
    st.builds(lambda span, rank: Mark(*span, "sbui"[rank], rank, {}), SPANS, st.integers(0, 3)),
    max_size=8,
)


@given(TEXTS, MARKS, st.integers(0, 30))
def test_any_text_stays_whole_and_each_mark_covers_its_span(text, marks, cut):
    cut = min(cut, len(text))
    around = [
        sorted((m.tag for m in marks if m.start <= i < m.end), key="sbui".index)
        for i in range(len(text))
    ]
    for html in (marked(text, marks), marked(text, marks, 0, cut) + marked(text, marks, cut)):
        reader = Reader(html)
        assert reader.text == text
        assert reader.around == around


@given(TEXTS, MARKS, st.integers(0, 30))
def test_what_is_said_once_is_said_once(text, marks, cut):
    cut = min(cut, len(text))
    named = [
        Mark(m.start, m.end, m.tag, m.rank, {}, {"id": f"m{i}"})
        for i, m in enumerate(marks)
        if m.start < len(text)
    ]
    html = marked(text, named, 0, cut) + marked(text, named, cut)
    assert all(html.count(f'id="{mark.once["id"]}"') == 1 for mark in named)


def test_attributes_are_escaped():
    assert (
        marked("ab", [Mark(0, 1, "b", 0, {"title": '"<&'})]) == '<b title="&#34;&lt;&amp;">a</b>b'
    )
