"""Audit reports as text: the layouts of three generations, and what pages and converters do."""

import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from bifinding.corpus.readers.amfori import looks_like_amfori, read_amfori
from bifinding.corpus.schema import InputError
from bifinding.corpus.text import decode, has_chinese
from hypothesis import example, given, settings
from hypothesis import strategies as st

REPORTS = Path(__file__).parent / "reports"
REAL = Path(__file__).parents[2].parent / "shared/reports/amfori-followup-extract.txt"


def load(name):
    return decode((REPORTS / name).read_bytes(), name)


def squeezed(text):
    return re.sub(r"\s", "", text or "")


def content(report):
    return [
        (f.site_id, f.given, squeezed(f.en), squeezed(f.zh)) for f in report.findings
    ], report.ratings


# --- 2021: two sites, "Label : value", footers in mid-section --------------------------------


@pytest.fixture(scope="module")
def two_sites():
    return read_amfori(load("two_sites_c.txt"), "in/two_sites_c.txt")


def test_header_with_an_address_over_several_lines(two_sites):
    assert two_sites.layout == "amfori-c"
    assert two_sites.header["Address"] == (
        "No. 8, Lüyin Road, Qinshan Sub-district, Haiyan County, Jiaxing, Zhejiang Sheng, China"
    )
    assert two_sites.header["Monitoring Type"] == "Full Monitoring"
    assert two_sites.overall is None  # every letter is printed, the mark is lost


def test_ratings_in_odd_spacing_and_on_the_next_line(two_sites):
    assert "".join(letter[0] for letter in two_sites.ratings.values()) == "BCAACDBAAAAAN"
    assert two_sites.ratings["PA13"] == "None"


def test_a_paragraph_that_a_footer_cuts_is_whole(two_sites):
    assert two_sites.description["Audit schedule details"] == (
        "The audit took two man-days. Both the weaving workshop and the filling workshop were "
        "visited."
    )


def test_sites_and_their_metrics(two_sites):
    assert [(site.id, site.name) for site in two_sites.sites] == [
        ("156-771204-001", "Brightfold Weaving Workshop"),
        ("156-771204-002", "Brightfold Filling Workshop"),
    ]
    assert [(m.name, m.value, m.unit) for m in two_sites.metrics] == [
        ("Total workforce", 164, "Workers"),
        ("Legal minimum wage in local currency", 2070.5, "Monthly"),
        ("Sample - Female", 7, "Workers"),
    ]
    assert {m.site_id for m in two_sites.metrics} == {None}  # they stand for both sites


def test_findings_of_two_sites(two_sites):
    assert [f.id for f in two_sites.findings] == [
        "two_sites_c#156-771204-001#5.4",
        "two_sites_c#156-771204-001#5.6",
        "two_sites_c#156-771204-002#7.14",
        "two_sites_c#156-771204-002#5.4",
    ]
    assert [f.given.crucial for f in two_sites.findings] == [False, True, True, False]
    assert [f.given.area for f in two_sites.findings] == ["PA5", "PA5", "PA7", "PA7"]
    assert [f.source.page for f in two_sites.findings] == [3, 4, 4, 5]
    first = two_sites.findings[0]
    assert load("two_sites_c.txt").split("\n")[first.source.line - 1].startswith("Question : 5.4")
    assert first.given.rating == "partially"


def test_paragraphs_are_told_apart_by_script_and_names_do_not_mislead(two_sites):
    first = two_sites.findings[0]
    assert "41 of 164 workers on August 12, 2022, twelve days" in first.en
    assert "known locally as 海盐明叠床上用品有限公司, partially respects" in first.en
    assert first.zh.startswith("查阅工资发放记录") and "工资，比劳动合同" in first.zh
    assert "（Haiyan Brightfold Bedding Co., Ltd）部分遵守该原则。" in first.zh


def test_markup_and_an_empty_cell(two_sites):
    fines = two_sites.findings[1]
    assert fines.en == (
        "Fines of RMB 20 – 50 for late arrival were deducted from the wages of 9 workers.\n"
        "This violated Article 50 of the Labour Law & the factory's own rules."
    )
    assert fines.zh is None
    assert two_sites.findings[3].en is None


def test_cells_cut_by_two_pages_are_whole(two_sites):
    extinguishers = two_sites.findings[2]
    assert extinguishers.en.startswith(
        "Three of eleven extinguishers on the second floor had lost pressure. 1. One stood"
    )
    assert "压力不足，1具被羽绒包遮挡" in extinguishers.zh
    assert extinguishers.zh.endswith("第十六条和第二十八条）")


def test_doubts_are_problems_and_cost_nothing(two_sites):
    (problem,) = two_sites.problems
    assert problem.place == "line 90" and "5.4 stands under PA7" in problem.what
    assert not problem.lost


# --- 2015: findings as "2.4 - …" -------------------------------------------------------------


def test_findings_of_one_line():
    report = read_amfori(load("one_line_findings_b.txt"), "b.txt")
    assert (report.layout, report.overall) == ("amfori-b", "C")
    assert report.header["Auditee"] == "Fuqing Coralreef Frozen Foods Co., Ltd"
    assert [(f.given.area, f.given.question) for f in report.findings] == [
        ("PA2", "2.4"),
        ("PA2", "2.5"),
        ("PA6", "6.2"),
        ("PA12", "12.3"),
    ]
    rights, grievance, hours, permit = report.findings
    assert rights.en.endswith("one of their rights under the code, although training records of "
                              "January 2018 were shown.")  # fmt: skip
    assert rights.zh.startswith("受访的10名工人中有6名")
    assert grievance.en == "No one outside the factory can lodge a grievance."
    assert hours.en == (
        "7 out of 10 sampled workers worked 92 to 104 hours of overtime in March 2018."
    )
    assert permit.given.status == "not_corrected" and permit.given.crucial is None


# --- small reports, one trait each -----------------------------------------------------------

HEAD = "FINDINGS\n\nPA 7: Occupational Health and Safety\nSite: Kiln | Site amfori ID: 156-1-001\n"
ASKED = "Question: {} Is there satisfactory evidence that all is well?\n"


def one(body, question="7.6"):
    return read_amfori(HEAD + ASKED.format(question) + body, "r.txt")


@pytest.mark.parametrize(
    ("body", "en", "zh"),
    [
        pytest.param(
            "ENGLISH\nLOCAL LANGUAGE\nFinding\nGloves were torn.\n手套破损。",
            "Gloves were torn.", "手套破损。", id="paragraphs",
        ),
        pytest.param(
            "LOCAL LANGUAGE\tENGLISH\nFinding\t\n<p>手套破损。</p>\tGloves were torn.",
            "Gloves were torn.", "手套破损。", id="columns the other way round",
        ),
        pytest.param(
            "ENGLISH\tLOCAL LANGUAGE\nFinding\tGloves were torn.\t手套破损。",
            "Gloves were torn.", "手套破损。", id="row label in the row",
        ),
        pytest.param(
            "ENGLISH\tLOCAL LANGUAGE\nFinding\t\nGloves were torn.\tGloves were torn.",
            "Gloves were torn.", "Gloves were torn.", id="the local cell holds English",
        ),
        pytest.param(
            "ENGLISH\tLOCAL LANGUAGE\nFinding\t\nThe cleaner\t清洁工\n\n\f4 / 9\n\nFinding\n"
            "(of “桥月公司”) wore none.\n（外包）未戴手套。",
            "The cleaner (of “桥月公司”) wore none.", "清洁工（外包）未戴手套。", id="tab row, then paragraphs",
        ),
        pytest.param(
            "ENGLISH\nLOCAL LANGUAGE\nFinding\nIt was seen that\n1. one mask was torn.\n"
            "2. none was spare.\n发现\n1. 一个口罩破损；\n2. 没有备用口罩。",
            "It was seen that\n1. one mask was torn.\n2. none was spare.",
            "发现\n1. 一个口罩破损；\n2. 没有备用口罩。", id="points keep their lines",
        ),
        pytest.param("Gloves were torn.", "Gloves were torn.", None, id="no heads, one language"),
        pytest.param("手套破损", None, "手套破损", id="ends in mid-finding"),
    ],
)  # fmt: skip
def test_shapes_of_a_finding(body, en, zh):
    (finding,) = one(body).findings
    assert (finding.en, finding.zh) == (en, zh)
    assert finding.site_id == "156-1-001" and finding.id == "r#7.6"


def test_a_question_over_two_lines_is_no_part_of_the_finding():
    body = "ENGLISH\tLOCAL LANGUAGE\nFinding\t\nTorn.\t破损。"
    text = HEAD + "Question：7.6 Is there evidence that\nPPE is worn, and that it fits\n" + body
    assert read_amfori(text, "r.txt").findings[0].en == "Torn."


@pytest.mark.parametrize("question", ["7.99", "15.2"])
def test_an_unknown_question_is_kept_with_a_warning(question):
    report = one("Gloves were torn.", question)
    assert report.findings[0].given.question == question
    assert question in report.problems[0].what and not report.problems[0].lost


def test_an_unknown_area_is_kept_with_a_warning():
    text = HEAD.replace("PA 7", "PA 17") + ASKED.format("7.6") + "Gloves were torn."
    report = read_amfori(text, "r.txt")
    assert report.findings[0].given.area is None
    assert report.problems[0].what == "PA17 is no performance area"


def test_a_question_that_stands_twice_gets_two_ids():
    body = "Gloves were torn.\n" + ASKED.format("7.6") + "Masks were torn."
    report = one(body)
    assert [f.id for f in report.findings] == ["r#7.6", "r#7.6-2"]


def test_a_question_that_a_page_repeats_above_a_cut_cell_is_one():
    body = "ENGLISH\tLOCAL LANGUAGE\nGloves of the\t三名\n\f"
    body += ASKED.format("7.6") + "ENGLISH\tLOCAL LANGUAGE\nkiln team were torn.\t工人的手套破损。"
    (finding,) = one(body).findings
    assert (finding.en, finding.zh) == (
        "Gloves of the kiln team were torn.",
        "三名工人的手套破损。",
    )


def test_english_decides_what_is_given_and_chinese_where_it_is_silent():
    row = "ENGLISH\tLOCAL LANGUAGE\nFinding\t\n"
    both = one(row + "Current status: Partially corrected. Gloves.\t未改善。手套。").findings[0]
    assert both.given.status == "partially_corrected"
    silent = one(row + "Current status: Gloves were torn.\t未改善。没有遵守此项要求。").findings[0]
    assert (silent.given.status, silent.given.rating) == ("not_corrected", "no")


@pytest.mark.parametrize("text", ["", "PA 7: x", "OVERALL RATING\nA\nSECTION RATING\nPA 1: S\tA\n"])
def test_no_finding_is_an_error(text):
    with pytest.raises(InputError, match=r"^r\.txt: no finding in it; "):
        read_amfori(text, "r.txt")


def test_a_report_is_told_from_a_bare_finding():
    assert looks_like_amfori(load("two_sites_c.txt"))
    assert looks_like_amfori(load("one_line_findings_b.txt"))
    assert not looks_like_amfori("Question 7.6: gloves were torn, see PA 7.\n手套破损。")
    assert not looks_like_amfori("id,en,zh\n1,Gloves were torn,手套破损\n")


# --- what pages and converters do ------------------------------------------------------------

BASE = load("two_sites_c.txt")


@pytest.mark.parametrize(
    "mend",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("workers", "wor\u200bk\u00aders"),
        lambda text: re.sub(r"(?m)^(Findings|Metrics|Site details)$", lambda m: m[0].upper(), text),
        lambda text: re.sub(r"(?m)^PA ?(\d+):", r"PA \1 ：", text),
        lambda text: "\n".join(f"  {line} " for line in text.split("\n")),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\f", "\fConfidential extract\n\n"),
    ],
)
def test_spacing_case_and_running_headers_change_nothing(mend, two_sites):
    assert content(read_amfori(mend(BASE), "in/two_sites_c.txt")) == content(two_sites)


PAGE_ENDS = ["\n\nFinding\n\n", "\n\fFinding\t\n", "\n3 / 5\n\f", "\f", "\n\n"]
CELLS = ["Through document review", "August 12, 2022, twelve", "查阅工资发放记录", "比劳动合同约定"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CELLS), st.sampled_from(PAGE_ENDS), st.data())
def test_a_page_may_end_anywhere_in_a_cell(two_sites, start, page_end, data):
    line = next(line for line in re.split(r"[\n\f]", BASE) if line.startswith(start))
    words = [m.start() for m in re.finditer(" ", line)][2:-2]
    places = range(4, len(line) - 3) if has_chinese(start) else words
    at = data.draw(st.sampled_from(places))
    text = BASE.replace(line, line[:at] + page_end + line[at:].lstrip(" "))
    assert content(read_amfori(text, "in/two_sites_c.txt")) == content(two_sites)


PIECES = ["Question: 7.6 ", "PA 7: ", "Finding\n", "ENGLISH\tLOCAL LANGUAGE\n", "METRICS\n", "\t",
          "\n", "\f", "3 / 9\n", "<p>", "</p>", "Site: a | Site amfori ID: b\n", "2.4 - ", "FINDINGS\n",
          "SITE DETAILS\n", "GENERAL DESCRIPTION\n", "SECTION RATING\n", ": ", "未改善。"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6)).map("".join))
@example(BASE[: len(BASE) // 2])
def test_any_text_gives_a_report_or_an_input_error(text):
    looks_like_amfori(text)
    with suppress(InputError):
        read_amfori(text, "any.txt")


# --- the real extract ------------------------------------------------------------------------


@pytest.mark.skipif(not REAL.exists(), reason="the shared extract is not here")
def test_the_real_extract_is_read_whole():
    report = read_amfori(decode(REAL.read_bytes(), REAL.name), REAL.name)
    assert [f.given.question for f in report.findings] == (
        "1.1 1.4 2.4 2.5 5.5 6.2 7.1 7.6 7.7 7.17 7.22".split()
    )
    assert {f.site_id for f in report.findings} == {report.header["Site amfori ID"]}
    assert [f.given.question for f in report.findings if f.given.crucial] == ["6.2"]
    assert all(f.given.area == f"PA{f.given.question.split('.')[0]}" for f in report.findings)
    assert "".join(report.ratings.values()) == "CBAABDAAAAAAA"
    assert len(report.metrics) == 57 and all(m.value is not None for m in report.metrics)
    assert [m.value for m in report.metrics[:5]] == [98, 1960, 3751, 2417.37, 8]
    assert report.problems == []
    for finding in report.findings:
        assert finding.texts["en"].previous and not finding.texts["zh"].previous
        assert finding.given.status == "not_corrected"
        assert not re.search(r"<|Finding\b|LANGUAGE|Question:|\t", finding.en + finding.zh)
    assert report.findings[8].zh.endswith("第十二条和第十四条)")
    # Every character below the headings is in a finding, once.
    body = REAL.read_text(encoding="utf-8").partition("\nFINDINGS\n")[2]
    headings = r"(?m)^(PA ?\d+:|Site:|Question:|ENGLISH|LOCAL|Finding\s*$).*$|</?p>"
    texts = (text.text for f in report.findings for text in f.texts.values())
    assert Counter(squeezed("".join(texts))) == Counter(squeezed(re.sub(headings, "", body)))


# --- values that cannot be ------------------------------------------------------------------

_HEAD = "Monitored Party Huizhou Lanxi\tamfori ID 156-000001-000\nMonitoring Start Date {}\tSubmission Date {}\n"
_BODY = (
    "SECTION RATING\n{}\nMETRICS\n{}\nFINDINGS PER PERFORMANCE AREA\nPA 7: Occupational Health and Safety\n"
    "Question: 7.1 Is it safe?\nENGLISH\tLOCAL LANGUAGE\nFinding\tThe lift is open.\t货梯门开着。\n"
)
_RATED = "PA 1: Social Management System\tB\nPA 2: Workers Involvement and Protection\tA"
_COUNTED = "Total workforce\t40\tWorkers"


def built(start="03/04/2025", sent="2025-04-09", ratings=_RATED, metrics=_COUNTED):
    return read_amfori(_HEAD.format(start, sent) + _BODY.format(ratings, metrics), "r.txt")


@pytest.mark.parametrize("between", ["\t", " "])
def test_a_rating_behind_the_rest_of_the_area_on_the_next_line(between):
    wrapped = (
        f"PA 3: The Rights of Freedom of Association and\nCollective Bargaining{between}D\n{_RATED}"
    )
    assert built(ratings=wrapped).ratings == {"PA3": "D", "PA1": "B", "PA2": "A"}


def test_values_that_can_be_are_not_remarked_upon():
    assert built(metrics="Total workforce\t1,240\tWorkers\nLowest wage\t\tMonthly").problems == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            {"ratings": f"{_RATED}\nPA 4: No Discrimination\tG"},
            "the rating 'G' of PA4 is not known",
        ),
        (
            {"ratings": f"{_RATED}\nPA 4: No Discrimination\nPA 5: Fair Remuneration\tB"},
            "PA4 has no rating",
        ),
        ({"metrics": "Total workforce\tmany\tWorkers"}, "Total workforce is 'many'"),
        ({"metrics": "Male workers\t-4\tWorkers"}, "Male workers is -4"),
        ({"metrics": "Male workers\t1,2,4\tWorkers"}, "Male workers is '1,2,4'"),
        ({"start": "31/04/2025"}, "there is no day 31/04/2025"),
        ({"sent": "2025-02-29"}, "there is no day 2025-02-29"),
    ],
)
def test_values_that_cannot_be_are_told_and_cost_no_other(part, said):
    report = built(**part)
    (problem,) = report.problems
    assert said in problem.what
    assert not problem.lost
    assert len(report.findings) == 1
    assert all(metric.value is None or metric.value >= 0 for metric in report.metrics)
