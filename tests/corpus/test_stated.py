"""Labels read off a finding's own words, in both languages."""

import pytest
from bifinding.corpus.stated import split_states, stated_rating, stated_status
from hypothesis import given
from hypothesis import strategies as st

STATUS = {
    "en": [
        ("Not corrected. Based on interviews, x", "not_corrected"),
        ("NOT CORRECTED based on document review", "not_corrected"),
        ("Status: Closed", "corrected"),
        ("Status: Open. The door was blocked", "not_corrected"),
        ("Follow-up result: partly improved. Two of five", "partially_corrected"),
        ("Follow-up audit status: Not improved", "not_corrected"),
        (
            "Previous finding: The exit was closed. Current status: Corrected, the exit was open.",
            "corrected",
        ),
        (
            "Previous finding: Not corrected since 2022. Current status: Based on interviews, the exit was still blocked.",
            None,
        ),
        ("Partially corrected: labels were added", "partially_corrected"),
        ("Partly rectified - only 2F", "partially_corrected"),
        ("This finding has been closed.", "corrected"),
        ("The previous finding has been fully rectified. All good.", "corrected"),
        ("The issue was not corrected because no budget.", "not_corrected"),
        ("It was noted that the door was closed.", None),
        ("Corrected labels were posted on drums.", None),
        ("Closed windows were found.", None),
        ("Open drains ran along the wall.", None),
        ("Improved lighting was installed in the workshop.", None),
        ("The finding must be corrected within 60 days.", None),
        ("If the finding is not corrected within 30 days, the order stops.", None),
        ("Not fully corrected. Some", "partially_corrected"),
        ("No improvement was seen. All", None),
        ("No improvement. All workers", "not_corrected"),
        ("Still open: nobody was trained", "not_corrected"),
        ("Repeat finding. The same", "not_corrected"),
        ("Repeated finding from last year: x", "not_corrected"),
        ("New finding. During the tour", "new"),
        ("New finding: the", "new"),
        (
            "1. Corrected. The hose was replaced. 2. Not corrected. The sign is missing.",
            "partially_corrected",
        ),
        ("1. Corrected. a 2. Corrected. b", "corrected"),
        ("(Not corrected) The", "not_corrected"),
        ("[Partially corrected] The", "partially_corrected"),
        ("“Corrected.” The records", "corrected"),
        ("Status - Closed.", None),
        ("Remains open. Same", "not_corrected"),
        ("The finding remains open.", "not_corrected"),
        ("The finding from last audit about missing contracts has now been resolved.", "corrected"),
        ("Finding status: partially closed; see photo", "partially_corrected"),
        ("Rectified on 12 May 2025.", "corrected"),
        ("Fully corrected in this audit", "corrected"),
        ("Unresolved.", "not_corrected"),
        ("The audit was completed.", None),
        ("The gap was closed", "corrected"),
        ("Current status: The main auditee did not correct the finding.", None),
        ("Corrective action was not implemented.", None),
        ("Uncorrected. Same as", "not_corrected"),
        ("Overall, the factory improved.", None),
        ("The result was improved.", "corrected"),
    ],
    "zh": [
        ("未改善。根据管理层访谈", "not_corrected"),
        ("部分改善。工厂", "partially_corrected"),
        ("已改善。经查", "corrected"),
        ("未整改完成。", "not_corrected"),
        ("已关闭", "corrected"),
        ("整改完成。现场", "corrected"),
        ("整改已完成。", "corrected"),
        ("已整改完毕，", "corrected"),
        ("有所改善，但", "partially_corrected"),
        ("仍未改善。", "not_corrected"),
        ("未完全整改。", "partially_corrected"),
        ("部分已改善：", "partially_corrected"),
        ("没有改善。", "not_corrected"),
        ("现状：已整改。", "corrected"),
        ("整改情况：部分整改。", "partially_corrected"),
        ("上次发现：未提供培训记录。目前状态：未改善。仍未", "not_corrected"),
        ("经查，上次审核发现的问题已全部整改完成。", "corrected"),
        ("该问题仍未得到改善。", "not_corrected"),
        ("审核员发现消防通道门已关闭。", None),
        ("防火门状态为关闭。", None),
        ("该问题应在三个月内整改完成。", None),
        ("要求工厂尽快整改。", None),
        ("新发现：工厂", "new"),
        ("新问题点。", "new"),
        ("重复问题点。工厂", "not_corrected"),
        ("1. 已改善。a 2. 未改善。b", "partially_corrected"),
        ("（未改善）工厂", "not_corrected"),
        ("【已改善】工厂", "corrected"),
        ("已改善了车间照明。", None),
        ("上次问题点已得到纠正，本次未发现同类问题。", "corrected"),
        ("状态：关闭", "corrected"),
        ("未改善根据管理层访谈", "not_corrected"),
        ("工厂已改善通风设施。", None),
        ("如该问题未整改，订单将暂停。", None),
        ("问题点仍然存在。", None),
        ("部分纠正，", "partially_corrected"),
        ("已部分整改，", "partially_corrected"),
        ("全部整改。", "corrected"),
        ("上次审核提出的3项问题均已改善。", "corrected"),
    ],
}

RATING = {
    "en": [
        ("the main auditee partially respects this principle because", "partially"),
        ("did not respect this principle", "no"),
        ("didn’t respect this principle", "no"),
        ("The auditee respects this principle.", "yes"),
        ('This question is rated as "Partially" because', "partially"),
        ("rated as No because", "no"),
        ("does not fully comply with this requirement", "partially"),
        ("failed to comply with this requirement", "no"),
        ("did not meet the requirements of Article 36 of the Labour Law", None),
        ("The factory respects local law", None),
        ("Rating: Partially", "partially"),
        (
            "Previous finding: rated as No. Current status: partially respected this principle",
            "partially",
        ),
        ("fully respects this principle", "yes"),
        ('rated as "Yes"', "yes"),
    ],
    "zh": [
        ("工厂部分遵守了此领域要求", "partially"),
        ("工厂没有达到此项要求", "no"),
        ("被审核方（生产商）部分遵循该准则", "partially"),
        ("工厂符合此项要求", "yes"),
        ("未遵守该原则", "no"),
        ("不尊重该原则", "no"),
        ("评为“部分”", "partially"),
        ("未完全遵守该原则", "partially"),
        ("不符合劳动法的要求", None),
        ("评级：否", "no"),
        ("工厂未能满足本条要求", "no"),
    ],
}


def rows(table):
    return [(lang, text, label) for lang, cases in table.items() for text, label in cases]


@pytest.mark.parametrize(("lang", "text", "status"), rows(STATUS))
def test_status_is_read_where_the_text_names_it(lang, text, status):
    assert stated_status(text, lang) == status


@pytest.mark.parametrize(("lang", "text", "answer"), rows(RATING))
def test_rating_is_read_where_the_text_names_it(lang, text, answer):
    assert stated_rating(text, lang) == answer


@pytest.mark.parametrize(
    ("lang", "text", "previous", "current"),
    [
        ("en", "Previous finding: No drill. Current status: One drill.", "No drill.", "One drill."),
        ("en", "Finding of the last audit (2023): A.\nFollow-up result: B.", "A.", "B."),
        (
            "en",
            "Last audit finding: No drill. Not corrected. No drill.",
            "No drill.",
            "Not corrected. No drill.",
        ),
        (
            "en",
            "The exit was blocked. Current status: It is free.",
            "The exit was blocked.",
            "It is free.",
        ),
        ("en", "Current status: Free. Previous finding: Blocked.", "Blocked.", "Free."),
        ("zh", "上次审核发现：未演习。本次审核情况：已演习。", "未演习。", "已演习。"),
        ("zh", "上次发现：未演习。未改善。仍未演习。", "未演习。", "未改善。仍未演习。"),
        ("zh", "现状：已演习。", None, "已演习。"),
        ("en", "The previous audit found no drill.", None, "The previous audit found no drill."),
        ("en", "Previous finding: cut off", None, "Previous finding: cut off"),
        (
            "en",
            "Previous finding: A. Current status:",
            None,
            "Previous finding: A. Current status:",
        ),
    ],
)
def test_states_are_divided_at_their_labels(lang, text, previous, current):
    split = split_states(text, lang)
    assert text[slice(*split.current)] == current
    assert (text[slice(*split.previous)] if split.previous else None) == previous


LABELS = [
    "Previous finding:",
    "Current status：",
    "上次发现：",
    "目前状态:",
    "Not corrected.",
    "1. 已改善。",
]


@given(
    st.lists(st.sampled_from(LABELS) | st.text(max_size=8)).map(" ".join),
    st.sampled_from(["en", "zh"]),
)
def test_spans_lie_in_the_text_and_never_overlap(text, lang):
    split = split_states(text, lang)
    (start, end), previous = split.current, split.previous
    assert 0 <= start <= end <= len(text)
    assert previous is None or previous[1] <= start or end <= previous[0]
    stated_status(text, lang), stated_rating(text, lang)


@pytest.mark.parametrize(
    ("lang", "text", "status"),
    [
        ("zh", "三号车间已安装护栏，其余车间的问题尚未整改。", "partially_corrected"),
        ("zh", "四个班组中三个已建立台账，该组的问题仍未关闭。", "partially_corrected"),
        ("zh", "该部门的问题仍未解决，工人已投诉三次。", "not_corrected"),
        ("zh", "该车间的问题已关闭。", "corrected"),
        ("en", "Guards have been fitted. The issue in the dye house remains open.", "partially_corrected"),
        ("en", "The finding in the last audit is still open. Exits were checked.", "not_corrected"),
        ("en", "The issue in the dye house remains open.", "not_corrected"),
    ],
)  # fmt: skip
def test_a_statement_about_a_part(lang, text, status):
    assert stated_status(text, lang) == status
