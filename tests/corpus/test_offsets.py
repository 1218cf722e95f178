"""Browser offsets and ours: the same place, counted in other units."""

from bifinding.corpus.offsets import from_utf16, to_utf16
from hypothesis import given
from hypothesis import strategies as st


def test_a_rare_character_and_an_emoji_count_twice_in_a_browser():
    text = "𠮷田厂😀20名工人"
    at = text.index("20")
    assert (at, to_utf16(text, at)) == (4, 6)
    assert from_utf16(text, 6) == 4


def test_an_offset_within_a_pair_is_that_of_its_character():
    assert from_utf16("a😀b", 2) == 1


@given(st.text(), st.data())
def test_there_and_back_is_the_same_place(text, data):
    offset = data.draw(st.integers(0, len(text)))
    assert to_utf16(text, offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
    assert from_utf16(text, to_utf16(text, offset)) == offset
