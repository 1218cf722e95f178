"""Plots: well-formed SVG whatever the labels say, and marks where the numbers put them."""

from xml.etree import ElementTree

from bifinding.eval import plots
from hypothesis import given
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg):
    return ElementTree.fromstring(
        svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def marks(svg, kind):
    return [e for e in drawn(svg).iter() if kind in (e.get("class") or "").split()]


def texts(svg):
    return [e.text for e in drawn(svg).iter(f"{SVG}text")]


def scores(accuracy, macro_f1=0.5):
    interval = {"accuracy": (max(accuracy - 0.1, 0), min(accuracy + 0.1, 1))}
    return {"n": 40, "accuracy": accuracy, "macro_f1": macro_f1, "interval": interval}


def test_better_lies_further_right():
    groups = [[("English", scores(0.7)), ("中文", scores(0.9))], [("smeta", scores(0.8))]]
    svg = plots.dots(groups, "area")
    english, chinese, smeta = [float(e.get("cx")) for e in marks(svg, "dot")]
    assert english < smeta < chinese
    assert {"English", "中文", "smeta", "0.70", "0.90"} <= set(texts(svg))


def test_of_a_long_path_the_end_is_shown():
    svg = plots.dots([[("reports/2025/dongguan-plastics.txt", scores(0.7))]], "area")
    assert "…uan-plastics.txt" in texts(svg)
    assert "reports" not in "".join(texts(svg))


# What no XML may hold, escaped or not, cannot stand in a label either.
WRITTEN = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
)


@given(WRITTEN)
def test_any_label_can_be_written(name):
    assert any(
        name.endswith(t.lstrip("…")) for t in texts(plots.dots([[(name, scores(0.8))]], name))
    )
    assert name in texts(plots.matrix([name], {(name, name): 1}, [name], name))


def test_a_calibrated_model_lies_on_the_diagonal():
    bins = [{"n": n, "confidence": c, "accuracy": c} for n, c in ((5, 0.3), (9, 0.6), (30, 0.9))]
    svg = plots.reliability(bins, "area")
    (ideal,) = marks(svg, "ideal")
    x1, y1, x2, y2 = (float(ideal.get(k)) for k in ("x1", "y1", "x2", "y2"))
    for dot in marks(svg, "dot"):
        along = (float(dot.get("cx")) - x1) / (x2 - x1)
        assert abs(y1 + along * (y2 - y1) - float(dot.get("cy"))) < 0.5


def test_the_review_rule_is_marked_on_the_curve():
    svg = plots.coverage([[0.1, 1.0], [0.5, 0.95], [1.0, 0.8]], 0.5, 0.95, "coverage")
    (line,), (dot,) = marks(svg, "line"), marks(svg, "dot")
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert (float(dot.get("cx")), float(dot.get("cy"))) in points
    assert "of them 95.0% right" in texts(svg)


def test_mistakes_are_told_from_hits_in_a_matrix():
    cells = {("no", "no"): 8, ("no", "yes"): 2, ("yes", "yes"): 5}
    svg = plots.matrix(["no", "yes"], cells, ["no", "yes"], "finding")
    depth = {
        kind: [float(e.get("fill-opacity")) for e in marks(svg, kind)]
        for kind in ("right", "wrong")
    }
    assert len(depth["right"]) == len(depth["wrong"]) == 2
    assert min(depth["right"]) > max(depth["wrong"])
    assert texts(svg).count("8") == texts(svg).count("2") == 1


def test_the_learning_curve_doubles_to_the_right():
    svg = plots.learning([(1 / 4, scores(0.6)), (1 / 2, scores(0.7)), (1.0, scores(0.75))], "area")
    quarter, half, whole = [float(e.get("cx")) for e in marks(svg, "dot")]
    assert abs((half - quarter) - (whole - half)) < 0.2
    assert [t for t in texts(svg) if t in ("1/4", "1/2", "all")] == ["1/4", "1/2", "all"]


def test_shares_of_time_are_shares_of_the_whole():
    svg = plots.shares({"encode": 3.0, "heads": 1.0}, "s", "time")
    long, short = [float(e.get("width")) for e in marks(svg, "bar")]
    assert long == 3 * short
    assert {"75%", "25%", "3.00 s"} <= set(texts(svg))
