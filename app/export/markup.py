"""A text with marks on it as HTML: marks nest where they can and are cut where they cross.

The text itself comes out whole: joined, the text nodes are the text, character for character.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text, in code points, shown as one HTML element or, where it is cut, as several.

    ``rank`` orders the nesting, 0 outermost. ``attrs`` go on every piece, ``once`` on the first one
    only (an id, a number to show). An empty span is an empty element.
    """

    start: int
    end: int
    tag: str
    rank: int
    attrs: dict[str, str]
    once: dict[str, str] = field(default_factory=dict)

    def opened(self, at: int) -> str:
        """The start tag of the piece that begins at ``at``."""
        attrs = self.attrs | self.once if at == self.start else self.attrs
        return f"<{self.tag}" + "".join(f' {k}="{plain(v)}"' for k, v in attrs.items()) + ">"

    def touches(self, text: str, start: int, end: int) -> bool:
        """Whether something of it shows in ``text[start:end]``; an empty mark shows in one part only."""
        if self.start < self.end:
            return self.start < end and self.end > start
        return start <= self.start < end or self.start == end == len(text)


def plain(text: str) -> Markup:
    """Text escaped so that a browser reads the same characters back.

    A bare carriage return would become a line feed; NUL, which HTML cannot hold, becomes U+FFFD.
    """
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd"))


def marked(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> Markup:
    """``text[start:end]`` as HTML with its marks.

    Linear in the text, and in the marks times the depth to which they overlap.
    """
    end = len(text) if end is None else end
    inside = sorted(
        (mark for mark in marks if mark.touches(text, start, end)),
        key=lambda m: (m.rank, m.start, -m.end),
    )
    # A mark goes by its place in ``inside``, which is also the order of nesting.
    begins: dict[int, list[int]] = {}
    points = {start, end}
    for place, mark in enumerate(inside):
        begins.setdefault(max(mark.start, start), []).append(place)
        points |= {max(mark.start, start), min(mark.end, end)}
    html: list[str] = []
    nest: list[int] = []
    cuts = sorted(points)
    for point, following in zip(cuts, [*cuts[1:], end], strict=True):
        begun = begins.get(point, [])
        active = sorted(p for p in nest + begun if min(inside[p].end, end) > point)
        kept = 0
        while kept < min(len(nest), len(active)) and nest[kept] == active[kept]:
            kept += 1
        html += [f"</{inside[place].tag}>" for place in reversed(nest[kept:])]
        html += [inside[place].opened(point) for place in active[kept:]]
        for place in begun:
            if inside[place].end <= point:
                html.append(f"{inside[place].opened(point)}</{inside[place].tag}>")
        html.append(plain(text[point:following]))
        nest = active
    return Markup("".join(html))
