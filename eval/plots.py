"""Plots of an evaluation as inline SVG: small, sharp at any size, coloured by the page they stand in.

Every plot is drawn 340 units wide (reliability: 170) so that its type is readable on a phone; the page
sets the custom properties ``--ink``, ``--soft``, ``--line``, ``--paper``, ``--accent`` and ``--error``,
which differ in the dark, and includes ``STYLE``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

STYLE = """
.plot { display: block; width: 100%; height: auto; overflow: visible; }
.plot text { font-size: 11.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.plot .strong { fill: var(--ink); } .plot .small { font-size: 9.5px; }
.plot .middle { text-anchor: middle; } .plot .end { text-anchor: end; }
.plot .grid { stroke: var(--line); stroke-width: 1; } .plot .axis { stroke: var(--soft); stroke-width: 1; }
.plot .ideal { stroke: var(--soft); stroke-dasharray: 3 3; }
.plot .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.plot .line.thin { stroke-width: 1; }
.plot .line.second { stroke-dasharray: 5 3; stroke-width: 1.5; }
.plot .band { fill: var(--accent); fill-opacity: .15; }
.plot .range { stroke: var(--accent); stroke-width: 5; stroke-linecap: round; stroke-opacity: .28; }
.plot .dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1; }
.plot .ring { fill: var(--paper); stroke: var(--accent); stroke-width: 1.5; }
.plot .bar { fill: var(--accent); } .plot .bar.soft { fill-opacity: .3; }
.plot .right { fill: var(--accent); } .plot .wrong { fill: var(--error); }
.plot .on { fill: var(--paper); }
"""
_WIDTH = 340.0


def dots(groups: Sequence[Sequence[tuple[str, dict[str, Any]]]], title: str) -> str:
    """A row a name: accuracy (dot) with its interval and macro F1 (ring) of the scores given; groups
    of rows stand apart."""
    start = _start([scores for group in groups for _, scores in group])
    left, right, pitch = 108.0, 300.0, 20.0

    def x(value: float) -> float:
        return left + (right - left) * (max(value, start) - start) / (1 - start)

    body: list[str] = []
    y = 6.0
    for group in groups:
        for name, scores in group:
            y += pitch
            low, high = scores["interval"]["accuracy"]
            tip = f"{name}: accuracy {scores['accuracy']:.3f} ({low:.3f} to {high:.3f}), macro F1 {scores['macro_f1']:.3f}, n {scores['n']}"
            body.append(
                f"<g>{_tag('title', tip)}"
                + _text(left - 10, y + 4, _short(name), "end strong")
                + _line(x(low), y, x(high), y, "range")
                + _circle(x(scores["macro_f1"]), y, 3.6, "ring")
                + _circle(x(scores["accuracy"]), y, 4.4, "dot")
                + _text(_WIDTH, y + 4, f"{scores['accuracy']:.2f}", "end strong")
                + "</g>"
            )
        y += 9
    bottom = y + 4
    scale = "".join(
        _line(x(t), 14, x(t), bottom, "grid") + _text(x(t), bottom + 14, f"{t:.1f}", "middle small")
        for t in _ticks(start, 1.0)
    )
    return _svg(_WIDTH, bottom + 18, title, scale + "".join(body))


def reliability(bins: Sequence[dict[str, float]], title: str) -> str:
    """Confidence against accuracy by bin, the diagonal where both agree, and how many texts lie in
    each bin."""
    size, left, top, height = 170.0, 26.0, 8.0, 132.0
    width = size - left - 8
    base = top + height
    most = max(b["n"] for b in bins)
    body = [_line(left, base, left + width, top, "ideal")]
    for t in (0.0, 0.5, 1.0):
        body.append(_text(left - 5, base - height * t + 4, f"{t:.1f}", "end small"))
        body.append(_text(left + width * t, base + 52, f"{t:.1f}", "middle small"))
        body.append(_line(left, base - height * t, left + width, base - height * t, "grid"))
    points = [(left + width * b["confidence"], base - height * b["accuracy"], b) for b in bins]
    body.append(_path([(px, py) for px, py, _ in points], "line thin"))
    for px, py, b in points:
        tip = f"{b['n']} texts: confidence {b['confidence']:.2f}, accuracy {b['accuracy']:.2f}"
        tall = max(28 * b["n"] / most, 1)
        body.append(
            f"<g>{_tag('title', tip)}{_circle(px, py, 2 + 3 * math.sqrt(b['n'] / most), 'dot')}"
            f"{_rect(px - 4.5, base + 40 - tall, 9, tall, 'bar soft')}</g>"
        )
    body.append(_line(left, base + 40, left + width, base + 40, "axis"))
    return _svg(size, base + 56, title, "".join(body))


def coverage(
    curve: Sequence[Sequence[float]], kept: float, accuracy: float | None, title: str
) -> str:
    """Accuracy of the surest texts against their share of all; the review rule's choice marked."""
    left, top, right, base = 34.0, 8.0, 328.0, 190.0
    start = min(math.floor(min(y for x, y in curve if x > 0.02) * 10) / 10, 0.9)

    def place(share: float, value: float) -> tuple[float, float]:
        return left + (right - left) * share, base - (base - top) * (value - start) / (1 - start)

    body = []
    for t in _ticks(start, 1.0):
        y = place(0, t)[1]
        body += [_line(left, y, right, y, "grid"), _text(left - 6, y + 4, f"{t:.1f}", "end small")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = place(share, 1)[0]
        body.append(_text(x, base + 15, f"{share:.0%}", "middle small"))
    body.append(_path([place(x, y) for x, y in curve if x > 0.02], "line"))
    body.append(_text((left + right) / 2, base + 32, "share that needs no person", "middle"))
    if accuracy is not None:
        x, y = place(kept, accuracy)
        side = "end" if kept > 0.6 else ""
        body += [
            _line(x, y, x, base, "ideal"),
            _circle(x, y, 5, "dot"),
            _text(
                x + (-8 if side else 8), base - 22, f"the review rule: {kept:.0%}", f"strong {side}"
            ),
            _text(
                x + (-8 if side else 8), base - 8, f"of them {accuracy:.1%} right", f"strong {side}"
            ),
        ]
    return _svg(_WIDTH, base + 38, title, "".join(body))


def matrix(
    labels: Sequence[str], counts: dict[tuple[str, str], int], names: Sequence[str], title: str
) -> str:
    """Confusion matrix: rows are gold, columns what the model says; the deeper, the larger the share
    of the row. ``names``: how the labels are written."""
    longest = max(len(name) for name in names)
    short = longest <= 4
    left = 12 + 6.1 * longest
    top = 20.0 if short else left - 4
    cell = min((_WIDTH - left) / len(labels), 44)
    body = []
    for i, gold in enumerate(labels):
        y = top + i * cell
        total = sum(counts.get((gold, other), 0) for other in labels)
        body.append(_text(left - 7, y + cell / 2 + 4, names[i], "end strong"))
        centre = left + (i + 0.5) * cell
        body.append(
            _text(centre, top - 7, names[i], "middle")
            if short
            else f'<g transform="translate({centre + 4:.1f} {top - 7:.1f}) rotate(-90)">{_text(0, 0, names[i], "")}</g>'
        )
        for j, predicted in enumerate(labels):
            n = counts.get((gold, predicted), 0)
            x = left + j * cell
            share = n / total if total else 0
            kind = "right" if i == j else "wrong"
            tip = (
                f"{names[i]} taken for {names[j]}: {n} of {total}"
                if i != j
                else f"{names[i]}: {n} of {total} right"
            )
            inked = "on" if share > 0.55 else "strong"
            body.append(
                f"<g>{_tag('title', tip)}"
                f'<rect x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{cell - 1:.1f}" height="{cell - 1:.1f}" rx="2" '
                f'class="{kind}" fill-opacity="{0.05 if not n else 0.12 + 0.88 * share:.2f}"/>'
                + (
                    _text(x + cell / 2, y + cell / 2 + 3.5, str(n), f"middle small {inked}")
                    if n
                    else ""
                )
                + "</g>"
            )
    return _svg(
        max(_WIDTH, left + cell * len(labels)), top + cell * len(labels) + 4, title, "".join(body)
    )


def learning(points: Sequence[tuple[float, dict[str, Any]]], title: str) -> str:
    """Accuracy with its interval and macro F1 (broken) against the share of the data trained on; each
    step to the right doubles it."""
    left, top, right, base = 34.0, 10.0, 300.0, 150.0
    start = _start([scores for _, scores in points])
    first, last = math.log2(points[0][0]), math.log2(points[-1][0])

    def place(share: float, value: float) -> tuple[float, float]:
        along = (math.log2(share) - first) / ((last - first) or 1)
        return left + 8 + (right - left - 16) * along, base - (base - top) * (value - start) / (
            1 - start
        )

    body = []
    for t in _ticks(start, 1.0):
        y = place(points[0][0], t)[1]
        body += [_line(left, y, right, y, "grid"), _text(left - 6, y + 4, f"{t:.1f}", "end small")]
    low = [place(share, s["interval"]["accuracy"][0]) for share, s in points]
    high = [place(share, s["interval"]["accuracy"][1]) for share, s in points]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*low, *reversed(high)])
    body.append(f'<polygon class="band" points="{corners}"/>')
    body.append(_path([place(share, s["macro_f1"]) for share, s in points], "line second"))
    body.append(_path([place(share, s["accuracy"]) for share, s in points], "line"))
    for share, scores in points:
        x, y = place(share, scores["accuracy"])
        written = "all" if share == 1 else f"1/{round(1 / share)}"
        body += [
            _circle(x, y, 3.6, "dot"),
            _text(x, base + 15, written, "middle small"),
        ]
    x, y = place(*[(share, s["accuracy"]) for share, s in points][-1])
    body.append(_text(_WIDTH, y + 4, f"{points[-1][1]['accuracy']:.2f}", "end strong"))
    return _svg(_WIDTH, base + 20, title, "".join(body))


def shares(values: dict[str, float], unit: str, title: str) -> str:
    """A bar a name, as its share of the whole."""
    total = sum(values.values()) or 1
    body = []
    for i, (name, value) in enumerate(values.items()):
        y = 4 + 22 * i
        body += [
            _text(62, y + 11, name, "end strong"),
            _rect(70, y, max(150 * value / total, 1), 14, "bar"),
            _text(76 + 150 * value / total, y + 11, _percent(value / total), "strong"),
            _text(_WIDTH, y + 11, f"{value:.2f} {unit}", "end"),
        ]
    return _svg(_WIDTH, 4 + 22 * len(values), title, "".join(body))


def _short(name: str, most: int = 17) -> str:
    """The end of a long name: that of a path tells more than its beginning."""
    return name if len(name) <= most else f"…{name[1 - most :]}"


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _start(rows: Sequence[dict[str, Any]]) -> float:
    """Where a scale begins that ends at 1 and holds accuracy, interval and macro F1 of each row."""
    lowest = min(min(s["interval"]["accuracy"][0], s["macro_f1"]) for s in rows)
    return min(math.floor(lowest * 10) / 10, 0.9)


def _ticks(start: float, end: float) -> list[float]:
    step = 0.1 if end - start <= 0.55 else 0.2
    first = math.ceil(start / step - 1e-9)
    return [round(i * step, 2) for i in range(first, round(end / step) + 1)]


def _svg(width: float, height: float, title: str, body: str) -> str:
    label = escape(title, quote=True)
    return f'<svg class="plot" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{label}">{body}</svg>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _circle(x: float, y: float, r: float, kind: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" class="{kind}"/>'


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"/>'
    )


def _path(points: Sequence[tuple[float, float]], kind: str) -> str:
    return f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" class="{kind}"/>'
