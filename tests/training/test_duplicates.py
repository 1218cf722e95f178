"""What counts as told twice: the same labels, languages and nearly the same words."""

import pytest
from bifinding.corpus.schema import Finding, Given, Source
from bifinding.corpus.stated import split_states
from bifinding.training.duplicates import duplicates
from bifinding.training.vectors import prepare

DRILL = ("No fire drill was held for the night shift in 2024.", "2024年未对夜班进行消防演习。")


def finding(en=None, zh=None, **given):
    texts = {"en": en, "zh": zh}
    return Finding(
        id="x",
        source=Source(file="x"),
        texts={lang: split_states(text, lang) for lang, text in texts.items() if text},
        given=Given(**({"area": "PA7", "question": "7.8"} | given)),
    )


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (finding(*DRILL), True),
        (finding("No fire drill was held for the night shift in 2023!", "２０２３年未对夜班进行消防演习"), True),
        (finding("NO FIRE DRILLS were held for the night shift in 2024.", DRILL[1]), True),
        (finding("No fire drill was held for the night shift in 2024.", "厂内未安装应急照明。"), False),
        (finding("The auditor saw no record of evacuation practice at night.", "没有夜间疏散演练的记录。"), False),
        (finding(*DRILL, status="not_corrected"), False),
        (finding(DRILL[0]), False),
    ],
)  # fmt: skip
def test_alike_or_not(other, same):
    known, new = prepare([finding(*DRILL)], "use"), prepare([other], "use")
    assert duplicates(new, known, 0.9).tolist() == [same]
    assert duplicates([*known, *new], [], 0.9).tolist() == [False, same]


def test_the_earlier_state_counts_for_it_tells_what_the_finding_is_about():
    found = "Previous finding: {} Current status: Not corrected. No change was seen."
    rows = [
        finding(found.format(text))
        for text in (
            "Boxes in the aisle of hall 1.",
            "Exit locked.",
            "Boxes in the aisle of hall 2.",
        )
    ]
    assert duplicates(prepare(rows, "use"), [], 0.9).tolist() == [False, False, True]


def test_nothing_given_is_nothing_found():
    assert duplicates([], prepare([finding(*DRILL)], "use"), 0.9).tolist() == []
