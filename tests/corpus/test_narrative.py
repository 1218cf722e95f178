"""Plain text of one finding or of several: what divides it, what holds it together, what is a title."""

import pytest
from bifinding.corpus.readers import read_bytes


def read(text):
    report = read_bytes(text.encode(), "note.txt")
    return [(f.en, f.zh) for f in report.findings], report


A = ("The lift door did not close.", "货梯门关不上。")
B = ("Nine welders had no permit.", "九名焊工没有操作证。")
C = ("The well was not tested in 2024.", "2024年未检测井水。")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(A) + "\n\n" + "\n".join(B) + "\n\n" + "\n".join(C),
        "\n\n".join((*A, *B, *C)),
        "\n---\n".join(map("\n".join, (A, B, C))),
        "\n\n* * *\n\n".join(map(" ".join, (A, B, C))),
        "\n\n".join((A[1], A[0], B[1], B[0], C[1], C[0])),
    ],
    ids=["blank lines", "pairs of paragraphs", "rules", "stars", "Chinese first"],
)
def test_paragraphs_of_several_findings(text):
    findings, report = read(text)
    assert findings == [A, B, C]
    assert [f.id for f in report.findings] == ["note#1", "note#2", "note#3"]
    assert text.split("\n")[report.findings[1].source.line - 1].strip() in (*B, " ".join(B))


def test_labels_of_clauses_divide_without_blank_lines():
    text = f"Finding 1\n{A[0]}\n{A[1]}\nFinding 2\n{B[0]}\n{B[1]}"
    assert read(text)[0] == [A, B]
    text = f"NC-01 {A[0]} {A[1]}\nNC-02 {B[0]} {B[1]}"
    assert read(text)[0] == [(f"NC-01 {A[0]}", A[1]), (f"NC-02 {B[0]}", B[1])]


def test_numbered_paragraphs_find_their_translation_by_their_number():
    text = f"1. {A[0]}\n\n2. {B[0]}\n\n1. {A[1]}\n\n2. {B[1]}"
    assert read(text)[0] == [(f"1. {A[0]}", f"1. {A[1]}"), (f"2. {B[0]}", f"2. {B[1]}")]


def test_a_finding_without_translation_among_others_is_its_own():
    text = "\n\n".join(("\n".join(A), B[0], "\n".join(C)))
    assert read(text)[0] == [A, (B[0], ""), C]


@pytest.mark.parametrize("lang", [0, 1])
def test_three_paragraphs_in_one_language(lang):
    assert [f[lang] for f in read("\n\n".join((A[lang], B[lang], C[lang])))[0]] == [
        A[lang],
        B[lang],
        C[lang],
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{A[0]}\n\n{A[1]}",
        f"{A[1]}\n\n\n{A[0]}",
        f"{A[0]}\n\n{B[0]}\n\n{A[1]}\n\n{B[1]}",
        f"{A[0]}\n{A[1]}\n\n(In accordance with the local rules on lifts)\n\n（根据当地电梯规定）",
        f"On site it was seen that:\n\n1. {A[0]}\n\n2. {B[0]}",
        "Previous finding: no lift was tested.\n\nCurrent status: corrected. All were tested in May.",
        "上次发现：未检测货梯。\n\n目前状态：已整改，5月已检测。",
        f"{A[0]}\n\n{B[0]}",
        "1. The lift door is open.\n1. 货梯门开着。\n2. No permit was shown.\n2. 未出示操作证。",
    ],
)
def test_paragraphs_of_one_finding(text):
    assert len(read(text)[0]) == 1


def test_titles_are_no_finding_text_and_are_told():
    text = (
        "WALKTHROUGH OF MAY 2025\nHuizhou Lanxi Hardware Co., Ltd. 惠州兰溪五金有限公司\n\n"
        f"# Machines 机械\n{A[0]}\n{A[1]}\n\n# Water\n{C[0]}\n{C[1]}\n"
    )
    findings, report = read(text)
    assert findings == [A, C]
    (problem,) = report.problems
    assert not problem.lost
    assert "WALKTHROUGH OF MAY 2025" in problem.what
    assert "# Water" in problem.what


def test_what_one_language_says_in_a_few_words_is_no_title():
    assert read(f"货梯门关不上\n\n{A[0]}")[0] == [(A[0], "货梯门关不上")]
    assert read("Lift door open\n\n货梯门开着")[0] == [("Lift door open", "货梯门开着")]


D = ("Two of the cranes carried no load plate.", "两台起重机上没有载荷铭牌。")
E = ("Payslips of May were handed out in July only.", "5月的工资单到7月才发放。")


@pytest.mark.parametrize(
    "text",
    [
        f"1. {D[0]}\n{D[1]}\n2. {E[0]}\n{E[1]}",
        f"1、{D[1]}\n{D[0]}\n2、{E[1]}\n{E[0]}",
        f"• {D[0]} {D[1]}\n• {E[0]} {E[1]}",
        f"(3) {D[0]} / {D[1]}\n(4) {E[0]} / {E[1]}",
        f"1. {D[0]}\n\n{D[1]}\n\n2. {E[0]}\n\n{E[1]}",
        f"Walk Through The Yard\n1. {D[0]}\n{D[1]}\n2. {E[0]}\n{E[1]}",
        f"ENGLISH\n1. {D[0]}\n2. {E[0]}\n\n中文\n1、{D[1]}\n2、{E[1]}",
    ],
    ids=["numbers", "Chinese first", "bullets", "brackets", "paragraphs", "title", "by language"],
)
def test_a_list_of_findings_on_lines_that_follow_each_other(text):
    findings, _ = read(text)
    for (en, zh), (english, chinese) in zip(findings, (D, E), strict=True):
        assert en.endswith(english)
        assert zh.endswith(chinese)


@pytest.mark.parametrize(
    "text",
    [
        f"These points were seen in the yard:\n1. {D[0]}\n2. {E[0]}",
        "On the cranes there was no plate and no\n1. hook latch\n2. horn",
        "1. hook latch\n2. load plate\n3. horn",
        f"1. {D[0]}\n3. {E[0]}",
        f"1. The cranes had faults:\n1. {D[0]}\n2. {D[0]}",
        f"1. {D[0]}\n1. {D[1]}\n2. {E[0]}\n2. {E[1]}",
        "起重机存在以下问题：\n1、没有载荷铭牌；\n2、没有防脱钩装置。",
    ],
)
def test_points_within_one_finding(text):
    assert len(read(text)[0]) == 1
