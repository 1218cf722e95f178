"""Offsets in UTF-16 code units, as browsers count, against code points, as Python counts.

They differ behind characters beyond U+FFFF (𠮷, an emoji), which a browser counts as two.
"""

from __future__ import annotations


def to_utf16(text: str, offset: int) -> int:
    """The number of UTF-16 code units before a code point."""
    return offset + sum(character > "\uffff" for character in text[:offset])


def from_utf16(text: str, offset: int) -> int:
    """The code point at a number of UTF-16 code units; the one before, from within a pair."""
    units = 0
    for i, character in enumerate(text):
        width = 2 if character > "\uffff" else 1
        if units + width > offset:
            return i
        units += width
    return len(text)
