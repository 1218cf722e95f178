"""The review page: every text whole, every mark nested, nothing executed, nothing fetched."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64encode
from html.parser import HTMLParser

import pytest
from bifinding.app.export.html import write_html
from bifinding.corpus.schema import (
    AnalysedReport,
    Analysis,
    Bead,
    Defect,
    Entity,
    Given,
    Issue,
    Metric,
    Place,
    Prediction,
    Problem,
    Report,
    Source,
    TextSpan,
)
from hypothesis import given, settings
from hypothesis import strategies as st

# --- reading a page back --------------------------------------------------------------------------


class Node:
    """An element of the page with its attributes, and its children: elements and text."""

    def __init__(self, tag: str, attrs: dict[str, str | None]):
        self.tag, self.attrs = tag, attrs
        self.children: list[Node | str] = []

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, tag: str | None = None, **attrs: str):
        """Elements below with this tag and, among the words of each attribute, these values."""
        wanted = {k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()}
        for child in self.children:
            if isinstance(child, str):
                continue
            if tag in (None, child.tag) and all(
                v in (child.attrs.get(k) or "").split() for k, v in wanted.items()
            ):
                yield child
            yield from child.all(tag, **attrs)

    def one(self, tag: str | None = None, **attrs: str) -> Node:
        (found,) = self.all(tag, **attrs)
        return found


class Tree(HTMLParser):
    """Builds the tree; an end tag that does not close the innermost element is an error."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.path = [self.root]
        self.feed(html)
        self.close()
        assert self.path == [self.root], f"<{self.path[-1].tag}> is never closed"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in <{tag}>"
        node = Node(tag, dict(attrs))
        self.path[-1].children.append(node)
        if tag not in self.VOID:
            self.path.append(node)

    def handle_endtag(self, tag):
        assert self.path.pop().tag == tag

    def handle_data(self, data):
        self.path[-1].children.append(data)


def parse(html: str) -> Node:
    return Tree(html).root


def page(*reports: AnalysedReport) -> str:
    stream = io.BytesIO()
    write_html(reports, stream)
    return stream.getvalue().decode("utf-8")


def shown(finding: Node, lang: str) -> str:
    """A finding's text as the page shows it, its earlier and its current state joined."""
    return "".join(t.text for side in finding.all("div", class_=lang) for t in side.all(class_="t"))


def record(id_: str, en: str | None, zh: str | None, **fields: object) -> Analysis:
    plain = {"given": Given(), "sentences": {"en": [], "zh": []}}
    source = Source(file="list.jsonl", line=1)
    return Analysis(id=id_, source=source, site_id=None, en=en, zh=zh, **plain | fields)


def bare_report(*records: Analysis) -> AnalysedReport:
    report = Report(file="list.jsonl", layout="table")
    return AnalysedReport(report=report, findings=list(records))


@pytest.fixture(scope="module")
def html(analysed) -> str:
    return page(analysed)


@pytest.fixture(scope="module")
def findings(html: str) -> list[Node]:
    return list(parse(html).all("article"))


# --- texts and their marks ------------------------------------------------------------------------


def test_every_text_comes_out_whole(findings, analysed):
    for finding, analysis in zip(findings, analysed.findings, strict=True):
        assert shown(finding, "en") == (analysis.en or "")
        assert shown(finding, "zh") == (analysis.zh or "")


def test_the_earlier_finding_is_set_apart(findings):
    earlier = findings[0].one("details", class_="earlier")
    assert earlier.one(class_="t").text.startswith("Previous finding: Worker interview")
    assert "Current status" not in earlier.text
    assert sides(findings[0])[0].text.startswith("Current status: Not corrected.")
    assert not list(findings[1].all("details", class_="earlier"))


def test_linked_entities_and_aligned_sentences_light_up_together(findings):
    en, zh = sides(findings[0])
    march = en.one("b", class_="DATE").attrs
    assert march["data-g"] == zh.one("b", class_="DATE").attrs["data-g"]
    assert march["title"] == "Date: 2025-03"
    (week,) = [s for s in en.all("span") if s.text.startswith("The highest weekly")]
    assert zh.one("span", data_g=week.attrs["data-g"]).text == "每周最长工作时间为72小时。"


def sides(finding: Node) -> tuple[Node, Node]:
    """The English and the Chinese of a finding's current state."""
    current = list(finding.all("div", class_="texts"))[-1]
    return current.one(class_="en").one(class_="t"), current.one(class_="zh").one(class_="t")


def test_defects_stand_in_place_and_their_messages_lead_to_them(findings):
    items = list(findings[0].one("ol", class_="defects").all("li"))
    assert [item.attrs["class"] for item in items] == ["error", "error", "warning"]
    assert "English says 78 hours, Chinese says 87 hours." in items[0].text
    for lang, text in zip(("en", "zh"), ("78 hours of overtime", "87小时"), strict=True):
        (link,) = [a for a in items[0].all("a") if a.attrs["href"].endswith(lang)]
        key = findings[0].one("u", id=link.attrs["href"][1:]).attrs["data-g"]
        side = sides(findings[0])[lang == "zh"]
        assert "".join(piece.text for piece in side.all("u", data_g=key)) == text


def test_evidence_is_marked_for_the_label_it_led_to(findings):
    button = findings[0].one("button", data_g="status")
    assert "Not corrected" in button.text
    assert [mark.text for mark in findings[0].all("mark", data_g="status")] == [
        "Not corrected",
        "未改善",
    ]


@given(
    st.text(max_size=40).map(lambda t: t.replace("\0", "")),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=60)
def test_any_record_keeps_its_text_on_the_page(text, spans):
    clipped = [[min(place, len(text)) for place in s] for s in spans]
    (a, b), (c, d), (e, f) = clipped
    one = record(
        "x#1",
        text,
        text[::-1],
        sentences={"en": [(a, b)], "zh": [(a, b)]},
        alignment=[Bead(en=[0], zh=[0], similarity=0.5)],
        entities={
            "en": [Entity(start=c, end=d, label="DATE", text=text[c:d], value={}, link=0)],
            "zh": [],
        },
        defects=[
            Defect(
                type="number_mismatch",
                level="note",
                confidence=0.5,
                message=text,
                en=TextSpan(start=e, end=f, text=text[e:f]),
            )
        ],
    )
    (finding,) = parse(page(bare_report(one))).all("article")
    assert shown(finding, "en") == text
    assert shown(finding, "zh") == text[::-1]
    assert finding.one("u", id="f1-d1-en")


# --- what a page must never do --------------------------------------------------------------------

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"' {{ 7*7 }} &lt;b&gt; ]]>"
)


def test_nothing_from_a_report_becomes_markup():
    place = TextSpan(start=0, end=9, text=HOSTILE[:9])
    hostile = record(
        f"{HOSTILE}#{HOSTILE}",
        HOSTILE,
        HOSTILE,
        given=Given(question=HOSTILE),
        area=Prediction(label=HOSTILE, probability=0.5, alternatives=[(HOSTILE, 0.1)]),
        entities={
            "en": [
                Entity(start=2, end=12, label="DATE", text=HOSTILE, value={"value": HOSTILE})
            ],
            "zh": [],
        },
        defects=[
            Defect(
                type="untranslated", level="error", confidence=1, message=HOSTILE, en=place
            )
        ],
        model=HOSTILE,
    )  # fmt: skip
    report = Report(
        file=HOSTILE,
        layout="table",
        header={"Monitored Party": HOSTILE, HOSTILE: HOSTILE},
        overall=HOSTILE,
        ratings={"PA1": HOSTILE},
        metrics=[Metric(name=HOSTILE, value=1, unit=HOSTILE)],
        description={HOSTILE: HOSTILE},
        problems=[Problem(place=HOSTILE, what=HOSTILE, mend=HOSTILE)],
    )
    issue = Issue(
        check=HOSTILE, level="note", message=HOSTILE, places=[Place(text=HOSTILE, where=HOSTILE)]
    )
    tree = parse(page(AnalysedReport(report=report, findings=[hostile], issues=[issue])))
    assert len(list(tree.all("script"))) == 1
    assert not list(tree.all("img"))
    assert shown(tree.one("article"), "en") == HOSTILE
    assert not [a for node in tree.all() for a in node.attrs if a.startswith("on")]


def test_only_our_script_may_run(html):
    tree = parse(html)
    digest = b64encode(hashlib.sha256(tree.one("script").text.encode()).digest()).decode()
    (policy,) = [m.attrs["content"] for m in tree.all("meta") if "http-equiv" in m.attrs]
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_page_asks_the_network_for_nothing(html):
    tree = parse(html)
    for node in tree.all():
        for attr in ("src", "href", "action", "srcset", "poster", "data"):
            assert (node.attrs.get(attr) or "#").startswith(("#", "data:")), node.attrs
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest|import\(", html)


@pytest.mark.parametrize(
    "character", ["\r", "\r\n", "\u2028", "\ufeff", "\x0c", "🧤", "⼯", "<!--"]
)
def test_odd_characters_survive(character):
    text = f"手套{character}gloves"
    (finding,) = parse(page(bare_report(record("a", text, None)))).all("article")
    assert shown(finding, "en") == text


def test_what_html_or_utf8_cannot_hold_is_replaced():
    html = page(bare_report(record("a", "one\0two", "三\ud800四")))
    (finding,) = parse(html).all("article")
    assert shown(finding, "en") == "one\ufffdtwo"
    assert shown(finding, "zh") == "三?四"


# --- what a reader finds on it ----------------------------------------------------------------------


def test_a_finding_carries_what_it_is_filtered_by(html, findings):
    facets = [{k[5:]: v for k, v in f.attrs.items() if k.startswith("data-")} for f in findings]
    assert facets[0] == {
        "area": "PA6",
        "status": "not_corrected",
        "severity": "critical",
        "level": "error warning",
        "defect": "law_mismatch number_mismatch omission_zh",
        "review": "review",
    }
    # What the report gives counts beside what the model says.
    assert facets[2]["status"] == "corrected not_corrected"
    assert facets[4] == {"area": "no_finding", "level": "consistent"}
    boxes = {
        (box.attrs["name"], box.attrs["value"])
        for box in parse(html).all("input")
        if box.attrs["type"] == "checkbox"
    }
    assert boxes == {
        (k, v) for facet in facets for k, values in facet.items() for v in values.split()
    }


def test_labels_show_probability_and_what_the_report_says_otherwise(findings):
    labels = {label.attrs["data-task"]: label for label in findings[0].all(class_="label")}
    assert "PA6 Decent Working Hours" in labels["area"].text
    assert ">99 %" in labels["area"].text
    assert "Report:" not in labels["area"].text
    assert "Report: 6.2 Overtime requested in line with the code" in labels["question"].text
    assert labels["severity"].attrs["title"] == "Or Major 14 %"


def test_report_header_ratings_metrics_and_issues(html):
    tree = parse(html)
    assert tree.one("h1").text == "Yueqing Lanting Footwear Co., Ltd"
    assert (
        "6 findings · 3 errors · 2 warnings · 1 note · 2 to review"
        in tree.one(class_="counted").text
    )
    ratings = [" ".join(li.text.split()) for li in tree.one("ul", class_="ratings").all("li")]
    assert ratings[0] == "C Overall"
    assert ratings[6] == "D PA6 Decent Working Hours 1 finding"
    assert [" ".join(dd.text.split()) for dd in tree.one(class_="figures").all("dd")] == [
        "146 Workers",
        "2,010 Monthly",
        "2,890.5 Monthly",
        "– Monthly",
        "12 Workers",
    ]
    quotes = [q.text for q in tree.one(class_="issues").all("q")]
    assert quotes == ["Total workforce 146", "Male workers 80, Female workers 64"]


def test_a_missing_language_is_said_and_a_report_in_one_language_has_one_column(findings):
    permit = findings[3]
    assert "No Chinese text" in permit.text
    alone = parse(page(bare_report(record("a", "One text.", None), record("b", "Two.", None))))
    assert "No Chinese text" not in alone.text
    assert not list(alone.all("div", class_="zh"))


def test_no_audit_finding_and_records_without_stages(findings):
    assert "No audit finding 93 %" in " ".join(findings[4].text.split())
    assert not list(findings[4].all(class_="label"))
    assert not list(findings[5].all("details"))
    assert not list(findings[5].all(class_="label"))


def test_folders_of_the_machine_stay_out_of_the_page():
    report = Report(file="/home/lin/audits/yueqing.txt", layout="text")
    tree = parse(page(AnalysedReport(report=report, findings=[])))
    assert tree.one("h1").text == "yueqing.txt"
    assert "/home" not in tree.text


def test_several_reports_are_listed_and_ids_stay_unique(analysed):
    tree = parse(page(analysed, analysed, bare_report()))
    links = [a.attrs["href"][1:] for a in tree.one("nav").all("a")]
    assert links == ["r1", "r2", "r3"]
    ids = [node.attrs["id"] for node in tree.all() if "id" in node.attrs]
    assert len(ids) == len(set(ids))
    assert set(links) < set(ids)
    assert "This report holds no findings." in tree.one(id="r3").text


def test_every_link_within_the_page_has_its_place(html):
    tree = parse(html)
    ids = {node.attrs.get("id") for node in tree.all()}
    anchors = {a.attrs["href"][1:] for a in tree.all("a")}
    assert {a for a in anchors if "=" not in a} <= ids
